"""Pages that build their text with JavaScript: one Chromium for the process, and in it a look at a time apart.

Playwright is an extra (`wgwatch[browser]`) and is imported when the first such page is looked at.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.browser.looks import Look, Rendered
from crawler.fetching.handler import FetchError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

__all__ = ["Browser", "Look", "Rendered"]

LOOKS = 50
"""So many looks, and the browser is started anew: what it has piled up by then is gone."""
AT_ONCE = 2
MEMORY = 1536
"""Megabytes that one process of the browser may take for itself."""
SCRIPT_MEMORY = 512  # megabytes of a page's JavaScript objects
CLOSING = 5.0  # seconds
NAMES = ("chromium", "chromium-browser", "google-chrome")
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")
"""Of our environment; the rest may hold secrets, and is none of the browser's business."""
FLAGS = (
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # names are resolved by our gate
    f"--js-flags=--max-old-space-size={SCRIPT_MEMORY}",
    "--renderer-process-limit=2",
)
NOT_INSTALLED = "Playwright is not installed: pip install 'wgwatch[browser]'"
NO_CHROMIUM = "there is no Chromium: apt-get install chromium, or playwright install chromium"


@dataclass(slots=True)
class _Running:
    driver: Playwright
    chromium: Chromium
    looks: int = 0
    open: int = 0

    @property
    def is_worn(self) -> bool:
        return self.looks >= LOOKS or not self.chromium.is_connected()


class Browser:
    """Started by the first look inside `async with`, stopped when the last who entered has left."""

    def __init__(self, executable: str | None = None) -> None:
        self._executable = executable
        self._running: _Running | None = None
        self._users = 0
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Browser:
        self._users += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self._users -= 1
        if not self._users and self._running:
            running, self._running = self._running, None
            await _stop(running)

    async def render(self, look: Look) -> Rendered:
        """What comes of a page. Raises FetchError, in words, where nothing does or no browser is there."""
        async with self._places:
            running = await self._current()
            running.looks += 1
            running.open += 1
            try:
                return await look.take(running.chromium)
            except BaseException:  # a page that hung or crashed may have left it in any state
                running.looks = LOOKS
                raise
            finally:
                running.open -= 1
                if running is not self._running and not running.open:
                    await _stop(running)

    async def _current(self) -> _Running:
        """The browser; a new one in place of one that is worn, which stops when its last look has ended."""
        async with self._starting:
            worn = self._running if self._running and self._running.is_worn else None
            if worn:
                self._running = None
                if not worn.open:
                    await _stop(worn)
            if self._running is None:
                self._running = await _start(self._executable)
            return self._running


async def missing() -> str | None:
    """What no page can be rendered without and is not there, in words; None where nothing is missing."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        return NOT_INSTALLED
    if any(map(shutil.which, NAMES)):
        return None
    async with async_playwright() as driver:
        return None if _is_there(driver.chromium.executable_path) else NO_CHROMIUM


async def _start(executable: str | None) -> _Running:
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise FetchError(f"it is to be rendered, and {NOT_INSTALLED}") from None
    driver = await async_playwright().start()
    try:
        found = executable or _installed(driver.chromium.executable_path)
        chromium = await driver.chromium.launch(
            executable_path=Path(__file__).with_name("chromium.sh"),
            args=list(FLAGS),
            chromium_sandbox=os.geteuid() != 0,  # root has none: Chromium refuses to start otherwise
            env=_environment(found),
        )
    except BaseException as error:  # also when cancelled: the driver is a process that would go on
        await driver.stop()
        if isinstance(error, Error):
            raise FetchError(f"the browser does not start ({_first_line(error)})") from error
        raise
    return _Running(driver, chromium)


def _installed(of_playwright: str) -> str:
    """The system's Chromium, else Playwright's own."""
    found = next(filter(None, map(shutil.which, NAMES)), of_playwright)
    if not _is_there(found):
        raise FetchError(f"it is to be rendered, and {NO_CHROMIUM}")
    return found


def _is_there(path: str) -> bool:
    return Path(path).exists()


def _environment(executable: str) -> dict[str, str | float | bool]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, "CHROMIUM": executable, "CHROMIUM_MEMORY_KB": str(MEMORY * 1024)}


async def _stop(running: _Running) -> None:
    """Neither a hung nor a crashed browser may hold up what comes next."""
    for close in (running.chromium.close, running.driver.stop):
        with suppress(Exception):
            async with asyncio.timeout(CLOSING):
                await close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
