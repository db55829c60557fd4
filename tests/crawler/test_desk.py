"""Where answers are looked at: in the thread while they are few, in processes when they are many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dying import POISON, DyingReader
from world import group_page

from crawler.answers import Answer
from crawler.desk import FEW, Desk
from crawler.extract.knowledge import DEFAULT, Knowledge
from crawler.history.derivation import Reader
from crawler.looks import Looked, Question
from storage.captures import Capture
from storage.records import Reading

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
URL = "https://harbour.example/groups"


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk(2)
    yield made
    made.close()


def question(body: bytes, reader: Reader | None = None, past: Capture | None = None) -> Question:
    html = (("Content-Type", "text/html; charset=utf-8"),)
    answer = Answer(
        page_id=1, url=URL, final_url=URL, status=200, headers=html, body=body, asked_at=NOW, received_at=NOW
    )
    return Question(answer, past, reader or Reader(DEFAULT), body, URL, html[0][1], None, None)


def look(desk: Desk, questions: list[Question], past: bytes | None = None) -> list[Any]:
    """What comes of looking at all of them at once."""

    async def all_of_them() -> list[Any]:
        with ThreadPoolExecutor(1) as thread:
            asked = (desk.look(each, lambda: past, thread) for each in questions)
            return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


def pages(number: int) -> list[Question]:
    return [question(group_page(number=n).encode()) for n in range(1, number + 1)]


@dataclass(frozen=True, slots=True)
class _Here(Reader):
    """A reader that cannot be sent anywhere: it only reads in this process."""

    knowledge: Knowledge = DEFAULT

    def __reduce__(self) -> Any:
        raise TypeError("not to be sent")


def test_a_few_answers_are_looked_at_without_a_process(desk: Desk) -> None:
    found = look(desk, [question(group_page(number=n).encode(), _Here()) for n in range(FEW)])
    assert all(isinstance(looked, Looked) and isinstance(looked.read, Reading) for looked in found)


def test_many_answers_are_looked_at_elsewhere_and_read_alike(desk: Desk) -> None:
    asked = pages(FEW * 3)
    here = [look(Desk(), [each])[0] for each in asked]
    assert look(desk, asked) == here


def test_an_answer_that_ends_its_process_takes_no_other_with_it(desk: Desk) -> None:
    reader = DyingReader(DEFAULT)
    bodies = [group_page(number=n).encode() for n in range(FEW * 3)]
    bodies[FEW + 2] += POISON
    found = look(desk, [question(body, reader if n >= FEW else None) for n, body in enumerate(bodies)])
    assert isinstance(found.pop(FEW + 2), BrokenProcessPool)
    assert all(isinstance(looked, Looked) for looked in found)


def test_the_desk_goes_on_after_a_process_died(desk: Desk) -> None:
    poisoned = question(group_page().encode() + POISON, DyingReader(DEFAULT))
    look(desk, [*pages(FEW), poisoned])
    assert all(isinstance(looked, Looked) for looked in look(desk, pages(FEW + 1)))


def test_the_past_of_a_page_is_sent_where_the_guard_asks_for_it(desk: Desk) -> None:
    before = group_page(extra="<p>" + "The quay was dredged and the cranes were painted. " * 200 + "</p>")
    past = Capture(
        1, 1, 1, "00" * 32, len(before), URL, "text/html; charset=utf-8", NOW, NOW, 1, None, is_removed=False
    )
    stub = question(b"<html><title>Sorry</title><body><p>Please log in.</p></body></html>", past=past)
    *_, looked = look(desk, [*pages(FEW), stub], before.encode())
    assert looked == look(Desk(), [stub], before.encode())[0]
    assert looked != look(Desk(), [stub], None)[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads Linux's /proc")
def test_processes_are_let_go_by_close(desk: Desk) -> None:
    look(desk, pages(FEW * 2))
    processes = list(desk._pool._processes.values()) if desk._pool else []
    assert processes
    desk.close()
    for process in processes:
        process.join(10)
        assert process.exitcode is not None
