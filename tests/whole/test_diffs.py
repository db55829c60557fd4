"""Any two versions of a page, as text, as data and as HTML to look at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from world import World, group_page

ADDRESS = "https://hwg.example/group"
HOSTILE = (
    '<p>Ports <script>alert(1)</script><img src="https://evil.example/x.png" alt="Quay at night">'
    " &lt;b onclick=x&gt;</p>"
)
VERSIONS = {
    "2020-01-01": group_page(7, extra="<h2>Aims</h2><p>We meet in 12 ports.</p><p>All are welcome.</p>"),
    "2020-02-01": group_page(12, extra="<h2>Aims</h2><p>All are welcome.</p><p>We meet in 12 ports.</p>"),
    "2020-03-01": group_page(
        12, extra=f"<h2>Aims</h2><p>All are welcome.</p><p>We meet in 14 ports.</p>{HOSTILE}"
    ),
}


@pytest.fixture
def harbour(sqlite_world: World) -> World:
    """Three versions of one page."""
    for at, text in VERSIONS.items():
        page = sqlite_world.folder / f"{at}.html"
        page.write_text(text)
        sqlite_world.wgwatch("import", str(page), "--url", ADDRESS, "--at", at)
    return sqlite_world


def diff(world: World, *args: str) -> str:
    return world.wgwatch("diff", "HWG", *args).stdout


def test_records_come_first_then_words_by_section(harbour: World) -> None:
    said = diff(harbour, "--from", "2020-01-15").splitlines()
    assert said[0] == "HWG: 2020-01-01 -> 2020-03-01"
    assert said[1].startswith("event.moved: 43rd HWG Meeting moved to")
    assert said[2:4] == ["text.changed: Aims", "  ~ We meet in [12] -> [14] ports."]


def test_versions_are_named_by_day_id_or_hash(harbour: World) -> None:
    first, second, third = harbour.json("captures", "HWG")
    by_day = diff(harbour, "--from", "2020-01-01", "--to", "2020-02-15")
    assert by_day == diff(harbour, "--from", str(first["id"]), "--to", str(second["id"]))
    assert by_day == diff(harbour, "--from", first["sha256"][:12], "--to", second["sha256"].upper())
    assert "2020-03-01 -> 2020-01-01" in diff(harbour, "--from", str(third["id"]), "--to", str(first["id"]))


@pytest.mark.parametrize("word", ["99", "yesterday", "2019-01-01"])
def test_a_version_that_is_none_is_an_error(harbour: World, word: str) -> None:
    failed = harbour.wgwatch("diff", "HWG", "--from", word, rc=None)
    assert failed.exit_code in (1, 2)
    assert word in failed.stderr


def test_words_as_data(harbour: World) -> None:
    [text] = [c for c in harbour.json("diff", "HWG") if c["kind"] == "text.changed"]
    place = text["sentences"].index(["We meet in 12 ports.", "We meet in 14 ports."])
    assert ["12 ", "14 "] in text["words"][place]
    assert diff(harbour, "--format", "json") == diff(harbour, "--json")


@pytest.mark.parametrize("shape", ["inline", "side", "html"])
def test_a_file_to_look_at_loads_and_runs_nothing(harbour: World, tmp_path: Path, shape: str) -> None:
    file = tmp_path / "diff.html"
    assert diff(harbour, "--format", shape, "-o", str(file)) == ""
    html = file.read_text()
    assert re.search(r"We meet in <del>12</del> (<ins>14</ins> )?ports", html)
    assert "<ins>14</ins>" in html
    assert "&lt;b onclick=x&gt;" in html
    for forbidden in ("<script", "<img", "<link", "src=", "href=", "alert", "evil.example", "<b onclick"):
        assert forbidden not in html
    assert "[Quay at night]" in html
    assert "color-scheme:light dark" in html
    assert "default-src 'none'" in html
    assert ("<table>" in html) == (shape != "inline")


def test_a_paragraph_that_moved_is_neither_red_nor_green(harbour: World) -> None:
    html = diff(harbour, "--from", "2020-01-01", "--to", "2020-02-01", "--format", "inline")
    page = html.partition("<hr>")[2]
    assert page.count("<small>moved</small>") == 2
    assert set(re.findall(r"<(?:del|ins)>(.*?)</", page)) == {"07", "12"}
