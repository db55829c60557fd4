"""Feeds, held against a schema and read by a feed reader's parser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from notifier.formats.atom import ATOM, Feed, atom_of

Change = dict[str, Any]
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
FEED = Feed(
    authority="trade.example", born=datetime(2016, 7, 25, 8, tzinfo=UTC), name="all", title="All changes"
)
HOSTILE = [
    "<script>alert(1)</script>",
    "</content></entry><entry>",
    "]]><!--",
    "&lt;script&gt;&#x26;",
    "a\r\nb\x00\x1b\ufffe\ud800",
    "\u202egnp.exe",
    "{{ 7*7 }}{% raw %}",
    "é" * 100_000,
]


def parsed(data: bytes) -> Any:
    """What a reader makes of a feed, which has to be valid."""
    document = etree.fromstring(data)
    SCHEMA.assertValid(document)
    ids = document.xpath("//a:id/text()", namespaces={"a": ATOM})
    assert len(set(ids)) == len(ids)
    read = feedparser.parse(data)
    assert not read.bozo, read.get("bozo_exception")
    return read


def test_a_feed_of_every_kind_of_change_is_valid(change: Callable[..., Change]) -> None:
    from config.kinds import CHANGE_KINDS

    read = parsed(atom_of([change(kind) for kind in CHANGE_KINDS], FEED))
    assert {entry.tags[0].term for entry in read.entries} == set(CHANGE_KINDS)


def test_an_entry_says_what_was_and_what_is_under_an_id_that_lasts(change: Callable[..., Change]) -> None:
    (entry,) = parsed(atom_of([change("event.moved")], FEED)).entries
    assert entry.id == "tag:trade.example,2016-07-25:change/chg_event_moved"
    assert entry.title == "TIDE: 43rd Tide Meeting moved to 12 Sep 2016"
    assert entry.updated == entry.published == "2023-10-05T01:17:00Z"
    assert entry.link == "https://harbour-forum.example/groups/tide"
    text = " ".join(html.fromstring(entry.content[0].value).text_content().split())
    assert "Last seen in the old form: 23 Sep 2016 00:00 UTC" in text
    assert "was7–9 Sep 2016" in text
    assert "now12–14 Sep 2016" in text


def test_ids_do_not_depend_on_where_the_feed_is_served(change: Callable[..., Change]) -> None:
    served = Feed(
        authority=FEED.authority,
        born=FEED.born,
        name="all",
        title="Changes",
        url="https://watch.example/feeds/all",
        public_url="https://watch.example",
    )
    read = parsed(atom_of([change("event.moved")], served))
    before = parsed(atom_of([change("event.moved")], FEED))
    assert (read.feed.id, read.entries[0].id) == (before.feed.id, before.entries[0].id)
    assert read.entries[0].link == "https://watch.example/changes/chg_event_moved"
    assert {link.rel: link.href for link in read.feed.links} == {
        "self": "https://watch.example/feeds/all",
        "alternate": "https://watch.example",
    }


def test_the_newest_comes_first_and_the_bytes_stay_the_same(change: Callable[..., Change]) -> None:
    changes = [
        change("event.moved", first_seen_after="2023-10-05T01:17:00Z"),
        change("news.added", first_seen_after="2023-10-06T01:17:00.250Z"),
    ]
    data = atom_of(changes, FEED)
    read = parsed(data)
    assert read.feed.updated == read.entries[0].updated == "2023-10-06T01:17:00Z"
    assert data == atom_of(changes[::-1], FEED)


def test_a_feed_without_changes_dates_from_its_birth() -> None:
    read = parsed(atom_of([], FEED))
    assert (read.feed.updated, read.entries) == ("2016-07-25T08:00:00Z", [])
    assert read.feed.id == "tag:trade.example,2016-07-25:feed/all"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_page_says_cannot_break_out(change: Callable[..., Change], text: str) -> None:
    told = [
        change("event.added", group=text, group_name=text, page=text, summary=text),
        change(
            "text.changed",
            id="chg_2",
            section={"key": text, "title": text},
            sentences=[[text, "b"], [None, text]],
        ),
        change("group.modified", id="chg_3", fields={text: [text, None]}, page=f"javascript:{text}"),
        change("page.blocked", id="chg_4", health={"reason": text}),
    ]
    for each in told[:1]:
        each["record"]["after"].update(title=text, city=text)
        each["record"]["label"] = text
    data = atom_of(told, Feed(authority=text[:50], born=FEED.born, name=text[:50], title=text))
    read = parsed(data)
    assert len(read.entries) == 4
    for entry in etree.fromstring(data).iterfind(f".//{{{ATOM}}}content"):
        shown = html.fromstring(entry.text)
        assert {each.tag for each in shown.iter()} <= {
            *("div", "p", "br", "b", "i", "a", "table", "tr", "th", "td", "del", "ins", "tbody")
        }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_valid_feed(change: Callable[..., Change], title: str, old: str, new: str) -> None:
    told = change("text.changed", group=title, section={"key": "k", "title": title}, sentences=[[old, new]])
    SCHEMA.assertValid(etree.fromstring(atom_of([told], FEED)))
