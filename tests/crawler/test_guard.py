from __future__ import annotations

import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from faults.bodies import CHALLENGES, NOTES, framed

from crawler.answers import Answer
from crawler.guard import Past, judge

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CASES = Path(__file__).parents[3] / "shared" / "cases"
NAV = "<ul>" + "".join(f'<li><a href="/{n}">Part {n}</a></li>' for n in range(12)) + "</ul>"
PROSE = "The group met in the harbour town to agree on its programme for the coming year. " * 12


def answer(body="", status=200, headers=(), media_type="text/html; charset=utf-8", **about):
    data = body if isinstance(body, bytes) else body.encode()
    about = {"url": "https://forum.example/group", "final_url": "https://forum.example/group", **about}
    return Answer(
        page_id=1,
        status=status,
        headers=(("Content-Type", media_type), *headers),
        body=data,
        asked_at=NOW,
        received_at=NOW,
        **about,
    )


def html(title, body):
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


PAGES = {
    "an ordinary group page": html("Harbour Forum", f"<h1>Harbour Forum</h1>{NAV}<p>{PROSE}</p>"),
    "a very short page": html(
        "Harbour Forum", "<h1>Harbour Forum</h1><p>Next meeting: 12 May 2026, Lima.</p>"
    ),
    "an almost empty list": html("Leaders", "<h2>Leaders</h2><ul><li>A. Tan</li><li>B. Ruiz</li></ul>"),
    "news about access denied": html(
        "Access denied – small firms and finance",
        "<h1>Access denied</h1><p>Why small firms get no credit, and what the forum proposes to its members. "
        "A panel of twelve lenders met in Lima in May and told the group what they look at before they "
        "lend, how long an answer takes, and which papers are asked for most often.</p>",
    ),
    "a group for robots": html(
        "Robotics Working Group",
        "<h1>Robotics Working Group</h1><p>The group asks how a service can verify that you are "
        "human without "
        "a captcha, and what robots owe us. Chair: M. Okoye. Next meeting: 3 June 2026, Incheon. It works "
        "with the group on trust, and reports to the senior officials twice a year.</p>",
    ),
    "a group for maintenance": html(
        "Maintenance",
        "<h1>Maintenance</h1><p>The group for the scheduled maintenance of cranes and quays. Meetings: "
        "4 May 2026, Callao; 9 October 2026, Busan. Chair: T. Berg. Papers are sent two weeks ahead; "
        "members write to the secretariat to attend and to propose a topic for the agenda.</p>",
    ),
    "a notice of maintenance on a full page": html(
        "Harbour Forum",
        f"{NAV}<p>The registration service is under maintenance on Sunday and will be back "
        f"online at noon.</p>"
        "<h1>Harbour Forum</h1><p>Next meeting: 12 May 2026, Lima.</p>",
    ),
    "a page that asks for JavaScript too": html(
        "Harbour Forum",
        f"<noscript>Please enable JavaScript to use the map.</noscript><h1>Harbour "
        f"Forum</h1><p>{PROSE[:400]}</p>",
    ),
    "a contact form with a captcha": html(
        "Contact – Harbour Forum",
        "<h1>Contact</h1><p>Write to the secretariat; we answer within two days. Telephone on weekdays.</p>"
        '<form><input name="m"></form><script src="https://www.google.example/recaptcha/api.js"></script>',
    ),
    "a page behind a guard that lets us in": html(
        "Harbour Forum",
        f'{NAV}<p>{PROSE[:300]}</p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
    ),
    "a policy on blocked accounts": html(
        "Blocked accounts",
        f"<h1>Blocked accounts</h1><p>You have been blocked? Your request is answered in a "
        f"week.</p><p>{PROSE}</p>",
    ),
    "a long page with every bad word": html(
        "Just a moment",
        "<h1>Just a moment</h1><p>Checking your browser. Verify you are human. Access denied. "
        "Under maintenance. "
        f"Enable JavaScript and cookies to continue. Captcha. Firewall.</p><p>{PROSE * 3}</p>",
    ),
    "a page in Chinese": html("港口論壇", "<h1>港口論壇</h1><p>下次會議：2026年5月12日，利馬。</p>"),
    "a page of pictures": html("", '<img src="poster.png" alt="">'),
    "an error budget group": html(
        "Error",
        "<h1>Error</h1><p>The working group on measurement error. Meetings: 4 May 2026, Callao. "
        "Chair: T. Berg. "
        "The group compares how statistics offices tell their readers what they do not know, and meets "
        "twice a year in the margins of the senior officials.</p>",
    ),
    "a page without a title": "<p>Next meeting: 12 May 2026, Lima. Registration opens in March.</p>",
    "plain text": "Harbour Forum\n\nNext meeting: 12 May 2026, Lima\nChair: M. Okoye\n",
}

