"""Tokens to unsubscribe with: what they say, and that nobody else can make one."""

from __future__ import annotations

import pytest

from notifier.unsubscribing import Unsubscribing, read_token, token_of

KEY = b"k" * 32
ASKED = Unsubscribing("änne@paper.example", ("newsroom", "weekly desk"))


def test_a_token_says_who_wants_to_hear_no_more_of_what():
    token = token_of(KEY, ASKED)
    assert read_token(KEY, token) == ASKED
    assert token == token_of(KEY, ASKED)
    assert token.isascii()
    assert not set(token) & set("/+=?&")


@pytest.mark.parametrize("token", ["", ".", "abc", "ä.ö", "a.b.c", "====.===="])
def test_what_is_no_token_says_nothing(token):
    assert read_token(KEY, token) is None


def test_a_token_cannot_be_altered_or_made_with_another_key():
    said, signature = token_of(KEY, ASKED).split(".")
    other, _ = token_of(KEY, Unsubscribing("mei@trade.example", ("newsroom",))).split(".")
    assert read_token(KEY, f"{other}.{signature}") is None
    assert read_token(KEY, f"{said}.{signature[:-2]}") is None
    assert read_token(b"x" * 32, f"{said}.{signature}") is None
