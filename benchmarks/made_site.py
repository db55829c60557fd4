"""A site of made pages for `looking.py`: `python made_site.py PAGES` serves it on a free port, which it prints.

Pages are those of a content management system, 34 to 99 KB each, with meetings, contacts and news among navigation,
style and script. The site also takes webhooks and obeys `/control/...`:

    change?share=0.01     that share of the pages says something else; answers {page: word that must be told}
    set?validators=0&noise=1    whether answers carry ETag; whether a token in the head differs in each answer
    hooks, stats, reset   the webhooks taken; what was asked for; begin counting anew
    times                 when each page was last asked for and when each webhook came, in seconds since 1970
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import sys
import time
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
CITIES = (
    "Lima, Peru",
    "Ha Noi, Viet Nam",
    "Santiago, Chile",
    "Singapore",
    "Busan, Korea",
    "Bangkok, Thailand",
)
ROLES = ("Chair", "Programme Director", "Secretary", "Lead Shepherd", "Contact for ports")
SMALLEST, LARGEST = 34_000, 99_000  # bytes of a page
STYLE = "\n".join(
    f".c{n} > .item-{n * 3} {{ margin:{n % 17}px; padding:{n % 9}px; color:#{n * 7919 % 0xFFFFFF:06x}; }}"
    for n in range(60)
)
SCRIPT = "\n".join(
    f"window._q{n}=window._q{n}||[];(function(d){{d.id='k{n}';}}(document));" for n in range(60)
)
TOKEN = "0123456789abcdef0123456789abcdef"
FIRST_DAY = date(2027, 1, 4)


class MadePage:
    """One page and what it says; `change` makes it say something else."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.revision = 0
        self._random = random.Random(number * 1_000_003 + 7)
        self._size = self._random.randint(SMALLEST, LARGEST)
        self.name = self._words(2).title()
        self.menu = [self._words(2) for _ in range(55)]
        self.meetings = [self._meeting(row) for row in range(max(8, (self._size - 30_000) // 1_400))]
        self.contacts = [(self._words(2).title(), role, f"{self._words(1)}@made.example") for role in ROLES]
        self.news = [(self._words(6).capitalize(), self._sentence()) for _ in range(6)]
        self.paragraphs: list[str] = []
        short = self._size - len(self.html())
        self.paragraphs = [" ".join(self._sentence() for _ in range(6)) for _ in range(max(1, short // 470))]

    def change(self) -> str:
        """One small true change; answers a word that nothing else says."""
        self.revision += 1
        kind = self._random.randrange(3)
        word = f"Zq{self.number}r{self.revision}"
        if kind == 0:
            row = self._random.randrange(len(self.meetings))
            self.meetings.insert(row, self._meeting(len(self.meetings), f" {word}"))
        elif kind == 1:
            row = self._random.randrange(len(self.meetings))
            _, title, city = self.meetings[row]
            self.meetings[row] = (FIRST_DAY + timedelta(700 + self._random.randrange(300)), title, city)
            word = self.meetings[row][0].isoformat()
        else:
            row = self._random.randrange(len(self.contacts))
            name, role, _ = self.contacts[row]
            self.contacts[row] = (name, role, f"{word.lower()}@made.example")
            word = self.contacts[row][2]
        return word

    def html(self) -> bytes:
        menu = "".join(
            f'<li class="menu-item"><a href="/s/{n}">{text}</a></li>\n' for n, text in enumerate(self.menu)
        )
        text = "".join(f'<div class="block"><p class="lead">{words}</p></div>\n' for words in self.paragraphs)
        rows = "".join(
            f'<tr class="event-row"><td class="date"><time datetime="{day}">{day}</time></td>'
            f'<td class="title"><a href="/e/{hashlib.md5(title.encode()).hexdigest()[:10]}">{title}</a></td>'
            f'<td class="place"><span class="icon icon-pin"></span>{city}</td></tr>\n'
            for day, title, city in self.meetings
        )
        people = "".join(
            f'<li class="contact"><strong>{name}</strong>, <em>{role}</em><br>'
            f'E-mail: <a href="mailto:{address}">{address}</a></li>\n'
            for name, role, address in self.contacts
        )
        news = "".join(
            f'<div class="card"><h3><a href="/n/{self.number}-{n}">{head}</a></h3><p>{body}</p></div>\n'
            for n, (head, body) in enumerate(self.news)
        )
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{self.name} Group</title>\n'
            f'<meta name="csrf-token" content="{TOKEN}"><style>{STYLE}</style><script>{SCRIPT}</script></head>\n'
            f'<body><header><nav><ul class="menu">\n{menu}</ul></nav></header>\n<main><h1>{self.name} Group</h1>\n'
            f"<article>\n{text}</article>\n<section><h2>Events</h2><table><thead><tr><th>Date</th><th>Title</th>"
            f"<th>Place</th></tr></thead><tbody>\n{rows}</tbody></table></section>\n<section><h2>Contacts</h2><ul>\n"
            f"{people}</ul></section>\n<aside><h2>News</h2>\n{news}</aside></main>\n"
            f"<footer><ul>\n{menu}</ul><p>Copyright {self.name} Group</p></footer></body></html>\n"
        ).encode()

    def _meeting(self, row: int, word: str = "") -> tuple[date, str, str]:
        title = f"{self._words(4).title()} Workshop{word}"
        begin = FIRST_DAY + timedelta(
            self.number * 7 % 3_000
        )  # all at once would be one meeting or a crowd a day
        return begin + timedelta(row * 5 + self._random.randrange(5)), title, self._random.choice(CITIES)

    def _words(self, count: int) -> str:
        lengths = self._random.choices((2, 2, 3, 4), k=count)
        return " ".join("".join(self._random.choices(SYLLABLES, k=length)) for length in lengths)

    def _sentence(self) -> str:
        return self._words(self._random.randint(8, 14)).capitalize() + "."


class Site:
    """What is served and what was asked for."""

    def __init__(self, number: int) -> None:
        self.pages = [MadePage(n) for n in range(number)]
        self.bodies = [page.html() for page in self.pages]
        self.etags = [_etag(body) for body in self.bodies]
        self.validators, self.noise = True, False
        self.reset()
        self._random = random.Random(11)

    def reset(self) -> None:
        self.hooks: list[str] = []
        self.asked, self.not_modified = 0, 0
        self.asked_at: dict[int, float] = {}
        self.hooked_at: list[float] = []

    def control(self, command: str, query: dict[str, str]) -> object:
        if command == "change":
            share = float(query["share"])
            return self._change(
                self._random.sample(range(len(self.pages)), max(1, round(len(self.pages) * share)))
            )
        if command == "set":
            self.validators, self.noise = query.get("validators", "1") == "1", query.get("noise") == "1"
        elif command == "reset":
            self.reset()
        elif command == "times":
            return {"asked": self.asked_at, "hooks": list(zip(self.hooked_at, self.hooks, strict=True))}
        return self.hooks if command == "hooks" else {"asked": self.asked, "not_modified": self.not_modified}

    def _change(self, numbers: list[int]) -> dict[int, str]:
        words = {}
        for number in numbers:
            words[number] = self.pages[number].change()
            self.bodies[number] = self.pages[number].html()
            self.etags[number] = _etag(self.bodies[number])
        return words

    def answer(self, path: str, head: bytes) -> bytes:
        number = int(path.rpartition("/")[2])
        self.asked += 1
        self.asked_at[number] = time.time()
        body, etag = self.bodies[number], self.etags[number]
        said = b"ETag: " + etag + b"\r\n" if self.validators else b""
        if self.validators and b"if-none-match: " + etag in head.replace(b"If-None-Match", b"if-none-match"):
            self.not_modified += 1
            return b"HTTP/1.1 304 Not Modified\r\n" + said + b"\r\n"
        if self.noise:
            body = body.replace(TOKEN.encode(), os.urandom(16).hex().encode(), 1)
        kind = b"Content-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
        return b"".join((b"HTTP/1.1 200 OK\r\n", said, kind, body))


class Connection(asyncio.Protocol):
    """HTTP/1.1, just enough of it for those who ask here."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            needed = end + 4 + _length(head)
            if len(self._buffer) < needed:
                return
            body, self._buffer = self._buffer[end + 4 : needed], self._buffer[needed:]
            self._transport.write(self._answer(head, body))

    def _answer(self, head: bytes, body: bytes) -> bytes:
        target = urlsplit(head.split(b" ", 2)[1].decode())
        if target.path.startswith("/p/"):
            return self._site.answer(target.path, head)
        if target.path == "/hook":
            self._site.hooks.append(body.decode("utf-8", "replace"))
            self._site.hooked_at.append(time.time())
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        if target.path.startswith("/control/"):
            said = json.dumps(self._site.control(target.path[9:], dict(parse_qsl(target.query)))).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _etag(body: bytes) -> bytes:
    return b'"' + hashlib.md5(body).hexdigest().encode() + b'"'


async def serve(number: int) -> None:
    site = Site(number)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(site), "127.0.0.1", 0, backlog=1_000
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