BLOCKED = {
    "a browser check": html(
        "Just a moment...",
        "<h1>forum.example</h1><p>Enable JavaScript and cookies to "
        "continue</p><script>window._cf_chl_opt={}</script>",
    ),
    "a browser check of the older kind": html(
        "Just a moment...",
        "<h1>Checking your browser before accessing forum.example.</h1><p>This takes a few seconds.</p>",
    ),
    "a block with a long explanation": html(
        "Attention Required! | Cloudflare",
        "<h1>Sorry, you have been blocked</h1><h2>Why have I been blocked?</h2><p>This site "
        "uses a security service "
        "to protect itself. What you just did triggered it. Several things could do so: a certain word, a "
        "database command or malformed data.</p><h2>What can I do?</h2><p>Write to the owner of "
        "the site, tell "
        "what you were doing and quote the Ray ID at the foot of this page.</p>",
    ),
    "a bare request for cookies": html("", "<p>Please enable JavaScript and cookies to continue.</p>"),
    "a refusal with a reference": html(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this page on this server. "
        "Reference #18.2f4",
    ),
    "a refusal without any word more": html("Access Denied", "<h1>Access Denied</h1>"),
    "a refusal that names its status": html("403 Forbidden", "<center><h1>403 Forbidden</h1></center>"),
    "an incident in a frame": '<html><iframe src="/_Incapsula_Resource?x=1">Request unsuccessful. '
    "Incapsula incident ID: 77-1</iframe></html>",
    "a rejected address": html(
        "Request Rejected",
        "The requested URL was rejected. Please consult your administrator. Your support ID is: 9",
    ),
    "a puzzle": html(
        "forum.example",
        "<h2>One more step</h2><p>Please complete the security check to access forum.example</p>"
        '<div class="h-captcha"></div>',
    ),
    "a puzzle with a script alone": html(
        "forum.example",
        "<p>Please enable JS and disable any ad blocker</p><script "
        "src='https://geo.captcha-delivery.example/c.js'>"
        "</script>",
    ),
    "a suspicion": html(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption</h1><p>As you were browsing, something about your browser "
        "made us think that you "
        "were a bot. You may move with superhuman speed, have cookies switched off, or run an "
        "add-on that keeps "
        "scripts from running. Load the page again to get back in.</p>",
    ),
    "a suspicion of automation": html(
        "Access to this page has been denied",
        "<p>Access to this page has been denied because we believe you are using automation "
        "tools to browse.</p>",
    ),
    "a human check": html(
        "Human Verification",
        "<noscript><h1>JavaScript is disabled</h1>To continue, we need to verify that you're not a robot. "
        "This requires JavaScript.</noscript><script "
        "src='https://x.token.awswaf.example/challenge.js'></script>",
    ),
    "a shell of scripts": "<html><body><script src=https://x.awswaf.example/c.js></script></body></html>",
    "a limited visitor": html(
        "Your access to this site has been limited",
        "<h1>Your access to this site has been limited by the site owner</h1><p>If you think "
        "that this is a mistake, "
        "write to the owner and quote what stands below, so that they can find out why. Block "
        "reason: too many "
        "requests in a short time. Time: Sunday noon. The owner may let you in again.</p>",
    ),
    "unusual traffic": html(
        "Sorry...",
        "<p>Our systems have detected unusual traffic from your network. Please solve the captcha.</p>",
    ),
    "a firewall's own page": html(
        "Sucuri WebSite Firewall - Access Denied",
        "<h1>Access Denied</h1><p>Your request was blocked by the security rules. Block ID: 12. "
        "Time: noon.</p>",
    ),
    "a guard in plain text": "Please verify you are a human. Captcha required.",
}

