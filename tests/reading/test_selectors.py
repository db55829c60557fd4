"""Selectors of a profile: fields by their place, layouts by their time, and what happens where they find nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.profile import load_profile
from crawler.extract.knowledge import Knowledge
from crawler.history.derivation import Reader
from crawler.profiled.selectors import select
from crawler.reading import read, reading_rules
from storage.records import Reading

URL = "https://lagoon.example/groups/tide"
OLD, NEW = datetime(2019, 5, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
EVENTS = """
  - for: event
    each: table.meetings tr
    fields: {title: td.what, starts_on: td.when, place: td.where, link: a@href}
    from: 2018-01-01
    until: 2021-06-30
"""
TABLE = """<h1>Tide Group (TG)</h1><h2>Whereabouts</h2><table class=meetings>
<tr><th>A</th><th>B</th><th>C</th><th>D</th></tr>
<tr><td class=when>12-14 July 2019</td><td class=what>Tide talk (TG 01 2019A)</td>
<td class=where>Lima, Peru</td><td><a href="/talk">more</a></td></tr>
<tr><td class=when>September 2019</td><td class=what>Ebb forum</td><td class=where>Ha Noi, Viet Nam</td><td></td></tr>
</table>"""


@pytest.fixture
def knowing(tmp_path: Path) -> Callable[..., Knowledge]:
    """What a profile with these selectors knows."""

    def knowledge(selectors: str, more: str = "") -> Knowledge:
        (tmp_path / "lagoon.yaml").write_text(f"name: lagoon\n{more}\nselectors:\n{selectors}")
        return Knowledge.of_profile(load_profile("./lagoon.yaml", tmp_path))

    return knowledge


def reading(body: str, knowledge: Knowledge, seen_at: datetime | None = OLD) -> Reading:
    page = f"<!DOCTYPE html><html><head><title>Tide</title></head><body>{body}</body></html>"
    return read(
        page.encode(), content_type="text/html; charset=utf-8", url=URL, knowledge=knowledge, seen_at=seen_at
    )


def test_fields_are_read_where_the_selectors_say(knowing: Callable[..., Knowledge]) -> None:
    talk, forum = reading(TABLE, knowing(EVENTS)).events
    assert (talk.title, talk.starts_on, talk.ends_on) == ("Tide talk", "2019-07-12", "2019-07-14")
    assert (talk.city, talk.economy, talk.project_code) == ("Lima", "Peru", "TG 01 2019A")
    assert talk.link == "https://lagoon.example/talk"
    assert (forum.title, forum.starts_on, forum.city) == ("Ebb forum", "2019-09", "Ha Noi")
    assert (forum.ends_on, forum.link, forum.confidence) == (None, None, 1.0)


def test_a_layout_holds_from_its_first_day_to_the_end_of_its_last(knowing: Callable[..., Knowledge]) -> None:
    knowledge = knowing(EVENTS)
    for moment, is_held in (
        (datetime(2017, 12, 31, 23, 59, tzinfo=UTC), False),
        (datetime(2018, 1, 1, tzinfo=UTC), True),
        (datetime(2021, 6, 30, 23, 59, tzinfo=UTC), True),
        (datetime(2021, 7, 1, tzinfo=UTC), False),
        (None, False),
    ):
        titles = [event.title for event in reading(TABLE, knowledge, moment).events]
        assert ("Ebb forum" in titles) == is_held, moment


def test_each_time_is_read_by_its_own_layout(knowing: Callable[..., Knowledge]) -> None:
    cards = """  - for: event
    each: .card
    fields: {title: b, starts_on: time@datetime}
    from: 2021-07-01
