"""Pages made to be slow or large to read. `scale` 1 is the full size that the benchmark states times for."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping


def hostile_pages(scale: float = 1.0) -> Mapping[str, Callable[[], str]]:
    """What is hostile about a page, and how to make it: one at a time, as some are of several MB."""

    def times(count: int) -> int:
        return max(int(count * scale), 1)

    return {
        "5 MB of events and prose": lambda: _large(times(5_000_000)),
        "100,000 nested tags": lambda: "<div>" * times(100_000) + "x",
        "50,000 nested lists": lambda: "<ul><li>x" * times(50_000),
        "20,000 nested tables": lambda: "<table><tr><td>x" * times(20_000),
        "60,000 unclosed inline tags": lambda: "<b><i><a href=x>y" * times(20_000),
        "20,000 dated headings": lambda: "".join(
            f"<h3>{n % 28 + 1} May {2000 + n % 30} Meeting {n}</h3>" for n in range(times(20_000))
        ),
        "a table of 20,000 rows": lambda: _table(times(20_000)),
        "a row of 100,000 cells": lambda: (
            f"<h2>Events</h2><table><tr>{'<td>5 May 2024' * times(100_000)}</table>"
        ),
        "cells over 65,534 rows and 1,000 columns": lambda: (
            "<table>" + "<tr><td rowspan=65534 colspan=1000>x" * times(2_500) + "</table>"
        ),
        "1 MB without a space": lambda: f"<h2>Contacts</h2><p>{'A' * times(1_000_000)}",
        "a line of 250,000 numbers": lambda: f"<h2>Events</h2><p>{'1-2 ' * times(250_000)}",
        "a line of days without a month": lambda: f"<h2>Events</h2><p>{'5 - ' * times(250_000)}May 2024",
        "a line of 100,000 dates": lambda: f"<h2>Events</h2><p>{'5 May 2024 - ' * times(100_000)}",
        "a line of 80,000 names": lambda: f"<h2>Contacts</h2><p>{'Ms Ada Bee, ' * times(80_000)}",
        "a line of 250,000 brackets": lambda: f"<h2>Projects</h2><p>{'(' * times(250_000)}",
        "a line of broken addresses": lambda: f"<h2>Contacts</h2><p>{'a@b.' * times(250_000)}",
        "a line of spelt addresses": lambda: f"<h2>Contacts</h2><p>{'a at b dot ' * times(100_000)}",
        "a line of project codes": lambda: f"<h2>Projects</h2><p>{'(SME 01 2015A' * times(80_000)}",
        "a line of half sentences": lambda: f"<p>{'the 57th and ' * times(80_000)}meetings will be held",
        "500,000 white spaces": lambda: (
            f"<h2>Events</h2><p>5{' ' * times(500_000)}May{chr(9) * times(500_000)}x"
        ),
        "600,000 entities": lambda: f"<p>{'&nbsp;&#160;&amp;' * times(200_000)}",
        "100,000 attributes": lambda: "<p " + " ".join(f"a{n}='{n}'" for n in range(times(100_000))) + ">x",
        "250,000 opened comments": lambda: "<!--" * times(250_000),
        "250,000 nested lists in JSON-LD": lambda: (
            f'<script type="application/ld+json">{"[" * times(250_000)}</script>'
        ),
    }


def _large(size: int) -> str:
    """A page with sections of prose and lists of meetings, each a little different."""
    dice, length = random.Random(3), 0
    parts: list[str] = []
    said = "the group reviewed its plan for safe harbours and asked members to report by spring"
    words = said.split()
    while length < size:
        n = len(parts)
        prose = " ".join(dice.choices(words, k=60))
        items = "".join(
            f"<li>{dice.randint(1, 28)} May 20{dice.randint(10, 30)} Meeting {n}.{i}, Lima, Peru"
            for i in range(9)
        )
        parts.append(f"<h2>Events {n}</h2><p>{prose}.</p><ul>{items}</ul>")
        length += len(parts[-1])
    return "".join(parts)


def _table(rows: int) -> str:
    body = "".join(f"<tr><td>{n % 28 + 1} May 2024<td>Meeting {n}<td>Lima, Peru</tr>" for n in range(rows))
    return f"<h2>Events</h2><table><tr><th>Date<th>Meeting<th>Place</tr>{body}</table>"