FAILED = {
    "maintenance": html("Maintenance", "<h1>We'll be back soon</h1><p>The site is being looked after.</p>"),
    "maintenance with excuses": html(
        "Site under maintenance",
        "<h1>Site under maintenance</h1><p>We are currently performing scheduled maintenance. Sorry for the "
        "inconvenience; please try again later.</p>",
    ),
    "maintenance under the group's own title": html(
        "Harbour Forum",
        "<p>The site is temporarily unavailable. We are sorry for the inconvenience and will be "
        "back online soon.</p>",
    ),
    "out of service": html("503 Service Temporarily Unavailable", "<h1>Service Temporarily Unavailable</h1>"),
    "no database": "<h1>Error establishing a database connection</h1>",
    "a missing page that says 200": html(
        "Page not found - Harbour Forum",
        "<h1>Page not found</h1><p>The page you are looking for does not exist or was moved.</p>",
    ),
    "white space": " \r\n\t\n ",
    "nothing": "",
    "a byte order mark alone": b"\xef\xbb\xbf\r\n",
    "an empty frame of a page": html("", ""),
    "an error in JSON": '{"message": "Missing token", "code": 17}',
}


@pytest.mark.parametrize("name", PAGES)
def test_a_true_page_passes(name):
    media_type = "text/plain" if name == "plain text" else "text/html"
    verdict = judge(answer(PAGES[name], media_type=media_type))
    assert (verdict.outcome, verdict.reasons) == ("page", ())


@pytest.mark.parametrize("name", BLOCKED)
def test_a_challenge_with_status_200_is_blocked(name):
    verdict = judge(answer(BLOCKED[name]))
    assert verdict.outcome == "blocked", verdict
    assert "human" in verdict.reasons[0]


@pytest.mark.parametrize("name", FAILED)
def test_what_stands_in_for_a_page_is_a_failure(name):
    verdict = judge(answer(FAILED[name]))
    assert verdict.outcome == "failed", verdict
    assert verdict.reasons


@pytest.mark.skipif(not CASES.is_dir(), reason="no ../shared/cases beside the checkout")
def test_every_real_page_at_hand_passes():
    pages = [path for path in CASES.rglob("page.*") if path.suffix in {".html", ".txt"}]
    assert pages
    for path in pages:
        media_type = "text/plain" if path.suffix == ".txt" else "text/html"
        assert judge(answer(path.read_bytes(), media_type=media_type)).outcome == "page", path


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n\x00\x01", "application/pdf"),
        (b"%PDF-1.7\n\x00\x01", "text/html"),
        (b'{"events": [], "errors": []}', "application/json"),
        (b'[{"title": "Harbour Forum"}]', "application/json"),
    ],
)
def test_other_formats_pass_to_their_readers(body, media_type):
    assert judge(answer(body, media_type=media_type)).outcome == "page"


@pytest.mark.parametrize("status", [401, 403, 407, 429, 451])
def test_refusals_are_blocked(status):
    verdict = judge(answer(PAGES["an ordinary group page"], status=status))
    assert verdict.outcome == "blocked"
    assert str(status) in verdict.reasons[0]


@pytest.mark.parametrize("status", [202, 204, 206, 302, 400, 404, 410, 418, 500, 502, 503, 504, 520])
def test_other_statuses_fail_whatever_the_body_says(status):
    verdict = judge(answer(PAGES["an ordinary group page"], status=status))
    assert verdict.outcome == "failed"
    assert str(status) in verdict.reasons[0]


