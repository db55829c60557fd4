"""WARC in and out: what other crawlers kept becomes history, and what we saw is read by others."""

from __future__ import annotations

import gzip
import io
import itertools
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from world import World, group_page

URL = "https://harbour.example/groups/hwg"
HISTORY = ("events", "contacts", "projects", "news", "groups")


class Crawl:
    """A WARC file as another crawler would write it; `gzip=False` for a plain one."""

    def __init__(self, *, packed: bool = True) -> None:
        self.out = io.BytesIO()
        self.starts: list[int] = []
        self._writer = WARCWriter(self.out, gzip=packed, warc_version="WARC/1.1")
        info = {"software": "OtherCrawler/3.2", "operator": "Port Library"}
        self._write(self._writer.create_warcinfo_record("crawl.warc.gz", info))

    def page(
        self,
        at: str,
        body: bytes | str,
        url: str = URL,
        status: str = "200 OK",
        headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),),
    ) -> Crawl:
        raw = body.encode() if isinstance(body, str) else body
        http = StatusAndHeaders(status, [("Set-Cookie", "session=1"), *headers], protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(raw),
            length=len(raw),
            http_headers=http,
            warc_headers_dict={"WARC-Date": at},
        )
        self._write(record)
        return self

    def again(
        self, at: str, first: str, url: str = URL, digest: str = "sha1:AAAA", first_url: str = URL
    ) -> Crawl:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        self._write(
            self._writer.create_revisit_record(
                url, digest, first_url, first, http_headers=http, warc_headers_dict={"WARC-Date": at}
            )
        )
        return self

    def save(self, path: Path) -> str:
        path.write_bytes(self.out.getvalue())
        return str(path)

    def _write(self, record: Any) -> None:
        self.starts.append(self.out.tell())
        self._writer.write_record(record)


def chunked(body: bytes) -> bytes:
    parts = [body[i : i + 100] for i in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def brotli(body: bytes) -> bytes:
    packed: bytes = pytest.importorskip("brotli").compress(body)
    return packed


CODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli}


def told(world: World) -> Any:
    """The history, in all but ids and the numbers that say what came when."""
    found = [world.json(kind, "--history") for kind in HISTORY]
    return plain([*found, world.json("changes"), world.json("captures", URL)])


