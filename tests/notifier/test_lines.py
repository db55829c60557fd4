"""Files of lines: written by several processes, killed, moved away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from config.errors import TemporaryDeliveryError
from notifier.channels import Outgoing
from notifier.channels.lines import LinesChannel
from notifier.messages import Item

Make = Callable[..., Outgoing]


def appended(folder: Path, delivery: Outgoing) -> str:
    return asyncio.run(LinesChannel(folder).send(delivery))


def lines(path: Path) -> list[Any]:
    text = path.read_bytes()
    assert text.endswith(b"\n")
    return [json.loads(line) for line in text[:-1].split(b"\n")]


def write_many(folder: Path, delivery: Outgoing) -> None:
    for _ in range(20):
        appended(folder, delivery)


def test_each_change_is_a_line_with_the_deliverys_id(
    delivery: Make, change: Callable[..., Any], tmp_path: Path
) -> None:
    items = (Item(change("event.moved"), ("crm",)), Item(change("news.added"), ("crm",)))
    assert appended(tmp_path, delivery("./changes.jsonl", items=items)) == "2 written"
    appended(tmp_path, delivery("./changes.jsonl"))
    told = lines(tmp_path / "changes.jsonl")
    assert [line["type"] for line in told] == ["event.moved", "news.added", "event.moved"]
    assert {line["id"] for line in told} == {"dlv_1"}
    assert told[0] == told[2]
    assert told[0]["data"]["fields"]["starts_on"] == ["2016-09-07", "2016-09-12"]
    assert told[0]["data"]["links"] == {"page": "https://harbour-forum.example/groups/tide"}


@pytest.mark.parametrize(
    "whole", [b"", b'{"id":"a"}\n', b'{"id":"a"}\n{"id":"b"}\n', b'{"id":"' + b"a" * 200_000 + b'"}\n']
)
@pytest.mark.parametrize("half", [b'{"id":"dlv', b"{", b'{"id":"x","data":{"title":"' + b"y" * 100_000])
def test_half_a_line_that_a_kill_left_is_taken_away(
    delivery: Make, tmp_path: Path, whole: bytes, half: bytes
) -> None:
    path = tmp_path / "changes.jsonl"
    path.write_bytes(whole + half)
    appended(tmp_path, delivery("changes.jsonl"))
    assert path.read_bytes().startswith(whole)
    assert [line["id"] for line in lines(path)][whole.count(b"\n") :] == ["dlv_1"]


def test_a_whole_line_without_its_end_is_ended(delivery: Make, tmp_path: Path) -> None:
    (tmp_path / "changes.jsonl").write_bytes(b'{"id":"a"}\n{"id":"b"}')
    appended(tmp_path, delivery("changes.jsonl"))
    assert [line["id"] for line in lines(tmp_path / "changes.jsonl")] == ["a", "b", "dlv_1"]


def test_processes_that_write_at_once_do_not_mix_their_lines(
    delivery: Make, change: Callable[..., Any], tmp_path: Path
) -> None:
    long = (Item(change("event.added", summary="x" * 200_000), ("crm",)),)
    context = get_context("fork")
    running = [
        context.Process(
            target=write_many, args=(tmp_path, delivery("all.jsonl", id=f"dlv_{number}", items=long))
        )
        for number in range(3)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert sorted(line["id"] for line in lines(tmp_path / "all.jsonl")) == sorted(
        ["dlv_0", "dlv_1", "dlv_2"] * 20
    )


def test_a_file_that_was_moved_away_is_begun_anew(delivery: Make, tmp_path: Path) -> None:
    appended(tmp_path, delivery("changes.jsonl"))
    (tmp_path / "changes.jsonl").rename(tmp_path / "changes.1.jsonl")
    appended(tmp_path, delivery("changes.jsonl", id="dlv_2"))
    assert [line["id"] for line in lines(tmp_path / "changes.1.jsonl")] == ["dlv_1"]
    assert [line["id"] for line in lines(tmp_path / "changes.jsonl")] == ["dlv_2"]


def test_no_sign_in_a_page_ends_a_line(delivery: Make, change: Callable[..., Any], tmp_path: Path) -> None:
    hostile = 'a\r\nb\u2028c\x85d\x00\ud800 {"id": 1}'
    appended(
        tmp_path, delivery("changes.jsonl", items=(Item(change("event.added", summary=hostile), ("crm",)),))
    )
    text = (tmp_path / "changes.jsonl").read_bytes()
    assert text.isascii()
    assert len(text.decode().splitlines()) == 1
    assert json.loads(text)["data"]["summary"] == hostile


@pytest.mark.parametrize("target", ["no/such/folder.jsonl", "."])
def test_a_file_that_cannot_be_written_is_tried_again(delivery: Make, tmp_path: Path, target: str) -> None:
    with pytest.raises(TemporaryDeliveryError, match="cannot be written: "):
        appended(tmp_path, delivery(target))


def test_nothing_to_tell_writes_nothing(delivery: Make, tmp_path: Path) -> None:
    assert appended(tmp_path, delivery("changes.jsonl", items=())) == "0 written"
    assert not list(tmp_path.iterdir())
