"""Explanations of what was read, as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crawler.explain import Explanation, FieldReason


def print_explanations(explanations: Sequence[Explanation], warnings: Sequence[str]) -> None:
    """Each record with its lines and the reasons for its fields; then the reader's warnings."""
    for explanation in explanations:
        for line in _said(explanation):
            click.echo(line)
        click.echo()
    for warning in warnings:
        click.echo(f"Note: {warning}")


def _said(explanation: Explanation) -> list[str]:
    mark = ", doubtful" if explanation.doubtful else ""
    lines = [f"{explanation.kind}: {explanation.label}  (confidence {explanation.confidence:.2f}{mark})"]
    for passage in explanation.passages:
        at = f"line {passage.place}" if passage.place else "somewhere"
        lines.append(f"  {at}, {passage.kind}: {passage.text}")
    shown = [reason for reason in explanation.fields if reason.confidence is not None]
    protected = [reason for reason in explanation.fields if reason.value is None and "protect" in reason.why]
    widths = [max((len(text) for text in column), default=0) for column in _columns(shown)]
    lines += [_row(reason, widths) for reason in shown]
    lines += [f"    {reason.name}: unknown, {reason.why}" for reason in protected]
    silent = [
        reason.name for reason in explanation.fields if reason.confidence is None and reason not in protected
    ]
    return [*lines, f"    not shown: {', '.join(silent)}"] if silent else lines


def _columns(reasons: Sequence[FieldReason]) -> tuple[list[str], list[str]]:
    return [reason.name for reason in reasons], [
        str(reason.value) for reason in reasons if len(str(reason.value)) <= 40
    ]


def _row(reason: FieldReason, widths: Sequence[int]) -> str:
    doubt = f"  DOUBTFUL ({reason.confidence:.2f})" if reason.doubtful else ""
    return f"    {reason.name:<{widths[0]}}  {reason.value!s:<{widths[1]}}  {reason.why}{doubt}"
