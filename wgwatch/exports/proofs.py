"""A change with all that proves it, as a zip that can be checked without us."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from mimetypes import guess_extension
from typing import IO, Any

import sqlalchemy as sa

from config.errors import WgwatchError
from diffing.payload import in_json
from storage import blobs
from storage.asking import evidence
from storage.asking.evidence import Head, Link, chain_from, heads, sightings_around
from storage.changes import Change
from storage.sightings import content_type
from wgwatch.exports.warc import SOFTWARE, export_change

CHECK = r"""#!/usr/bin/env bash
# Checks the chain in chain.tsv: each link is the SHA-256 of the link before it (32 bytes; none before the first)
# followed by time, address, status and SHA-256 of the body, one a line. Needs bash and sha256sum, nothing of wgwatch.
set -eu
cd "$(dirname "$0")"
{
  read -r previous
  [ "$previous" = - ] && previous=
  while IFS=$'\t' read -r number link time address status body; do
    [ "$body" = - ] && body=
    escaped=$(printf '%s' "$previous" | sed 's/../\\x&/g')
    made=$( { printf '%b' "$escaped"; printf '%s\n%s\n%s\n%s' "$time" "$address" "$status" "$body"; } | sha256sum)
    [ "${made%% *}" = "$link" ] || { echo "sighting $number: the chain is broken here"; exit 1; }
    previous=$link
  done
} < chain.tsv
grep -q "$previous" heads.txt || { echo "the chain does not end in a head of heads.txt"; exit 1; }
echo "the chain is whole and ends in $previous"
"""

LIMIT = """\
What this proves, and what it does not
  The files show what this installation received from the addresses named, at the times named by its own clock.
  They do not show what others received from there, nor who wrote it, nor that it is true. That nothing was altered
  since can be told by who knows a chain head of later: from a message, another copy, or a time stamp (heads.tsr)."""

HOW = """\
How to check it, without wgwatch
  sha256sum -c SHA256SUMS        the files are those that were written
  bash check-chain.sh            the sightings stand in the page's hash chain, unbroken up to its head
  sha256sum {bodies}
                                 gives the hashes that the report and chain.tsv name
  captures.warc.gz               opens in any WARC reader (warcio, pywb, ReplayWeb.page): requests, answers, headers
  heads.txt                      every page's chain head when this was written"""

STAMPED = """\
  openssl ts -verify -data heads.txt -in heads.tsr -CAfile AUTHORITY.pem
                                 the heads were there when the authority says so: {at}"""


@dataclass(frozen=True, slots=True)
class _Case:
    """A change with its evidence as rows and values."""

    change: Change
    looks: Sequence[Any]
    before_chain: str
    chain: Sequence[Link]
    heads: Sequence[Head]
    bodies: Mapping[str, bytes]
    now: datetime


def export_proof(
    connection: sa.Connection, change: Change, out: IO[bytes], now: datetime
) -> Callable[[bytes | None, datetime | None], None]:
    """Gather the proof of a change; what is answered writes the zip, with a time stamp of `heads_text` if given.

    Raises WgwatchError where no look stands behind the change.
    """
    case = _gather(connection, change, now)
    warc = io.BytesIO()
    export_change(connection, change, warc, is_packed=True, now=now)

    def write(stamp: bytes | None = None, stamped_at: datetime | None = None) -> None:
        files = _files(case, stamped_at) | {"captures.warc.gz": warc.getvalue()}
        if stamp is not None:
            files["heads.tsr"] = stamp
        _write(out, files, now)

    return write


def heads_text(connection: sa.Connection) -> bytes:
    """Every page's chain head, a line each: what a time stamp is made of."""
    return evidence.heads_text(heads(connection))


def _gather(connection: sa.Connection, change: Change, now: datetime) -> _Case:
    looks = sightings_around(connection, change)
    if not looks:
        raise WgwatchError(f"{change.id}: no look at the page stands behind it")
    before_chain, chain = chain_from(connection, change.page_id, min(row.number for row in looks))
    bodies = _bodies(connection, change, looks)
    return _Case(change, looks, before_chain, chain, heads(connection), bodies, now)


