from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.errors import ConfigError
from config.networks import Networks
from crawler.answers import PageJob
from crawler.engine import crawl_host, user_agent

HTML = b"<html><title>Harbour forum</title><p>The forum meets in May.</p></html>"


def raw(data: bytes):
    """Send bytes as they are, then close."""

    def send(handler):
        handler.wfile.write(data)

    return send


def reset_in_the_middle(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html><p>The forum")
    handler.wfile.flush()
    time.sleep(0.1)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def never_ending(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"<p>and so on" * 1000)
    except OSError:  # the crawler has hung up
        pass


def test_an_answer_is_handed_over_as_it_came(site, look):
    url = site.page("/forum", body=HTML, headers={"Content-Type": "text/html", "X-Twice": "a"})
    (answer,) = look(url)
    assert (answer.page_id, answer.url, answer.final_url, answer.status) == (1, url, url, 200)
    assert answer.body == HTML
    assert ("X-Twice", "a") in answer.headers
    assert answer.header("content-type") == "text/html"
    assert answer.error is None
    assert not answer.truncated
    assert answer.asked_at.tzinfo is not None
    assert answer.asked_at <= answer.received_at


def test_every_job_gets_exactly_one_answer_in_order_whatever_happens(site, look):
    good, slow = site.page("/good"), site.page("/slow", wait=3)
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /private")
    answers = look(
        good,
        slow,
        site.url + "/none",
        site.url + "/private",
        "no address",
        "ftp://site.example/x",
        good,
        timeout=0.5,
    )
    assert [answer.page_id for answer in answers] == [1, 2, 3, 4, 5, 6, 7]
    assert [answer.status for answer in answers] == [200, 0, 404, 0, 0, 0, 200]
    assert answers[1].error == "no answer within 0.5 s"
    assert answers[4].error == answers[5].error == "only http and https addresses can be looked at"


def test_no_jobs_is_no_crawl(look):
    assert look() == []


def test_we_say_who_we_are_and_keep_no_cookies(site, look):
    first = site.page("/a", headers={"Set-Cookie": "visitor=1"})
    look(first, site.page("/b"))
    for asked in site.asked:
        assert asked.headers["user-agent"] == "wgwatch/0.1 (+mailto:webwatch@trade.example)"
        assert "cookie" not in asked.headers
        assert "referer" not in asked.headers


def test_the_user_agent_names_a_contact_where_there_is_one():
    assert user_agent("webwatch@trade.example", "0.1") == "wgwatch/0.1 (+mailto:webwatch@trade.example)"
    assert user_agent("https://trade.example/bot", "0.1") == "wgwatch/0.1 (+https://trade.example/bot)"
    assert user_agent(None, "0.1") == "wgwatch/0.1"


# Conditional requests


def test_validators_are_sent_verbatim_and_a_304_comes_back_without_a_body(site, look):
    url = site.page("/forum", headers={"ETag": 'W/"v 1"'})
    date = "Tue, 01 Oct 2019 10:00:00 GMT"
    (answer,) = look(PageJob(page_id=7, url=url, etag='W/"v 1"', last_modified=date))
    assert (answer.status, answer.body, answer.error) == (304, b"", None)
    robots, page = site.asked
    assert page.headers["if-none-match"] == 'W/"v 1"'
    assert page.headers["if-modified-since"] == date
    assert "if-none-match" not in robots.headers
    assert "if-modified-since" not in robots.headers


def test_without_validators_the_request_has_no_conditions_and_a_304_is_an_error(site, look):
    (answer,) = look(site.page("/forum", status=304, body=b""))
    assert "if-none-match" not in site.asked[-1].headers
    assert "304" in answer.error


def test_behind_a_redirect_a_date_is_no_condition_but_an_etag_is(site, look):
    site.page("/new", headers={"ETag": '"1"'})
    url = site.page("/old", status=301, headers={"Location": "/new"})
    (answer,) = look(PageJob(page_id=1, url=url, etag='"1"', last_modified="Tue, 01 Oct 2019 10:00:00 GMT"))
    assert answer.status == 304
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    assert "if-modified-since" not in site.asked[-1].headers


# Pace


def test_a_host_gets_one_request_at_a_time_and_the_delay_is_kept(site, look):
    started = time.monotonic()
    look(*(site.page(f"/{n}", wait=0.05) for n in range(4)), delay=0.3)
    times = [asked.at for asked in site.asked]
    assert site.most_at_once == 1
    assert times[0] - started < 0.29
    # as the site sees them: one may be late in coming, and the next one not
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_the_next_request_waits_until_the_answer_is_taken(site, robots, make_options):
    urls = [site.page("/a"), site.page("/b")]
    asked_meanwhile = []

    async def take(answer):
        before = len(site.asked)
        await asyncio.sleep(0.2)
        asked_meanwhile.append(len(site.asked) - before)

    asyncio.run(crawl_host([PageJob(page_id=1, url=url) for url in urls], make_options(), robots, take))
    assert asked_meanwhile == [0, 0]


def test_several_hosts_are_crawled_side_by_side_in_one_loop(site, forbidden_site, robots, make_options):
    sites = [site, forbidden_site]
    options = make_options(delay=0.4, networks=Networks.parse(["loopback"]))
    taken = []

    async def take(answer):
        taken.append(answer.status)

    async def both():
        await asyncio.gather(
            *(
                crawl_host(
                    [PageJob(page_id=n, url=one.page(f"/{n}")) for n in range(3)], options, robots, take
                )
                for one in sites
            )
        )

    started = time.monotonic()
    asyncio.run(both())
    assert taken == [200] * 6
    assert time.monotonic() - started < 2.2  # one after the other would take 2.4 s
    assert [one.most_at_once for one in sites] == [1, 1]


def test_one_process_can_run_several_loops_one_after_the_other(site, look):
    url = site.page("/forum")
    assert [look(url)[0].status for _ in range(3)] == [200, 200, 200]


# Redirects


def test_redirects_are_followed_and_the_last_address_is_told(site, look):
    site.page("/c")
    site.page("/b", status=302, headers={"Location": "/c"})
    url = site.page("/a", status=301, headers={"Location": site.url + "/b"})
    (answer,) = look(url)
    assert (answer.status, answer.url, answer.final_url) == (200, url, site.url + "/c")


def test_a_circle_of_redirects_ends_in_an_error(site, look):
    (answer,) = look(site.page("/a", status=302, headers={"Location": "/a"}))
    assert answer.error == "it redirects more than 5 times"
    assert len(site.pages_asked()) == 6


@pytest.mark.parametrize("target", ["ftp://files.example/x", "file:///etc/hostname", "data:text/html,hello"])
def test_a_redirect_away_from_http_is_an_error(site, look, target):
    (answer,) = look(site.page("/a", status=302, headers={"Location": target}))
    assert target in answer.error
    assert answer.body != b"hello"


def test_each_hop_obeys_the_robots_txt_of_its_host(site, look):
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /private")
    site.page("/private")
    (answer,) = look(site.page("/a", status=302, headers={"Location": "/private"}))
    assert answer.refused_by_robots
    assert "/private" not in site.paths()


# Networks


def test_an_address_that_is_not_allowed_is_refused_and_the_setting_named(forbidden_site, look):
    (answer,) = look(forbidden_site.page("/a"))
    assert answer.status == 0
    assert "WGWATCH_ALLOW_NETWORKS" in answer.error
    assert forbidden_site.asked == []


def test_a_redirect_to_an_address_that_is_not_allowed_is_refused(site, forbidden_site, look):
    (answer,) = look(site.page("/a", status=302, headers={"Location": forbidden_site.page("/secret")}))
    assert "127.0.0.2 is not a public address" in answer.error
    assert forbidden_site.asked == []


def test_a_name_is_judged_by_what_it_resolves_to(site, look):
    site.page("/a")
    url = site.url.replace("127.0.0.1", "localhost") + "/a"
    (refused,) = look(url, networks=Networks())
    assert "localhost is at" in refused.error
    assert "WGWATCH_ALLOW_NETWORKS" in refused.error
    assert site.asked == []
    (allowed,) = look(url, networks=Networks.parse(["loopback"]))
    assert allowed.status == 200


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_odd_ways_to_write_an_address_are_no_way_around(site, look, host):
    (answer,) = look(f"http://{host}:{site.server.server_port}/a", networks=Networks())
    assert answer.status == 0
    assert answer.error
    assert site.asked == []


def test_names_and_ports_that_lead_nowhere_are_told_in_words(look):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        unknown, closed = look("http://forum.invalid/", f"http://127.0.0.1:{port}/")
    assert "the name forum.invalid cannot be resolved" in unknown.error
    assert "cannot connect to 127.0.0.1" in closed.error


def test_a_proxy_gets_the_request_and_resolves_the_name(look, robots):
    asked = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Proxy-Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(HTML)

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.2", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        answers = look(
            "http://forum.invalid/a",
            "http://10.0.0.1/",
            proxy=f"http://me:word@127.0.0.2:{proxy.server_port}",
        )
        proxy.shutdown()
        thread.join()
    assert answers[0].body == HTML
    assert asked == [
        ("http://forum.invalid/robots.txt", "Basic bWU6d29yZA=="),
        ("http://forum.invalid/a", "Basic bWU6d29yZA=="),
    ]
    assert "10.0.0.1 is not a public address" in answers[1].error


