"""Chats, written to by Apprise over real connections to servers on this machine."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.errors import PermanentDeliveryError, TemporaryDeliveryError
from config.networks import Networks
from notifier.channels import Outgoing
from notifier.channels.chat import ChatChannel
from notifier.context import Context
from notifier.messages import Item
from notifier.writing.gists import LONGEST, harmless, text_of, title_of

Make = Callable[..., Outgoing]
LOOPBACK = Networks.parse(["loopback"])
TOPIC = "hunter2-topic"


class Server:
    """Takes every message, or refuses, redirects or hangs."""

    def __init__(self) -> None:
        self.status, self.pause = 200, 0.0
        self.headers: dict[str, str] = {}
        self.received: list[tuple[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.received.append((self.path, json.loads(body)))
                time.sleep(server.pause)
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                """Keep the tests' output quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def ntfy(self) -> str:
        return f"ntfy://127.0.0.1:{self.http.server_port}/{TOPIC}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def sent(*deliveries: Outgoing, url: str, networks: Networks = LOOPBACK, timeout: float = 10.0) -> list[Any]:
    """What comes of handing these over side by side."""

    async def run() -> list[Any]:
        async with ChatChannel(networks, {"ntfy of newsroom": url}.get, timeout=timeout) as channel:
            return await asyncio.gather(*map(channel.send, deliveries), return_exceptions=True)

    return asyncio.run(run())


def refused(delivery: Outgoing, **how: Any) -> str:
    (error,) = sent(delivery, **how)
    assert isinstance(error, TemporaryDeliveryError)
    assert TOPIC not in str(error)
    return str(error)


@pytest.fixture
def moved(delivery: Make) -> Outgoing:
    return delivery("ntfy of newsroom")


def test_a_message_says_the_gist_the_changes_and_where_to_read_on(moved: Outgoing, server: Server) -> None:
    assert sent(moved, url=server.ntfy) == ["taken"]
    ((_, message),) = server.received
    assert (message["topic"], message["title"]) == (TOPIC, "TIDE: 43rd Tide Meeting moved to 12 Sep 2016")
    assert message["message"].splitlines() == [
        "• TIDE: a summary of event.moved",
        "https://harbour-forum.example/groups/tide",
        "Subscription: newsroom",
    ]


def test_other_services_get_the_same(moved: Outgoing, server: Server) -> None:
    sent(moved, url=f"mmost://127.0.0.1:{server.http.server_port}/{'a' * 26}")
    ((path, message),) = server.received
    assert path == f"/hooks/{'a' * 26}"
    assert message["text"].startswith("TIDE: 43rd Tide Meeting moved to 12 Sep 2016\r\n• TIDE: ")
    assert "icon_url" not in message


def test_many_messages_do_not_wait_for_each_other(moved: Outgoing, server: Server) -> None:
    began = time.monotonic()
    assert sent(*[moved] * 8, url=server.ntfy) == ["taken"] * 8
    assert time.monotonic() - began < 5  # Apprise by itself would take 5.5 s for each
    assert len(server.received) == 8


