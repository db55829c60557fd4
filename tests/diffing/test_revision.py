"""The same captures read twice: ids that stay, and answers about the past that became different."""

from __future__ import annotations

from datetime import UTC, datetime

from diffing import revision
from diffing.kept_ids import keep_ids
from storage.observations import PageState, Version
from storage.records import Contact, Project, Record
from storage.register import Register

FIRST, SECOND, THIRD = (datetime(2016 + n, 9, 23, tzinfo=UTC) for n in range(3))


def version(
    record_id: str, record: Record, since: datetime = FIRST, until: datetime | None = None, verdict: str = ""
) -> Version:
    return Version(record_id, record, since, until, until, verdict or None)


def mei(role: str) -> Contact:
    return Contact(name="Mei Tan", role=role)


def said(before: list[Version], after: list[Version]) -> list[str]:
    return [str(difference) for difference in revision.compare(before, after)]


def test_a_field_that_is_read_differently_is_said_with_its_time() -> None:
    before = [version("con_1", mei("Programme Director"))]
    assert said(before, [version("con_1", mei("Director"))]) == [
        "as of 2016-09-23: contact Mei Tan: role 'Director' was 'Programme Director'"
    ]
    assert said(before, before) == []


def test_only_the_time_over_which_the_answers_differ_is_told() -> None:
    chair, director = mei("Chair"), mei("Director")
    before = [version("con_1", chair, FIRST, THIRD), version("con_1", director, THIRD)]
    after = [version("con_1", chair, FIRST, SECOND), version("con_1", director, SECOND)]
    assert said(before, after) == [
        "as of 2017-09-23 (until 2018-09-23): contact Mei Tan: role 'Director' was 'Chair'"
    ]


def test_what_is_read_now_and_what_no_longer_is() -> None:
    one, other = Project(code="HWG 01 2026A"), Project(code="HWG 02 2026A")
    assert said([version("prj_1", one)], [version("prj_2", other, SECOND)]) == [
        "as of 2016-09-23: project HWG 01 2026A: no longer read",
        "as of 2017-09-23: project HWG 02 2026A: now read",
    ]


def test_why_a_record_is_no_longer_shown_is_an_answer_too() -> None:
    before = [version("con_1", mei("Chair"), FIRST, SECOND, "removed")]
    after = [version("con_1", mei("Chair"), FIRST, SECOND, "section not shown")]
    assert said(before, after) == [
        "as of 2017-09-23: contact Mei Tan: state 'section not shown' was 'removed'"
    ]


def kept(before: list[Version], after: list[Version]) -> list[str]:
    register = Register(1, "harbour.example/group")
    for one in (*before, *after):
        one.record_id = register.draw(one.record.kind, one.record_id)
    keep_ids(before, PageState(touched=after), register)
    shown = [one.record_id for one in before]
    return [
        str(shown.index(register.resolve(one.record_id)))
        if register.resolve(one.record_id) in shown
        else "new"
        for one in after
    ]


def test_a_record_keeps_its_id_however_it_is_read() -> None:
    before = [version("a", mei("Chair")), version("b", Contact(name="Anna Crane", role="Chair"))]
    after = [version("b2", Contact(name="Anna Crane", role="Co-chair")), version("a2", mei("Director"))]
    assert kept(before, after) == ["1", "0"]


def test_what_stands_on_the_same_line_is_the_same_record() -> None:
    before = [version("a", Project(code=None, title="Quay lights (HX/77)", place=12))]
    after = [version("b", Project(code="HX/77", title="Quay lights", place=12))]
    assert kept(before, after) == ["0"]
    elsewhere = [version("b", Project(code="HX/77", title="Quay lights", place=40))]
    assert kept([version("a", Project(code=None, title="Quay lights (HX/77)", place=12))], elsewhere) == [
        "new"
    ]


def test_records_of_different_times_are_not_made_one() -> None:
    before = [version("a", mei("Chair"), FIRST, SECOND)]
    assert kept(before, [version("b", mei("Director"), SECOND)]) == ["new"]
