"""Full text over what pages said: found alike on both databases, in any script, with the intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.errors import UsageError
from storage import pages
from storage.engine import Database
from storage.fulltext import passages, search
from storage.fulltext.passages import Passage, Stretch
from storage.fulltext.search import Hit, snippet
from storage.fulltext.words import fold, query, words

Add = Callable[..., int]


def said(*texts: str) -> frozenset[Passage]:
    return frozenset(Passage("News", "text", None, text) for text in texts)


@pytest.fixture
def say(database: Database, now: datetime) -> Callable[..., None]:
    """A page's whole history: what it said at looks one day apart."""

    def say(page_id: int, *looks: Sequence[str]) -> None:
        with database.write() as connection:
            for n, texts in enumerate(looks):
                at = now + timedelta(days=n)
                stretch = Stretch(at, at, said(*texts))
                if n == 0:
                    passages.begin(connection, page_id, stretch)
                else:
                    passages.advance(connection, page_id, at - timedelta(days=1), stretch)
            pages.update(
                connection, page_id, last_good_at=now + timedelta(days=len(looks) - 1), arrivals=len(looks)
            )

    return say


@pytest.fixture
def found(database: Database) -> Callable[..., list[Hit]]:
    def found(asked: str, **about: object) -> list[Hit]:
        with database.read() as connection:
            return search.find(connection, query(asked), **about)

    return found


def test_words_are_folded_and_runs_without_spaces_are_cut_into_pairs() -> None:
    assert words("Việt Nam’s ĐẠI-HỘI, ＡＰＥＣ 2015A") == ["viet", "nam", "s", "dai", "hoi", "apec", "2015a"]
    assert words("第43回会議 Lima") == ["第", "43", "回会", "会議", "議", "lima"]
    assert fold("Ñandú") == "nandu"
    assert fold("가나") == "가나"
    assert fold("が") == "が"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Réunion du groupe à Montréal", "reunion MONTREAL"),
        ("Hội nghị lần thứ 43 tại Hà Nội, Việt Nam", "ha noi"),
        ("中小企业工作组第四十三次会议在利马举行", "工作组"),
        ("中小企业工作组第四十三次会议在利马举行", "会"),
        ("中小企業ワーキンググループの会合は東京で開かれる", "ワーキング 東京"),
        ("제43차 중소기업실무그룹 회의가 서울에서 열린다", "실무그룹 서울"),
        ("การประชุมครั้งที่ 43 จัดขึ้นที่กรุงเทพ", "กรุงเทพ"),
        ("The project SME 01 2015A was endorsed", '"SME 01 2015A"'),
        ("Write to mei.tan@harbour.example", "mei.tan@harbour.example"),
        ("Ports and harbours", "harb*"),
    ],
)
def test_texts_are_found_in_their_own_script(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]], text: str, asked: str
) -> None:
    say(add_page(), [text, "Something else entirely"])
    assert [hit.text for hit in found(asked)] == [text]


def test_all_words_have_to_stand_and_a_phrase_in_its_order(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]]
) -> None:
    say(add_page(), ["the chair of the board", "the board and its chair", "会议工作"])
    assert len(found("chair board")) == 2
    assert [hit.text for hit in found('"of the board"')] == ["the chair of the board"]
    assert found("chair harbour") == []
    assert found("工会") == []


@pytest.mark.parametrize(
    "asked", ["'", '"', 'a" OR "b', "NEAR(a b)", "page=1", "a & b | !c", "x*y", "kind:event", "\\", "a'b"]
)
def test_no_question_is_an_error_of_the_database(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]], asked: str
) -> None:
    say(add_page(), ["nothing of the kind"])
    with suppress(UsageError):  # where there is no word in it
        assert found(asked) == []


def test_a_question_without_a_word_says_so() -> None:
    with pytest.raises(UsageError, match="there is no word to look for in '— \\?'"):
        query("— ?")


def test_a_passage_that_left_and_came_back_has_two_intervals(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]], now: datetime
) -> None:
    say(add_page(), ["port", "quay"], ["quay"], ["port", "quay"], ["port"])
    [port], [quay] = found("port"), found("quay")
    day = timedelta(days=1)
    assert [(i.first_seen, i.last_seen, i.next_look) for i in port.intervals] == [
        (now, now, now + day),
        (now + 2 * day, now + 3 * day, None),
    ]
    assert [(i.first_seen, i.last_seen, i.next_look) for i in quay.intervals] == [
        (now, now + 2 * day, now + 3 * day)
    ]


