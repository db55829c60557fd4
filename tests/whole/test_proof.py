"""The proof of a change: a zip that anybody can check without wgwatch."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from world import World, group_page


@pytest.fixture
def moved(sqlite_world: World) -> World:
    """A meeting that moved between looks, and looks after it."""
    world = sqlite_world
    world.watch(world.show("/hwg", group_page(7)))
    for day in (7, 7, 9, 9):
        world.show("/hwg", group_page(day))
        world.wgwatch("check", "--no-send")
    return world


def unpacked(world: World, *options: str) -> Path:
    """The proof of the meeting's move, in a folder."""
    (change,) = (c for c in world.json("changes") if c["kind"] == "event.moved")
    world.wgwatch("export", "proof", change["id"], "-o", "proof.zip", *options)
    with zipfile.ZipFile(world.folder / "proof.zip") as archive:
        archive.extractall(world.folder)
    return world.folder / "proof"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_is_checked_with_sha256sum_and_a_shell_alone(moved: World) -> None:
    folder = unpacked(moved)
    assert run(folder, "sha256sum", "-c", "SHA256SUMS").returncode == 0
    checked = run(folder, "bash", "check-chain.sh")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "the chain is whole" in checked.stdout
    assert len((folder / "chain.tsv").read_text().splitlines()) == 1 + 4
    chain = (folder / "chain.tsv").read_text()
    for body in ("before.html", "after.html"):
        assert run(folder, "sha256sum", body).stdout.split()[0] in chain
    assert (folder / "before.html").read_text() == group_page(7)
    assert (folder / "after.html").read_text() == group_page(9)


def test_an_altered_chain_is_found(moved: World) -> None:
    folder = unpacked(moved)
    chain, heads = (folder / name for name in ("chain.tsv", "heads.txt"))
    whole = chain.read_text()
    when, body = whole.splitlines()[2].split("\t")[2::3]
    for part in (when, body):
        chain.write_text(whole.replace(part, part[:-8] + "00000000"))
        checked = run(folder, "bash", "check-chain.sh")
        assert (checked.returncode, "broken here" in checked.stdout) == (1, True)
    chain.write_text(whole)
    heads.write_text("0" * 64 + " 4 elsewhere\n")
    checked = run(folder, "bash", "check-chain.sh")
    assert (checked.returncode, "does not end" in checked.stdout) == (1, True)


def test_its_warc_holds_requests_and_answers_of_both_captures(moved: World) -> None:
    folder = unpacked(moved)
    with (folder / "captures.warc.gz").open("rb") as file:
        found = [
            (record.rec_type, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file)
        ]
    answers = [body for kind, _, body in found if kind == "response"]
    assert answers == [group_page(7).encode(), group_page(9).encode()]
    asked = [headers for kind, headers, _ in found if kind == "request"]
    assert [headers.get_header("User-Agent").partition("/")[0] for headers in asked] == ["wgwatch"] * 2
    assert asked[1].get_header("If-None-Match")


def test_its_report_says_what_it_shows_and_what_not(moved: World) -> None:
    folder = unpacked(moved)
    report = (folder / "README.txt").read_text()
    for words in ("starts_on: 2027-09-07 -> 2027-09-09", "They do not show what others received", "wgwatch/"):
        assert words in report
    assert "starts_on" in (folder / "report.html").read_text()
    looks = json.loads((folder / "sightings.json").read_text())
    assert [look["outcome"] for look in looks] == ["baseline", "unchanged", "changed", "unchanged"]
    assert json.loads((folder / "change.json").read_text())["kind"] == "event.moved"


def test_what_is_not_there_is_said_so(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/hwg", group_page(7)))
    world.wgwatch("check", "--no-send")
    assert "no change has the id" in world.wgwatch("export", "proof", "chg_none", "-o", "p.zip", rc=2).stderr
    result = world.wgwatch("export", "warc", "-o", "missing/ours.warc", rc=2)
    assert "cannot be written" in result.stderr
    assert not list(world.folder.glob("*.part"))


CONFIG = """\
[tsa]
default_tsa = main
[main]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """A time stamp authority of our own, made with openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = folder / "tsa.pem"
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        extension = "extendedKeyUsage=critical,timeStamping"
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=Harbour TSA",
        ]
        command += ["-keyout", str(folder / "tsa.key"), "-out", str(self.certificate), "-addext", extension]
        subprocess.run(command, check=True, capture_output=True)
        self.stale: bytes | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-queryfile"]
        command += [str(self.folder / "query.tsq"), "-out", str(self.folder / "reply.tsr")]
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                body = authority.stale or authority.answer(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to be a time stamp authority")
    folder = tmp_path / "tsa"
    folder.mkdir()
    made = Authority(folder)
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_time_stamp_is_verified_by_openssl_and_one_of_something_else_refused(
    moved: World, authority: Authority
) -> None:
    folder = unpacked(moved, "--timestamp", authority.url)
    command = ["openssl", "ts", "-verify", "-data", "heads.txt", "-in", "heads.tsr", "-CAfile"]
    assert run(folder, *command, str(authority.certificate)).returncode == 0
    assert "openssl ts -verify" in (folder / "README.txt").read_text()
    assert run(folder, "sha256sum", "-c", "SHA256SUMS").returncode == 0
    authority.stale = (authority.folder / "reply.tsr").read_bytes()
    moved.wgwatch("check", "--no-send")
    (change,) = (c for c in moved.json("changes") if c["kind"] == "event.moved")
    args = ("export", "proof", change["id"], "-o", "other.zip", "--timestamp", authority.url)
    assert "about something else" in moved.wgwatch(*args, rc=1).stderr
    authority.stale = b"no stamp"
    assert "no time stamp" in moved.wgwatch(*args, rc=1).stderr
    assert not (moved.folder / "other.zip").exists()
    assert "cannot be reached" in moved.wgwatch(*args[:-1], "http://127.0.0.1:9/", rc=1).stderr
