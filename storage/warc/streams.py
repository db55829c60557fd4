"""The bytes of a WARC file: plain, or in gzip members that are unpacked one by one and may be damaged."""

from __future__ import annotations

import re
import zlib
from typing import IO, Protocol

from config.errors import WgwatchError

GZIP = b"\x1f\x8b\x08"
RECORD = b"WARC/"
BLOCK = 65_536


class BrokenRecord(WgwatchError):
    """Where a file cannot be read on. `offset` counts from the beginning of the stream that was being read."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.offset = offset


class Stream(Protocol):
    """What records are read from. `end` is where the next stream of the file begins, None after the last."""

    def read(self, size: int = -1) -> bytes: ...

    def skip(self, size: int) -> None: ...

    @property
    def end(self) -> int | None: ...


class Plain:
    """An uncompressed file from a byte on."""

    def __init__(self, file: IO[bytes], start: int) -> None:
        file.seek(start)
        self._file = file

    @property
    def end(self) -> int | None:
        return None

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def skip(self, size: int) -> None:
        self._file.seek(size, 1)


class Unpacked:
    """One gzip member, unpacked as it is read. Raises BrokenRecord where it is damaged or breaks off."""

    def __init__(self, file: IO[bytes], start: int) -> None:
        file.seek(start)
        self._file = file
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def end(self) -> int | None:
        """Where the next member begins; None at the end of the file."""
        at = self._file.tell() - len(self._engine.unused_data)
        return at if self._engine.unused_data or self._file.read(1) else None

    def read(self, size: int = -1) -> bytes:
        while not self._engine.eof:
            packed = self._engine.unconsumed_tail or self._file.read(BLOCK)
            if not packed:
                raise BrokenRecord("the file breaks off inside a compressed record")
            try:
                data = self._engine.decompress(packed, size if size > 0 else BLOCK)
            except zlib.error as error:
                raise BrokenRecord("the compression is damaged") from error
            if data:
                return data
        return b""

    def skip(self, size: int) -> None:
        while size > 0 and (data := self.read(min(size, BLOCK))):
            size -= len(data)


def next_start(file: IO[bytes], mark: bytes, at: int) -> int | None:
    """The next place from which reading may go on: a gzip member's magic, or a record's line."""
    file.seek(at)
    begins = re.compile(rb"(?m)^WARC/[01]\.\d+\r?\n") if mark == RECORD else re.compile(re.escape(mark))
    tail = b""
    while block := file.read(BLOCK):
        window = tail + block
        if match := begins.search(window):
            return file.tell() - len(window) + match.start()
        tail = window[-16:]
    return None
