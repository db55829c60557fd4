"""Pictures of every web page at three widths, in light and dark: python tests/web/screenshots.py -o FOLDER

Without --of, a demo is played first and its folder shown; with it, the folder of an installation of your own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.async_api import Browser, async_playwright  # noqa: E402

from config.setting_values import Listen  # noqa: E402
from config.settings import Settings  # noqa: E402
from storage import browsing, pages  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.endpoints import Endpoints  # noqa: E402
from wgwatch.health import Pulse  # noqa: E402
from wgwatch.metrics import Tally  # noqa: E402
from wgwatch.web.app import web_app  # noqa: E402
from wgwatch.web.server import listening  # noqa: E402

WIDTHS = (1280, 800, 380)
SCHEMES = ("light", "dark")


def addresses(application: Application) -> dict[str, str]:
    """A name and an address for each kind of page, of what the database holds."""
    with application.database.read() as connection:
        watched = pages.all_pages(connection)
        page = max(watched, key=lambda page: page.arrivals)
        [capture, *_] = browsing.captures_before(connection, page.id, limit=1)
        changed = browsing.changes_before(connection, limit=200)
        sent = browsing.deliveries_before(connection, limit=1)
    record = next(change for change in changed if change.record_id)
    text = next((change for change in changed if change.kind == "text.changed"), record)
    found = {
        "overview": "/",
        "changes": "/changes",
        "change-record": f"/changes/{record.id}",
        "change-text": f"/changes/{text.id}",
        "groups": "/groups",
        "group": f"/groups/{page.label}",
        "page": f"/pages/{page.id}",
        "diff": f"/pages/{page.id}/diff",
        "answer": f"/captures/{capture.sha256}",
        "archived": f"/archived/{capture.sha256}",
        "records": "/records?kind=contacts&history=1",
        "record": f"/records/{record.record_id}",
        "calendar": "/calendar",
        "search": "/search?q=trade",
        "subscriptions": "/subscriptions",
        "deliveries": "/deliveries",
        "add": "/add",
        "subscription-new": "/subscriptions/new",
        "status": "/status",
        "missing": "/no-such-page",
    }
    if page.sources:
        found["source"] = f"/sources/{page.sources[0]}"
    if sent:
        found["delivery"] = f"/deliveries/{sent[0].id}"
    return found


async def take(application: Application, folder: Path, only: list[str]) -> int:
    """Writes `NAME-WIDTH-SCHEME.png`; answers how many."""
    endpoints = Endpoints(application.database, Pulse(), Tally(), application.clock)
    wanted = {name: path for name, path in addresses(application).items() if not only or name in only}
    async with (
        listening(web_app(application, endpoints), Listen("127.0.0.1", 0)) as url,
        async_playwright() as p,
    ):
        browser = await p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width in WIDTHS:
            for scheme in SCHEMES:
                await _each(browser, url, wanted, folder, width, scheme)
        await browser.close()
    return len(wanted) * len(WIDTHS) * len(SCHEMES)


async def _each(
    browser: Browser, url: str, wanted: dict[str, str], folder: Path, width: int, scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1,
    )
    page = await context.new_page()
    page.on(
        "console", lambda said: print(f"console: {page.url}: {said.text}") if said.type == "error" else None
    )
    for name, path in wanted.items():
        await page.goto(url + path)
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if wide and name != "archived":
            print(f"wider than the window at {width}: {path}")
        await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    await context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for the pictures")
    parser.add_argument("--of", type=Path, help="the folder of an installation; else a demo's")
    parser.add_argument("--only", nargs="*", default=[], help="names of pages")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    folder = given.of or _played()
    application = Application(Settings.load({}, folder), dict(os.environ))
    taken = asyncio.run(take(application, given.output, given.only))
    application.close()
    print(f"{taken} pictures in {given.output}")


def _played() -> Path:
    from wgwatch.demo.tour import tour

    folder = Path(tempfile.mkdtemp(prefix="wgwatch-pictures-"))
    tour(folder, "wgwatch")
    return folder


if __name__ == "__main__":
    main()