def _bodies(connection: sa.Connection, change: Change, looks: Sequence[Any]) -> dict[str, bytes]:
    """The answer before and the answer after, as files that sha256sum can be asked about."""
    evidence = change.payload.get("evidence") or {}
    found = {}
    for side in ("before", "after"):
        wanted = evidence.get(f"sha256_{side}")
        row = next((row for row in looks if row.sha256 and bytes(row.sha256).hex() == wanted), None)
        if row is not None and row.removed_at is None:
            kinds = (content_type(look.headers) for look in looks if look.blob_id == row.blob_id)
            kind = next((kind for kind in kinds if kind), "")
            suffix = guess_extension(kind.partition(";")[0].strip()) or ".bin"
            found[side + suffix] = blobs.get(connection, row.blob_id)
    return found


def _files(case: _Case, stamped_at: datetime | None) -> dict[str, bytes]:
    report = _report(case, stamped_at)
    page = f"<!doctype html><meta charset=utf-8><title>{escape(case.change.summary)}</title><pre>{escape(report)}</pre>"
    return {
        "README.txt": report.encode(),
        "report.html": page.encode(),
        "change.json": _json(case.change.to_json()),
        "sightings.json": _json([_look(row) for row in case.looks]),
        "chain.tsv": _chain(case),
        "check-chain.sh": CHECK.encode(),
        "heads.txt": evidence.heads_text(case.heads),
        **case.bodies,
    }


def _report(case: _Case, stamped_at: datetime | None) -> str:
    change, payload = case.change, case.change.payload
    lines = [
        change.summary,
        "",
        f"Change    {change.id} ({change.kind})",
        f"Page      {payload['page']}",
        f"Last seen as it was  {_time(change.last_seen_before)}",
        f"First seen as it is  {_time(change.first_seen_after)}",
        f"Written   {_time(case.now)} by {SOFTWARE}",
        *_fields(payload),
        "",
        "The looks at the page around it (all times UTC)",
        *(_line(row) for row in case.looks),
        "",
        f"Its hash chain goes on from there over {len(case.chain)} links to",
        f"  {case.chain[-1].link}",
        "",
        LIMIT,
        "",
        HOW.format(bodies=" ".join(case.bodies) or "FILE"),
    ]
    if stamped_at is not None:
        lines.append(STAMPED.format(at=_time(stamped_at)))
    return "\n".join(lines) + "\n"


def _fields(payload: Mapping[str, Any]) -> list[str]:
    fields = payload.get("fields") or {}
    told = [f"  {name}: {_shown(was)} -> {_shown(now)}" for name, (was, now) in fields.items()]
    told += [f"  - {was}\n  + {now}" for was, now in payload.get("sentences") or ()]
    return ["", "What differs", *told] if told else []


def _shown(value: object) -> str:
    return "not shown" if value is None else str(value)


def _line(row: Any) -> str:
    body = bytes(row.sha256).hex() if row.sha256 is not None else "no body"
    by = f", taken by {row.taken_by}" if row.taken_by else ""
    note = f" ({row.reason})" if row.reason else ""
    removed = ", bytes since removed" if row.removed_at is not None else ""
    return f"  {_time(row.seen_at)}  {row.status}  {row.outcome}{note}{by}{removed}\n    {row.address}\n    {body}"


def _look(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "seen_at": in_json(row.seen_at),
        "address": row.address,
        "answered_from": row.answered_from,
        "status": row.status,
        "outcome": row.outcome,
        "good": row.good,
        "reason": row.reason,
        "origin": row.origin,
        "taken_by": row.taken_by,
        "sha256": bytes(row.sha256).hex() if row.sha256 is not None else None,
        "request_headers": row.asked,
        "response_headers": row.headers,
        "link": bytes(row.chain).hex(),
    }


def _chain(case: _Case) -> bytes:
    lines = [case.before_chain or "-"]
    for link in case.chain:
        said = (
            link.number,
            link.link,
            link.seen_at.isoformat(),
            link.address,
            link.status,
            link.sha256 or "-",
        )
        lines.append("\t".join(map(str, said)))
    return ("\n".join(lines) + "\n").encode()


def _time(moment: datetime | None) -> str:
    return in_json(moment) if moment else "never"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write(out: IO[bytes], files: Mapping[str, bytes], now: datetime) -> None:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "SHA256SUMS": sums.encode()}.items():
            archive.writestr(zipfile.ZipInfo(f"proof/{name}", now.timetuple()[:6]), data)