def test_a_proxy_that_is_down_is_told_without_its_password(look):
    (answer,) = look("http://forum.invalid/", proxy="http://me:word@127.0.0.1:1")
    assert "the proxy cannot be reached" in answer.error
    assert "word@" not in answer.error


def test_an_unusable_ca_file_is_a_configuration_error(site, look, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(ConfigError, match="WGWATCH_CA_FILE"):
            look(site.page("/a"), ca_file=str(path))


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1, signed by nobody, and its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Harbour forum")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(addresses, critical=False).sign(key, hashes.SHA256())
    pem = tmp_path / "site.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    return str(pem)


def test_certificates_are_checked_against_the_system_and_the_ca_file(site, look, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    url = site.page("/a").replace("http://", "https://")
    (untrusted,) = look(url)
    assert untrusted.status == 0
    assert "CERTIFICATE_VERIFY_FAILED" in untrusted.error
    (trusted,) = look(url, ca_file=certificate)
    assert trusted.status == 200


# Answers that are less than they seem


def test_a_body_shorter_than_its_content_length_is_marked(site, look):
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html><p>The forum"
    (answer,) = look(site.page("/a", misbehave=raw(data)))
    assert answer.truncated
    assert answer.body == b"<html><p>The forum"


def test_a_chunked_body_without_its_end_is_marked(site, look):
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nThe f\r\n"
    (answer,) = look(site.page("/a", misbehave=raw(data)))
    assert answer.truncated


@pytest.mark.parametrize("misbehave", [reset_in_the_middle, raw(b""), raw(b"no http at all\r\n\r\n")])
def test_a_connection_that_breaks_off_is_never_a_clean_answer(site, look, misbehave):
    (answer,) = look(site.page("/a", misbehave=misbehave))
    assert answer.error or answer.truncated


def test_an_empty_body_is_an_answer_without_one(site, look):
    (answer,) = look(site.page("/a", body=b""))
    assert (answer.status, answer.body, answer.truncated) == (200, b"", False)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("x-gzip", gzip.compress(HTML, mtime=0)),
        ("gzip", gzip.compress(HTML[:20], mtime=0) + gzip.compress(HTML[20:], mtime=0)),
        ("deflate", zlib.compress(HTML)),
        ("deflate", zlib.compress(HTML, wbits=-15)),
        ("gzip, deflate", zlib.compress(gzip.compress(HTML, mtime=0))),
        ("identity", HTML),
    ],
)
def test_content_codings_are_undone(site, look, coding, body):
    (answer,) = look(site.page("/a", body=body, headers={"Content-Encoding": coding}))
    assert (answer.body, answer.truncated, answer.error) == (HTML, False, None)
    assert site.asked[-1].headers["accept-encoding"] == "gzip, deflate"