"""
    page = TABLE + "<div class=card><b>Neap day</b><time datetime='2024-06-03T09:00'>soon</time></div>"
    knowledge = knowing(EVENTS + cards)
    assert [event.title for event in reading(page, knowledge, OLD).events] == ["Tide talk", "Ebb forum"]
    [card] = reading(page, knowledge, NEW).events
    assert (card.title, card.starts_on) == ("Neap day", "2024-06-03")
    assert reading(page, knowledge, None).events == (card,)


def test_what_selectors_find_nothing_for_is_read_by_the_general_rules_with_a_warning(
    knowing: Callable[..., Knowledge],
) -> None:
    page = "<h1>Tide Group</h1><h2>Events</h2><ul><li>12 July 2019 Tide talk, Lima, Peru</li></ul>"
    found = reading(page, knowing(EVENTS))
    assert [event.title for event in found.events] == ["Tide talk"]
    [warning] = found.warnings
    assert "'table.meetings tr'" in warning
    assert "general rules" in warning


def test_other_kinds_are_left_to_the_general_rules(knowing: Callable[..., Knowledge]) -> None:
    page = TABLE + "<h2>Contacts</h2><p>Mei Tan (Ms)<br>Programme Director<br>Harbour Secretariat</p>"
    found = reading(page, knowing(EVENTS))
    assert [contact.name for contact in found.contacts] == ["Mei Tan"]
    assert [project.code for project in found.projects] == ["TG 01 2019A"]


def test_the_text_of_what_was_selected_is_not_told_again_as_text(knowing: Callable[..., Knowledge]) -> None:
    found = reading(TABLE, knowing(EVENTS))
    [section] = [section for section in found.sections if section.title == "Whereabouts"]
    assert (section.holds, section.paragraphs) == ("events", ())
    assert {event.section for event in found.events} == {section.key}
    assert all(event.place > 0 for event in found.events)


def test_contacts_keep_a_protected_address_unknown_unless_it_is_to_be_decoded(
    knowing: Callable[..., Knowledge],
) -> None:
    who = "  - for: contact\n    each: .who\n    fields: {name: b, role: i, email: a@href, economy: .e}\n"
    hidden = "/cdn-cgi/l/email-protection#" + bytes([7, *(7 ^ c for c in b"ana@quay.example")]).hex()
    page = (
        "<h1>Tide Group</h1><div class=who><b>Dr Ana Ruiz</b> <i>Wharf Warden 2019-2021</i>"
        f"<a href='{hidden}'>[email protected]</a><span class=e>Peru</span></div>"
    )
    [kept] = reading(page, knowing(who)).contacts
    assert (kept.name, kept.honorific, kept.role, kept.term) == (
        "Ana Ruiz",
        "Dr",
        "Wharf Warden",
        "2019-2021",
    )
    assert (kept.email, kept.email_protected, kept.economy) == (None, True, "Peru")
    [decoded] = reading(page, knowing(who, "protected_emails: decode")).contacts
    assert (decoded.email, decoded.email_protected) == ("ana@quay.example", False)


def test_a_date_that_cannot_be_read_is_left_out_and_lowers_the_confidence(
    knowing: Callable[..., Knowledge],
) -> None:
    page = TABLE.replace("September 2019", "some time soon")
    forum = reading(page, knowing(EVENTS)).events[1]
    assert (forum.starts_on, forum.confidence) == (None, 0.5)


def test_projects_news_and_the_group_itself(knowing: Callable[..., Knowledge]) -> None:
    knowledge = knowing(
        "  - {for: project, each: li.p, fields: {title: ':scope', status: i}}\n"
        "  - {for: news, each: li.n, fields: {title: a, link: a@href, date: i}}\n"
        "  - {for: group, each: header, fields: {name: b, acronym: i}}\n"
    )
    found = reading(
        "<header><b>Ring of Tides</b><i>RoT</i></header><ul><li class=p>Lamps (TG 02 2019A)</li></ul>"
        "<ul><li class=n><a href=/n1>Lamp lit</a> <i>3 May 2019</i></li></ul>",
        knowledge,
    )
    assert [(p.code, p.title) for p in found.projects] == [("TG 02 2019A", "Lamps")]
    assert [(n.title, n.date, n.link) for n in found.news] == [
        ("Lamp lit", "2019-05-03", "https://lagoon.example/n1")
    ]
    assert found.group is not None
    assert (found.group.name, found.group.acronym) == ("Ring of Tides", "RoT")


def test_one_group_is_the_pages_own_and_several_are_listed(knowing: Callable[..., Knowledge]) -> None:
    knowledge = knowing("  - {for: group, each: li.g, fields: {name: b, former_names: i, link: a@href}}\n")
    found = reading(
        "<h1>Ring of Tides</h1><ul><li class=g><b>Ebb Circle</b><i>Low Ring; Ebb Group</i></li>"
        "<li class=g><b>Flood Circle</b><a href=/flood>more</a></li></ul>",
        knowledge,
    )
    assert found.group is not None
    assert found.group.name == "Ring of Tides"
    assert [(g.name, g.former_names, g.link) for g in found.groups] == [
        ("Ebb Circle", ("Low Ring", "Ebb Group"), None),
        ("Flood Circle", (), "https://lagoon.example/flood"),
    ]


def test_selectors_are_part_of_the_rules_and_of_the_digest(knowing: Callable[..., Knowledge]) -> None:
    one, other = knowing(EVENTS), knowing(EVENTS.replace("td.what", "td.when"))
    assert len({reading_rules(), reading_rules(one), reading_rules(other)}) == 3
    digests = {reading(TABLE, one, moment).digest for moment in (OLD, NEW)}
    assert len(digests) == 2


def test_a_page_whose_classes_alone_changed_is_not_taken_for_known(knowing: Callable[..., Knowledge]) -> None:
    reader = Reader(knowing(EVENTS))
    before = reader.read(TABLE.encode(), "text/html", URL, seen_at=OLD)
    assert isinstance(before, Reading)
    assert reader.read(TABLE.encode(), "text/html", URL, before.digest, seen_at=OLD) == before.digest
    other = TABLE.replace("class=what>Ebb", "class=which>Ebb").encode()
    after = reader.read(other, "text/html", URL, before.digest, seen_at=OLD)
    assert isinstance(after, Reading)
    assert [event.title for event in after.events] == ["Tide talk"]


def test_a_record_inside_a_record_is_part_of_it(knowing: Callable[..., Knowledge]) -> None:
    knowledge = knowing("  - {for: event, each: .e, fields: {title: b}}\n")
    body = "<div class=e><b>Tide talk</b><div class=e><b>Lunch</b></div></div><div class=e><b>Ebb</b></div>"
    assert [event.title for event in reading(body, knowledge).events] == ["Tide talk", "Ebb"]


def test_a_page_that_is_nested_without_end_is_left_to_the_general_rules(
    knowing: Callable[..., Knowledge],
) -> None:
    started = time.monotonic()
    selected = select(b"<div class=meetings>" * 100_000, "text/html", URL, knowing(EVENTS), OLD)
    assert selected.records == {}
    assert "too deep" in selected.warnings[0]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("body", ["", "<table class=meetings><tr><td class=what>", "<<<>>\0<b", "%PDF-1.4 <"])
def test_broken_markup_never_raises(body: str, knowing: Callable[..., Knowledge]) -> None:
    assert reading(body, knowing(EVENTS)).events == ()
