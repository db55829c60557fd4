"""axe-core in the page that a browser shows."""

from __future__ import annotations

from typing import Any

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")


def graves(window: Any) -> list[str]:
    """What axe calls serious or critical on the page as it is; a frame's content is another's."""
    base = pytest.importorskip("axe_playwright_python.base")
    if not window.evaluate("typeof axe == 'object'"):
        window.evaluate(base.AXE_SCRIPT)
    rules = {"target-size": {"enabled": True}}  # of WCAG 2.2, which axe leaves out unless told
    violations = window.evaluate(
        "([tags, rules]) => axe.run("
        " {exclude: [['iframe']]}, {runOnly: tags, rules, resultTypes: ['violations'], iframes: false}"
        ").then(found => found.violations.map(each => [each.id, each.impact, each.nodes[0].html]))",
        [TAGS, rules],
    )
    return [f"{rule} ({impact}) at {html[:160]}" for rule, impact, html in violations if impact in GRAVE]
