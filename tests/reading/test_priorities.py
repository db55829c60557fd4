"""What a group says its priorities are."""

from __future__ import annotations

import pytest

from crawler.reading import read


def priorities(body: str) -> tuple[str, ...]:
    page = f"<title>Reef Group</title><h1>Reef Group (RG)</h1><p>About the group.</p>{body}"
    group = read(page.encode(), content_type="text/html; charset=utf-8").group
    assert group is not None
    return group.priorities


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Priorities</h2><ul><li>Quiet engines</li><li>Life jackets for all</li></ul>",
        "<h2>Key Priorities for 2024-26</h2><ol><li>Quiet engines;</li><li>Life jackets for all.</li></ol>",
        "<p><b>Priorities 2024:</b> Quiet engines; and Life jackets for all</p>",
        "<p>Our priority areas:</p><ul><li>Quiet engines<ul><li>two</li></ul></li><li>Life jackets for all</li></ul>",
    ],
)
def test_priorities_stand_in_a_list_or_a_line(body: str) -> None:
    assert priorities(body) == ("Quiet engines", "Life jackets for all")


def test_priorities_in_other_languages() -> None:
    assert priorities("<h2>Prioridades</h2><ul><li>Motores</li><li>Chalecos</li></ul>") == (
        "Motores",
        "Chalecos",
    )
    assert priorities("<p>优先领域：安静的发动机；救生衣</p>") == ("安静的发动机", "救生衣")


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Priorities</h2><p>Engines are our priority.</p>",
        "<h2>Priorities</h2><h3>Documents</h3><ul><li>Report</li></ul>",
        "<h2>Setting priorities in shipyards</h2><ul><li>Report</li></ul>",
        "<p>Priorities change with the tide: nobody knows them.</p>",
    ],
)
def test_none_are_made_of_sentences_or_of_other_lists(body: str) -> None:
    assert priorities(body) == ()
