"""Files that commands write: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from config.errors import UsageError


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """The file, complete or not at all: it takes its name when everything is in it."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as out:
            yield out
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def put(path: Path, data: bytes) -> None:
    """Write bytes into a file, or to standard output where it is called `-`."""
    if str(path) == "-":
        click.echo(data, nl=False)
        return
    with whole(path) as out:
        out.write(data)
