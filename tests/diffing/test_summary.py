"""A change in one line, and how much it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.kinds import CHANGE_KINDS, Importance
from diffing import importance, summary
from diffing.drafts import Draft
from storage.records import Contact, Event, Group, NewsItem, Project, Record

MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Peru")
RECORDS: dict[str, Record] = {
    "event": MEETING,
    "contact": Contact(name="Mei Tan", role="Programme Director"),
    "role": Contact(name="Mei Tan", role="Programme Director"),
    "project": Project(code="HWG 01 2026A"),
    "news": NewsItem(title="Port opened"),
    "group": Group(name="Harbour Working Group"),
}
NAMELESS: dict[str, Record] = {
    "event": Event(title=""),
    "contact": Contact(name=None),
    "role": Contact(name=None, role=None),
    "project": Project(code=None),
    "news": NewsItem(title=""),
    "group": Group(name=None),
}
PAGE_WIDE = {"page.redesigned": {"sections": (["Events", "News"], ["About"])}}


def draft(kind: str, record: Record | None, fields: dict[str, tuple[object, object]]) -> Draft:
    there = None if kind.endswith(".added") else record
    here = None if kind.endswith((".removed", ".ended")) else record
    section = ("events", "Events") if kind.startswith(("section.", "text.")) else None
    return Draft(
        kind=kind,
        before=there,
        after=here,
        fields=PAGE_WIDE.get(kind, fields),
        section=section,
        sentences=((None, "Ports trade."),),
    )


@pytest.mark.parametrize("kind", CHANGE_KINDS)
def test_every_kind_has_a_line_and_a_weight(kind: str) -> None:
    family = kind.partition(".")[0]
    for record in (RECORDS.get(family), NAMELESS.get(family), None):
        for fields in (
            {},
            {"starts_on": (None, "2027-09-07")},
            {"city": ("Lima", None), "title": ("a", "b")},
        ):
            line = summary.of(draft(kind, record, fields))
            assert 0 < len(line) <= 240
            assert "None" not in line
            assert "\n" not in line
    assert 0 < importance.of(kind) <= 1
    assert importance.level(importance.of(kind)) in Importance


def test_a_long_line_is_cut_with_a_sign() -> None:
    line = summary.of(draft("event.added", replace(MEETING, title="Port " * 200), {}))
    assert len(line) <= 240
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            Draft(
                kind="event.moved",
                before=MEETING,
                after=MEETING,
                fields={"starts_on": ("2027-09-07", "2027-09-12"), "ends_on": ("2027-09-08", "2027-09-13")},
            ),
            "43rd HWG Meeting moved to 2027-09-12 (was 2027-09-07)",
        ),
        (
            Draft(kind="event.moved", before=MEETING, after=MEETING, fields={"city": ("Lima", "Cusco")}),
            "43rd HWG Meeting moved to Cusco (was Lima)",
        ),
        (
            Draft(
                kind="role.changed",
                before=RECORDS["role"],
                after=Contact(name="Carlos Oban", role="Programme Director"),
            ),
            "Programme Director is now Carlos Oban, was Mei Tan",
        ),
        (
            Draft(kind="section.gone", section=("events", "Events"), fields={"records": (18, None)}),
            "Section Events (18 entries) is no longer shown; the page does not say why",
        ),
        (
            Draft(
                kind="text.changed",
                section=("description", "Description"),
                sentences=(("20 per cent", "40 per cent"),),
            ),
            "Description: “20 per cent”, now “40 per cent”",
        ),
        (
            Draft(kind="page.redesigned", fields={"sections": (["Events", "News"], ["News", "About"])}),
            "Page redesigned: Events no longer shown",
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Draft) else "",
)
def test_a_change_as_a_person_would_say_it(change: Draft, line: str) -> None:
    assert summary.of(change) == line


def test_an_empty_post_is_not_said_to_be_held_by_itself() -> None:
    empty, taken = Contact(name=None, role="Chair"), Contact(name="Mei Tan", role="Chair")
    for before, after in ((empty, taken), (taken, empty)):
        line = summary.of(Draft(kind="role.changed", before=before, after=after))
        assert "Mei Tan" in line
        assert line.count("Chair") == 1


def test_a_page_date_alone_is_minor_and_a_group_with_another_name_is_not() -> None:
    assert importance.level(importance.of("group.modified", ["last_updated"])) is Importance.MINOR
    assert importance.level(importance.of("group.modified", ["last_updated", "name"])) is Importance.NORMAL


def test_a_text_whose_facts_changed_weighs_more_than_one_that_was_re_worded() -> None:
    worded = importance.of("text.changed", (), [("We meet often.", "We meet rarely.")])
    numbers = importance.of(
        "text.changed", (), [("We meet often.", "We meet rarely."), ("20 ports", "40 ports")]
    )
    assert importance.level(worded) is Importance.MINOR
    assert importance.level(numbers) is Importance.NORMAL


def test_people_and_dates_are_important_and_what_ended_is_minor() -> None:
    for kind in ("role.changed", "contact.added", "event.moved", "event.cancelled", "event.removed"):
        assert importance.level(importance.of(kind)) is Importance.IMPORTANT
    for kind in ("event.ended", "news.added"):
        assert importance.level(importance.of(kind)) is Importance.MINOR


def test_a_list_of_new_sentences_is_named_by_the_first_and_counted() -> None:
    new = tuple((None, f"Port number {n} joined the group, with all its quays. " * 5) for n in range(40))
    line = summary.of(Draft(kind="text.changed", section=("ports", "Ports"), sentences=new))
    assert line.startswith("Ports: new: “Port number 0 joined")
    assert line.endswith("… (and 39 more)")
    assert len(line) <= 240
