"""Webhooks received by a real server that verifies them as a stranger would."""

from __future__ import annotations

import asyncio
import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from config.errors import PermanentDeliveryError, TemporaryDeliveryError
from config.networks import Networks
from notifier.channels.webhook import WebhookChannel, body_of, open_session, seconds_until
from notifier.messages import Item

LOOPBACK = Networks.parse(["loopback"])
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


class Receiver:
    """Answers every request with the same status, headers and text, and keeps what came."""

    def __init__(self, status: int = 200, text: str = "", headers: dict[str, str] | None = None) -> None:
        self.status, self.text, self.headers = status, text, headers or {}
        self.received: list[tuple[dict[str, str], bytes]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.received.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, text=self.text, headers=self.headers)


class Hanging(Receiver):
    async def answer(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()


class BreakingOff(Receiver):
    """Takes the delivery, promises a text and closes before it."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"thank")
        request.transport.close()
        return response


def posted(
    delivery, receiver, *, networks=LOOPBACK, host="127.0.0.1", clock=None, timeout=5.0, times=1, **other
):
    """Send a delivery to a receiver that runs for as long as that takes; returns its answer."""

    async def run() -> str:
        app = web.Application()
        app.router.add_post("/hooks/secret-path", receiver.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        try:
            async with open_session(networks) as session:
                now = clock or (lambda: datetime.now(UTC))
                channel = WebhookChannel(session, networks, now, timeout=timeout)
                target = f"http://{host}:{port}/hooks/secret-path?token=hunter2"
                for _ in range(times):
                    answer = await channel.send(delivery(target, **{"secrets": (SECRET,), **other}))
                return answer
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_a_change_arrives_signed_and_whole(delivery):
    receiver = Receiver(text="thank you")
    assert posted(delivery, receiver) == "200 thank you"
    ((headers, body),) = receiver.received
    told = Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == "dlv_1"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "wgwatch"
    assert (told["type"], told["schema"]) == ("event.moved", 1)
    assert told["timestamp"] == "2023-10-05T01:18:00Z"
    assert told["data"]["record"]["after"]["starts_on"] == "2016-09-12"
    assert told["data"]["links"] == {"page": "https://harbour-forum.example/groups/tide"}


def test_any_of_several_secrets_verifies_and_a_wrong_one_does_not(delivery):
    receiver = Receiver()
    posted(delivery, receiver, secrets=(SECRET, OLDER))
    ((headers, body),) = receiver.received
    Webhook(SECRET).verify(body, headers)
    Webhook(OLDER).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_d3Jvbmcgc2VjcmV0IGhlcmUhIQ==").verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"Lima", b"Cuzco"), headers)


def test_a_repeated_attempt_has_the_same_id_and_bytes_but_its_own_time(delivery):
    receiver = Receiver()
    now = iter(datetime(2023, 10, 5, 2, tzinfo=UTC) + timedelta(hours=hour) for hour in range(9))
    posted(delivery, receiver, clock=lambda: next(now), times=2)
    (first, body), (second, again) = receiver.received
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_an_old_timestamp_does_not_verify(delivery):
    receiver = Receiver()
    posted(delivery, receiver, clock=lambda: datetime.now(UTC) - timedelta(minutes=6))
    ((headers, body),) = receiver.received
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(SECRET).verify(body, headers)


def test_links_to_ourselves_only_where_there_is_a_public_address(delivery):
    links = json.loads(body_of(delivery("https://crm.example/"), "https://watch.example/"))["data"]["links"]
    assert links == {
        "page": "https://harbour-forum.example/groups/tide",
        "change": "https://watch.example/changes/chg_event_moved",
        "capture_before": f"https://watch.example/captures/{'a' * 64}",
        "capture_after": f"https://watch.example/captures/{'b' * 64}",
    }


def test_hostile_text_stays_a_string_of_json(delivery, change):
    hostile = 'x"}\r\n\r\nHTTP/1.1 <script>\ud800\u202e'
    body = body_of(
        delivery("https://crm.example/", items=(Item(change("event.moved", summary=hostile), ()),))
    )
    assert json.loads(body)["data"]["summary"].startswith('x"}\r\n\r\nHTTP/1.1 <script>')


@pytest.mark.parametrize(
    ("status", "concerns"),
    [
        (400, "message"),
        (422, "message"),
        *((status, "target") for status in (401, 404, 408, 425, 429, 500, 503)),
    ],
)
def test_every_other_answer_is_tried_again(delivery, status, concerns):
    with pytest.raises(TemporaryDeliveryError, match=f"answered {status} busy") as caught:
        posted(delivery, Receiver(status, "busy"))
    assert caught.value.retry_after is None
    assert caught.value.concerns == concerns


def test_gone_ends_it(delivery):
    with pytest.raises(PermanentDeliveryError, match="answered 410") as caught:
        posted(delivery, Receiver(410))
    assert caught.value.gone


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(delivery, status):
    with pytest.raises(TemporaryDeliveryError) as caught:
        posted(delivery, Receiver(status, headers={"Retry-After": "120"}))
    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Thu, 05 Oct 2023 01:20:00 GMT", 120.0),
        ("Thu, 05 Oct 2023 01:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_as_seconds_or_date(text, seconds):
    assert seconds_until(text, datetime(2023, 10, 5, 1, 18, tzinfo=UTC)) == seconds


def test_a_redirect_is_not_followed(delivery):
    receiver = Receiver(302, headers={"Location": "/hooks/secret-path"})
    with pytest.raises(TemporaryDeliveryError, match="answered 302, a redirect, which is not followed"):
        posted(delivery, receiver)
    assert len(receiver.received) == 1


def test_a_target_that_hangs_is_given_up_in_time(delivery):
    with pytest.raises(TemporaryDeliveryError, match=r"gave no answer within 0\.3 s"):
        posted(delivery, Hanging(), timeout=0.3)


def test_a_delivery_that_was_taken_counts_even_if_the_answer_breaks_off(delivery):
    assert posted(delivery, BreakingOff()).startswith("200")


def test_a_long_answer_is_cut_and_cleaned(delivery):
    answer = posted(delivery, Receiver(text="\x1b[31m" + "a long answer\n" * 500))
    assert len(answer) <= 200
    assert answer.isprintable()


def test_errors_show_neither_path_nor_secret(delivery):
    with pytest.raises(TemporaryDeliveryError) as caught:
        posted(delivery, Receiver(500))
    assert "hunter2" not in str(caught.value)
    assert "secret-path" not in str(caught.value)
    assert SECRET not in repr(delivery("https://crm.example/", secrets=(SECRET,)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_refused_unless_allowed(delivery, host):
    receiver = Receiver()
    with pytest.raises(TemporaryDeliveryError, match="WGWATCH_ALLOW_NETWORKS"):
        posted(delivery, receiver, networks=Networks(), host=host)
    assert not receiver.received


def test_a_name_at_an_allowed_address_is_reached(delivery):
    assert posted(delivery, Receiver(), host="localhost") == "200"


def attempt(delivery, target, **other):
    async def run() -> str:
        async with open_session(LOOPBACK) as session:
            channel = WebhookChannel(session, LOOPBACK, lambda: datetime.now(UTC))
            return await channel.send(delivery(target, **other))

    return asyncio.run(run())


def test_a_refused_connection_is_temporary(delivery):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryDeliveryError, match="cannot be reached"):
            attempt(delivery, f"http://127.0.0.1:{unused.getsockname()[1]}/")


@pytest.mark.parametrize(
    "target", ["ftp://crm.example/", "crm.example", "http://[", "https://", "http://a:99999/"]
)
def test_what_is_no_web_address_is_permanent(delivery, target):
    with pytest.raises(PermanentDeliveryError, match="no http or https address"):
        attempt(delivery, target)


def test_a_secret_that_cannot_sign_is_named_without_being_shown(delivery):
    with pytest.raises(TemporaryDeliveryError, match="secret is not whsec_") as caught:
        attempt(delivery, "http://127.0.0.1:9/", secrets=("whsec_hunter2hunter",))
    assert "hunter" not in str(caught.value)
    assert caught.value.__cause__ is None
