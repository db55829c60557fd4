from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("aiohttp", "apscheduler", "scrapy", "sqlalchemy", "alembic", "bs4", "lxml")


def test_settings_and_watchlist_import_nothing_heavy() -> None:
    code = (
        "import sys, config.settings, config.watchlist_file, config.sentences, config.subscriptions\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
