"""Whose certificates are believed: the system's authorities and those of WGWATCH_CA_FILE."""

from __future__ import annotations

import ssl
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from config.errors import ConfigError


def trust(ca_file: str | None = None) -> ssl.SSLContext:
    """A context for clients. Raises ConfigError where the file cannot be used.

    One for all who ask while the files stay as they are: to read the system's authorities takes longer than to look
    at ten pages, and every crawl asks.
    """
    paths = ssl.get_default_verify_paths()
    return _context(ca_file, tuple(map(_stamp, (ca_file, paths.cafile, paths.capath))))


@lru_cache(maxsize=4)
def _context(ca_file: str | None, _stamps: tuple[int | None, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one
            problem = f"WGWATCH_CA_FILE: {ca_file} cannot be read as certificates ({error})"
            raise ConfigError([problem]) from error
    return context


def _stamp(path: str | None) -> int | None:
    with suppress(OSError):
        return Path(path).stat().st_mtime_ns if path else None
    return None
