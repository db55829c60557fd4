"""What the documents say is so: settings, commands, options, links, files, examples and what they print."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from standardwebhooks.webhooks import WebhookVerificationError
from world import SECRET, World, group_page

from config.settings import SETTINGS
from config.watchlist_file import load_watchlist
from notifier.schema import FOLDED, FOLDED_TELLS, FOLDER, TYPES
from storage.tables import metadata
from wgwatch.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
ROOMS = ("config", "storage", "diffing", "crawler", "notifier", "wgwatch")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
FENCE = re.compile(r"(?:<!-- (?P<remark>[^>]+) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
ENVIRON = {
    "CRM_HOOK_SECRET": SECRET,
    "NEWSROOM_CHAT": "ntfys://ntfy.trade.example/harbour",
    "MEMBERS_PASSWORD": "s3cret",
    "AGENCY_KEY": "k-123",
    "AGENCY_PASSWORD": "s3cret",
    "AGENCY_PROXY": "http://proxy.example:3128",
}
MOVING = re.compile(  # what differs from run to run: times, durations, hashes, ids of changes, ports
    r"(?<=page in )[\d.]+ s|"
    r"\d{4}-\d\d-\d\d \d\d:\d\d|\d{1,2} \w{3} \d{4} \d\d:\d\d|\b[0-9a-f]{64}\b|\bchg_[0-9a-f]+|127\.0\.0\.1:\d+"
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, *, language: str | None = None, remark: str | None = None) -> list[str]:
    """The fenced blocks of a document, by their language or the remark above them."""
    return [
        match["text"]
        for match in FENCE.finditer(path.read_text("utf-8"))
        if language in (None, match["language"]) and remark in (None, match["remark"])
    ]


def remarks(path: Path) -> set[str]:
    """The remarks above blocks; `file: NAME` marks a file of a case that a test of its own goes through."""
    return {match["remark"] for match in FENCE.finditer(path.read_text("utf-8")) if match["remark"]}


def mentions() -> Iterator[tuple[str, str]]:
    """Every `wgwatch ...` between backticks, with the document that it stands in."""
    for path in DOCUMENTS:
        for call in re.findall(r"(?<!`)`(wgwatch [^`\n]+)`(?!`)", FENCE.sub("", path.read_text("utf-8"))):
            yield named(path), call


def calls() -> Iterator[tuple[str, str]]:
    """Every line of a block that calls wgwatch, to be typed as it stands."""
    for path in DOCUMENTS:
        for line in (line for block in blocks(path) for line in block.splitlines()):
            if found := re.search(r"(?:^|^\$ |&& |/bin/|=/\S+/)(wgwatch [a-z].*)", line):
                yield named(path), found[1]


def resolved(call: str) -> tuple[click.Command, list[str]]:
    """The command of a line and the words that it is given; KeyError where there is no such command."""
    words = shlex.split(call, comments=True)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(click.Context(command), words[0])
        if inner is None:
            raise KeyError(f"{command.name} {words[0]}")
        command, words = inner, words[1:]
    return command, words


def options(command: click.Command) -> set[str]:
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return known | {"--help", "-h"}


def same(text: str) -> str:
    """A text without its line breaks, bars, and what differs from run to run."""
    return " ".join(MOVING.sub("~", text.replace("│", " ")).split())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo prints, and its folder."""
    folder = tmp_path_factory.mktemp("demo")
    environ = dict.fromkeys(name for name in os.environ if name.startswith("WGWATCH_"))
    result = CliRunner().invoke(cli, ["demo", "--dir", str(folder)], env=environ)
    assert result.exit_code == 0, result.output
    return result.output, folder


