"""Changes as lines of JSON at the end of a file, for pipelines: one change a line, whole lines only."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import IO, Any

from config.errors import TemporaryDeliveryError
from notifier.channels import Outgoing
from notifier.writing.bodies import SCHEMA, links_of

BLOCK = 65_536


class LinesChannel:
    """Appends to the file of a delivery's target; names without a folder of their own are of `folder`.

    A file that was renamed away is begun anew. Writers in several processes wait for each other.
    """

    def __init__(self, folder: Path, public_url: str | None = None) -> None:
        self._folder = folder
        self._public_url = public_url

    async def send(self, delivery: Outgoing) -> str:
        """A line for each change, on the disk when this returns; see `Channel.send`."""
        data = b"".join(_line(delivery, item.change, self._public_url) for item in delivery.items)
        if not data:
            return "0 written"
        try:
            await asyncio.to_thread(_append, self._folder / delivery.target, data)
        except OSError as error:
            raise TemporaryDeliveryError(f"{delivery.target} cannot be written: {error.strerror}") from error
        return f"{len(delivery.items)} written"


def _line(delivery: Outgoing, change: Any, public_url: str | None) -> bytes:
    """As a webhook's body, with the delivery's id. In ASCII: no sign in it can be taken for the end of a line."""
    told = {
        "id": delivery.id,
        "type": change["kind"],
        "timestamp": delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "schema": SCHEMA,
        "data": {**change, "links": links_of(change, public_url)},
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _append(path: Path, data: bytes) -> None:
    with _held(path) as file:
        is_new = not _heal(file)
        file.seek(0, os.SEEK_END)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        if is_new:
            _sync_folder(path.parent)


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """The file that has this name, ours alone until the end."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_named(file, path):
                yield file
                return


def _is_named(file: IO[bytes], path: Path) -> bool:
    """It may have been renamed while we waited for it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _heal(file: IO[bytes]) -> int:
    """End the last line, or take it away where a kill left half of it: its change is written again.

    Answers how large the file was.
    """
    size = file.seek(0, os.SEEK_END)
    start, tail = size, b""
    while start and b"\n" not in tail:
        start = max(0, start - BLOCK)
        file.seek(start)
        tail = file.read(size - start)
    last = tail.rpartition(b"\n")[2]
    if _is_whole(last):
        file.seek(size)
        file.write(b"\n")
    else:
        file.truncate(size - len(last))
    return size


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _sync_folder(folder: Path) -> None:
    """That there is such a file has to reach the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
