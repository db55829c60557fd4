"""A receiver of webhooks, as a customer would write it: it believes only what bears a valid signature."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from wgwatch.demo.site import served

PATH = "/hooks/wgwatch"


@dataclass(frozen=True, slots=True)
class Hook:
    """One request: the id that it keeps over retries, the kind of change, whether its signature is right."""

    id: str
    kind: str
    verified: bool


class Hooks:
    """Takes webhooks signed with `secret`. `received` are those since they were last taken."""

    def __init__(self, secret: str) -> None:
        self._signer = Webhook(secret)
        self.received: list[Hook] = []
        self.url = ""

    def take(self) -> list[Hook]:
        """What came since the last call."""
        taken, self.received = self.received, []
        return taken

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.text()
        verified = self._verifies(body, dict(request.headers))
        kind = str(json.loads(body)["type"])
        self.received.append(Hook(request.headers.get("webhook-id", ""), kind, verified))
        return web.Response(status=204 if verified else 401)

    def _verifies(self, body: str, headers: dict[str, str]) -> bool:
        try:
            self._signer.verify(body, headers)
        except WebhookVerificationError:
            return False
        return True


@asynccontextmanager
async def open_hooks(secret: str) -> AsyncIterator[Hooks]:
    """The receiver, listening until the block ends."""
    hooks = Hooks(secret)
    application = web.Application()
    application.add_routes([web.post(PATH, hooks.receive)])
    async with served(application) as address:
        hooks.url = address + PATH
        yield hooks
