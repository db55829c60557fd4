"""Pictures of every web page at three widths, in light and dark: python tests/web/screenshots.py -o FOLDER

Without --of, a small world of ten years is made first and shown; with it, the folder of an installation of your own.
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
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from playwright.async_api import async_playwright  # noqa: E402
from samples import addresses  # noqa: E402
from website import over_years  # noqa: E402
from world import World  # noqa: E402

from config.setting_values import Listen  # noqa: E402
from config.settings import Settings  # noqa: E402
from storage import keys  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.running.endpoints import Endpoints  # noqa: E402
from wgwatch.running.health import Pulse  # noqa: E402
from wgwatch.running.metrics import Tally  # noqa: E402
from wgwatch.web.app import web_app  # noqa: E402
from wgwatch.web.server import listening  # noqa: E402

WIDTHS = (1280, 800, 380)
SCHEMES = ("light", "dark")


async def take(application: Application, folder: Path, only: list[str]) -> int:
    """Writes `NAME-WIDTH-SCHEME.png`; answers how many."""
    endpoints = Endpoints(application.database, Pulse(), Tally(), application.clock)
    wanted = {name: path for name, path in addresses(application).items() if not only or name in only}
    async with (
        listening(web_app(application, endpoints), Listen("127.0.0.1", 0)) as url,
        async_playwright() as p,
    ):
        browser = await p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(device_scale_factor=1, reduced_motion="reduce")
        page.on("console", lambda said: said.type == "error" and print(f"console: {page.url}: {said.text}"))
        for name, path in wanted.items():
            await page.goto(url + path)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    print(f"wider than the window at {width}: {path}")
                for scheme in SCHEMES:
                    await page.emulate_media(color_scheme=scheme)
                    await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
        await browser.close()
    return len(wanted) * len(WIDTHS) * len(SCHEMES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for the pictures")
    parser.add_argument("--of", type=Path, help="the folder of an installation; else a made one")
    parser.add_argument("--only", nargs="*", default=[], help="names of pages")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    folder, environ = (given.of, dict(os.environ)) if given.of else _made()
    application = Application(Settings.load({}, folder), environ)
    taken = asyncio.run(take(application, given.output, given.only))
    application.close()
    print(f"{taken} pictures in {given.output}")


def _made() -> tuple[Path, dict[str, str]]:
    """A folder with a database, and the environment that its watchlist asks for."""
    folder = Path(tempfile.mkdtemp(prefix="wgwatch-pictures-"))
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world:
        over_years(world)
        environ = dict(world.environ)
    application = Application(Settings.load({}, folder), {})
    with application.database.write() as connection:
        keys.draw(connection, keys.UNSUBSCRIBE)
    application.close()
    return folder, environ


if __name__ == "__main__":
    main()
