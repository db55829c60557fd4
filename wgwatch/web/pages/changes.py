"""Changes: a list to narrow, one with all that is known of it, its proof."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from config.kinds import CHANGE_KINDS
from diffing.words import Run, compare
from storage import captures, changes, pages
from storage.asking import browsing
from storage.captures import Capture
from storage.changes import Change
from wgwatch.exports.proofs import export_proof
from wgwatch.web import listing
from wgwatch.web.asked import moment, reading, word
from wgwatch.web.groups import pages_called
from wgwatch.web.templating import show

PIECE = 60
FAMILIES = tuple(dict.fromkeys(kind.partition(".")[0] for kind in CHANGE_KINDS))
BESIDE_THE_POINT = ("id", "read_from", "inferred", "email_protected")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a record before and after; `differs` where the change lies."""

    name: str
    was: str | None
    now: str | None
    differs: bool
    inferred: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence before and after, with the words that differ where they can be told apart."""

    was: str | None
    now: str | None
    runs: tuple[Run, ...]


def listed(request: Request) -> Response:
    """Changes, the newest first."""
    kind, group = word(request, "kind"), word(request, "group")
    if kind and kind not in CHANGE_KINDS and kind not in FAMILIES:
        raise UsageError(f"'{kind}' is no kind of change; there are: {', '.join((*FAMILIES, *CHANGE_KINDS))}")
    with reading(request) as (connection, _):
        found = browsing.changes_before(
            connection,
            page_ids=[page.id for page in pages_called(connection, group)] if group else None,
            source=word(request, "source"),
            kinds=[kind] if kind else [],
            since=moment(request, "since", end=False),
            until=moment(request, "until"),
            before=word(request, "before"),
            limit=PIECE,
        )
    older = urlencode({**request.query_params, "before": found[-1].id}) if len(found) == PIECE else None
    return show(
        request,
        "changes.html",
        days=listing.by_day(found),
        older=f"?{older}" if older else None,
        kinds=CHANGE_KINDS,
        families=FAMILIES,
        asked={name: word(request, name) for name in ("kind", "group", "source", "since", "until", "before")},
    )


def change_page(request: Request) -> Response:
    """One change: old and new, when each was seen, what proves it."""
    with reading(request) as (connection, _):
        change = _change(connection, request)
        page = pages.get(connection, change.page_id)
        evidence = change.payload.get("evidence") or {}
        same = changes.get(connection, change.same_as) if change.same_as else None
        return show(
            request,
            "change.html",
            change=change,
            line=listing.line(change),
            payload=change.payload,
            page=page,
            facts=facts(change.payload),
            sentences=[_sentence(was, now) for was, now in change.payload["sentences"]],
            before=_capture(connection, evidence.get("sha256_before"), page.id),
            after=_capture(connection, evidence.get("sha256_after"), page.id),
            evidence=evidence,
            same=listing.line(same) if same else None,
        )


def proof(request: Request) -> Response:
    """The change with all that proves it, as a zip."""
    out = io.BytesIO()
    with reading(request) as (connection, now):
        change = _change(connection, request)
        export_proof(connection, change, out, now)(None, None)
    name = f'attachment; filename="{change.id}.zip"'
    return Response(out.getvalue(), media_type="application/zip", headers={"Content-Disposition": name})


def facts(payload: Mapping[str, Any]) -> list[Fact]:
    """What the record said before and says after, fact by fact; what both leave open is left out."""
    record, fields = payload.get("record") or {}, payload.get("fields") or {}
    was, now = record.get("before") or {}, record.get("after") or {}
    names = [name for name in dict.fromkeys((*was, *now, *fields)) if name not in BESIDE_THE_POINT]
    found = [_fact(name, was, now, fields.get(name)) for name in names]
    return [fact for fact in found if fact.was is not None or fact.now is not None]


def _fact(name: str, was: Mapping[str, Any], now: Mapping[str, Any], pair: Any) -> Fact:
    old, new = pair or (was.get(name), now.get(name))
    inferred = (now.get("inferred") or {}).get(name) or (was.get("inferred") or {}).get(name)
    differs = pair is not None or (bool(was) and bool(now) and old != new)
    return Fact(name.replace("_", " "), _said(name, old, was), _said(name, new, now), differs, inferred)


def _said(name: str, value: Any, record: Mapping[str, Any]) -> str | None:
    if name == "email" and value is None and record.get("email_protected"):
        return "protected on the page (unknown)"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    return None if value is None or value == "" else str(value)


def _sentence(was: str | None, now: str | None) -> Sentence:
    return Sentence(was, now, compare(was, now) if was and now else ())


def _capture(connection: sa.Connection, sha256: str | None, page_id: int) -> Capture | None:
    found = captures.of_answer(connection, bytes.fromhex(sha256)) if sha256 else []
    return next((capture for capture in found if capture.page_id == page_id), None)


def _change(connection: sa.Connection, request: Request) -> Change:
    found = changes.get(connection, request.path_params["id"])
    if found is None:
        raise HTTPException(404, "No change has this id. A page that was read anew may have lost it.")
    return found
