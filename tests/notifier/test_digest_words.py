"""What a digest says, in words."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifier.messages import compose
from notifier.writing.digest_words import digest_words, overview
from notifier.writing.layout import table
from notifier.writing.values import Manner

SINGAPORE = Manner(ZoneInfo("Asia/Singapore"))
HOSTILE = "<b>\r\nBcc: eve@evil.example\u202e {{7*7}}"


def told(**other: Any) -> dict[str, Any]:
    """What is gathered for a week of a source with three groups."""
    row = {"group": "HWG", "looks": 28, "unread": {}, "last_good": "2023-10-08T15:56:00Z"}
    return {
        "sources": ["harbour-forum"],
        "since": "2023-10-02T00:30:00Z",
        "until": "2023-10-09T00:30:00Z",
        "next": "2023-10-16T00:30:00Z",
        "unchanged": 3,
        "upcoming": None,
        "silence": {
            "groups": 3,
            "unread_groups": 0,
            "named": True,
            "rows": [{**row, "found": {"contact": [2, 2], "event": [0, 4]}, "gone": ["event"]}],
            "rest": {"groups": 2, "least": 27, "most": 28, "unread": 1, "last_good": "2023-10-08T14:56:00Z"},
        },
        "held": [],
        "heads": {"pages": 3, "sha256": "c" * 64, "text": None},
        **other,
    }


def silence(**other: Any) -> dict[str, Any]:
    return {**told()["silence"], **other}


@pytest.mark.parametrize(
    ("other", "subject"),
    [
        ({}, "harbour-forum, 2–8 October 2023: nothing new; 3 groups unchanged"),
        (
            {"silence": silence(unread_groups=1)},
            "harbour-forum, 2–8 October 2023: nothing new; 1 group was not read",
        ),
        (
            {"silence": silence(groups=1, named=False)},
            "harbour-forum, 2–8 October 2023: nothing new; 1 page unchanged",
        ),
        ({"sources": ["a", "b"]}, "a and b, 2–8 October 2023: nothing new; 3 groups unchanged"),
        ({"sources": list("abc")}, "3 sources, 2–8 October 2023: nothing new; 3 groups unchanged"),
        (
            {"since": "2023-09-28T00:30:00Z"},
            "harbour-forum, 28 September – 8 October 2023: nothing new; 3 groups unchanged",
        ),
        ({"since": "2023-10-08T00:30:00Z"}, "harbour-forum, 8 October 2023: nothing new; 3 groups unchanged"),
        (
            {"since": "2023-10-08T23:30:00Z"},
            "harbour-forum, 9 Oct 2023 08:30: nothing new; 3 groups unchanged",
        ),
    ],
)
def test_the_subject_names_the_period_and_what_is_known_of_silence(other, subject):
    assert digest_words(told(**other), [], SINGAPORE).subject == subject


def test_the_subject_tells_the_gist_and_how_many_did_not_change(change):
    words = digest_words(told(unchanged=2), [change("role.changed")], SINGAPORE)
    assert words.subject == (
        "harbour-forum, 2–8 October 2023: TIDE: new Programme Director (Obadiah Crane); 2 groups unchanged"
    )


def test_the_table_that_proves_silence():
    words = digest_words(told(), [], SINGAPORE)
    assert words.silence == (("HWG", "28", "0", "8 Oct 2023 23:56", "2 contacts / 2; events: section gone"),)
    assert words.rest == (
        "… 2 more, each looked at 27 to 28 times, 1 look of all could not be read, last 8 Oct 2023 22:56 or later."
    )
    assert words.held == ("Nothing is held back for a second look.",)
    assert words.heads.startswith(f"Chain heads (3 pages), SHA-256 {'c' * 64}.")
    assert words.following == "The next one comes on 16 Oct 2023 08:30."


def test_what_is_held_back_says_why_and_when_it_is_looked_at_again():
    held = {"group": "PPWE", "since": "2023-10-08T15:00:00Z", "because": "shows 0 of 3 projects"}
    again = [{**held, "again": "2023-10-08T16:10:00Z"}, {**held, "because": "", "again": None}]
    first, second = digest_words(told(held=again), [], SINGAPORE).held
    assert first == (
        "Held back for a second look: PPWE, since 8 Oct 2023 23:00 (shows 0 of 3 projects); "
        "looking again at 9 Oct 2023 00:10."
    )
    assert second == "Held back for a second look: PPWE, since 8 Oct 2023 23:00."


def test_what_comes_up_says_what_is_not_given_and_what_is_from_the_text():
    event = {"title": "57th HWG", "city": "Lima", "economy": "Peru", "group": "HWG", "read_from": "list"}
    dated = {
        **event,
        "starts_on": "2023-11-07",
        "ends_on": "2023-11-09",
        "disagreements": {"city": {"x": "Cusco"}},
    }
    undated = {**event, "city": None, "read_from": "prose", "status": "postponed"}
    upcoming = {"days": 90, "dated": [dated], "undated": [undated], "more": 2}
    words = digest_words(told(upcoming=upcoming), [], Manner(language="es"))
    assert words.coming == (
        ("7–9 nov 2023", "HWG", "57th HWG, Lima, Peru (the pages disagree)"),
        ("Date not given", "HWG (from the text)", "57th HWG, Peru, postponed"),
    )
    assert words.coming_note == "… and 2 more."
    nothing = {"days": 1, "dated": [], "undated": [], "more": 0}
    assert (
        digest_words(told(upcoming=nothing), [], SINGAPORE).coming_note
        == "No dated meeting in the next 1 day."
    )


def test_changes_stand_by_source_where_there_are_several(change):
    here = change("role.changed", summary="A new director since 2023-10-05")
    there = change("news.added", sources=["reef"], group="REEF", summary="A forum")
    assert overview([here])[0].sources == (("", (("TIDE", "A new director since 5 Oct 2023"),)),)
    important, also = overview([there, here])
    assert (important.heading, important.sources[0][0]) == ("IMPORTANT", "harbour-forum")
    assert also.sources == (("reef", (("REEF", "A forum"),)),)


def test_hostile_words_break_out_of_no_digest(change, mail):
    event = {
        "title": HOSTILE,
        "city": HOSTILE,
        "group": HOSTILE,
        "starts_on": "2023-11-07",
        "read_from": "list",
    }
    row = {"group": HOSTILE, "looks": 1, "unread": {HOSTILE: 1}, "last_good": None, "found": {}, "gone": []}
    held = {"group": HOSTILE, "since": "2023-10-08T15:00:00Z", "because": HOSTILE, "again": None}
    gathered = told(
        sources=[HOSTILE],
        upcoming={"days": 9, "dated": [event], "undated": [event], "more": 0},
        silence=silence(rows=[row]),
        held=[held],
    )
    message = compose(mail(change("news.added", sources=[HOSTILE]), digest=True, told=gathered))
    assert message["Bcc"] is None
    for kind in ("plain", "html"):
        said = message.get_body((kind,)).get_content()
        assert "\u202e" not in said
        assert "\nBcc" not in said
        assert "{{7*7}}" in said
    assert "<b>\r" not in message.get_body(("html",)).get_content()
    assert "&lt;b&gt; Bcc" in message.get_body(("html",)).get_content()


def test_columns_are_as_wide_as_what_stands_in_them_and_the_last_one_wraps():
    rows = [("東京", "1", "x " * 60), ("Lima, Peru", "22", "y")]
    lines = table(rows, ("city", "n", "what")).splitlines()
    assert lines[0] == "  city        n   what"
    assert lines[1].startswith("  東京        1   x x")
    assert lines[2].startswith(" " * 14)
    assert lines[-1] == "  Lima, Peru  22  y"
