"""The alert rules and the dashboard ask for nothing that /metrics does not have, in expressions that can be read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from starlette.requests import Request

from crawler.pipelines import Outcome
from storage import pages
from storage.engine import Database
from wgwatch.running.endpoints import Endpoints
from wgwatch.running.health import Pulse
from wgwatch.running.metrics import Tally

DEPLOY = Path(__file__).parents[2] / "deploy"
OF_A_SCRAPE = {"instance", "job", "exported_job"}
"""Labels that Prometheus adds to every sample, or renames."""
SAMPLE = re.compile(r'^(\w+)(?:\{(\w+)="([^"]*)"\})? \S+$', re.M)
CLOSED = {"outcome", "state", "channel"}
"""Labels whose every value is in every answer."""

Told = dict[str, dict[str, set[str]]]
"""What an answer has: for each metric its labels, for each label its values."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('metrics') / 'wgwatch.db'}")
    database.prepare()
    now, pulse, tally = datetime.now(UTC), Pulse(), Tally()
    with database.write() as connection:
        url = "https://harbour.example/"
        page_id = pages.create(
            connection, key=url, url=url, host="harbour.example", now=now, spec={"checks": []}
        )
        pages.update(connection, page_id, last_check_at=now)
    pulse.expect("look")
    with pulse.run("look"):
        tally.looked(Outcome(page_id, url, url, "baseline"))
    endpoints = Endpoints(database, pulse, tally, lambda: now)
    answer = asyncio.run(endpoints.metrics(Request({"type": "http"})))
    database.close()
    found: Told = {}
    text = bytes(answer.body).decode()
    for name in re.findall(r"^# TYPE (\w+) ", text, re.M):
        found[name] = {}
    for name, label, value in SAMPLE.findall(text):
        if label:
            found[name].setdefault(label, set()).add(value)
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))[
        "panels"
    ]
    return found


def expressions() -> list[str]:
    asked = [target["expr"].replace("$__rate_interval", "5m") for p in panels() for target in p["targets"]]
    return [rule["expr"] for rule in rules()] + asked


def selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """Every metric that an expression asks for, with its conditions."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
        return
    inner = [getattr(node, name, None) for name in ("lhs", "rhs", "expr", "vector_selector")]
    for each in (*inner, *getattr(node, "args", ())):
        if each is not None:
            yield from selectors(each)


@pytest.mark.parametrize("expression", expressions())
def test_what_is_asked_for_is_in_a_real_answer(expression: str, told: Told) -> None:
    asked = list(selectors(promql_parser.parse(expression)))
    assert asked
    for selector in asked:
        assert selector.name in told, expression
        for matcher in selector.matchers.matchers:
            labels = told[selector.name]
            assert matcher.name in {*labels, *OF_A_SCRAPE, "health", "kind"}, expression
            if matcher.name in CLOSED:
                assert matcher.value in labels[matcher.name]


def test_an_alert_says_how_grave_it_is_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 10
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_every_alert_is_explained_to_the_operator() -> None:
    said = (DEPLOY.parent / "docs" / "operating.md").read_text("utf-8")
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in said] == []


def test_panels_lie_side_by_side() -> None:
    places = [panel["gridPos"] for panel in panels()]
    cells = {
        (x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])
    }
    assert len(cells) == sum(p["w"] * p["h"] for p in places)
    assert max(x for x, _ in cells) < 24