@pytest.mark.parametrize("status", [403, 429, 503])
def test_what_is_not_taken_is_tried_again_and_no_secret_is_logged(
    moved: Outgoing, server: Server, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    server.status = status
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        assert refused(moved, url=server.ntfy) == f"ntfy did not take it ({status})"
    finally:
        logging.getLogger().removeHandler(handler)
    assert TOPIC not in log.getvalue() + "".join(capfd.readouterr())


def test_a_redirect_is_not_followed(moved: Outgoing, server: Server) -> None:
    server.status, server.headers = 307, {"Location": "/elsewhere"}
    refused(moved, url=f"{server.ntfy}?redirect=yes")
    assert len(server.received) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433"])
def test_private_addresses_are_not_written_to_unless_allowed(
    moved: Outgoing, server: Server, host: str
) -> None:
    url = server.ntfy.replace("127.0.0.1", host)
    told = refused(moved, url=url, networks=Networks())
    assert "was not asked" in told or "cannot be written to" in told
    assert server.received == []


def test_a_chat_that_hangs_gives_up_its_turn(moved: Outgoing, server: Server) -> None:
    server.pause = 2
    assert refused(moved, url=server.ntfy, timeout=0.5) == "ntfy of newsroom gave no answer within 0.5 s"


def test_nobody_listening_is_told_without_the_address(moved: Outgoing) -> None:
    assert refused(moved, url=f"ntfy://127.0.0.1:9/{TOPIC}") == "ntfy did not take it"


def test_a_server_that_cannot_be_looked_up_is_tried_again(moved: Outgoing) -> None:
    assert "ntfy of newsroom was not asked" in refused(moved, url=f"ntfy://nowhere.invalid/{TOPIC}")


def test_a_chat_that_this_process_does_not_know_waits(delivery: Make, server: Server) -> None:
    assert "the watchlist of this process" in refused(delivery("slack of newsroom"), url=server.ntfy)


def test_without_the_extra_it_is_said_what_to_install(
    moved: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "pip install 'wgwatch[chat]'" in refused(moved, url="ntfy://ntfy.example/x")


def test_a_flood_is_cut_to_what_every_service_takes(delivery: Make, change: Callable[..., Any]) -> None:
    flood = tuple(
        Item(
            change("event.added", id=f"chg_{n}", summary="x" * 500, page=f"https://x.example/{n}"),
            ("newsroom",),
        )
        for n in range(500)
    )
    many = delivery("ntfy of newsroom", items=flood)
    text = text_of(many)
    assert len(text) <= LONGEST
    assert "more changes" in text
    assert len(title_of(many)) <= 200


def test_a_message_links_to_us_where_we_can_be_reached(moved: Outgoing) -> None:
    assert "https://watch.example/changes/chg_event_moved" in text_of(moved, "https://watch.example")


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        ({"state": "held"}, "[unconfirmed] "),
        ({"state": "withdrawn"}, "Withdrawn: "),
        ({"test": True}, "[test] "),
    ],
)
def test_what_is_not_certain_is_marked(
    delivery: Make, change: Callable[..., Any], state: Any, mark: str
) -> None:
    items = (Item(change("event.moved", **state), ("newsroom",)),)
    assert title_of(delivery("x", items=items)).startswith(mark)


def test_a_chat_that_is_gone_is_given_up(moved: Outgoing, server: Server) -> None:
    server.status = 410
    (error,) = sent(moved, url=server.ntfy)
    assert isinstance(error, PermanentDeliveryError)
    assert error.gone


def test_silence_is_told_too(delivery: Make, server: Server) -> None:
    silent = delivery("ntfy of newsroom", items=(), digest=True, context=Context(reasons=("newsroom",)))
    assert sent(silent, url=server.ntfy) == ["taken"]
    ((_, message),) = server.received
    assert message["title"] == "Digest: nothing new"
    assert message["message"] == "No change was found.\nSubscription: newsroom"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("@everyone look", "@\u200beveryone look"),
        ("x@here now", "x@\u200bhere now"),
        ("ask @mei", "ask @\u200bmei"),
        ("mei.tan@harbour.example", "mei.tan@harbour.example"),
        (
            "<!channel> <@U123> <https://evil.example|bank>",
            "‹!channel› ‹@\u200bU123› ‹https://evil.example¦bank›",
        ),
        ("[bank](https://evil.example)", "［bank］(https://evil.example)"),
        ("**bold** `code` ~~gone~~ ||hidden||", "∗∗bold∗∗ ʹcodeʹ ∼∼gone∼∼ ¦¦hidden¦¦"),
        ("_soft_ __strong__ HWG_01", "_\u200bsoft_\u200b _\u200b_\u200bstrong_\u200b_\u200b HWG_01"),
        ("<script>alert(1)</script>", "‹script›alert(1)‹/script›"),
        ("two\r\nlines\u2028and \u202emore\x00", "two lines and more"),
        ("{{ 7*7 }}", "{{ 7∗7 }}"),
    ],
)
def test_the_words_of_a_page_do_nothing_in_a_chat(said: str, shown: str) -> None:
    assert harmless(said) == shown


def test_a_hostile_page_arrives_as_plain_words(
    delivery: Make, change: Callable[..., Any], server: Server
) -> None:
    hostile = "<!channel> @everyone [x](https://evil.example) **y**\n<script>"
    items = (
        Item(change("event.moved", group=hostile, summary=hostile, page="javascript:alert(1)"), (hostile,)),
    )
    for url in (server.ntfy, f"mmost://127.0.0.1:{server.http.server_port}/{'a' * 26}"):
        sent(delivery("ntfy of newsroom", items=items), url=url)
    for _, message in server.received:
        text = json.dumps(message, ensure_ascii=False)
        assert not [sign for sign in ("<", "**", "](", "@everyone", "javascript:") if sign in text]
