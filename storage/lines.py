"""The connections to a PostgreSQL server, and what is done where it falls silent.

A server that is gone, or a network that swallows what is sent, answers nothing at all: without a bound the driver
would wait for a quarter of an hour, with a thread in its hands.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

PATIENCE: Mapping[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""For libpq: seconds, and milliseconds for what was sent and is not acknowledged."""


class Lines:
    """The open connections, so that they can be cut from another thread."""

    def __init__(self) -> None:
        self._open: WeakSet[Any] = WeakSet()

    def note(self, connection: Any, _record: object = None) -> None:
        """One more connection of psycopg."""
        self._open.add(connection)

    def cut(self) -> None:
        """Shut them all down: whoever waits for an answer is told at once that none will come."""
        import psycopg  # is there for whom has connections to cut

        for connection in list(self._open):
            with suppress(OSError, psycopg.Error), _line_of(connection) as line:  # it may be closed already
                line.shutdown(socket.SHUT_RDWR)


def _line_of(connection: Any) -> socket.socket:
    return socket.socket(fileno=os.dup(connection.fileno()))
