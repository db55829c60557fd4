"""Sightings as a WARC/1.1 file (ISO 28500), readable by any WARC reader.

Bodies are stored without their transfer and content codings: the headers that speak of these are kept under the
names that crawlers give them then, `X-Orig-...`. What is seen again is a revisit record.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from storage import blobs
from storage.models import blobs as blob_table
from storage.models import sightings

OF_CODINGS = ("content-encoding", "transfer-encoding", "content-length")
ORIGINAL = "X-Orig-"
VERSION = "WARC/1.1"
ASKED_FOR = "Wgwatch-Asked-For"
"""Our own field: the address that was asked for, where redirects led to the target of the record."""
REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
NAMESPACE = uuid.UUID("9d2ad0b8-4a5c-5b3e-9a86-7b1f3f6f6a10")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """How many records a file got, and how many sightings were left out as their bytes are removed or never came."""

    responses: int = 0
    revisits: int = 0
    left_out: int = 0


def original_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """An answer's headers as they came: those that were renamed when it was written bear their names again."""
    told = [(name, value) for name, value in headers if not name.lower().startswith(ORIGINAL.lower())]
    renamed = {
        name[len(ORIGINAL) :].lower(): value
        for name, value in headers
        if name.lower().startswith(ORIGINAL.lower()) and name[len(ORIGINAL) :].lower() in OF_CODINGS
    }
    kept = [(name, renamed.pop(name.lower(), value)) for name, value in told]
    return (*kept, *((name.title(), value) for name, value in renamed.items()))


def sightings_for(connection: sa.Connection, page_ids: Iterable[int], numbers: Any = None) -> Iterator[Any]:
    """Rows of sightings with the hash of their bytes, in order of time; `numbers` narrows them to some ids."""
    query = (
        sa.select(sightings, blob_table.c.sha256, blob_table.c.removed_at)
        .outerjoin(blob_table, sightings.c.blob_id == blob_table.c.id)
        .where(sightings.c.page_id.in_(list(page_ids)))
        .order_by(sightings.c.seen_at, sightings.c.id)
    )
    if numbers is not None:
        query = query.where(sightings.c.id.in_(list(numbers)))
    yield from connection.execute(query)


class SightingWriter:
    """Writes sightings in the order in which they are given. `software` names us, `now` is the time of the file."""

    def __init__(self, out: IO[bytes], *, is_packed: bool, software: str, now: datetime) -> None:
        self._warc = WARCWriter(out, gzip=is_packed, warc_version=VERSION)
        self._software = software
        self._now = now
        self._makers: dict[str | None, str] = {}
        self._first: dict[int, tuple[str, str, str, str]] = {}
        self._responses = self._revisits = self._left_out = 0

    @property
    def written(self) -> Written:
        return Written(self._responses, self._revisits, self._left_out)

    def write(self, connection: sa.Connection, row: Any) -> None:
        """A sighting as request and response, or as a revisit of what this file holds already."""
        if row.status == 0 or row.removed_at is not None:
            self._left_out += 1
            return
        known = self._first.get(row.blob_id)
        if known is None and row.status == 304:  # what it repeats has to be in the file
            self._left_out += 1
            return
        about = {
            "WARC-Record-ID": _record_id("response", row),
            "WARC-Date": in_warc(row.seen_at),
            "WARC-Warcinfo-ID": self._maker(row.taken_by),
        }
        if row.answered_from:
            about[ASKED_FOR] = row.address
        if known is None:
            self._response(connection, row, about)
        else:
            self._revisit(row, about, known)
        self._request(row, about)

    def _response(self, connection: sa.Connection, row: Any, about: dict[str, str]) -> None:
        body = blobs.get(connection, row.blob_id) if row.blob_id is not None else b""
        digest = _digest(body)
        headers = _status_line(row.status, _as_stored(_pairs(row.headers), len(body)))
        record = self._warc.create_warc_record(
            url_of(row),
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=headers,
            warc_headers_dict={**about, "WARC-Payload-Digest": digest},
        )
        self._warc.write_record(record)
        self._responses += 1
        if row.blob_id is not None:
            self._first[row.blob_id] = (about["WARC-Record-ID"], url_of(row), about["WARC-Date"], digest)

    def _revisit(self, row: Any, about: dict[str, str], known: tuple[str, str, str, str]) -> None:
        record_id, url, date, digest = known
        profile = "server-not-modified" if row.status == 304 else "identical-payload-digest"
        said = {
            **about,
            "WARC-Profile": REVISIT + profile,
            "WARC-Refers-To": record_id,
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": date,
            "WARC-Payload-Digest": digest,
        }
        headers = _status_line(row.status, _as_stored(_pairs(row.headers), None))
        record = self._warc.create_warc_record(
            url_of(row), "revisit", http_headers=headers, warc_headers_dict=said
        )
        self._warc.write_record(record)
        self._revisits += 1

    def _request(self, row: Any, about: dict[str, str]) -> None:
        """The request, where its headers were kept."""
        if not row.asked:
            return
        parts = urlsplit(url_of(row))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = StatusAndHeaders(
            f"GET {target} HTTP/1.1", [("Host", parts.netloc), *_pairs(row.asked)], is_http_request=True
        )
        said = {
            **about,
            "WARC-Record-ID": _record_id("request", row),
            "WARC-Concurrent-To": about["WARC-Record-ID"],
        }
        record = self._warc.create_warc_record(
            url_of(row), "request", http_headers=headers, warc_headers_dict=said
        )
        self._warc.write_record(record)

    def _maker(self, taken_by: str | None) -> str:
        """The id of the record that says who took what follows; written before its first use."""
        if taken_by not in self._makers:
            fields = {"software": self._software, "format": "WARC File Format 1.1", "taken-by": taken_by}
            record = self._warc.create_warcinfo_record(None, fields)
            record.rec_headers.replace_header("WARC-Date", in_warc(self._now))
            self._warc.write_record(record)
            self._makers[taken_by] = record.rec_headers.get_header("WARC-Record-ID")
        return self._makers[taken_by]


def url_of(row: Any) -> str:
    """The address that a sighting's bytes came from."""
    return str(row.answered_from or row.address)


def in_warc(moment: datetime) -> str:
    """WARC-Date, with all that we know of it (WARC 1.1 section 5.4)."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _record_id(kind: str, row: Any) -> str:
    """The same for the same sighting, in every file that it is written to."""
    return f"<urn:uuid:{uuid.uuid5(NAMESPACE, f'{kind} {bytes(row.chain).hex()}')}>"


def _digest(body: bytes) -> str:
    """As crawlers write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _status_line(status: int, headers: Headers) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return StatusAndHeaders(f"{status} {phrase}".strip(), list(headers), protocol="HTTP/1.1")


def _as_stored(headers: Headers, length: int | None) -> Headers:
    """Headers that are true of the stored body; without `length` (a revisit) there is none."""
    kept = tuple(
        (ORIGINAL + name if name.lower() in OF_CODINGS else name, value.replace("\r", "").replace("\n", " "))
        for name, value in headers
    )
    return kept if length is None else (*kept, ("Content-Length", str(length)))


def _pairs(stored: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in stored or ())
