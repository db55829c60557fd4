"""Which sentences differ at every look, and what is left of a change without them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffing import text
from diffing.drafts import Draft, Look
from diffing.noise import Key, Watched, hits, learn, sift, template
from diffing.sections import text_changed
from storage.records import NewsItem, Reading

DAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEE = "The yearly fee of a member is 200 dollars."


@pytest.mark.parametrize(
    ("sentence", "shape"),
    [
        ("Visitors: 12,345", "Visitors: {number}"),
        ("Page built in 0.34 s at 12:05:33", "Page built in {number} s at {time}"),
        ("Session 8f3a2b1c99ffeed0", "Session {token}"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id {token}"),
        ("link: https://forum.example/a?sid=8f3a2b1c99ff", "link: https://forum.example/a?sid={token}"),
        ("Today is Monday, 23 November 2026.", "Today is {today}."),
        ("Today is Tue, Nov 24, 2026", "Today is {today}"),
        ("datetime: 2026-11-23T01:55:00Z", "datetime: {today}"),
        ("Hoy es lunes, 23 de noviembre de 2026", "Hoy es {today}"),
        ("今天是2026年11月23日", "今天是{today}"),
    ],
)
def test_what_varies_is_a_hole_in_the_sentence(sentence: str, shape: str) -> None:
    assert template(sentence, DAY) == shape


@pytest.mark.parametrize(
    "sentence",
    [
        "The 58th meeting is on 5-7 May 2027 in Lima.",
        "Deadline: 12 May",
        "Deadline: May 12, 2027",
        "Plazo: 5 de mayo de 2027",
        "会议于2027年5月12日举行",
        "From 12/05/2027",
        "The plan for 2027",
        "In November 2026",
        "Version 1.2.3 of the 3rd plan (M-SCE-01-2011A)",
    ],
)
def test_dates_years_and_codes_are_facts(sentence: str) -> None:
    assert template(sentence, DAY) == sentence


def pairs(was: str | None, now: str | None) -> list[tuple[str, list[text.Pair]]]:
    return [("aims", [(was, now)])]


def test_a_counter_is_one_pattern_and_a_new_wording_is_two_sentences() -> None:
    assert hits(pairs("Visitors: 1", "Visitors: 2"), START, START + HOUR) == {
        ("aims", "Visitors: {number}"): "Visitors: 2"
    }
    assert hits(pairs("Come by sea", "Come by rail"), START, START + HOUR).keys() == {
        ("aims", "Come by sea"),
        ("aims", "Come by rail"),
    }


def test_a_counter_may_pass_through_what_could_be_a_year_but_a_year_is_no_counter() -> None:
    assert hits(pairs("Visitors: 1899", "Visitors: 1900"), START, START + HOUR).keys() == {COUNTER}
    assert sifted(text_changed("aims", "Aims", [("Visitors: 1999", "Visitors: 2000")]), {COUNTER}).noise
    assert COUNTER not in hits(pairs("Visitors: 2026", "Visitors: 2027"), START, START + HOUR)


def test_a_sentence_that_is_little_more_than_a_token_is_one_pattern_too() -> None:
    was, now = (
        "Page built at 07:00:09, session 91b7584a2265b1f5a1.",
        "Built 08:01, session dcf4bb99f4bea973a1.",
    )
    one, other = ("Session 91b7584a2265b1f5a1c8e2.", "Session 4da4f9fc3c6da5d77b03.")
    drafts = [("about", [(one, None), (was, None), (None, now), (None, other)])]
    assert hits(drafts, START, START + HOUR) == {
        ("about", "Session {token}."): other,
        ("about", was): was,
        ("about", now): now,
    }


def test_looks_that_are_far_apart_teach_nothing() -> None:
    assert hits(pairs("Visitors: 1", "Visitors: 2"), START, START + 25 * HOUR) == {}


COUNTER: Key = ("aims", "Visitors: {number}")
TODAY: Key = ("aims", "Today is {today}")
BANNER: Key = ("aims", "Join the quay forum")


def watched(key: Key, *gaps: int) -> Watched | None:
    """How a pattern fares over looks an hour apart; each gap is how many looks come before it differs again."""
    found: dict[Key, Watched] = {}
    now = START
    for gap in gaps:
        for quiet in range(gap):
            now += HOUR
            found = learn(found, {key: key[1]} if quiet == gap - 1 else {}, now)
    return found.get(key)


@pytest.mark.parametrize(
    ("key", "gaps", "is_noise"),
    [
        (COUNTER, (1, 1), False),
        (COUNTER, (1, 1, 1), True),
        (COUNTER, (1, 2, 1), False),
        (BANNER, (1, 2, 1), True),
        (BANNER, (1, 20, 20), True),
        (BANNER, (1, 30, 1), False),
        (TODAY, (1, 24, 24), True),
        (TODAY, (1, 30, 30), True),
    ],
)
def test_three_times_make_noise_where_they_are_near_enough(
    key: Key, gaps: tuple[int, ...], is_noise: bool
) -> None:
    fared = watched(key, *gaps)
    assert fared is not None
    assert fared.is_noise is is_noise


def test_a_counter_that_stands_still_is_forgotten() -> None:
    found = learn({COUNTER: Watched(2, START)}, {}, START + HOUR)
    assert found == {}


def look(at: datetime) -> Look:
    return Look(at, at, "0" * 64, Reading(rules="r", digest="d"))


def sifted(draft: Draft, marks: set[Key], known: frozenset[str] = frozenset()) -> Draft:
    [found] = sift([draft], marks, known, look(START), look(START + HOUR))
    return found


def test_a_text_that_holds_noise_and_an_edit_tells_the_edit_alone() -> None:
    both = text_changed("aims", "Aims", [("Visitors: 1", "Visitors: 2"), ("A fee.", "No fee.")])
    found = sifted(both, {COUNTER})
    assert (found.noise, found.sentences) == (False, (("A fee.", "No fee."),))
    assert found.fields == {"text": ("A fee.", "No fee.")}
    assert found.summary == "Aims: “A fee.”, now “No fee.”"


@pytest.mark.parametrize(
    ("marks", "is_noise"),
    [
        ({COUNTER}, True),
        ({("", "Visitors: *")}, True),
        ({("", "*: {number}")}, False),
        ({("news", "Visitors: {number}")}, False),
        (set(), False),
    ],
)
def test_a_mark_counts_for_its_section_or_for_the_whole_page(marks: set[Key], is_noise: bool) -> None:
    draft = text_changed("aims", "Aims", [("Visitors: 1", "Visitors: 2")])
    assert sifted(draft, marks).noise is is_noise


def test_only_an_asterisk_is_special_in_a_pattern() -> None:
    draft = text_changed("aims", "Aims", [("Was it [1]?", "Was it [2]?")])
    assert sifted(draft, {("", "Was it [*]?")}).noise
    assert not sifted(draft, {("", "Was it [12]*")}).noise


def test_records_are_never_noise_but_news_that_comes_back_is() -> None:
    item = NewsItem(title="Visitors: 1")
    news = Draft(kind="news.added", record_id="nws_1", record_kind="news", after=item)
    moved = Draft(kind="event.moved", record_id="evt_1", record_kind="event")
    assert sifted(news, {COUNTER}, frozenset({"nws_1"})).noise
    assert not sifted(news, {COUNTER}).noise
    assert not sifted(moved, {("", "*")}, frozenset({"evt_1"})).noise


BANNERS = ("Join the quay forum this summer", "Read our report on small docks")


@settings(max_examples=60, deadline=None)
@given(
    seeds=st.lists(st.integers(100, 10**9), min_size=14, max_size=14, unique=True),
    edited_at=st.integers(5, 13),
    minutes=st.integers(5, 60),
)
def test_whatever_the_noise_exactly_the_real_edit_is_told(
    seeds: list[int], edited_at: int, minutes: int
) -> None:
    marks: set[Key] = set()
    fares: dict[Key, Watched] = {}
    told: list[tuple[text.Pair, ...]] = []
    before = _paragraphs(seeds[0], 0, START, FEE)
    at = START
    for number, seed in enumerate(seeds[1:], start=1):
        last, at = at, at + timedelta(minutes=minutes)
        fee = FEE if number < edited_at else FEE.replace("200", "250")
        after = _paragraphs(seed, number, at, fee)
        draft = text_changed("aims", "Aims", text.compare(before, after))
        [found] = sift([draft], marks, frozenset(), look(last), look(at))
        if not found.noise:
            told += [found.sentences] if number >= 5 else []
        kept = [("aims", found.sentences)] if not found.noise else []
        fares = learn(fares, hits(kept, last, at), at)
        marks |= {key for key, it in fares.items() if it.is_noise}
        fares = {key: it for key, it in fares.items() if not it.is_noise}
        before = after
    assert told == [((FEE, FEE.replace("200", "250")),)]


def _paragraphs(seed: int, number: int, at: datetime, fee: str) -> list[str]:
    return [
        f"You are visitor {seed}.",
        f"Built at {at:%H:%M:%S}, session {seed * 7919:016x}f1.",
        f"Today is {START:%A, %d %B %Y}.",
        BANNERS[number % 2],
        fee,
    ]