def test_a_period_leaves_out_what_did_not_stand_in_it(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]], now: datetime
) -> None:
    say(add_page(), ["port old"], ["port new"])
    assert [hit.text for hit in found("port", since=now + timedelta(hours=30))] == []
    assert [hit.text for hit in found("port", since=now + timedelta(hours=20))] == ["port new"]
    assert [hit.text for hit in found("port", until=now)] == ["port old"]
    assert [hit.text for hit in found("port")] == ["port new", "port old"]


def test_only_the_asked_pages_are_searched(
    add_page: Add, say: Callable[..., None], found: Callable[..., list[Hit]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = add_page("/one"), add_page("/other")
    say(one, ["port"])
    say(other, ["port"])
    assert [hit.page_id for hit in found("port", page_ids={one})] == [one]
    monkeypatch.setattr(search, "MANY", 0)
    assert [hit.page_id for hit in found("port", page_ids={other})] == [other]
    assert found("port", page_ids=set()) == []


def test_a_rebuild_keeps_what_is_the_same_and_forgets_the_rest(
    database: Database,
    add_page: Add,
    say: Callable[..., None],
    found: Callable[..., list[Hit]],
    now: datetime,
) -> None:
    page_id = add_page()
    say(page_id, ["port", "quay"], ["port"])
    day = timedelta(days=1)
    stretches = [Stretch(now, now, said("port", "pier")), Stretch(now + day, now + day, said("pier"))]
    with database.write() as connection:
        before = connection.execute(sa.text("SELECT id FROM passages WHERE text = 'port'")).scalar()
        passages.rebuild(connection, page_id, stretches, lambda record_id: record_id)
        assert connection.execute(sa.text("SELECT id FROM passages WHERE text = 'port'")).scalar() == before
    assert found("quay") == []
    assert [i.last_seen for i in found("port")[0].intervals] == [now]
    assert [i.next_look for i in found("pier")[0].intervals] == [None]
    with database.write() as connection:
        passages.reindex(connection)
    assert (len(found("pier")), len(found("port")), found("quay")) == (1, 1, [])


def test_a_long_paragraph_is_cut_where_a_sentence_ends(
    database: Database, add_page: Add, found: Callable[..., list[Hit]], now: datetime
) -> None:
    from storage.records import Reading, SectionText

    sentence = "The harbour was dredged again in spring. "
    reading = Reading(
        "r", "d", sections=(SectionText("about", "About", "text", (sentence * 200 + "Last quay.",)),)
    )
    page_id = add_page()
    with database.write() as connection:
        passages.begin(connection, page_id, Stretch(now, now, passages.passages_of(reading, ())))
        pages.update(connection, page_id, last_good_at=now)
    [last] = found('"last quay"')
    assert last.section == "About"
    assert len(last.text) < passages.LONGEST
    assert last.text.startswith("The harbour")


def test_a_snippet_marks_the_words_found_and_leaves_out_the_rest() -> None:
    text = "Long before. " * 30 + "The Chair of the Board spoke of ports." + " Long after." * 30
    shown = snippet(text, query('chair "the board" port*'))
    assert "The «Chair» of «the Board» spoke of «ports»." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 300
    assert snippet("第四十三次会议", query("三次会")) == "第四十«三次会»议"


def test_words_of_what_was_erased_are_in_no_file(tmp_path: Path, now: datetime) -> None:
    database = Database(f"sqlite:///{tmp_path / 'wgwatch.db'}")
    database.prepare()
    with database.write() as connection:
        page_id = pages.create(
            connection, key="k", url="https://harbour.example/", host="harbour.example", now=now
        )
        passages.begin(connection, page_id, Stretch(now, now, said("Zwentibold chairs", "quay")))
    with database.write() as connection:
        passages.rebuild(connection, page_id, [Stretch(now, now, said("quay"))], lambda record_id: record_id)
    database.compact()
    database.close()
    for path in tmp_path.iterdir():
        assert b"zwentibold" not in path.read_bytes().lower()
