"""Dates, spans, gaps and marks as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifier.writing.values import plain, shown_date, shown_gap, shown_span, shown_value


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2016-09-12", "12 Sep 2016"),
        ("2023-09", "Sep 2023"),
        ("2023", "2023"),
        ("soon", "soon"),
        ("2023-13", "2023-13"),
    ],
)
def test_a_date_keeps_its_precision(date, shown):
    assert shown_date(date) == shown


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "shown"),
    [
        ("2016-09-07", "2016-09-09", "7–9 Sep 2016"),
        ("2016-09-30", "2016-10-02", "30 Sep – 2 Oct 2016"),
        ("2016-12-30", "2017-01-02", "30 Dec 2016 – 2 Jan 2017"),
        ("2016-09-07", "2016-09-07", "7 Sep 2016"),
        ("2016-09-07", None, "7 Sep 2016"),
        ("2016-09", "2016-10", "Sep 2016 – Oct 2016"),
        (None, "2016-10", "until Oct 2016"),
        (None, None, None),
    ],
)
def test_days_of_an_event(starts_on, ends_on, shown):
    assert shown_span(starts_on, ends_on) == shown


@pytest.mark.parametrize(
    ("days", "shown"),
    [(3, "three days"), (30, "four weeks"), (90, "three months"), (2568, "seven years"), (7000, "19 years")],
)
def test_a_gap_in_words(days, shown):
    before = datetime(2016, 9, 23, tzinfo=UTC)
    assert shown_gap(before, before + timedelta(days=days)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "not shown"),
        ("", "not shown"),
        (True, "yes"),
        (["a", None], "a, not shown"),
        (3, "3"),
        ("2023-09", "Sep 2023"),
    ],
)
def test_any_value_on_one_line(value, shown):
    assert shown_value(value) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\tc\x00", "a b c"),
        ("\u202eevil\u2066", "evil"),
        ("\ud800x", "x"),
        ("क्\u200dष", "क्\u200dष"),
        ("line\u2028two", "line two"),
    ],
)
def test_text_of_a_page_is_made_plain_without_harming_a_script(text, kept):
    assert plain(text) == kept