def test_every_setting_stands_in_the_readme_as_the_code_has_it() -> None:
    rows = re.findall(
        r"^\| `(WGWATCH_\w+)` \| (.*) \| (.*) \|$", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert rows == [(setting.name, setting.help, setting.default) for setting in SETTINGS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_no_document_names_a_setting_that_there_is_not(path: Path) -> None:
    known = {name for setting in SETTINGS for name in (setting.name, setting.twin)}
    said = re.findall(r"\bWGWATCH_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    assert set(said) <= known


def test_every_command_is_in_the_documents() -> None:
    said = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    missing = [name for name in COMMANDS if not re.search(rf"`{name}\b|wgwatch {name}\b", said)]
    assert missing == []


@pytest.mark.parametrize(("place", "call"), sorted({*mentions(), *calls()}))
def test_every_call_names_a_command_and_options_that_exist(place: str, call: str) -> None:
    command, words = resolved(call)
    said = {word.split("=")[0] for word in words if word.startswith("-")}
    assert said <= options(command), place


@pytest.mark.parametrize(("place", "call"), sorted(set(calls())))
def test_every_call_that_can_be_typed_is_right(
    place: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("saved.html", "crawl.warc.gz"):
        (tmp_path / name).touch()
    command, words = resolved(call)
    assert command.make_context(command.name, words).command is command, place


def test_the_lines_for_machines_without_make_are_those_of_the_makefile() -> None:
    makefile, readme = ((ROOT / name).read_text("utf-8") for name in ("Makefile", "README.md"))
    lines = [line.strip() for line in makefile.splitlines() if "-m pip install" in line]
    assert len(lines) == 2
    for line in lines:
        assert line.replace("$(BIN)", ".venv/bin").replace(" --quiet", "") in readme


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_targets_of_make_that_are_named_exist(path: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    said = re.findall(r"(?:^|`)make ([a-z]+)", path.read_text("utf-8"), re.M)
    assert set(said) <= targets


def test_there_are_calls_to_check() -> None:
    assert len(set(calls())) >= 20
    assert len(set(mentions())) >= 5


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=named)
def test_watchlists_in_the_documents_are_valid(path: Path, tmp_path: Path) -> None:
    parts = set(blocks(path, language="yaml")) - {
        block
        for remark in remarks(path)
        if remark.startswith("file: ")
        for block in blocks(path, remark=remark)
    }
    for block in parts:
        (tmp_path / "watchlist.yaml").write_text(block, "utf-8")
        watchlist = load_watchlist(tmp_path / "watchlist.yaml", ENVIRON)
        assert watchlist.pages()
        assert watchlist.subscriptions


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_to_files_and_headings_that_exist(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if "://" in target:
            continue
        file, _, heading = target.partition("#")
        assert (path.parent / file).exists(), target
        if heading:
            assert heading in _anchors(path.parent / file), target


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_files_of_ours_that_are_named_exist(path: Path) -> None:
    rooms = "|".join((*ROOMS, "tests", "docs"))
    said = re.findall(rf"`((?:{rooms})/[\w./-]*)`", path.read_text("utf-8"))
    assert [name for name in said if not (ROOT / name).exists() and "0002_what" not in name] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_documents_point_at_nothing_outside_the_project(path: Path) -> None:
    text = path.read_text("utf-8")
    upwards = [path.parent / found for found in re.findall(r"(?:\.\./)+[\w./-]*", text)]
    assert [target for target in upwards if not target.resolve().is_relative_to(ROOT)] == []
    assert re.findall(r"(?<!\w)/(?:home|root|tmp|work|Users)/\S*", text) == []


def test_the_architecture_names_every_table() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [name for name in metadata.tables if f"`{name}`" not in text] == []


def test_the_architecture_says_of_every_folder_what_the_folder_says_of_itself() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    fronts = [ROOT / f"{room}/{folder}" for room in ROOMS for folder in folders(ROOT / room)]
    said = {path: (path / "__init__.py").read_text("utf-8").split("\n")[0].strip('"') for path in fronts}
    assert len(said) > 25
    assert [
        str(path) for path, line in said.items() if f"| `{path.relative_to(ROOT)}/` | {line} |" not in text
    ] == []


def folders(room: Path) -> list[str]:
    return [path.name for path in room.iterdir() if (path / "__init__.py").exists()]


def test_the_readme_shows_what_the_demo_prints(shown: tuple[str, Path]) -> None:
    printed, quoted = same(shown[0]), blocks(ROOT / "README.md", remark="from the demo")
    lines = [line for block in quoted for line in block.splitlines() if line.strip() not in ("", "[...]")]
    assert len(lines) > 20
    assert [line for line in lines if same(line) not in printed] == []


def test_what_is_asked_in_the_demos_folder_is_answered_so(
    shown: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    [block] = blocks(ROOT / "README.md", remark="asked in the demo's folder")
    call, answer = block.strip().splitlines()
    monkeypatch.chdir(shown[1])
    environ = dict.fromkeys(name for name in os.environ if name.startswith("WGWATCH_"))
    result = CliRunner().invoke(cli, shlex.split(call)[2:], env=environ)
    assert (result.exit_code, same(result.output)) == (1, same(answer))


def test_a_refusal_looks_as_the_readme_shows_it(sqlite_world: World) -> None:
    world = sqlite_world
    [block] = blocks(ROOT / "README.md", remark="what a refusal looks like")
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    world.show("/group", "no", status=403)
    world.wgwatch("check", rc=1)
    world.ahead += timedelta(hours=12)
    assert same(world.wgwatch("check", rc=1).stdout) == same(block.removeprefix("$ wgwatch check\n"))


def test_the_example_of_a_webhook_is_of_the_shape_that_is_sent_and_verifies(sqlite_world: World) -> None:
    headers, body = _told(sqlite_world)
    [example] = blocks(ROOT / "docs" / "webhooks.md", language="json")
    assert _shape(json.loads(example)) == _shape(json.loads(body))
    schema = json.loads((FOLDER / "event.moved.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(json.loads(example))

    verified = _code_of_the_document()["verified"]
    assert verified(SECRET, headers, body) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        verified(SECRET, headers, body.replace(b"2027-09-12", b"2027-09-13"))


def test_the_headers_of_a_webhook_are_those_that_the_document_lists(sqlite_world: World) -> None:
    headers, _ = _told(sqlite_world)
    listed = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "webhooks.md").read_text("utf-8"), re.M)
    assert listed
    assert set(listed) <= {name.lower() for name in headers}


def _told(world: World) -> tuple[dict[str, str], bytes]:
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    [(headers, body)] = world.hooks
    return headers, body


def _code_of_the_document() -> dict[str, Any]:
    [code] = blocks(ROOT / "docs" / "webhooks.md", language="python")
    names: dict[str, Any] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), names)
    return names


def _shape(value: Any) -> Any:
    """The keys of an object, whatever their values."""
    return {key: _shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None


def test_every_type_of_webhook_is_listed_with_what_it_means() -> None:
    rows = re.findall(
        r"^\| `(\w+\.\w+)` \| (.*) \|$", (ROOT / "docs" / "webhooks.md").read_text("utf-8"), re.M
    )
    assert rows == [*((type_, told) for type_, (_, told) in TYPES.items()), (FOLDED, FOLDED_TELLS)]


def test_the_plan_of_scaling_follows_from_the_costs_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "scaling.md").read_text("utf-8")
    costs, planned = re.findall(r"<!-- from: benchmarks/costs\.py --\w+ -->\n(.*?)\n<!-- end -->", text, re.S)
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    derivation = importlib.import_module("costs_plan")
    assert planned.strip() == derivation.plan_table(derivation.read_costs(costs.strip())).strip()
