"""The pictures of numbers over time: what they draw, and what they say in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.asking.looks import BadRun
from wgwatch.web import charts
from wgwatch.web.timeline import WIDTH, timeline

NOW = datetime(2027, 9, 1, tzinfo=UTC)


def test_a_chart_has_a_bar_for_each_day_with_changes_and_says_so() -> None:
    chart = charts.by_day({"2027-08-31": 4, "2027-08-02": 1, "2027-06-01": 9}, date(2027, 9, 1), 60)
    assert [(bar.day, bar.count) for bar in chart.bars] == [("2027-08-02", 1), ("2027-08-31", 4)]
    assert chart.bars[1].height > chart.bars[0].height
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert chart.said == "5 changes on 2 of the last 60 days; the most, 4, on 2027-08-31."


def test_one_is_said_as_one() -> None:
    assert charts.by_day({"2027-08-31": 1}, date(2027, 9, 1), 60).said.startswith("1 change on 1 of the last")
    picture = timeline([(NOW, NOW)], [NOW], NOW)
    assert picture is not None
    assert picture.said == "1 version from 2027-09-01 to 2027-09-01, with 1 change between them."


def test_a_chart_of_nothing_says_so() -> None:
    assert charts.by_day({}, date(2027, 9, 1), 60).said == "No changes in the last 60 days."


def test_a_timeline_spans_the_years_and_no_version_lies_outside_of_it() -> None:
    looks = [(NOW - timedelta(days=400 * n + 30), NOW - timedelta(days=400 * n)) for n in range(9)]
    picture = timeline(looks, [NOW - timedelta(days=300), NOW - timedelta(days=301), NOW], NOW)
    assert picture is not None
    assert len(picture.runs) == 9
    assert all(run.x >= 0 and run.x + run.width <= WIDTH + 0.1 for run in picture.runs)
    assert [tick.text for tick in picture.ticks] == [str(year) for year in range(2019, 2028)]
    assert [tally.said[:9] for tally in picture.tallies] == ["2 changes", "1 change "]
    assert picture.said == "9 versions from 2018-10-28 to 2027-09-01, with 3 changes between them."


def test_a_timeline_of_many_versions_draws_no_more_than_can_be_seen() -> None:
    looks = [(NOW - timedelta(minutes=5 * n), NOW - timedelta(minutes=5 * n)) for n in range(5_000)]
    picture = timeline(looks, [], NOW)
    assert picture is not None
    assert len(picture.runs) <= 2 * WIDTH + 1


def test_a_page_without_a_look_has_no_timeline() -> None:
    assert timeline([], [], NOW) is None


def test_looks_that_did_not_count_stand_on_the_picture_with_their_reasons() -> None:
    looks = [(NOW - timedelta(days=2), NOW), (NOW - timedelta(days=9), NOW - timedelta(days=8))]
    begun, ended = NOW - timedelta(days=7), NOW - timedelta(days=5)
    bad = [
        BadRun(9, "failed", "", NOW - timedelta(days=3), NOW - timedelta(days=3), 1),
        BadRun(3, "blocked", "a guard in front of the site", begun, ended, 6),
    ]
    picture = timeline(looks, [], NOW, bad)
    assert picture is not None
    [failed, blocked] = picture.marks
    assert (blocked.number, blocked.outcome) == (3, "blocked")
    assert blocked.said == "blocked, 2027-08-25 00:00 UTC: a guard in front of the site"
    assert failed.said.endswith("no reason was given")
    assert 0 < blocked.x < blocked.x + blocked.width < failed.x < WIDTH
    assert "7 looks did not count" in picture.said
