"""The programs that `looking.py` measures, each over the same pages: ours, a bare spider, and the peers that
`peers.sh` has installed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from process_tree import Peak, cpu_of

HERE = Path(__file__).parent
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
QUIET = 2.0
"""Seconds without work after which changedetection.io is taken to be done."""


class Ours:
    """wgwatch as a process that goes on living. Start-up is not counted; reading processes and their memory are."""

    name, counted = "wgwatch", "rounds"

    def __init__(self, url: str, pages: int, folder: Path, database_url: str | None = None) -> None:
        self.folder = folder
        write_watchlist(folder, url, pages)
        self.environ = ours() | ({"WGWATCH_DATABASE_URL": database_url} if database_url else {})
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "looking_rounds.py")],
            cwd=folder,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("w"),
            text=True,
        )
        self._said()

    @property
    def pid(self) -> int:
        return self._process.pid

    def round(self) -> dict[str, Any]:
        used = cpu_of(self.pid)
        with Peak(self.pid) as peak:
            said = self.tell("round")
        return {**said, "cpu": cpu_of(self.pid) - used, "megabytes": peak.megabytes}

    def tell(self, command: str) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._said()

    def stored(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("wgwatch.db*"))

    def kept(self) -> int:
        """The bytes of all answers alone, as they are stored."""
        with closing(sqlite3.connect(self.folder / "wgwatch.db")) as database:
            return int(database.execute("SELECT sum(length(data)) FROM blobs").fetchone()[0])

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _said(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError((self.folder / "log").read_text()[-2_000:])
        found: dict[str, Any] = json.loads(line)
        return found


class Command:
    """A program that is begun for every round, as cron would. All of it is counted."""

    counted = "whole process"

    def __init__(self, url: str, pages: int, folder: Path) -> None:
        self.url, self.pages, self.folder = url, pages, folder
        self.write()

    def write(self) -> None:
        """Its settings."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def round(self) -> dict[str, Any]:
        began = time.perf_counter()
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                self.command(), cwd=self.folder, env=theirs(self.folder), stdout=log, stderr=log
            )
            _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        cpu = usage.ru_utime + usage.ru_stime
        return {"wall": wall, "cpu": cpu, "megabytes": usage.ru_maxrss / 1024} | self.inner()

    def inner(self) -> dict[str, Any]:
        return {}

    def stored(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("store.db*"))

    def close(self) -> None:
        pass


class Bare(Command):
    name, counted = "bare Scrapy spider", "rounds"

    def command(self) -> list[str]:
        return [sys.executable, str(HERE / "bare_spider.py"), self.url, str(self.pages)]

    def inner(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "log").read_text().splitlines()[-1])
        return {"wall": found["wall"], "cpu": found["cpu"]}


class Urlwatch(Command):
    name = "urlwatch"

    def write(self) -> None:
        jobs = (f'url: "{self.url}/p/{n}"\nfilter:\n  - html2text: re\n' for n in range(self.pages))
        (self.folder / "urls.yaml").write_text("---\n".join(jobs))
        (self.folder / "urlwatch.yaml").write_text(json.dumps(_reporting("slack", self.url)))

    def command(self) -> list[str]:
        files = {"urls": "urls.yaml", "config": "urlwatch.yaml", "cache": "store.db", "hooks": "none.py"}
        return [str(installed("urlwatch")), *_options(files)]


class Webchanges(Command):
    name = "webchanges"

    def write(self) -> None:
        jobs = (f'url: "{self.url}/p/{n}"\nfilter:\n  - html2text\n' for n in range(self.pages))
        (self.folder / "jobs.yaml").write_text("---\n".join(jobs))
        said = _reporting("webhook", self.url) | {"version_check": {"enabled": False}}
        (self.folder / "config.yaml").write_text(json.dumps(said))
        for name in ("jobs.yaml", "config.yaml"):
            (self.folder / name).chmod(0o600)

    def command(self) -> list[str]:
        files = {"jobs": "jobs.yaml", "config": "config.yaml", "database": "store.db", "hooks": "none.py"}
        return [str(installed("webchanges")), *_options(files), "--max-workers", "10"]


