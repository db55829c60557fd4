"""The answers in a WARC file (ISO 28500), one after the other, whatever crawler wrote it and however it was damaged.

What is broken is reported with its place, and reading goes on at the next record that can be found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warcio.bufferedreaders import BufferedReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecordLoader  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]

from config.errors import UsageError
from storage.warc.streams import BLOCK, GZIP, RECORD, BrokenRecord, Plain, Stream, Unpacked, next_start
from storage.warc.writing import ASKED_FOR

logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)  # it remarks on every odd address

NOT_MODIFIED = "server-not-modified"
LARGEST = 10_000_000
"""Bytes of a payload as it is stored there; a longer one counts as broken off."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: a file, a byte in it, and in a compressed one how far into what that unpacks to."""

    path: Path
    offset: int
    inside: int = 0

    def __str__(self) -> str:
        return f"{self.path}, offset {self.offset}" + (f"+{self.inside}" if self.inside else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request, response or revisit record. `payload` is as it stands there, in its transfer and content codings.

    A revisit names what it repeats by `refers_to` (address and time) and `digest`.
    """

    place: Place
    kind: str
    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    is_truncated: bool
    taken_by: str
    digest: str | None = None
    refers_to: tuple[str, datetime | None] | None = None
    profile: str = ""
    asked_for: str | None = None

    @property
    def wanted_as(self) -> str:
        """The address that a page is known by: what redirects began at, where the record says so."""
        return self.asked_for or self.url


def recorded(
    path: Path,
    is_wanted: Callable[[str], bool],
    on_problem: Callable[[Place, str], None],
    largest: int = LARGEST,
) -> Iterator[Recorded]:
    """The requests, responses and revisits of a file; payloads only of addresses that are wanted.

    Raises UsageError where the file cannot be opened or holds no WARC record at all.
    """
    reader = _Reader(path, is_wanted, largest)
    try:
        with path.open("rb") as file:
            is_packed = file.read(len(GZIP)) == GZIP
            yield from _segments(file, is_packed, reader, on_problem)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if not reader.records:
        raise UsageError(f"{path} is no WARC file: there is no record in it")


def record_at(place: Place, largest: int = LARGEST) -> Recorded | None:
    """One record, read again where it stands."""
    reader = _Reader(place.path, lambda url: True, largest)
    with place.path.open("rb") as file:
        is_packed = file.read(len(GZIP)) == GZIP
        stream = Unpacked(file, place.offset) if is_packed else Plain(file, place.offset)
        stream.skip(place.inside)
        return next(reader.records_of(stream, place.offset), None)


def _segments(
    file: IO[bytes], is_packed: bool, reader: _Reader, on_problem: Callable[[Place, str], None]
) -> Iterator[Recorded]:
    """Each member of a compressed file is read by itself; a plain file is one, up to where it breaks."""
    position: int | None = 0
    is_lost = False  # bytes inside of what is broken may look like a beginning: one report is enough
    while position is not None:
        start = position
        stream = Unpacked(file, start) if is_packed else Plain(file, start)
        read_before = reader.records
        try:
            yield from reader.records_of(stream, start)
            position, is_lost = stream.end, False
        except BrokenRecord as error:
            at = start if is_packed else start + error.offset
            if reader.records > read_before or not is_lost:
                on_problem(Place(reader.path, at, error.offset if is_packed else 0), str(error))
            position, is_lost = next_start(file, GZIP if is_packed else RECORD, at + 1), True


class _Reader:
    """Reads records out of streams, counts them, and remembers who says to have written them."""

    def __init__(self, path: Path, is_wanted: Callable[[str], bool], largest: int) -> None:
        self.path = path
        self.records = 0
        self._is_wanted = is_wanted
        self._largest = largest
        self._makers: dict[str, str] = {}
        self._maker = "another crawler"

    def records_of(self, stream: Stream, start: int) -> Iterator[Recorded]:
        """Raises BrokenRecord, with the offset of the record that could not be read."""
        reader = BufferedReader(stream)
        loader = ArcWarcRecordLoader(verify_http=False)
        while line := _first_line(reader):
            offset = reader.tell() - reader.rem_length() - len(line)
            place = Place(self.path, start, offset)
            if isinstance(stream, Plain):
                place = Place(self.path, start + offset)
            try:
                found = self._read(loader, reader, line, place)
            except BrokenRecord as error:
                raise BrokenRecord(str(error), offset) from error
            if found is not None:
                yield found

    def _read(
        self, loader: ArcWarcRecordLoader, reader: BufferedReader, line: bytes, place: Place
    ) -> Recorded | None:
        try:
            record = loader.parse_record_stream(reader, line, "warc", no_record_parse=True)
            if record.length is None:
                raise BrokenRecord("no record can be read here (it names no Content-Length)")
            kept = self._take(loader, record, place)
            while record.raw_stream.read(BLOCK):
                pass
        except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError) as error:
            reason = str(error).strip() or "it ends too early"
            raise BrokenRecord(f"no record can be read here ({reason})") from error
        if getattr(record.raw_stream, "limit", 0) > 0:
            raise BrokenRecord("the file breaks off inside a record")
        self.records += 1
        return kept

    def _take(self, loader: ArcWarcRecordLoader, record: Any, place: Place) -> Recorded | None:
        said = record.rec_headers.get_header
        if record.rec_type == "warcinfo":
            self._maker = _maker(record.raw_stream.read(BLOCK)) or self._maker
            self._makers[said("WARC-Record-ID") or ""] = self._maker
        if record.rec_type not in {"request", "response", "revisit"}:
            return None
        url = (said("WARC-Target-URI") or "").strip("<>")
        if not url.startswith(("http://", "https://")):
            return None
        http = loader.load_http_headers(record.rec_type, url, record.raw_stream, record.length)
        asked_for = said(ASKED_FOR)
        is_wanted = self._is_wanted(asked_for or url)
        payload = record.raw_stream.read(self._largest + 1) if is_wanted else b""
        refers_to = said("WARC-Refers-To-Target-URI")
        return Recorded(
            place=place,
            kind=record.rec_type,
            url=url,
            at=_moment(said("WARC-Date")),
            status=_status(http),
            headers=tuple(http.headers) if http else (),
            payload=payload,
            is_truncated=bool(said("WARC-Truncated")) or len(payload) > self._largest,
            taken_by=self._makers.get(said("WARC-Warcinfo-ID") or "", self._maker),
            digest=said("WARC-Payload-Digest"),
            refers_to=(refers_to, _maybe_moment(said("WARC-Refers-To-Date"))) if refers_to else None,
            profile=said("WARC-Profile") or "",
            asked_for=asked_for,
        )


def _first_line(reader: BufferedReader) -> bytes:
    """The next line that is not blank; b"" at the end."""
    while line := bytes(reader.readline()):
        if line.strip():
            return line
    return b""


def _maker(fields: bytes) -> str | None:
    """Who wrote the file, by its own account (`software`, `operator`), or whom our own exports name."""
    said = {
        name.strip().lower(): value.strip()
        for line in fields.decode("utf-8", "replace").splitlines()
        for name, colon, value in [line.partition(":")]
        if colon
    }
    if taken_by := said.get("taken-by"):
        return taken_by
    return ", ".join(said[name] for name in ("software", "operator") if said.get(name)) or None


def _status(http: Any) -> int:
    code = str(http.get_statuscode()) if http else ""
    return int(code) if code.isdigit() else 0


def _moment(text: str | None) -> datetime:
    moment = _maybe_moment(text)
    if moment is None:
        raise ValueError(f"WARC-Date '{text}' is no time")
    return moment


def _maybe_moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
