"""The archive as Memento clients walk it (RFC 7089), by a client library and by plain requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from memento_client import MementoClient  # type: ignore[import-untyped]
from website import Answer, Site, served
from world import World, group_page

from config.addresses import page_key
from storage import blobs, captures, pages
from wgwatch.imports.asking import Reply
from wgwatch.imports.timemaps import read_timemap
from wgwatch.web.pages import mementos

SEEN = ("20160923081500", "20190501100000", "20231005091704")
DAYS = (7, 12, 21)
"""When the meeting is held, as each of the versions says."""
PATH = "/Groups/Harbour%20Group.aspx?id=3&View=a%2Fb"


class Archive:
    """A site whose pages include one with three versions, at an address that is hard to quote."""

    def __init__(self, site: Site, original: str) -> None:
        self.site = site
        self.original = original

    def memento(self, stamp: str) -> str:
        return f"{self.site.url}/web/{stamp}/{self.original}"

    def get(self, path: str, **headers: str) -> Answer:
        return self.site.get(path + self.original, **headers)

    def client(self) -> Any:
        return MementoClient(timegate_uri=f"{self.site.url}/timegate/", check_native_timegate=False)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("archive")
    if request.param == "sqlite":
        yield from archived(folder, f"sqlite:///{folder / 'wgwatch.db'}")
        return
    server = request.getfixturevalue("postgres_server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE web_mementos")
        yield from archived(folder, server.replace("/postgres?", "/web_mementos?"))
        connection.execute("DROP DATABASE web_mementos WITH (FORCE)")


def archived(folder: Path, url: str) -> Iterator[Archive]:
    with World(folder, url) as world:
        original = world.url + PATH
        world.watch(original)
        for stamp, day in zip(SEEN, DAYS, strict=True):
            saved = folder / f"{stamp}.html"
            saved.write_text(group_page(day, extra='<a href="/next">Next</a><script>evil()</script>'))
            at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat()
            world.wgwatch("import", str(saved), "--url", original, "--at", at)
        with served(world) as site:
            yield Archive(site, original)


def http(stamp: str) -> str:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("asked", "got", "before", "after"),
    [
        ("19990101000000", 0, None, 1),  # before the first
        ("20160923081500", 0, None, 1),  # exactly then
        ("20190430235959", 0, None, 1),  # between, though nearer to the second
        ("20190501100000", 1, 0, 2),
        ("20300101000000", 2, 1, None),  # after the last
    ],
)
def test_a_client_library_finds_the_version_that_held(
    archive: Archive, asked: str, got: int, before: int | None, after: int | None
) -> None:
    found = archive.client().get_memento_info(archive.original, datetime.strptime(asked, "%Y%m%d%H%M%S"))
    assert found["original_uri"] == archive.original
    told = found["mementos"]
    assert told["closest"]["http_status_code"] == 200
    assert told["closest"]["datetime"] == datetime.strptime(SEEN[got], "%Y%m%d%H%M%S")
    wanted = {"closest": got, "first": 0, "last": 2, "prev": before, "next": after}
    assert {name: of["uri"] for name, of in told.items()} == {
        name: [archive.memento(SEEN[n])] for name, n in wanted.items() if n is not None
    }
    assert f"{DAYS[got]:02} Sep 2027 43rd HWG Meeting" in archive.get(f"/web/{SEEN[got]}/").text


def test_a_client_library_knows_a_timegate_and_a_memento_when_it_sees_one(archive: Archive) -> None:
    for prefix in ("/timegate/", "/web/"):
        uri = archive.site.url + prefix + archive.original
        assert MementoClient.is_timegate(uri)
        assert not MementoClient.is_memento(uri)
    assert MementoClient.is_memento(archive.memento(SEEN[0]))
    assert archive.client().get_original_uri(archive.memento(SEEN[0])) == archive.original


def test_a_timegate_leads_to_the_newest_where_no_time_is_asked_for(archive: Archive) -> None:
    answer = archive.get("/timegate/")
    assert (answer.status, answer.headers["Vary"]) == (302, "accept-datetime")
    assert answer.headers["Location"] == archive.memento(SEEN[2])
    assert answer.headers["Memento-Datetime"] is None
    assert f'<{archive.original}>; rel="original"' in answer.headers["Link"]
    timemap = f"{archive.site.url}/timemap/link/{archive.original}"
    assert f'<{timemap}>; rel="timemap"; type="application/link-format"' in answer.headers["Link"]


@pytest.mark.parametrize("wrong", ["yesterday", "2016-09-23", "Fri, 23 Sep 2016 08:15:00", "", "Sat, 31 Feb"])
def test_a_time_that_is_not_written_as_the_rfc_has_it_is_refused(archive: Archive, wrong: str) -> None:
    answer = archive.get("/timegate/", Accept_Datetime=wrong)
    assert (answer.status, answer.headers["Vary"]) == (400, "accept-datetime")
    assert "Accept-Datetime is to be written" in answer.words
    assert f'<{archive.original}>; rel="original"' in answer.headers["Link"]


@pytest.mark.parametrize(
    "path", ["/timegate/", "/web/", "/web/2016/", "/web/*/", "/timemap/link/", "/timemap/json/"]
)
def test_what_is_not_watched_is_not_found(archive: Archive, path: str) -> None:
    answer = archive.site.get(path + "https://unknown.example/a?b=c")
    assert answer.status == 404
    assert "https://unknown.example/a" in answer.words
    assert '<https://unknown.example/a?b=c>; rel="original"' in answer.headers["Link"]


def test_a_memento_is_the_page_as_it_looked_without_any_right(archive: Archive) -> None:
    answer = archive.get(f"/web/{SEEN[1]}/")
    assert answer.headers["Memento-Datetime"] == http(SEEN[1])
    assert answer.headers["Vary"] is None
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "evil()" not in answer.text
    assert 'href="/next"' not in answer.text
    said = f'<{archive.memento(SEEN[1])}>; rel="memento"; datetime="{http(SEEN[1])}"'
    assert said in answer.headers["Link"]
    assert f'<{archive.memento(SEEN[0])}>; rel="first prev memento"' in answer.headers["Link"]


def test_its_bytes_are_to_be_saved(archive: Archive) -> None:
    answer = archive.get(f"/web/{SEEN[1]}id_/")
    assert b"<script>evil()</script>" in answer.body
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Archive-Orig-Content-Type"].startswith("text/html")
    assert answer.headers["Memento-Datetime"] == http(SEEN[1])


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("2016", 0),
        ("201905", 1),
        ("20190501", 1),
        ("20190430", 0),
        ("2019050109", 0),
        ("2020", 1),
        ("1999", 0),
        ("20231005091705", 2),
    ],
)
def test_a_shorter_time_means_its_end(archive: Archive, asked: str, led_to: int) -> None:
    answer = archive.get(f"/web/{asked}/")
    assert (answer.status, answer.headers["Location"]) == (302, archive.memento(SEEN[led_to]))
    raw = archive.get(f"/web/{asked}id_/")
    assert raw.headers["Location"] == archive.memento(f"{SEEN[led_to]}id_")


@pytest.mark.parametrize("asked", ["20161301", "20160231", "00000101", "20160923256060"])
def test_digits_that_are_no_time_are_refused(archive: Archive, asked: str) -> None:
    answer = archive.get(f"/web/{asked}/")
    assert answer.status == 400
    assert f"&#39;{asked}&#39; is no time" in answer.words


def test_an_address_is_known_in_each_of_its_ways_of_writing(archive: Archive) -> None:
    bare = archive.original.removeprefix("http://")
    ways = (f"http:/{bare}", f"https://{bare}", bare, bare.replace("Groups", "groups"))
    for written in (*ways, quote(archive.original, safe="")):
        answer = archive.site.get(f"/timegate/{written}")
        assert answer.status == 302, written
        assert archive.site.get(answer.headers["Location"].removeprefix(archive.site.url)).status == 200
    assert archive.site.get(f"/timegate/{archive.original}9").status == 404  # another query, another page


def test_the_list_of_versions_can_be_read_in_both_formats(archive: Archive) -> None:
    for kind, media_type in (("link", "application/link-format"), ("json", "application/json")):
        answer = archive.get(f"/timemap/{kind}/")
        assert answer.headers["Content-Type"].startswith(media_type)
        read = read_timemap(reply(archive, f"/timemap/{kind}/", answer))
        assert read.original == archive.original
        assert [memento.url for memento in read.mementos] == [archive.memento(stamp) for stamp in SEEN]
        assert read.more == ()
        assert archive.get(f"/web/timemap/{kind}/").body == answer.body
    listed = archive.get("/timemap/link/").text
    assert f'from="{http(SEEN[0])}"; until="{http(SEEN[2])}"' in listed
    assert f'<{archive.memento(SEEN[0])}>; rel="first memento"; datetime="{http(SEEN[0])}"' in listed
    assert archive.get("/timemap/pdf/").status == 404


def test_a_long_list_goes_on_elsewhere(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mementos, "MOST", 2)
    for kind in ("link", "json"):
        path, found = f"/timemap/{kind}/", []
        for _ in range(2):
            read = read_timemap(reply(archive, path, archive.get(path)))
            found += [memento.url for memento in read.mementos]
            path = f"/timemap/{kind}/{SEEN[2]}/"
            assert read.more == (() if len(found) == 3 else (archive.site.url + path + archive.original,))
        assert found == [archive.memento(stamp) for stamp in SEEN]


def test_another_wgwatch_takes_over_the_whole_history_byte_for_byte(
    archive: Archive, sqlite_world: World
) -> None:
    world = sqlite_world
    world.watch(archive.original)
    world.wgwatch("apply")
    timemap = f"{archive.site.url}/timemap/link/{archive.original}"
    took = world.json("import", "--from-archive", timemap, "--page", archive.original, "--delay", "0")
    assert (took["imported"], took["refused"]) == (3, [])
    found = [
        [capture["first_seen"][:19], capture["sha256"]]
        for capture in world.json("captures", archive.original)
    ]
    with archive.site.application.database.read() as connection:
        page = pages.by_key(connection, page_key(archive.original))
        assert page is not None
        kept = captures.all_of(connection, page.id)
    assert sorted(found) == [[f"{each.first_seen_at:%Y-%m-%dT%H:%M:%S}", each.sha256] for each in kept]


def test_a_star_leads_to_the_page_over_the_years(archive: Archive) -> None:
    led = archive.get("/web/*/").headers["Location"]
    assert "Versions (3)" in archive.site.page(led).words


def test_who_came_by_the_public_address_is_led_on_there(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = archive.site.application
    public = application.settings.model_copy(update={"public_url": "https://127.0.0.1/desk/"})
    monkeypatch.setattr(application, "settings", public)
    answer = archive.get("/timegate/")
    assert answer.headers["Location"] == f"https://127.0.0.1/desk/web/{SEEN[2]}/{archive.original}"
    monkeypatch.setattr(
        application, "settings", public.model_copy(update={"public_url": "https://a.example"})
    )
    assert archive.get("/timegate/").headers["Location"] == archive.memento(SEEN[2])


def test_an_address_cannot_break_out_of_a_link(archive: Archive) -> None:
    answer = archive.site.get('/timegate/https://unknown.example/a>;rel="x"')
    assert answer.headers["Link"] == '<https://unknown.example/a%3E;rel=%22x%22>; rel="original"'


def test_of_bytes_that_were_removed_the_place_is_known_and_nothing_is_shown(tmp_path: Path) -> None:
    with contextmanager(archived)(tmp_path, f"sqlite:///{tmp_path / 'wgwatch.db'}") as archive:
        with archive.site.application.database.write() as connection:
            page = pages.by_key(connection, page_key(archive.original))
            assert page is not None
            first = captures.all_of(connection, page.id)[0]
            blobs.remove(connection, first.blob_id, first.last_seen_at, "retention")
        for modifier in ("", "id_"):
            assert archive.get(f"/web/{SEEN[0]}{modifier}/").status == 410
        assert archive.memento(SEEN[0]) in archive.get("/timemap/link/").text


def reply(archive: Archive, path: str, answer: Answer) -> Reply:
    return Reply(
        archive.site.url + path + archive.original, answer.status, tuple(answer.headers.items()), answer.body
    )
