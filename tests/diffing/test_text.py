"""Sentences that changed."""

from __future__ import annotations

import random
import time

import pytest

from diffing.text import compare, compare_references, differs_in_facts, sentences

PLAIN = "Small ports are the engine of trade."
WAS = "They contribute significantly to growth, with their GDP share ranging from 20 per cent to 50 per cent."
NOW = "They contribute significantly to growth, with their GDP share ranging from 40 percent to 60 percent."


def test_a_sentence_whose_numbers_changed_stands_first_beside_what_it_was() -> None:
    old = [f"{PLAIN} They employ many people. {WAS}", "The group meets twice a year."]
    new = ["The group was set up long ago.", f"{PLAIN} They employ most people. {NOW}"]
    pairs = compare(old, new)
    assert pairs[0] == (WAS, NOW)
    assert ("They employ many people.", "They employ most people.") in pairs
    assert {pair for pair in pairs if None in pair} == {
        ("The group meets twice a year.", None),
        (None, "The group was set up long ago."),
    }


def test_numbers_come_before_names_and_names_before_words() -> None:
    old = ["The chair is of Peru.", "We meet in small rooms.", "There are 12 members."]
    new = ["We meet in large rooms.", "The chair is of Chile.", "There are 14 members."]
    assert [now for _, now in compare(old, new)] == [
        "There are 14 members.",
        "The chair is of Chile.",
        "We meet in large rooms.",
    ]


def test_a_sentence_that_only_moved_is_no_change() -> None:
    assert compare([PLAIN, WAS, "We meet often."], ["We meet often.", PLAIN, WAS]) == []
    assert compare([f"{PLAIN} {WAS}"], [WAS, PLAIN]) == []


@pytest.mark.parametrize("seed", range(5))
def test_paragraphs_in_any_order_are_no_change(seed: int) -> None:
    chance = random.Random(seed)
    old = [f"Port number {n} trades {chance.choice(['fish', 'rope', 'salt'])}." for n in range(20)]
    assert compare(old, chance.sample(old, len(old))) == []


def test_white_space_case_quotes_and_dashes_are_no_change() -> None:
    assert compare(["The \u201cblue\u201d ports \u2013 all."], ['The  "Blue"\nports - all.']) == []


def test_from_nothing_and_to_nothing() -> None:
    assert compare([], [PLAIN]) == [(None, PLAIN)]
    assert compare([PLAIN], []) == [(PLAIN, None)]
    assert compare([], []) == []


def test_sentences_that_have_nothing_in_common_are_no_pair() -> None:
    assert set(compare([PLAIN], ["Registration closes on 5 May 2027."])) == {
        (PLAIN, None),
        (None, "Registration closes on 5 May 2027."),
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "It is led by Mr. John M. Andersen of the U.S. Department of Trade.",
        "Write to Ms. Tan or Dr. Crane, St. Helena.",
        "Prof. Tan opens the forum.",
        "See report No. 5 of Sep. 2027.",
        "The deadline was moved to Apr. 12 from Mar. 30.",
        "Some economies, e.g. Peru and i.e. Chile, agreed.",
        "It grew by 3.5 per cent, approx. 20 a year.",
    ],
)
def test_an_abbreviation_does_not_cut_a_sentence(sentence: str) -> None:
    assert sentences([f"{sentence} The next one."]) == [sentence, "The next one."]


def test_sentences_end_at_their_marks() -> None:
    text = "Who comes? All do! The year is 2027. 12 ports are members.\nThe end"
    expected = ["Who comes?", "All do!", "The year is 2027.", "12 ports are members.", "The end"]
    assert sentences([text]) == expected


def test_what_changed_behind_a_text_is_paired_in_order() -> None:
    old = ["link: https://harbour.example/a", "link: https://harbour.example/b", "time: 2027-09-07"]
    new = ["link: https://harbour.example/a", "link: https://harbour.example/c", "time: 2027-09-07"]
    changed = ("link: https://harbour.example/b", "link: https://harbour.example/c")
    assert compare_references(old, new) == [changed]
    assert compare_references(new, [*new, "time: 2028"]) == [(None, "time: 2028")]
    assert compare_references(old, old[1:]) == [("link: https://harbour.example/a", None)]
    assert compare_references(old, list(reversed(old))) == []


def test_facts_are_numbers_and_names() -> None:
    assert differs_in_facts((WAS, NOW))
    assert differs_in_facts(("It is led by Tan.", "It is led by Crane."))
    assert differs_in_facts((None, "There are 12 ports."))
    assert not differs_in_facts(("We meet often.", "We meet rarely."))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["The ports meet in May. They choose a chair."], ["The ports meet in May; they choose a chair."]),
        (["Ports, quays and piers.", "Tides"], ["Ports, quays and piers; tides."]),
        (["All are welcome"], ["All are welcome."]),
        (["All are welcome. Really."], ["All are welcome.", "All are welcome. Really."]),
        (["各经济体应提交报告。会议在利马举行。"], ["会议在利马举行。", "各经济体应提交报告。"]),
        (
            ["Chair | Mei Tan | Peru", "Vice-Chair | Anna Crane | Chile"],
            ["Vice-Chair | Anna Crane | Chile", "Chair | Mei Tan | Peru"],
        ),
    ],
)
def test_sentences_cut_joined_repeated_or_in_another_order_are_no_change(
    old: list[str], new: list[str]
) -> None:
    assert compare(old, new) == []
    assert compare(new, old) == []


def test_a_sentence_that_was_split_and_changed_is_one_pair() -> None:
    was = "The 12 ports meet every May in Lima and choose a chair from among their members."
    now = ["The 14 ports meet every May in Lima.", "They choose a chair from among their members."]
    assert compare([was], now) == [(was, " ".join(now))]
    assert compare(now, [was]) == [(" ".join(now), was)]


def test_a_list_of_new_entries_is_told_entry_by_entry() -> None:
    old = ["Port number 0 joined in 1990."]
    new = [f"Port number {n} joined in {1990 + n}." for n in range(41)]
    pairs = compare(old, new)
    assert [was for was, _ in pairs] == [None] * 40
    assert [now for _, now in pairs] == new[1:]


def test_a_cell_of_a_table_changes_in_its_own_row() -> None:
    old = ["Chair | Mei Tan | Peru | 2027", "Vice-Chair | Anna Crane | Chile | 2027"]
    new = ["Chair | Mei Tan | Peru | 2028", "Vice-Chair | Anna Crane | Chile | 2027"]
    assert compare(old, new) == [(old[0], new[0])]


def test_chinese_sentences_end_without_a_space() -> None:
    was, now = "会议将于九月七日在利马举行。", "会议将于九月十二日在利马举行。"
    assert compare([f"各经济体应提交报告。{was}"], [f"各经济体应提交报告。{now}"]) == [(was, now)]


def test_a_long_text_made_anew_is_compared_quickly() -> None:
    chance = random.Random(1)
    nouns = [f"quay{n}" for n in range(900)]
    old = [" ".join(chance.choices(nouns, k=14)).capitalize() + "." for _ in range(1500)]
    new = [sentence.replace("quay1", "pier1") for sentence in chance.sample(old, len(old))]
    begun = time.perf_counter()
    pairs = compare(old, new)
    assert time.perf_counter() - begun < 10  # each with each would take minutes
    assert sum(None not in pair for pair in pairs) > 0.9 * len(pairs)
