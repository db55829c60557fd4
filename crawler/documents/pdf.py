"""PDF into a Document. The work is done in a process of its own, as no bound within ours holds against a file
that is made to unpack to gigabytes or to draw for hours.

Bounds: 40 MB of file, its first 200 pages, 60 seconds of processor time, 1.5 GB of memory (where the system can
limit it: POSIX). A file that runs into time or memory is not read at all, so that the same file always reads the
same. Documents locked with a password, of pictures only (scanned), or whose letters have no meaning raise ReadError.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from config.errors import ReadError
from storage.document import Block, BlockKind, Document, Link

MOST_BYTES = 40_000_000
SECONDS = 60
"""Of processor time; thrice as long on the clock, as other processes want their share."""
MOST_MEMORY = 1_500_000_000
CHILD = "from crawler.documents.pdf_process import main; main()"


def read_pdf(body: bytes, *, seconds: int = SECONDS, memory: int = MOST_MEMORY) -> Document:
    """The text of a PDF as headings, paragraphs, items and table rows, its links with them.

    A block's `place` is its page (from 1) times 1000 and its line on the page. Raises ReadError and nothing else.
    """
    if len(body) > MOST_BYTES:
        raise ReadError(f"this PDF is too large to be read ({len(body):,} bytes)")
    said = _ask(body, seconds, memory)
    if "error" in said:
        raise ReadError(str(said["error"]))
    blocks = tuple(_block(values) for values in said["blocks"])
    return Document(said["title"], blocks, "pdf", said["language"], tuple(said["data"]))


def _ask(body: bytes, seconds: int, memory: int) -> Any:
    command = [sys.executable, "-P", "-W", "ignore", "-c", CHILD, str(seconds), str(memory)]
    paths = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code; the file is only its input
            command,
            input=body,
            capture_output=True,
            timeout=3 * seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"this PDF takes longer than {seconds} seconds to read") from error
    except OSError as error:
        raise ReadError(f"no process could be started to read this PDF: {error.strerror}") from error
    if done.returncode:
        raise ReadError("this PDF takes more time or memory to read than it is given")
    return json.loads(done.stdout)


def _block(values: dict[str, Any]) -> Block:
    return Block(
        BlockKind(values["kind"]),
        values["text"],
        tuple(values["lines"]),
        values["level"],
        tuple(Link(link["text"], link["target"]) for link in values["links"]),
        tuple(values["cells"]),
        tuple(values["headers"]),
        place=values["place"],
    )
