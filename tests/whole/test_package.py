"""What holds of the package as a whole."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_no_dependency_brings_a_package_of_a_rooms_name() -> None:
    brought = packages_distributions()
    rooms = ("config", "storage", "diffing", "crawler", "notifier", "wgwatch")
    assert {room: set(brought.get(room, ())) - {"wgwatch"} for room in rooms} == {
        room: set() for room in rooms
    }


def test_the_lock_file_has_a_hash_for_everything_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^([a-z0-9._-]+)==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 50
    assert "://" not in text


@pytest.mark.parametrize("name", ["config", "storage"])
def test_the_rooms_that_all_import_have_an_empty_front(name: str) -> None:
    assert (ROOT / name / "__init__.py").read_text() == ""
