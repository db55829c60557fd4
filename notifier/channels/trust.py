"""Whose certificates are believed: the system's authorities and those of WGWATCH_CA_FILE."""

from __future__ import annotations

import ssl

from config.errors import ConfigError


def trust(ca_file: str | None = None) -> ssl.SSLContext:
    """A context for clients. Raises ConfigError where the file cannot be used."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            raise ConfigError([f"WGWATCH_CA_FILE: {ca_file} cannot be read as certificates"]) from error
    return context