def test_a_coding_that_ends_too_early_is_marked(site, look):
    whole = gzip.compress(HTML * 50)
    for part in (whole[:-9], whole[:40]):
        (answer,) = look(site.page("/a", body=part, headers={"Content-Encoding": "gzip"}))
        assert answer.truncated


@pytest.mark.parametrize(
    "body", [b"<html>not packed at all</html>", gzip.compress(HTML, mtime=0)[:-8] + b"\0" * 8]
)
def test_a_broken_coding_is_an_error(site, look, body):
    (answer,) = look(site.page("/a", body=body, headers={"Content-Encoding": "gzip"}))
    assert "gzip coding is broken" in answer.error


def test_a_coding_that_nobody_asked_for_is_an_error(site, look):
    (answer,) = look(site.page("/a", body=b"x", headers={"Content-Encoding": "br"}))
    assert "not asked for (br)" in answer.error


def test_a_body_that_is_too_large_is_an_error_however_it_comes(site, look):
    bomb = gzip.compress(b"a" * 1_000_000)
    answers = look(
        site.page("/large", body=b"a" * 20_000),
        site.page("/endless", misbehave=never_ending),
        site.page("/bomb", body=bomb, headers={"Content-Encoding": "gzip"}),
        site.page("/just", body=b"a" * 10_000),
        max_bytes=10_000,
    )
    assert ["10,000 bytes" in (answer.error or "") for answer in answers] == [True, True, True, False]
    assert answers[3].status == 200


