"""Changes as they are frozen when published, and mails about them. All names and addresses are fictional."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import Desk

from config.networks import Networks
from notifier.channels import Outgoing
from notifier.messages import Item, Mail
from storage.engine import Database
from storage.records import Contact, Event, Group, NewsItem, Project

Change = dict[str, Any]

NGAIO = Contact(
    name="Ngaio PARATA", honorific="Ms", role="Programme Director", organization="Harbour Secretariat",
    email="np@harbour.example",
)  # fmt: skip
OBADIAH = Contact(name="Obadiah Crane", honorific="Mr", role="Programme Director")
SVEN = Contact(name="Sven OLAFSEN", honorific="Mr", organization="Ministry of Trade", email_protected=True)
EVENT = Event(
    title="43rd Tide Meeting", starts_on="2016-09-07", ends_on="2016-09-09", city="Lima", economy="Peru"
)
MOVED = Event(
    title="43rd Tide Meeting", starts_on="2016-09-12", ends_on="2016-09-14", city="Lima", economy="Peru"
)
PROJECT = Project(code="TIDE 01 2023", title="Small boats", economy="Peru")
NEWS = NewsItem(title="Forum opens", date="2023-09")
GROUP = Group(name="Tide Working Group", acronym="TIDE", last_updated="2016-07-25")
DATED = Group(name="Tide Working Group", acronym="TIDE", last_updated="2023-09")
SECTION = {"key": "description", "title": "Description"}


def _record(id_: str, before: Any, after: Any) -> Change:
    known = after or before
    sides = {"before": before.to_json() if before else None, "after": after.to_json() if after else None}
    return {"id": id_, "kind": known.kind, "label": known.label, **sides}


SAMPLES: dict[str, Change] = {
    "role.changed": {"record": _record("con_1", NGAIO, OBADIAH), "importance": 0.9},
    "contact.added": {"record": _record("con_2", None, SVEN)},
    "contact.removed": {"record": _record("con_3", NGAIO, None)},
    "contact.modified": {
        "record": _record("con_2", NGAIO, OBADIAH),
        "fields": {"email": ["np@harbour.example", None]},
    },
    "event.moved": {
        "record": _record("evt_1", EVENT, MOVED),
        "fields": {"starts_on": ["2016-09-07", "2016-09-12"], "ends_on": ["2016-09-09", "2016-09-14"]},
        "importance": 0.7,
    },
    "event.added": {"record": _record("evt_1", None, EVENT)},
    "event.removed": {"record": _record("evt_1", EVENT, None)},
    "event.cancelled": {"record": _record("evt_1", EVENT, EVENT), "fields": {"status": [None, "cancelled"]}},
    "project.added": {"record": _record("prj_1", None, PROJECT)},
    "news.added": {"record": _record("new_1", None, NEWS)},
    "group.modified": {
        "record": _record("grp_1", GROUP, DATED),
        "fields": {"last_updated": ["2016-07-25", "2023-09"]},
        "importance": 0.2,
    },
    "text.changed": {
        "section": SECTION,
        "sentences": [
            ["Boats carry 20 per cent to 50 per cent of it.", "Boats carry 40 percent to 60 percent of it."],
            [None, "The next meeting is in Indonesia."],
            ["A list follows.", None],
        ],
    },
    "section.gone": {"section": {"key": "events", "title": "Events"}, "fields": {"records": [18, None]}},
    "page.redesigned": {"fields": {"sections": [["Events", "News", "Aims"], ["Aims", "Join us"]]}},
    "page.blocked": {"health": {"reason": "a challenge page", "since": "2023-10-05T01:17:00Z"}},
}


@pytest.fixture
def change() -> Callable[..., Change]:
    """A published change of a kind, with what the test wants to be different."""

    def make(kind: str, **other: Any) -> Change:
        return {
            "id": f"chg_{kind.replace('.', '_')}",
            "kind": kind,
            "last_seen_before": "2016-09-23T00:00:00Z",
            "first_seen_after": "2023-10-05T01:17:00Z",
            "group": "TIDE",
            "group_name": "Tide Working Group",
            "sources": ["harbour-forum"],
            "page": "https://harbour-forum.example/groups/tide",
            "record": None,
            "section": None,
            "fields": {},
            "sentences": [],
            "importance": 0.5,
            "summary": f"a summary of {kind}",
            "evidence": {"sha256_before": "a" * 64, "sha256_after": "b" * 64},
            "health": None,
            "state": "open",
            **deepcopy(SAMPLES.get(kind, {})),
            **other,
        }

    return make


@pytest.fixture
def mail() -> Callable[..., Mail]:
    """A mail about changes, asked for by the subscription `newsroom`."""

    def make(*changes: Change, **other: Any) -> Mail:
        values: dict[str, Any] = {
            "delivery_id": "dlv_1",
            "recipient": "anna@paper.example",
            "items": tuple(Item(each, ("newsroom",)) for each in changes),
            "digest": False,
            "sender": "webwatch@trade.example",
            "public_url": None,
            "zone": ZoneInfo("Asia/Singapore"),
            "created_at": datetime(2023, 10, 5, 1, 18, tzinfo=UTC),
        }
        return Mail(**{**values, **other})

    return make


@pytest.fixture
def delivery(change: Callable[..., Change]) -> Callable[..., Outgoing]:
    """A delivery of one moved event to a target."""

    def make(target: str, **other: Any) -> Outgoing:
        values: dict[str, Any] = {
            "id": "dlv_1",
            "target": target,
            "items": (Item(change("event.moved"), ("newsroom",)),),
            "created_at": datetime(2023, 10, 5, 1, 18, tzinfo=UTC),
        }
        return Outgoing(**{**values, **other})

    return make


@pytest.fixture
def loopback() -> Networks:
    return Networks.parse(["loopback"])


@pytest.fixture
def desk(database: Database, change: Callable[..., Change]) -> Desk:
    return Desk(database, change)


@pytest.fixture
def sqlite_desk(tmp_path: Path, change: Callable[..., Change]) -> Iterator[Desk]:
    """For what does not depend on the kind of database."""
    with _desk_in(tmp_path / "wgwatch.db", change) as made:
        yield made


@pytest.fixture
def other_desk(tmp_path: Path, change: Callable[..., Change]) -> Iterator[Desk]:
    """The same once more, as after a restore from nothing."""
    with _desk_in(tmp_path / "restored.db", change) as made:
        yield made


@contextmanager
def _desk_in(file: Path, change: Callable[..., Change]) -> Iterator[Desk]:
    database = Database(f"sqlite:///{file}")
    database.prepare()
    yield Desk(database, change)
    database.close()
