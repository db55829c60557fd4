"""Two versions of a page, block by block."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffing.page import Aligned, State, align
from storage.document import Block, BlockKind, Document, Link

INTRO = "The group studies small ports and how they trade with one another."
CHAIR = "The chair is Mei Tan of the Harbour Secretariat in Lima."
FORUM = "A forum is held at the quay every second year in the autumn."


def page(*texts: str | Block) -> Document:
    blocks = [text if isinstance(text, Block) else Block(BlockKind.PARAGRAPH, text) for text in texts]
    return Document("Harbour", tuple(blocks))


def told(old: Document, new: Document) -> list[tuple[str, str | None, str | None]]:
    return [
        (str(a.state), a.old.text if a.old else None, a.new.text if a.new else None) for a in align(old, new)
    ]


def test_blocks_stand_in_the_order_of_the_new_page() -> None:
    now = CHAIR.replace("Mei Tan", "Anna Crane")
    assert told(
        page(INTRO, "It was founded in 1990.", CHAIR), page(INTRO, now, "Tides are shown daily.")
    ) == [
        ("same", INTRO, INTRO),
        ("removed", "It was founded in 1990.", None),
        ("changed", CHAIR, now),
        ("added", None, "Tides are shown daily."),
    ]


def test_the_words_that_differ_are_marked() -> None:
    [changed] = align(page(CHAIR), page(CHAIR.replace("Mei Tan", "Anna Crane")))
    assert [(run.old, run.new) for run in changed.runs if not run.same] == [("Mei Tan", "Anna Crane")]


def test_a_block_that_moved_is_neither_removed_nor_added() -> None:
    assert told(page(CHAIR, INTRO, FORUM), page(INTRO, FORUM, CHAIR)) == [
        ("moved", CHAIR, None),
        ("same", INTRO, INTRO),
        ("same", FORUM, FORUM),
        ("moved", CHAIR, CHAIR),
    ]


def test_a_block_may_change_on_its_way() -> None:
    now = CHAIR.replace("Mei Tan", "Anna Crane")
    moved = align(page(CHAIR, INTRO, FORUM), page(INTRO, FORUM, now))[-1]
    assert (moved.state, moved.old and moved.old.text, moved.new and moved.new.text) == ("moved", CHAIR, now)
    assert [run.new for run in moved.runs if not run.same] == ["Anna Crane"]


def test_a_paragraph_that_becomes_an_entry_of_a_list_stands() -> None:
    assert told(page(INTRO), page(Block(BlockKind.ITEM, f" {INTRO}", level=1)))[0][0] == "same"


def test_a_link_that_leads_elsewhere_is_a_change_behind_the_text() -> None:
    old, new = (
        Block(BlockKind.PARAGRAPH, "Agenda", links=(Link("Agenda", f"https://harbour.example/{name}"),))
        for name in ("a", "b")
    )
    [changed] = align(page(old), page(new))
    assert changed == Aligned(
        State.CHANGED,
        old,
        new,
        (),
        (("link to https://harbour.example/a", "link to https://harbour.example/b"),),
    )


def test_blocks_that_say_the_same_are_told_apart_by_their_order() -> None:
    assert told(page("More", INTRO, "More"), page("More", INTRO, "More", "More"))[-1] == (
        "added",
        None,
        "More",
    )


TEXTS = st.lists(st.sampled_from([INTRO, CHAIR, FORUM, "More", "Tides: 12", "Tides: 14"]), max_size=8)


@given(TEXTS, TEXTS)
def test_every_block_of_both_pages_is_shown_once_at_its_place(old: list[str], new: list[str]) -> None:
    aligned = align(page(*old), page(*new))
    assert [a.new.text for a in aligned if a.new] == new
    in_old = [a.old.text for a in aligned if a.old and not (a.state == State.MOVED and a.new)]
    assert in_old == old


@given(TEXTS)
def test_a_page_is_the_same_as_itself(texts: list[str]) -> None:
    assert {a.state for a in align(page(*texts), page(*texts))} <= {State.SAME}


@pytest.mark.parametrize("share", [0.05, 1.0])
def test_a_page_of_200_kilobytes_is_aligned_in_well_under_a_second(share: float) -> None:
    chance = random.Random(2)
    nouns = [f"quay{n}" for n in range(900)]
    old = [" ".join(chance.choices(nouns, k=20)) for _ in range(1500)]
    new = [t.replace("quay1", "pier1") if chance.random() < share else t for t in old]
    chance.shuffle(new)
    assert sum(map(len, old)) > 200_000
    begun = time.perf_counter()
    align(page(*old), page(*new))
    assert time.perf_counter() - begun < 2  # half a second where nothing else runs
