"""A mail server that takes every message and keeps it in memory: as much of RFC 5321 as one honest client needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

REPLIES = {
    "EHLO": "250-demo\r\n250-8BITMIME\r\n250 SMTPUTF8",
    "DATA": "354 end with a dot on a line of its own",
    "QUIT": "221 bye",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as its reader sees it first: to whom, about what, the text part."""

    to: str
    subject: str
    text: str


class Mailbox:
    """Letters by the order of arrival, since they were last taken; `port` is of 127.0.0.1."""

    def __init__(self) -> None:
        self.received: list[Letter] = []
        self.port = 0

    def take(self) -> list[Letter]:
        """What came since the last call."""
        taken, self.received = self.received, []
        return taken

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it says QUIT or goes away."""
        writer.write(b"220 demo ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].decode("ascii", "replace").upper()
            writer.write(f"{REPLIES.get(verb, '250 ok')}\r\n".encode())
            if verb == "DATA":
                self.received.append(_letter(await _message(reader)))
                writer.write(b"250 taken\r\n")
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def open_mailbox() -> AsyncIterator[Mailbox]:
    """The server, listening until the block ends."""
    mailbox = Mailbox()
    async with await asyncio.start_server(mailbox.converse, "127.0.0.1", 0) as server:
        mailbox.port = server.sockets[0].getsockname()[1]
        yield mailbox


async def _message(reader: asyncio.StreamReader) -> bytes:
    """The lines up to the lone dot; a dot that was doubled for the way is one again (section 4.5.2)."""
    lines: list[bytes] = []
    while (line := await reader.readline()) not in {b".\r\n", b""}:
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)


def _letter(message: bytes) -> Letter:
    parsed = message_from_bytes(message, policy=default)
    text = parsed.get_body(("plain",))
    return Letter(
        str(parsed["To"]), str(parsed["Subject"]), text.get_content().replace("\r\n", "\n") if text else ""
    )
