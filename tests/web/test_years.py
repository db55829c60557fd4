"""A group over ten years, as the pages tell them: holders of a role, moves, periods, looks that did not count."""

from __future__ import annotations

import re

from website import Site


def in_order(text: str, *wanted: str) -> bool:
    """Whether the parts follow each other in the text."""
    place = 0
    for one in wanted:
        place = text.find(one, place)
        if place < 0:
            return False
    return True


def main(text: str) -> str:
    return text.partition("<main")[2]


def test_a_role_shows_all_who_held_it_with_the_page_that_says_so(years: Site) -> None:
    text = main(years.page("/groups/HWG/roles/program%20director").text)
    assert "<h1>Programme Director, HWG</h1>" in text  # as the page spells it
    holders = text.partition('id="holders"')[2].partition("</ol>")[0]
    assert in_order(holders, "Jorge Rivas", "Mei Tan", "Minh Le", "Ana Quispe")
    assert holders.count("<li>") == 4
    assert holders.count('class="state">replaced') == 3
    assert in_order(holders, "Ana Quispe", "2016-05-01T00:00:00Z", "replaced", "2019-05-01T00:00:00Z")
    [then] = re.findall(r'href="(/pages/\d+/as-of\?date=2016[^"]+)"', holders)
    assert "Ana Quispe" in years.page(then).text


def test_a_role_as_of_a_day_knows_nothing_of_later_holders(years: Site) -> None:
    text = main(years.page("/groups/HWG/roles/Programme%20Director?as_of=2020").text)
    assert in_order(text, "Minh Le", "Ana Quispe")
    assert "Mei Tan" not in text
    assert years.get("/groups/HWG/roles/Programme%20Director?as_of=2010").status == 404


def test_a_role_that_nobody_held_names_those_that_were(years: Site) -> None:
    answer = years.get("/groups/HWG/roles/Harbour%20Master")
    assert answer.status == 404
    assert "Programme Director" in answer.words


def test_a_person_is_shown_among_those_who_held_the_role(years: Site) -> None:
    text = years.page("/groups/HWG").text
    assert 'href="/groups/HWG/roles/Programme%20Director"' in text
    [person] = re.findall(r'href="(/records/con_\w+)">Jorge Rivas', text)
    shown = main(years.page(person).text)
    assert in_order(shown, "Programme Director, over the years", "Jorge Rivas", "Mei Tan", "Minh Le")


def test_an_events_moves_are_told_with_the_page_of_each(years: Site) -> None:
    [event] = set(re.findall(r'href="(/records/evt_\w+)">43rd', years.page("/groups/HWG").text))
    text = main(years.page(event).text)
    assert in_order(text, "<del>2027-09-07</del> <ins>2027-09-12", "<del>2027-09-03</del> <ins>2027-09-07")
    assert len(re.findall(r'/as-of\?date=[^"]+">the page then', text)) == 3


def test_a_project_that_left_says_when_it_was_last_seen(years: Site) -> None:
    [project] = set(
        re.findall(r'href="(/records/prj_\w+)">Quay Walls of 2016', years.page("/groups/HWG").text)
    )
    words = years.page(project).words
    assert "No longer said" in words
    assert in_order(words, "2016-05-01T00:00:00Z", "first missing at the look of", "2019-05-01T00:00:00Z")


def test_a_group_during_a_period_has_all_that_was_said_in_it(years: Site) -> None:
    text = main(years.page("/groups/HWG?during=2018..2022").text)
    assert in_order(text, "What changed", "was Minh Le", "was Ana Quispe", "Contacts", "Minh Le", "Mei Tan")
    assert "Quay Walls of 2021" in text
    assert "Quay Walls of 2016" not in text.partition("Projects</h2>")[2]
    assert "Jorge Rivas" not in text


def test_a_period_without_a_look_has_the_looks_around_it(years: Site) -> None:
    sentence = "There was no look in 2018: the last before is of 2016-05-01, the next after of 2019-05-01."
    text = main(years.page("/groups/HWG?during=2018").text)
    assert sentence in text
    assert in_order(
        text, "Contacts at the look before", "Ana Quispe", "Contacts at the look after", "Minh Le"
    )
    assert sentence in years.page("/pages/1?during=2018").words


def test_before_the_first_look_there_is_a_sentence(years: Site) -> None:
    for path in ("/groups/HWG?as_of=2010", "/groups/HWG?during=2010", "/pages/1?during=2010"):
        answer = years.get(path)
        assert answer.status == 404, path
        assert "nothing is known of 2010-12-31: the earliest look" in answer.words, path
    assert years.get("/groups/HWG?as_of=2019&during=2019").status == 400


def test_a_page_during_a_period_lists_the_versions_of_it(years: Site) -> None:
    versions = (
        years.page("/pages/1?during=2019..2021").text.partition('id="versions"')[2].partition("</table>")[0]
    )
    assert re.findall(r'/captures/\w+"><time datetime="(\d{4})', versions) == ["2021", "2019"]


def test_a_look_that_did_not_count_is_shown_with_its_reason_and_its_answer(years: Site) -> None:
    text = main(years.page("/pages/1").text)
    [mark] = re.findall(r'<a href="(/pages/1/looks/\d+)" tabindex="-1"><title>blocked', text)
    assert in_order(text, "Looks that did not count", f'href="{mark}"', "health-blocked", "wants proof")
    words = years.page(mark).words
    assert "This look did not count" in words
    assert "Checking your browser" in words
    [sha256] = set(re.findall(r'"/archived/([0-9a-f]{64})"', words))
    shown = years.get(f"/archived/{sha256}")
    assert shown.status == 200
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "Checking your browser" in years.get(f"/archived/{sha256}/bytes").text
    assert years.get(f"/captures/{sha256}").status == 404  # it is no version of the page
    assert years.get("/pages/1/looks/999").status == 404