class Changedetection:
    """changedetection.io, which goes on living. Start-up is not counted."""

    name, counted = "changedetection.io", "rounds"

    def __init__(self, url: str, pages: int, folder: Path) -> None:
        self.folder, self._url, self._pages = folder, url, pages
        self._store = folder / "store"
        self._store.mkdir()
        self._process = self._begin()
        for watch in self._ask("watch"):
            self._ask(f"watch/{watch}", "DELETE")
        self.close()
        self._settle()
        self._process = self._begin()
        listed = "\n".join(f"{url}/p/{n}" for n in range(pages)).encode()
        self._ask("import", "POST", listed)
        while self._ask("systeminfo")["watch_count"] < pages:
            time.sleep(0.5)

    def round(self) -> dict[str, Any]:
        pid = self._process.pid
        used, began = cpu_of(pid), time.perf_counter()
        with Peak(pid) as peak:
            self._ask("watch?recheck_all=1")
            ended, last = began, used
            while time.perf_counter() - ended < QUIET:
                time.sleep(0.2)
                now = cpu_of(pid)
                if now - last > 0.05 or self._control("stats")["asked"] < self._pages:
                    ended = time.perf_counter()
                last = now
        return {"wall": ended - began, "cpu": last - used, "megabytes": peak.megabytes}

    def stored(self) -> int:
        return sum(path.stat().st_size for path in self._store.rglob("*") if path.is_file())

    def close(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()

    def _settle(self) -> None:
        file = self._store / "changedetection.json"
        said = json.loads(file.read_text())
        told = said["settings"]["application"]
        told["notification_urls"] = [self._url.replace("http://", "post://") + "/hook"]
        told["notification_body"] = "CHANGED: {{watch_url}}\n{{diff}}"
        told["notification_format"] = "text"
        told["ui"] |= {"socket_io_enabled": False, "favicons_enabled": False}
        said["settings"]["requests"]["workers"] = 10
        file.write_text(json.dumps(said))

    def _begin(self) -> subprocess.Popen[bytes]:
        asked = {
            "ALLOW_IANA_RESTRICTED_ADDRESSES": "true",
            "FETCH_WORKERS": "10",
            "MINIMUM_SECONDS_RECHECK_TIME": "0",
            "DISABLE_VERSION_CHECK": "true",
            "WORKER_MAX_JOBS": "1000000",
            "LOGGER_LEVEL": "WARNING",
        }
        command = [
            str(installed("changedetection.io")),
            "-C",
            "-d",
            str(self._store),
            "-h",
            "127.0.0.1",
            "-p",
            "5987",
        ]
        log = (self.folder / "log").open("w")
        process = subprocess.Popen(command, env=theirs(self.folder) | asked, stdout=log, stderr=log)
        for _ in range(300):
            time.sleep(0.2)
            with suppress(OSError, KeyError, ValueError, urllib.error.URLError):
                self._ask("systeminfo")
                return process
        raise RuntimeError("changedetection.io does not begin")

    def _ask(self, path: str, method: str = "GET", body: bytes | None = None) -> Any:
        said = json.loads((self._store / "changedetection.json").read_text())
        headers = {
            "x-api-key": said["settings"]["application"]["api_access_token"],
            "Content-Type": "text/plain",
        }
        request = urllib.request.Request(f"http://127.0.0.1:5987/api/v1/{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                answer = response.read()
        except urllib.error.HTTPError:  # while it writes what it was told before
            time.sleep(1)
            with urllib.request.urlopen(request, timeout=120) as response:
                answer = response.read()
        return json.loads(answer) if answer.strip() else None

    def _control(self, command: str) -> Any:
        with urllib.request.urlopen(f"{self._url}/control/{command}") as response:
            return json.load(response)


def write_watchlist(folder: Path, url: str, pages: int) -> None:
    """Every page of the made site, without a delay, and one webhook that hears of all."""
    watchlist = {
        "timezone": "UTC",
        "contact": "webwatch@trade.example",
        "defaults": {"check": "every 6 hours", "delay": "0 seconds"},
        "sources": [{"name": "made", "pages": [f"{url}/p/{n}" for n in range(pages)]}],
        "subscriptions": [
            {
                "name": "crm",
                "webhook": f"{url}/hook",
                "secret": SECRET,
                "tell": ["contacts", "events", "projects", "text", "page"],
            }
        ],
    }
    (folder / "watchlist.yaml").write_text(json.dumps(watchlist))


def installed(program: str) -> Path:
    """Where `peers.sh` put a peer."""
    root = Path(os.environ.get("WGWATCH_PEERS", HERE.parent / ".peers"))
    return root / program.partition(".")[0] / "bin" / program


def ours() -> dict[str, str]:
    allowed = {"WGWATCH_ALLOW_NETWORKS": "loopback", "PYTHONPATH": str(HERE.parent)}
    return {k: v for k, v in os.environ.items() if not k.startswith("WGWATCH_")} | allowed


def theirs(folder: Path) -> dict[str, str]:
    mine = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "PYTHONWARNINGS": "ignore",
    }
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | mine


def _options(files: dict[str, str]) -> list[str]:
    return [word for name, file in files.items() for word in (f"--{name}", file)]


def _reporting(reporter: str, url: str) -> dict[str, Any]:
    """One message a round to our webhook, whatever its length, and nothing on the terminal."""
    hook = {"enabled": True, "webhook_url": f"{url}/hook", "max_message_length": 1_000_000_000}
    shown = {"new": False, "error": True, "unchanged": False, "empty-diff": True}
    return {"display": shown, "report": {"stdout": {"enabled": False}, reporter: hook}}
