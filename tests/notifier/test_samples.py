"""Samples of changes: as those that happen, but marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from desk import NOW
from jsonschema import Draft202012Validator

from config.kinds import CHANGE_KINDS
from notifier.channels import Outgoing
from notifier.messages import Item, Mail, compose
from notifier.samples import sample
from notifier.schema import schema_of
from notifier.writing.bodies import body_of
from notifier.writing.entries import entry_of


@pytest.mark.parametrize("kind", CHANGE_KINDS)
def test_a_sample_of_every_kind_is_as_its_schema_says_and_says_that_it_is_one(
    delivery: Callable[..., Outgoing], mail: Callable[..., Mail], kind: str
) -> None:
    payload: dict[str, Any] = sample(kind, ("harbour",), NOW)
    body = json.loads(body_of(delivery("https://crm.example/", items=(Item(payload, ("crm",)),))))
    Draft202012Validator(schema_of(kind)).validate(body)
    assert (body["type"], body["data"]["test"]) == (kind, True)
    assert entry_of(payload).rows or entry_of(payload).title
    assert compose(mail(payload))["Subject"]
