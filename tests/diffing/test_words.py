"""Words that differ inside a sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffing.words import compare, in_text, words

SENTENCES = st.lists(st.sampled_from(["port", "Lima,", "12", "会议", "(HWG)", "a-b", "é"]), max_size=12).map(
    " ".join
)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("It is 20 to 50 here now.", "It is 40 to 60 here now.", "It is [20 to 50] -> [40 to 60] here now."),
        ("nine funded projects", "nine new funded projects", "nine [added: new] funded projects"),
        ("nine new funded projects", "nine funded projects", "nine [removed: new] funded projects"),
        ("one two three four", "one two three five", "one two three [four] -> [five]"),
        (
            "in Lima, Peru on 7 Sep 2027",
            "in Cusco, Peru on 12 Sep 2027",
            "in [Lima] -> [Cusco], Peru on [7] -> [12] Sep 2027",
        ),
        ("会议将于2027年9月7日举行", "会议将于2027年9月12日举行", "会议将于2027年9月[7] -> [12]日举行"),
        (
            "Write to mei@harbour.example.",
            "Write to tan@harbour.example.",
            "Write to [mei@harbour.example] -> [tan@harbour.example].",
        ),
        ("It costs 1,500.50 here.", "It costs 1,600.50 here.", "It costs [1,500.50] -> [1,600.50] here."),
    ],
)
def test_words_that_differ_are_marked(old: str, new: str, shown: str) -> None:
    assert in_text(old, new) == shown


@pytest.mark.parametrize(("old", "new"), [("a b c d", "w x y z"), ("a " * 5000, "a " * 4999 + "b")])
def test_sentences_that_differ_wholly_or_are_huge_are_not_marked(old: str, new: str) -> None:
    assert compare(old, new) == ()
    assert in_text(old, new) is None


def test_the_words_of_a_script_with_vowel_signs_stay_whole() -> None:
    assert words("क्षेत्र सेवा") == ["क्षेत्र", "सेवा"]
    assert words("cafe\u0301 ouvert") == ["cafe\u0301", "ouvert"]


@given(SENTENCES, SENTENCES)
def test_the_runs_hold_both_sentences_whole(old: str, new: str) -> None:
    runs = compare(old, new)
    if runs:
        assert "".join(run.new + run.end for run in runs if run.new).strip() == new
        assert "".join(run.old for run in runs).replace(" ", "") == old.replace(" ", "")


@given(SENTENCES)
def test_a_sentence_differs_in_nothing_from_itself(sentence: str) -> None:
    assert all(run.same for run in compare(sentence, sentence))


def test_long_texts_are_compared_quickly() -> None:
    old = " ".join(f"word{n % 700}" for n in range(3900))
    new = " ".join(f"word{(n * 7) % 700}" for n in range(3900))
    begun = time.perf_counter()
    compare(old, new)
    assert time.perf_counter() - begun < 1


def test_runs_as_data() -> None:
    assert [run.to_json() for run in compare("It is in Lima now.", "It is in Cusco now.")] == [
        ["It is in ", "It is in "],
        ["Lima ", "Cusco "],
        ["now.", "now."],
    ]
