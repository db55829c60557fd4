"""The gist of one change and of many."""

from __future__ import annotations

import pytest

from notifier.schema import TYPES
from notifier.writing.subjects import LONGEST_SUBJECT, gist, gist_of_all


@pytest.mark.parametrize(
    ("kind", "other", "told"),
    [
        ("role.changed", {}, "new Programme Director (Obadiah Crane)"),
        ("contact.added", {}, "new contact Sven OLAFSEN"),
        ("contact.removed", {}, "Ngaio PARATA no longer named"),
        ("contact.modified", {}, "Obadiah Crane: e-mail changed"),
        ("event.moved", {}, "43rd Tide Meeting moved to 12 Sep 2016"),
        ("event.moved", {"fields": {"city": ["Lima", "Cuzco"]}}, "43rd Tide Meeting moved to Cuzco"),
        (
            "event.moved",
            {"fields": {"ends_on": ["2016-09", "2016-10"]}},
            "43rd Tide Meeting now ends on Oct 2016",
        ),
        ("event.added", {}, "new event 43rd Tide Meeting"),
        ("event.removed", {}, "43rd Tide Meeting no longer listed"),
        ("event.cancelled", {}, "43rd Tide Meeting cancelled"),
        ("project.added", {}, "new project TIDE 01 2023 Small boats"),
        ("news.added", {}, "news: Forum opens"),
        ("group.modified", {}, "page dated Sep 2023"),
        ("text.changed", {}, "text of Description changed"),
        ("section.gone", {}, "Events section gone"),
        ("page.redesigned", {}, "page redesigned"),
        ("page.failing", {}, "page cannot be read"),
        ("weather.changed", {"summary": "It\nrains"}, "It rains"),
    ],
)
def test_one_change_in_a_few_words(change, kind, other, told):
    assert gist(change(kind, **other)) == told


def test_the_most_important_comes_first(change):
    told = gist_of_all([change("group.modified"), change("event.moved"), change("role.changed")])
    assert told == (
        "TIDE: new Programme Director (Obadiah Crane); "
        "43rd Tide Meeting moved to 12 Sep 2016; page dated Sep 2023"
    )


def test_sections_that_go_together_are_told_together(change):
    news = change("section.gone", section={"key": "news", "title": "News"})
    assert gist_of_all([change("section.gone"), news]) == "TIDE: Events and News sections gone"


def test_many_of_a_kind_are_counted(change):
    assert gist_of_all([change("event.added")] * 5) == "TIDE: 5 new events"
    assert gist_of_all([change("event.removed")] * 3) == "TIDE: 3 events no longer listed"


def test_several_groups_each_have_their_gist(change):
    reef = {"group": "REEF", "group_name": "Reef Group"}
    told = gist_of_all([change("event.moved"), change("page.blocked", **reef), change("news.added", **reef)])
    assert told == "TIDE: 43rd Tide Meeting moved to 12 Sep 2016; REEF: page blocked and 1 more"


def test_a_page_without_a_group_goes_by_its_host(change):
    assert (
        gist_of_all([change("page.blocked", group=None, group_name=None)])
        == "harbour-forum.example: page blocked"
    )


def test_however_much_changed_the_subject_stays_short(change):
    groups = [f"G{n}" for n in range(40)]
    flood = [change(kind, group=group, id=f"{kind}{n}") for n, group in enumerate(groups) for kind in TYPES]
    one_long = change("news.added")
    one_long["record"]["label"] = "long " * 500
    for changes in (flood, [one_long], [one_long] * 2, [change(kind) for kind in TYPES]):
        assert len(gist_of_all(changes)) <= LONGEST_SUBJECT
    assert gist_of_all(flood).endswith("more groups")
