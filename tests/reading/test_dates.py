from __future__ import annotations

import pytest

from crawler.extract.dates import find_dates, lone_month, lone_year
from crawler.extract.times import find_times


@pytest.mark.parametrize(
    ("text", "starts_on", "ends_on"),
    [
        ("17 Nov 2016", "2016-11-17", None),
        ("09 Sep 2016 Lima", "2016-09-09", None),
        ("12-14 July 2016", "2016-07-12", "2016-07-14"),
        ("12 - 14 June 2017", "2017-06-12", "2017-06-14"),
        ("8\u20119 June 2016", "2016-06-08", "2016-06-09"),
        ("5–6 September 2019", "2019-09-05", "2019-09-06"),
        ("5 and 6 May 2016", "2016-05-05", "2016-05-06"),
        ("29 June - 2 July 2025", "2025-06-29", "2025-07-02"),
        ("30 December 2019 – 2 January 2020", "2019-12-30", "2020-01-02"),
        ("30 December - 2 January 2020", "2019-12-30", "2020-01-02"),
        ("From 21st to 22nd August 2022", "2022-08-21", "2022-08-22"),
        ("October 30 to 31, 2018", "2018-10-30", "2018-10-31"),
        ("June 12-14, 2017", "2017-06-12", "2017-06-14"),
        ("December 30, 2019 - January 2, 2020", "2019-12-30", "2020-01-02"),
        ("Tuesday, October 27, 2020", "2020-10-27", None),
        ("Thursday, 18h July 2019", "2019-07-18", None),
        ("Thursday, June 11th 2015", "2015-06-11", None),
        ("Mon 5 - Wed 7 May 2025", "2025-05-05", "2025-05-07"),
        ("2016-07-25", "2016-07-25", None),
        ("2025-03-01 to 2025-03-04", "2025-03-01", "2025-03-04"),
        ("25/08/2019", "2019-08-25", None),
        ("3/4/2016", "2016-04-03", None),
        ("07/31/2019", "2019-07-31", None),
        ("25. Juli 2025", "2025-07-25", None),
        ("9 septembre 2016", "2016-09-09", None),
        ("5 de mayo de 2016", "2016-05-05", None),
        ("2016年9月9日", "2016-09-09", None),
        ("September 2023", "2023-09", None),
        ("May-June 2016", "2016-05", "2016-06"),
        ("3, 4 and 5 May 2020", "2020-05-03", "2020-05-05"),
        ("Thursday, the 3rd of May 2020", "2020-05-03", None),
        ("May 3 (Tue) - 5 (Thu), 2020", "2020-05-03", "2020-05-05"),
        ("03-May-20", "2020-05-03", None),
        ("2024-05-15/16", "2024-05-15", "2024-05-16"),
        ("05/13/2020 - 05/15/2020", "2020-05-13", "2020-05-15"),
        ("del 3 al 5 de mayo del 2020", "2020-05-03", "2020-05-05"),
        ("28 de octubre a 1 de noviembre de 2024", "2024-10-28", "2024-11-01"),
        ("du 30 mai au 2 juin 2023", "2023-05-30", "2023-06-02"),
        ("vom 3. bis 5. Mai 2020", "2020-05-03", "2020-05-05"),
        ("03.-05.05.2020", "2020-05-03", "2020-05-05"),
        ("20 e 21 de junho de 2024", "2024-06-20", "2024-06-21"),
        ("2020年5月3日(日)～5日(火)", "2020-05-03", "2020-05-05"),
        ("2020年12月30日至2021年1月2日", "2020-12-30", "2021-01-02"),
        ("令和元年5月3日", "2019-05-03", None),
        ("2020년 5월 3일 ~ 5일", "2020-05-03", "2020-05-05"),
        ("từ ngày 3 đến ngày 5 tháng 5 năm 2020", "2020-05-03", "2020-05-05"),
        ("12 мая 2020 г.", "2020-05-12", None),
        ("5 Μαΐου 2020", "2020-05-05", None),
    ],
)
def test_a_date_is_read_at_the_precision_shown(text: str, starts_on: str, ends_on: str | None) -> None:
    assert [(d.starts_on, d.ends_on) for d in find_dates(text)] == [(starts_on, ends_on)]


@pytest.mark.parametrize(
    "text",
    [
        "12 – 14 Jul",
        "April 016",
        "2013 – 2016",
        "SME 01 2015A",
        "31 June 2016",
        "1. Financing 2016",
        "7-10 August",
        "20 May 20161",
    ],
)
def test_what_is_no_date_with_a_year_is_none(text: str) -> None:
    assert find_dates(text) == ()


def test_a_year_shown_elsewhere_completes_a_date() -> None:
    assert [(d.starts_on, d.ends_on) for d in find_dates("12 – 14 Jul", "2016")] == [
        ("2016-07-12", "2016-07-14")
    ]


def test_a_heading_may_give_a_month() -> None:
    assert lone_month("November", "2022") == "2022-11"
    assert lone_month("November") is None
    assert [(d.starts_on, d.ends_on) for d in find_dates("8-9: Autumn Meeting", "2022-11")] == [
        ("2022-11-08", "2022-11-09")
    ]


def test_a_number_before_a_date_is_no_part_of_it() -> None:
    assert [d.starts_on for d in find_dates("Plenary 21, 23-26 October 2023")] == ["2023-10-23"]


def test_the_place_of_a_date_in_its_text_is_told() -> None:
    text = "7th Meeting, 12 - 14 June 2017, Porto"
    (found,) = find_dates(text)
    assert text[found.start : found.end] == "12 - 14 June 2017"


@pytest.mark.parametrize(
    ("text", "year"),
    [("2016", "2016"), ("Events in 2016", "2016"), ("2016-2018", None), ("5 May 2016", None)],
)
def test_a_heading_may_give_a_year(text: str, year: str | None) -> None:
    assert lone_year(text) == year


def test_times_of_day_are_told_from_numbers() -> None:
    assert [m.group().strip() for m in find_times("6:00pm in room 12, or 18:30-21:00 UTC")] == [
        "6:00pm",
        "18:30-21:00 UTC",
    ]