def test_a_site_that_drips_is_given_up_after_the_timeout(site, look):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            handler.wfile.write(b"a")
            time.sleep(0.1)

    started = time.monotonic()
    (answer,) = look(site.page("/a", misbehave=drip), timeout=0.5)
    assert answer.error == "no answer within 0.5 s"
    assert time.monotonic() - started < 1.5


# The end of a crawl


def test_what_the_taker_raises_ends_the_crawl_and_comes_out(site, robots, make_options):
    urls = [site.page(f"/{n}") for n in range(3)]

    async def take(answer):
        if answer.page_id == 1:
            raise LookupError("the lease is gone")

    with pytest.raises(LookupError, match="the lease is gone"):
        asyncio.run(
            crawl_host(
                [PageJob(page_id=n, url=url) for n, url in enumerate(urls)], make_options(), robots, take
            )
        )
    assert site.pages_asked() == ["/0", "/1"]


@pytest.mark.parametrize("moment", ["asking", "waiting", "taking", "starting"])
def test_a_cancelled_crawl_stops_at_once_and_leaves_nothing_behind(site, robots, make_options, moment):
    urls = [site.page("/a", wait=20 if moment == "asking" else 0), site.page("/b")]
    options = make_options(delay=30 if moment == "waiting" else 0, timeout=30)
    taken = []

    async def take(answer):
        taken.append(answer)
        await asyncio.sleep(20 if moment == "taking" else 0)

    async def cancel():
        crawl = asyncio.create_task(
            crawl_host([PageJob(page_id=1, url=url) for url in urls], options, robots, take)
        )
        await asyncio.sleep(0 if moment == "starting" else 0.4)
        started = time.monotonic()
        crawl.cancel()
        with pytest.raises(asyncio.CancelledError):
            await crawl
        assert time.monotonic() - started < 1
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cancel())
    assert len(taken) == (1 if moment == "taking" else 0)
    assert "/b" not in site.paths()


def test_a_loop_that_ends_under_a_crawl_leaves_no_connection_open(site, robots, make_options):
    url = site.page("/a", wait=20)

    async def take(answer):
        pass

    async def leave():
        crawl = asyncio.create_task(crawl_host([PageJob(page_id=1, url=url)], make_options(), robots, take))
        await asyncio.sleep(0.3)
        return crawl

    assert asyncio.run(leave()).cancelled()
    gc.collect()  # an unclosed session would warn here


def test_ordinary_trouble_is_told_in_answers_and_not_in_the_log(site, look, caplog):
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /private")
    with caplog.at_level(logging.INFO):
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        look(
            site.url + "/private",
            site.page("/large", body=b"a" * 2000),
            site.page("/slow", wait=2),
            site.page("/short", misbehave=raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")),
            site.page("/circle", status=302, headers={"Location": "/circle"}),
            max_bytes=1000,
            timeout=0.5,
        )
    assert caplog.records == []


def test_no_twisted_reactor_is_installed(site, look):
    look(site.page("/a"))
    assert "twisted.internet.reactor" not in sys.modules
