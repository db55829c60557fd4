"""A page's past out of a web archive (RFC 7089): raw, polite, and going on where it stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from world import World, group_page

OLD = "http://www.harbour.example/Groups/HWG.aspx"
NEW = "https://harbour.example/groups/hwg"
BANNER = "<p>Saved by the Port Archive</p>"


def moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class Archive:
    """Keeps captures by (address, 14 digits) and shows them as archives do; `raw` is how it offers them unaltered."""

    def __init__(self, raw: str = "id_", form: str = "link", per_list: int = 100) -> None:
        self.raw, self.form, self.per_list = raw, form, per_list
        self.captures: dict[tuple[str, str], tuple[int, str, dict[str, str]]] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.busy: list[tuple[int, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def keep(self, address: str, stamp: str, body: str, status: int = 200, **headers: str) -> Archive:
        self.captures[address, stamp] = (status, body, headers)
        return self

    def timemap(self, address: str) -> str:
        return f"{self.url}/web/timemap/{self.form}/{address}"

    def listed(self, address: str, first: int) -> tuple[str, str]:
        stamps = sorted(stamp for known, stamp in self.captures if known == address)
        part = stamps[first : first + self.per_list]
        more = first + self.per_list < len(stamps)
        following = f"{self.url}/web/timemap/{self.form}/{address}#{first + self.per_list}".replace(
            "#", "%23"
        )
        if self.form == "json":
            rows = [["urlkey", "timestamp", "original"], *(["x", stamp, address] for stamp in part)]
            return "application/json", json.dumps(rows)
        if self.form == "objects":
            found = [
                {"datetime": f"{moment(s):%Y-%m-%dT%H:%M:%SZ}", "uri": self.at(s, address)} for s in part
            ]
            said: dict[str, Any] = {"original_uri": address, "mementos": {"list": found}}
            if more:
                said["pages"] = {"next": {"uri": following}}
            return "application/json", json.dumps(said)
        about = f'<{self.timemap(address)}>; rel="self"; type="application/link-format"'
        other = f'<{self.url}/web/timemap/cdxj/{address}>; rel="timemap"; type="application/cdxj+ors"'
        lines = [f'<{address}>; rel="original"', about, other]
        for number, stamp in enumerate(part):
            rel = "first memento" if number == 0 else "memento"
            when = format_datetime(moment(stamp), usegmt=True)
            lines.append(f'<{self.at(stamp, address)}>; rel="{rel}"; datetime="{when}"')
        if more:
            lines.append(f'<{following}>; rel="timemap"; type="application/link-format"')
        return "application/link-format", ",\n".join(lines)

    def at(self, stamp: str, address: str) -> str:
        return f"{self.url}/web/{stamp}/{address}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                archive.asked.append(self.path)
                archive.agents.add(self.headers["User-Agent"])
                if archive.busy:
                    status, after = archive.busy.pop(0)
                    self._send(status, "busy", {"Retry-After": after})
                elif self.path.startswith("/web/timemap/"):
                    self._list()
                else:
                    self._capture()

            def _list(self) -> None:
                address, _, first = self.path.split("/", 4)[4].partition("%23")
                if not any(known == address for known, _ in archive.captures):
                    self._send(404, "nothing of it", {})
                    return
                kind, text = archive.listed(address, int(first or 0))
                self._send(200, text, {"Content-Type": kind})

            def _capture(self) -> None:
                _, _, stamp, address = self.path.split("/", 3)
                found = archive.captures.get((address, stamp.removesuffix("id_")))
                by_preference = archive.raw == "prefer" and "raw" in self.headers.get("Prefer", "")
                by_address = archive.raw == "id_" and stamp.endswith("id_")
                if found is None or (stamp.endswith("id_") and not by_address):
                    self._send(404, "<html><p>The archive has no such page.</p></html>", {})
                    return
                status, body, headers = found
                told = {
                    "Memento-Datetime": format_datetime(moment(stamp.removesuffix("id_")), usegmt=True),
                    "Link": f'<{address}>; rel="original", <{archive.timemap(address)}>; rel="timemap"',
                    "Content-Type": "text/html",
                    "X-Archive-Orig-Server": "harbour/1.0",
                    **headers,
                }
                if by_preference:
                    told["Preference-Applied"] = "raw"
                if not (by_address or by_preference):
                    body = body.replace("<body>", f"<body>{BANNER}")
                self._send(status, body, told)

            def _send(self, status: int, text: str, headers: dict[str, str]) -> None:
                body = text.encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def archive(request: pytest.FixtureRequest) -> Iterator[Archive]:
    made = Archive(**getattr(request, "param", {}))
    yield made
    made.server.shutdown()
    made.server.server_close()


def filled(archive: Archive) -> Archive:
    archive.keep(NEW, "20190101000000", group_page(7)).keep(NEW, "20190601000000", group_page(7))
    archive.keep(NEW, "20200101000000", group_page(9)).keep(NEW, "20210101000000", group_page(8))
    return archive


def bring(world: World, archive: Archive, *options: str, rc: int = 0, page: str = NEW) -> Any:
    args = ("--from-archive", archive.timemap(NEW), "--page", page, "--delay", "0", *options)
    return world.json("import", *args, rc=rc)


def months(world: World) -> list[tuple[str, int]]:
    return [(capture["first_seen"][:7], capture["looks"]) for capture in world.json("captures", NEW)]


@pytest.mark.parametrize(
    "archive",
    [
        {"form": "link", "per_list": 100},
        {"form": "link", "per_list": 2},
        {"form": "json"},
        {"form": "objects", "per_list": 3},
        {"raw": "prefer"},
    ],
    indirect=True,
    ids=str,
)
def test_every_capture_becomes_history_in_its_own_bytes(sqlite_world: World, archive: Archive) -> None:
    world = sqlite_world
    done = bring(world, filled(archive))
    assert (done["listed"], done["imported"], done["refused"]) == (4, 4, [])
    assert months(world) == [("2019-01", 2), ("2020-01", 1), ("2021-01", 1)]
    assert world.json("captures", NEW)[0]["bytes"] == len(group_page(7).encode())
    world.wgwatch("export", "warc", "--page", NEW, "-o", "ours.warc")
    host = archive.url.removeprefix("http://")
    written = (world.folder / "ours.warc").read_bytes().decode()
    assert f"taken-by: {host}\r\n" in written
    assert "Server: harbour/1.0" in written
    assert all(agent.startswith("wgwatch/") for agent in archive.agents)
    assert not any("cdxj" in path for path in archive.asked)


@pytest.mark.parametrize("archive", [{"raw": "never"}], indirect=True)
def test_what_an_archive_alters_is_marked(sqlite_world: World, archive: Archive) -> None:
    bring(sqlite_world, filled(archive), "--at-most", "1")
    sqlite_world.wgwatch("export", "warc", "--page", NEW, "-o", "ours.warc")
    assert " (not raw)\r\n" in (sqlite_world.folder / "ours.warc").read_bytes().decode()


def test_it_goes_on_where_it_stopped_and_asks_for_nothing_twice(world: World, archive: Archive) -> None:
    filled(archive)
    archive.keep(NEW, "20200601000000", "<html><head><title>Just a moment...</title></head></html>", 503)
    first = bring(world, archive, "--at-most", "2")
    assert (first["imported"], first["left"]) == (2, 3)
    done = bring(world, archive)
    assert (done["known"], done["imported"], len(done["refused"])) == (2, 2, 1)
    asked = len(archive.asked)
    again = bring(world, archive)
    assert (again["known"], again["wanted"]) == (5, [])
    assert len(archive.asked) == asked + 1  # the list alone
    assert months(world) == [("2019-01", 2), ("2020-01", 1), ("2021-01", 1)]


def test_all_addresses_of_the_page_are_followed(sqlite_world: World, archive: Archive) -> None:
    world = sqlite_world
    filled(archive).keep(OLD, "20170101000000", group_page(3))
    bring(world, archive, "--at-most", "1")
    world.wgwatch("alias", NEW, OLD)
    assert bring(world, archive)["imported"] == 4
    assert world.json("captures", NEW)[0]["address"] == OLD


def test_a_captured_redirect_leads_to_the_capture_that_it_names(
    sqlite_world: World, archive: Archive
) -> None:
    world = sqlite_world
    filled(archive)
    archive.keep(NEW, "20180101000000", "", 302, Location=archive.at("20190101000000id_", NEW))
    assert bring(world, archive)["imported"] == 4
    assert months(world)[0] == ("2019-01", 2)
    assert bring(world, archive)["wanted"] == []


def test_a_period_and_a_dry_run(sqlite_world: World, archive: Archive) -> None:
    world = sqlite_world
    filled(archive)
    assert (
        "no page is known"
        in world.wgwatch(
            "import", "--from-archive", archive.timemap(NEW), "--page", NEW, "--dry-run", rc=2
        ).stderr
    )
    bring(world, archive, "--during", "2019-01..2019-03")
    done = bring(world, archive, "--dry-run", "--during", "2020..2021")
    assert [wanted["at"][:4] for wanted in done["wanted"]] == ["2020", "2021"]
    assert months(world) == [("2019-01", 1)]


def test_a_busy_archive_is_waited_for_or_left(sqlite_world: World, archive: Archive) -> None:
    world = sqlite_world
    filled(archive).busy = [(429, "0"), (503, "0")]
    assert bring(world, archive, "--at-most", "1")["imported"] == 1
    archive.busy = [(429, "0"), (503, "86400")]
    result = world.wgwatch(
        "import", "--from-archive", archive.timemap(NEW), "--page", NEW, "--delay", "0", rc=1
    )
    assert "come later (503)" in result.stderr


def test_what_is_no_archive_is_said_so(sqlite_world: World, archive: Archive) -> None:
    world = sqlite_world
    page = world.show("/hwg", group_page(7))
    args = ("--page", NEW, "--delay", "0")
    assert "no list of captures" in world.wgwatch("import", "--from-archive", page, *args, rc=1).stderr
    other = filled(archive).timemap(NEW)
    result = world.wgwatch("import", "--from-archive", other, "--page", OLD, "--delay", "0", rc=1)
    assert "no address of" in result.stderr
    del world.environ["WGWATCH_ALLOW_NETWORKS"]
    assert "not a public address" in world.wgwatch("import", "--from-archive", other, *args, rc=1).stderr
