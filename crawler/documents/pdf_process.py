"""The process that reads a PDF: the file on standard input, JSON on standard output, limits as arguments."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from config.errors import ReadError
from crawler.documents.pdf_pages import read_pages

NO_ROOM = "this PDF takes more memory to read than it is given"


def main() -> None:
    """Run once: `SECONDS BYTES`, of processor time and memory."""
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    logging.disable(logging.CRITICAL)  # the parser remarks on every odd font
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


def answer(body: bytes) -> dict[str, Any]:
    """The document as plain values, or why it cannot be read under `error`."""
    try:
        return asdict(read_pages(body))
    except ReadError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": NO_ROOM}
    except Exception as error:  # noqa: BLE001 - the edge of the process: a broken file can make its parser raise anything
        if any(isinstance(cause, MemoryError) for cause in (*error.args, error.__cause__, error.__context__)):
            return {"error": NO_ROOM}
        return {"error": f"this PDF is broken and cannot be read ({type(error).__name__})"}


def _limit(seconds: int, memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not POSIX, or the system limits it already
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