@pytest.mark.parametrize(
    ("status", "header"),
    [
        (503, ("CF-Mitigated", "challenge")),
        (403, ("cf-mitigated", "challenge")),
        (202, ("x-amzn-waf-action", "challenge")),
        (405, ("x-amzn-waf-action", "captcha")),
        (200, ("X-Sucuri-Block", "SQLi")),
    ],
)
def test_a_header_of_a_guard_is_enough(status, header):
    verdict = judge(answer(PAGES["an ordinary group page"], status=status, headers=[header]))
    assert verdict.outcome == "blocked"
    assert header[0] in verdict.reasons[0]


def test_a_503_is_told_apart_by_what_it_shows():
    assert judge(answer(BLOCKED["a browser check of the older kind"], status=503)).outcome == "blocked"
    assert judge(answer(FAILED["maintenance"], status=503)).outcome == "failed"


@pytest.mark.parametrize(
    "body",
    [
        "<b>x" * 200_000,
        "<h1>x" * 200_000,
        "<ul><li>" * 120_000,
        "<" * 1_000_000,
        "page " * 200_000,
        "\0" * 1_000_000,
        '{"error":' * 1_100,
        "you have been " * 70_000,
        "<!--" * 250_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_hostile_pages_are_judged_in_bounded_time(body):
    started = time.monotonic()
    judge(answer(body))
    assert time.monotonic() - started < 2


def test_a_header_of_a_guard_that_let_us_pass_is_not():
    passed = [("x-amzn-waf-action", "allow"), ("Server", "cloudflare"), ("CF-RAY", "1-LIM")]
    assert judge(answer(PAGES["an ordinary group page"], headers=passed)).outcome == "page"


def test_a_304_is_unchanged():
    assert judge(answer(status=304)).outcome == "unchanged"


def test_no_answer_fails_with_its_reason_and_robots_block():
    failed = judge(answer(status=0, error="no answer within 30 s"))
    assert (failed.outcome, failed.reasons) == ("failed", ("no answer within 30 s",))
    forbidden = judge(answer(status=0, error="robots.txt forbids it", refused_by_robots=True))
    assert (forbidden.outcome, forbidden.reasons) == ("blocked", ("robots.txt forbids it",))


def test_an_error_beside_a_status_fails():
    assert (
        judge(answer(status=304, error="it answered 304 to a request without conditions")).outcome == "failed"
    )
    assert judge(answer(PAGES["an ordinary group page"], error="broken")).outcome == "failed"


def test_a_truncated_page_fails():
    verdict = judge(answer(PAGES["an ordinary group page"], truncated=True))
    assert verdict.outcome == "failed"
    assert "broke off" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 01 Mar 2026 12:10:00 GMT", 600.0),
        ("Sunday, 01-Mar-26 12:10:00 GMT", 600.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 30 * 86_400.0),
        ("Sun, 01 Mar 99999999999999999999 12:10:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    verdict = judge(answer(status=429, headers=[("Retry-After", value)]))
    assert (verdict.outcome, verdict.retry_after) == ("blocked", seconds)


def test_without_retry_after_there_is_none():
    assert judge(answer(status=503)).retry_after is None


# Against the page's own past

GROUP = html(
    "Harbour Forum",
    f"{NAV}<h1>Harbour Forum</h1><p>{PROSE}</p><h2>Meetings</h2>"
    + "".join(f"<p>Meeting {n} on {n} May 2026 in Lima, at the customs house.</p>" for n in range(1, 21))
    + "<h2>Contacts</h2><p>M. Okoye, chair</p><p>Papers are kept by the secretariat.</p>",
)
FRAMED_GROUP = framed("Harbour Forum", f"<h1>Harbour Forum</h1><p>{PROSE}</p>")("")
URL = "https://forum.example/group"


def past(body, media_type="text/html; charset=utf-8", address=URL):
    data = body if isinstance(body, bytes) else body.encode()
    return Past(sha256(data).hexdigest(), len(data), media_type, address, lambda: data)


def said(verdict):
    return "; ".join(verdict.reasons)


@pytest.mark.parametrize("name", {**CHALLENGES, **NOTES})
@pytest.mark.parametrize("before", [GROUP, FRAMED_GROUP], ids=["a page", "a page in a frame"])
def test_what_stands_in_for_a_page_is_told_from_it_by_its_past(name, before):
    verdict = judge(answer({**CHALLENGES, **NOTES}[name](before)), past(before))
    assert verdict.outcome in {"blocked", "failed"}
    assert verdict.reasons


@pytest.mark.parametrize("name", PAGES)
def test_no_true_page_is_blocked_for_what_it_said_before(name):
    body = PAGES[name] if "<" in PAGES[name] else f"<p>{PAGES[name]}</p>"
    edited = body.replace("</body>", "<p>Registration opens in March.</p></body>")
    assert judge(answer(edited), past(body)).outcome == "page"


def test_a_page_stays_one_with_a_notice_a_banner_and_a_login_beside_it():
    beside = (
        "<p>We are down for maintenance on Sunday. Sorry for the inconvenience; we will be back soon.</p>"
        "<p>We value your privacy. Accept all cookies.</p><form>Log in <input type=password></form>"
    )
    assert (
        judge(answer(GROUP.replace("<h2>Contacts", beside + "<h2>Contacts")), past(GROUP)).outcome == "page"
    )


def test_a_page_that_is_written_anew_is_the_page():
    anew = html(
        "The Forum", "<h1>The Forum</h1>" + "".join(f"<p>Part {n} of a new text.</p>" for n in range(90))
    )
    assert judge(answer(anew), past(GROUP)).outcome == "page"


def test_another_title_and_a_few_other_words_are_not_the_page_in_whatever_language():
    site = "<header><nav>" + NAV + "</nav></header>{}<footer>Harbour Secretariat</footer>"
    page = html("Harbour Forum", site.format(f"<h1>Harbour Forum</h1><p>{PROSE}</p>"))
    notice = html("Bakım", site.format("<h1>Bakım</h1><p>Sitemizde bakım yapılmaktadır.</p>"))
    verdict = judge(answer(notice), past(page))
    assert (verdict.outcome, verdict.reasons[0]) == ("failed", "hardly anything of the page is left")
    rewritten = html(
        "Quay Forum", site.format("<h1>Quay Forum</h1>" + "<p>New aims of the quays, in full.</p>" * 9)
    )
    assert judge(answer(rewritten), past(page)).outcome == "page"


def test_a_home_page_that_answers_in_place_of_the_page_gives_itself_away():
    head = '<link rel="canonical" href="https://forum.example{}"/>'
    page = html("Group", f"<h1>Group</h1><p>{PROSE}</p>").replace(
        "<title>", head.format("/group") + "<title>"
    )
    home = html(
        "Forum", "<h1>Forum</h1>" + "<p>Welcome to what ports, ships and cranes have in common.</p>" * 40
    )
    verdict = judge(answer(home.replace("<title>", head.format("/") + "<title>")), past(page))
    assert verdict.reasons[1] == "it calls itself the site's home page (forum.example/)"
    assert judge(answer(home), past(page)).outcome == "page"
    everywhere = page.replace("/group", "/")
    assert judge(answer(everywhere.replace("year", "term")), past(everywhere)).outcome == "page"
    assert judge(answer(everywhere), past(page)).outcome == "page"


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_page_that_stops_before_its_end_is_cut(tenths):
    verdict = judge(answer(GROUP[: len(GROUP) * tenths // 10]), past(GROUP))
    assert verdict.outcome == "failed"
    assert "its end is missing" in said(verdict)


@pytest.mark.parametrize(
    "edit",
    [
        lambda page: page.replace("</body></html>", ""),
        lambda page: page.replace("</body></html>", "<p>Made anew.</p>"),
        lambda page: page.replace("<p>Papers are kept by the secretariat.</p>", ""),
        lambda page: (
            page[: len(page) // 2] + "<p>What followed is now on a page of its own.</p></body></html>"
        ),
    ],
    ids=["without end tags", "without end tags, and longer", "without its last line", "half as long"],
)
def test_a_page_that_ends_otherwise_is_not_cut(edit):
    assert judge(answer(edit(GROUP)), past(GROUP)).outcome == "page"


@pytest.mark.parametrize("end", ["<p>The forum <a hre", "<p>x</p><!-- made by", "<p>x</p><script>var a = 1;"])
def test_what_stops_inside_a_tag_is_cut_also_at_the_first_look(end):
    verdict = judge(answer(f"<html><body><p>{PROSE}</p>{end}"))
    assert verdict.outcome == "failed"
    assert "it stops inside" in said(verdict)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("https://forum.example/", "the site's home page"),
        ("https://forum.example/en/", "the site's home page"),
        ("https://forum.example/account/login?next=group", "forum.example/account/login"),
        ("https://sso.forum.example/start", "sso.forum.example"),
        ("https://unblock.forum.example/", "unblock.forum.example"),
        ("https://forum.example/error/404", "forum.example/error/404"),
    ],
)
def test_where_it_leads_counts_against_what_is_not_the_page(to, words):
    other = html(
        "Welcome", "<h1>Welcome</h1>" + "<p>What the harbour offers to those who visit it. </p>" * 30
    )
    verdict = judge(answer(other, final_url=to), past(GROUP))
    assert verdict.outcome in {"blocked", "failed"}
    assert words in said(verdict)
    assert "next=" not in said(verdict)
    assert judge(answer(GROUP + " ", final_url=to), past(GROUP)).outcome == "page"


def test_an_address_that_redirected_before_is_no_hint():
    home = "https://forum.example/"
    anew = html(
        "The Forum", "<h1>The Forum</h1>" + "".join(f"<p>Part {n} of a new text.</p>" for n in range(90))
    )
    assert judge(answer(anew, final_url=home), past(GROUP, address=home)).outcome == "page"


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        ("application/pdf", "text/html", "failed"),
        ("text/calendar", "text/html; charset=utf-8", "failed"),
        ("application/rss+xml", "text/html", "failed"),
        ("text/html", "application/json", "failed"),
        ("text/html", "application/xhtml+xml", "page"),
        ("text/plain", "text/html", "page"),
        ("text/html", "text/plain", "page"),
    ],
)
def test_a_document_that_turns_into_a_page_or_data_is_an_errors(before, now, outcome):
    body = '{"data": [1]}' if "json" in now else GROUP
    assert judge(answer(body, media_type=now), past(b"something else", before)).outcome == outcome


def test_letters_that_break_are_told():
    accents = GROUP.replace("Lima", "S\u00e3o Tom\u00e9")
    broken = accents.encode().decode("cp1252").encode()
    verdict = judge(answer(broken), past(accents))
    assert "another encoding" in said(verdict)
    assert judge(answer(broken + b" "), past(broken)).outcome == "page"


def test_a_past_whose_bytes_are_gone_is_no_past():
    gone = Past("0" * 64, 50_000, "text/html", URL, lambda: None)
    assert judge(answer(GROUP), gone).outcome == "page"
    assert judge(answer(BLOCKED["a browser check"]), gone).outcome == "blocked"


def test_the_past_is_not_fetched_for_an_answer_that_gives_no_cause():
    def never():
        raise AssertionError("fetched")

    long = GROUP.replace("</p>", f" {PROSE}</p>")
    for body in (long, long.replace("Lima", "Busan")):
        about = Past(sha256(long.encode()).hexdigest(), len(long), "text/html; charset=utf-8", URL, never)
        assert judge(answer(body), about).outcome == "page"


@pytest.mark.parametrize(
    "body",
    ["<b>x" * 200_000, "<div>" * 200_000, "you have been " * 70_000, "\ufffd " * 300_000, "<" * 1_000_000],
)
def test_hostile_pages_are_held_against_a_past_in_bounded_time(body):
    started = time.monotonic()
    judge(answer(body), past(GROUP))
    judge(answer(GROUP[:2000]), past(body))
    assert time.monotonic() - started < 4
