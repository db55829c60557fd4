"""Where the demo plays: a folder with a watchlist, the replica site, someone who listens, and the product itself."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from config.settings import Settings
from crawler.pipelines import Outcome
from storage import pages
from wgwatch.application import Application, utc_now
from wgwatch.checking import Checked, check, send_all
from wgwatch.demo.hooks import Hook, Hooks, open_hooks
from wgwatch.demo.mailbox import Letter, Mailbox, open_mailbox
from wgwatch.demo.site import Site, open_site
from wgwatch.watching.applying import apply

WATCHLIST = Path(__file__).parent / "watchlist.yaml"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of showing an edition: the check's outcome, the site's answer, what the listeners received."""

    checked: Checked
    status: int
    hooks: tuple[Hook, ...]
    letters: tuple[Letter, ...]


@dataclass(slots=True)
class Clock:
    """A clock that is behind ours, and catches up where time is to pass."""

    behind: timedelta

    def __call__(self) -> datetime:
        return utc_now() - self.behind


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that plays a part. Messages are sent at our time, the looks' own clock is behind it (`Clock`)."""

    application: Application
    sender: Application
    clock: Clock
    site: Site
    mailbox: Mailbox
    hooks: Hooks

    async def show(self, html: str, later: timedelta) -> Seen:
        """Put an edition on the site, and check the page as `wgwatch check` does, so much later."""
        self.site.html = html
        self.clock.behind -= later
        with self.application.database.read() as connection:
            watched = pages.all_pages(connection)
        looked = await check(self.application, watched, _ignore, send=False)
        checked = Checked(looked.outcomes, await send_all(self.sender, close=True))
        return Seen(checked, self.site.statuses[-1], tuple(self.hooks.take()), tuple(self.mailbox.take()))


@asynccontextmanager
async def open_scene(folder: Path, length: timedelta) -> AsyncIterator[Scene]:
    """Servers on free ports of 127.0.0.1, and a watchlist in `folder` that names them.

    The looks begin `length` ago, so that nothing lies in the future when it has passed.
    """
    secret = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"
    async with open_site() as site, open_hooks(secret) as hooks, open_mailbox() as mailbox:
        written = WATCHLIST.read_text("utf-8").format(page=site.url, hook=hooks.url, secret=secret)
        (folder / "watchlist.yaml").write_text(written, "utf-8")
        clock = Clock(length)
        application, sender = (_application(folder, mailbox.port, time) for time in (clock, utc_now))
        apply(application.database, application.watchlist(), application.clock())
        yield Scene(application, sender, clock, site, mailbox, hooks)


def _application(folder: Path, smtp_port: int, clock: Callable[[], datetime]) -> Application:
    """The product with settings of its own: what stands in the user's environment is the user's."""
    environ = {
        "WGWATCH_SMTP_HOST": "127.0.0.1",
        "WGWATCH_SMTP_PORT": str(smtp_port),
        "WGWATCH_SMTP_SECURITY": "none",
        "WGWATCH_MAIL_FROM": "wgwatch <webwatch@trade.example>",
        "WGWATCH_ALLOW_NETWORKS": "loopback",
    }
    return Application(Settings.load(environ, folder), environ, clock)


async def _ignore(_outcome: Outcome) -> None:
    """The story is told when the messages have come, too."""
