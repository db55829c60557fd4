"""The target of coverage-guided fuzzing: `python fuzzing.py [libFuzzer options] CORPUS...` (needs atheris)."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["crawler.documents", "crawler.extract"]):
    from config.errors import ReadError
    from crawler.reading import read

KINDS = ("text/html", "text/plain", "application/pdf", "text/calendar", "application/rss+xml", None)


def one_input(body: bytes) -> None:
    """The last byte says what the answer claims to be; anything raised but ReadError is a crash."""
    kind = KINDS[body[-1] % len(KINDS)] if body else None
    try:
        read(body, content_type=kind, url="https://fuzz.example/")
    except ReadError:
        return


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
