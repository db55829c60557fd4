"""A strict look at content lines, as iCalendar and vCard have them, beside what lenient parsers take."""

from __future__ import annotations

import re

LINE = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=[^\x00-\x1f\x7f:;,\"]+)*):(?P<value>.*)")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
TEXT = re.compile(r"(?:[^\\]|\\[\\;,nN])*")


def unfolded(data: bytes) -> list[tuple[str, str]]:
    """Name and value of each line. Fails where a line is too long, ends wrong, splits a letter or holds a control."""
    assert data.endswith(b"\r\n")
    assert b"\r\n\r\n" not in data
    physical = data[:-2].split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line
        assert b"\r" not in line, line
        assert b"\n" not in line, line
        line.decode()
    found = []
    for line in data[:-2].replace(b"\r\n ", b"").decode().split("\r\n"):
        match = LINE.fullmatch(line)
        assert match, line
        assert not CONTROL.search(line), line
        assert TEXT.fullmatch(match["value"]) or match["name"] in {"URL", "SOURCE"}, line
        found.append((match["name"], match["value"]))
    return found


def components(data: bytes, name: str) -> list[dict[str, str]]:
    """The properties of each component of a name; every BEGIN has its END, and no property stands twice."""
    open_now: list[str] = []
    found: list[dict[str, str]] = []
    for key, value in unfolded(data):
        if key == "BEGIN":
            open_now.append(value)
            if value == name:
                found.append({})
        elif key == "END":
            assert open_now.pop() == value
        elif open_now[-1] == name:
            assert key not in found[-1], key
            found[-1][key] = value
    assert not open_now
    return found