def plain(value: Any) -> Any:
    """Without ids."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in {"id", "what", "same_as"}}
    return [plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("packed", [True, False])
def test_a_crawl_becomes_history_and_says_who_took_it(world: World, packed: bool) -> None:
    crawl = Crawl(packed=packed)
    crawl.page("2021-03-01T10:00:00Z", group_page(7)).page("2021-04-01T10:00:00Z", group_page(9))
    crawl.again("2021-05-01T10:00:00Z", "2021-04-01T10:00:00Z")
    crawl.page(
        "2021-04-01T10:00:00Z", "a { color: red }", URL + ".css", headers=[("Content-Type", "text/css")]
    )
    path = crawl.save(world.folder / "crawl.warc.gz")
    result = world.wgwatch("import", path, "--match", "/groups/*")
    assert "3 captures imported" in result.stdout
    assert [(c["first_seen"], c["looks"]) for c in world.json("captures", URL)] == [
        ("2021-03-01T10:00:00Z", 1),
        ("2021-04-01T10:00:00Z", 2),
    ]
    moved = [c for c in world.json("changes") if c["kind"] == "event.moved"]
    assert [(c["fields"]["starts_on"], c["state"]) for c in moved] == [
        (["2027-09-07", "2027-09-09"], "derived")
    ]
    assert "3 known already" in world.wgwatch("import", path, "--match", "/groups/*").stdout
    world.wgwatch("export", "warc", "--page", URL, "-o", "ours.warc")
    assert b"taken-by: OtherCrawler/3.2, Port Library" in (world.folder / "ours.warc").read_bytes()
    assert b"session=1" not in (world.folder / "ours.warc").read_bytes()


def test_only_known_pages_are_taken_unless_more_is_asked_for(sqlite_world: World) -> None:
    world = sqlite_world
    crawl = Crawl().page("2021-03-01T10:00:00Z", group_page(7))
    crawl.page("2021-03-01T10:00:01Z", group_page(8), "https://harbour.example/board")
    path = crawl.save(world.folder / "crawl.warc.gz")
    result = world.wgwatch("import", path)
    assert "2 other address" in result.stderr
    assert world.json("import", path)["pages"] == []
    world.wgwatch("import", path, "--match", "https://harbour.example/gr*")
    assert [page["url"] for page in world.json("status")["pages"]] == [URL]
    crawl.page("2021-06-01T10:00:00Z", group_page(9))
    world.wgwatch("import", crawl.save(world.folder / "more.warc.gz"), "--during", "2021-06")
    assert len(world.json("captures", URL)) == 2
    world.wgwatch("import", path, "--all", "--dry-run")
    assert len(world.json("status")["pages"]) == 1
    world.wgwatch("import", path, "--all")
    assert len(world.json("status")["pages"]) == 2


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("transfer", [bytes, chunked])
def test_bodies_are_stored_as_a_reader_sees_them(
    sqlite_world: World, coding: str, transfer: Callable[[bytes], bytes]
) -> None:
    body = group_page(7).encode()
    sent = transfer(CODINGS[coding](body))
    headers = [("Content-Type", "text/html"), ("Content-Encoding", coding)]
    if transfer is chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    crawl = Crawl().page("2021-03-01T10:00:00Z", sent, headers=headers)
    crawl.page("2021-04-01T10:00:00Z", body, headers=headers)  # stored decoded, the headers left as they were
    world = sqlite_world
    world.wgwatch("import", crawl.save(world.folder / "crawl.warc.gz"), "--all")
    (capture,) = world.json("captures", URL)
    assert (capture["bytes"], capture["looks"]) == (len(body), 2)


def test_what_is_no_page_is_named_and_left_out(sqlite_world: World) -> None:
    world = sqlite_world
    challenge = "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
    crawl = Crawl().page("2021-03-01T10:00:00Z", group_page(7))
    crawl.page("2021-04-01T10:00:00Z", challenge, status="503 Unavailable")
    crawl.page("2021-05-01T10:00:00Z", "gone", status="404 Not Found")
    crawl.page("2021-06-01T10:00:00Z", group_page(8), headers=[("Content-Length", "99999")])
    crawl.page("2999-06-01T10:00:00Z", group_page(9))
    path = crawl.save(world.folder / "crawl.warc.gz")
    refused = world.json("import", path, "--all")["refused"]
    assert [r["at"][:7] for r in refused] == ["2021-04", "2021-05", "2021-06", "2999-06"]
    assert "404" in refused[1]["reason"]
    assert "broke off" in refused[2]["reason"]
    assert len(world.json("captures", URL)) == 1


def test_the_answer_of_a_redirect_is_the_pages(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(URL)
    world.wgwatch("apply")
    there = "https://new.harbour.example/hwg"
    crawl = Crawl().page("2021-03-01T10:00:00Z", "", status="301 Moved", headers=[("Location", there)])
    crawl.page("2021-03-01T10:00:01Z", group_page(7), there)
    crawl.page("2021-07-01T10:00:01Z", group_page(8), there)  # another visit: nobody asked for our page
    done = world.json("import", crawl.save(world.folder / "crawl.warc.gz"))
    assert [(p["imported"], len(done["redirects"])) for p in done["pages"]] == [(1, 1)]
    assert [c["address"] for c in world.json("captures", URL)] == [there]


def test_a_repeat_finds_its_answer_in_another_file_or_in_history(sqlite_world: World) -> None:
    world = sqlite_world
    first = Crawl().page("2021-03-01T10:00:00Z", group_page(7)).save(world.folder / "1.warc.gz")
    later = Crawl().again("2021-05-01T10:00:00Z", "2021-03-01T10:00:00Z").save(world.folder / "2.warc.gz")
    (refused,) = world.json("import", later, "--all")["refused"]
    assert "repeats an answer" in refused["reason"]
    world.wgwatch("import", later, first, "--all")
    assert world.json("captures", URL)[0]["looks"] == 2
    third = Crawl().again("2021-06-01T10:00:00Z", "2021-03-01T10:00:00Z").save(world.folder / "3.warc.gz")
    world.wgwatch("import", third)
    assert world.json("captures", URL)[0]["looks"] == 3


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_broken_is_told_with_its_place_and_the_rest_imported(
    sqlite_world: World, packed: bool
) -> None:
    world = sqlite_world
    crawl = Crawl(packed=packed)
    for month in range(1, 6):
        crawl.page(f"2021-0{month}-01T10:00:00Z", group_page(month))
    damaged = bytearray(crawl.out.getvalue())
    start = crawl.starts[3]
    damaged[start + 2 : start + 40] = b"\0" * 38
    path = world.folder / "crawl.warc"
    path.write_bytes(damaged[:-300])
    result = world.wgwatch("import", str(path), "--all", rc=1)
    assert "3 captures imported" in result.stdout
    broken = [line for line in result.stderr.splitlines() if line.startswith("broken: ")]
    offsets = [start, crawl.starts[5]]
    assert [line.split(":")[1] for line in broken] == [f" {path}, offset {offset}" for offset in offsets]
    assert [c["first_seen"][:7] for c in world.json("captures", URL)] == ["2021-01", "2021-02", "2021-04"]


def test_an_option_that_would_do_nothing_is_refused(sqlite_world: World) -> None:
    path = Crawl().save(sqlite_world.folder / "crawl.warc.gz")
    assert "--url is not for WARC files" in sqlite_world.wgwatch("import", path, "--url", URL, rc=2).stderr
    page = sqlite_world.folder / "page.html"
    page.write_text(group_page(7))
    args = ("import", str(page), "--url", URL, "--at", "2021-01-01", "--all")
    assert "--all is not for a saved page" in sqlite_world.wgwatch(*args, rc=2).stderr
    assert sqlite_world.json(*args[:-1])["outcome"] == "baseline"
    assert "one file with --url and --at" in sqlite_world.wgwatch("import", str(page), rc=2).stderr


def test_what_holds_no_record_is_no_warc_file(sqlite_world: World) -> None:
    path = sqlite_world.folder / "page.warc"
    path.write_text("<html>no record here</html>")
    assert "no WARC file" in sqlite_world.wgwatch("import", str(path), rc=2).stderr


def test_any_order_gives_the_same_history(sqlite_world: World, tmp_path: Path) -> None:
    bodies = [group_page(7), group_page(7), group_page(9), group_page(7), group_page(8)]
    files = [
        Crawl()
        .page(f"2021-0{n}-01T10:00:00Z", body, URL if n % 2 else URL.replace("https", "http") + "/")
        .save(tmp_path / f"{n}.warc.gz")
        for n, body in enumerate(bodies, 1)
    ]
    files.append(Crawl().page("2021-03-01T10:00:00Z", group_page(3)).save(tmp_path / "same-moment.warc.gz"))
    found = []
    for number, order in enumerate([files, files[::-1], files[3:] + files[:3]]):
        with World(_folder(tmp_path, number), f"sqlite:///{_folder(tmp_path, number) / 'w.db'}") as world:
            for path in [*order, order[0]]:
                world.wgwatch("import", path, "--all")
            found.append(told(world))
    assert "event.moved" in str(found[0])
    for one, other in itertools.pairwise(found):
        assert one == other


def _folder(tmp_path: Path, number: int) -> Path:
    folder = tmp_path / str(number)
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("name", ["ours.warc", "ours.warc.gz"])
def test_what_is_exported_is_whole_and_imports_as_the_same_history(
    sqlite_world: World, tmp_path: Path, name: str
) -> None:
    world = sqlite_world
    url = world.show("/hwg", group_page(7), headers={"Set-Cookie": "session=1"})
    world.watch(url)
    for day in (7, 7, 9):
        world.show("/hwg", group_page(day), headers={"Set-Cookie": "session=1"})
        world.wgwatch("check", "--no-send")
    world.pages["/hwg"].status = 503
    world.wgwatch("check", "--no-send", rc=1)
    path = world.folder / name
    result = world.wgwatch("export", "warc", "--source", "harbour", "-o", str(path))
    assert "2 answers, 2 repeats" in result.stdout
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], check=False, capture_output=True
    )
    assert checked.returncode == 0, checked.stdout
    with path.open("rb") as file:
        records = [
            (r.rec_type, r.http_headers, r.rec_headers, r.content_stream().read())
            for r in ArchiveIterator(file)
        ]
    assert [kind for kind, *_ in records] == [
        "warcinfo",
        "response",
        "request",
        "revisit",
        "response",
        "request",
        "revisit",
        "request",
    ]
    said = {name.lower(): value for name, value in records[2][1].headers}
    assert said["host"] == url.split("/")[2]
    assert said["user-agent"].startswith("wgwatch/")
    assert int(records[1][1].get_header("Content-Length")) == len(records[1][3])
    assert records[3][2].get_header("WARC-Profile").endswith("server-not-modified")
    assert b"session=1" not in path.read_bytes()
    other_folder = _folder(tmp_path, 1)
    with World(other_folder, f"sqlite:///{other_folder / 'w.db'}") as other:
        done = other.json("import", str(path), "--all")
        other.wgwatch("export", "warc", "-o", "theirs.warc")
        assert b"If-None-Match" in (other_folder / "theirs.warc").read_bytes()
        assert [len(done["refused"]), done["pages"][0]["imported"]] == [1, 3]
        strip = {"id", "state", "sources", "group_name"}
        for kind in HISTORY:
            assert other.json(kind, "--history") == world.json(kind, "--history")
        theirs, ours = (
            [{k: v for k, v in change.items() if k not in strip} for change in w.json("changes")]
            for w in (other, world)
        )
        assert theirs == [c for c in ours if c["kind"] not in {"page.failing", "page.blocked"}]


def test_what_redirects_led_to_stays_the_pages_when_it_comes_back(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    there = world.show("/new", group_page(7))
    url = world.show("/hwg", "", status=301, headers={"Location": there})
    world.watch(url)
    world.wgwatch("check", "--no-send")
    path = world.folder / "ours.warc"
    world.wgwatch("export", "warc", "-o", str(path))
    with World(_folder(tmp_path, 1), f"sqlite:///{tmp_path / '1' / 'w.db'}") as other:
        other.watch(url)
        other.wgwatch("apply")
        other.wgwatch("import", str(path))
        assert [c["address"] for c in other.json("captures", url)] == [there]
        assert [page["url"] for page in other.json("status")["pages"]] == [url]
