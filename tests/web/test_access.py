"""Who is let in, by what, to what; how long it holds; and what guessing and forging come to."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from person import PASSWORD, Person, user
from starlette.requests import Request
from website import Answer, Site, served
from world import World

from config.networks import Networks
from storage.access import sessions, tokens, users
from storage.engine import Database
from wgwatch.web.access import logins
from wgwatch.web.access.clients import bucket_of, client_of
from wgwatch.web.access.signing import Signer
from wgwatch.web.access.ways import own_path
from wgwatch.web.access.who import Access
from wgwatch.web.visitors import FORGED, STRANGER

TEMPLATES = Path(__file__).parents[2] / "wgwatch" / "web" / "templates"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once: to make one takes longer than most of these tests."""
    path = tmp_path_factory.mktemp("migrated") / "wgwatch.db"
    database = Database(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


@pytest.fixture
def sqlite_world(tmp_path: Path, migrated: Path) -> Iterator[World]:
    shutil.copy(migrated, tmp_path)
    with World(tmp_path, f"sqlite:///{tmp_path / migrated.name}") as made:
        yield made


@pytest.fixture
def site(sqlite_world: World) -> Iterator[Site]:
    """With a user of each role; the database is empty else."""
    with served(sqlite_world) as found:
        for name in ("reader", "member", "operator"):
            user(found, name, name)
        yield found


@contextmanager
def with_settings(world: World, **settings: str) -> Iterator[Site]:
    world.environ |= {f"WGWATCH_{name}": value for name, value in settings.items()}
    with served(world) as found:
        yield found


def token_of(site: Site, name: str, *scopes: str, **about: datetime) -> str:
    with site.application.database.write() as connection:
        owner = users.find(connection, name)
        assert owner
        return tokens.create(connection, owner.id, "t", scopes, datetime.now(UTC), **about)[1]


def with_token(site: Site, path: str, secret: str) -> Answer:
    return site.get(path, Authorization=f"Bearer {secret}")


def everything_in(site: Site) -> str:
    """All that the tables of this room hold."""
    with site.application.database.read() as connection:
        names = ("users", "sessions", "tokens", "attempts")
        return repr([connection.execute(sa.text(f"SELECT * FROM {name}")).all() for name in names])


# --- before there are users ---------------------------------------------------------------------------------


def test_until_there_is_a_user_this_machine_may_do_all_and_others_nothing(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        assert site.get("/deliveries").status == 200
        for elsewhere in (
            {"X_Forwarded_For": "192.0.2.7"},
            {"Forwarded": "for=192.0.2.7"},
            {"Via": "1.1 gate"},
        ):
            assert site.get("/", **elsewhere).status == 401
        user(site, "mei", "operator")
        assert site.get("/").status == 401


def test_the_first_user_can_be_made_on_a_page(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        refused = Person(site).send("/users", name="mei", role="member")
        assert (refused.status, "has to be an operator" in refused.text) == (422, True)
        answer = Person(site).send("/users", name="mei", role="operator", email="mei@trade.example")
        password = re.search(r"<pre>([\w-]{20})</pre>", answer.text)
        assert password
        assert answer.headers["Cache-Control"] == "no-store"
        mei = Person(site)
        assert mei.get("/users").status == 401
        assert mei.log_in("mei", password[1]).status == 303
        assert "mei@trade.example" in mei.get("/users").text


# --- logging in and out -------------------------------------------------------------------------------------


def test_a_browser_is_sent_to_log_in_and_back_to_what_it_asked_for(site: Site) -> None:
    mei = Person(site, **BROWSER)
    sent = mei.get("/changes?kind=event.moved")
    assert (sent.status, sent.headers["Location"]) == (303, "/login?next=%2Fchanges%3Fkind%3Devent.moved")
    assert 'name="next" value="/changes?kind=event.moved"' in mei.get(sent.headers["Location"]).text
    assert mei.get("/status").headers["Location"] == "/login?next=%2Fstatus"
    part = mei.get("/search?q=quay", HX_Request="true")
    assert (part.status, part.headers["HX-Redirect"]) == (401, "/login?next=%2Fsearch%3Fq%3Dquay")
    answer = mei.log_in("READER", to="/changes?kind=event.moved")
    assert (answer.status, answer.headers["Location"]) == (303, "/changes?kind=event.moved")
    assert mei.get("/changes?kind=event.moved").status == 200
    assert mei.get("/login?next=/status").headers["Location"] == "/status"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "",
     "javascript:alert(1)", "evil", "///evil.example", "/login?next=/login", "/\n"],
)  # fmt: skip
def test_the_way_back_never_leads_to_another_site(wanted: str) -> None:
    assert own_path(wanted) == "/"


def test_what_is_wrong_is_not_told_apart(site: Site) -> None:
    answers = [
        Person(site).log_in("reader", "not the password"),
        Person(site).log_in("nobody-here", PASSWORD),
        Person(site).log_in("", ""),
        Person(site).log_in("reader", "x" * 5000),
    ]
    with site.application.database.write() as connection:
        users.change(connection, 1, disabled_at=datetime.now(UTC))
    answers.append(Person(site).log_in("reader"))
    assert [answer.status for answer in answers] == [403] * 5
    assert {logins.WRONG in answer.text for answer in answers} == {True}
    assert not [answer for answer in answers if answer.headers["Set-Cookie"]]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed, verify = [], PasswordHasher.verify

    def counted(hasher: PasswordHasher, *args: str) -> bool:
        hashed.append(args)
        return verify(hasher, *args)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in ("reader", "nobody-here"):
        Person(site).log_in(name, "not the password")
    costs = {known.rpartition("$")[0].rpartition("$")[0] for known, _ in hashed}
    assert (len(hashed), len(costs)) == (2, 1)


def test_pages_are_answered_while_somebody_else_writes_for_long(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        mei = Person(site)
        mei.log_in("mei")
        sqlite_world.ahead += timedelta(hours=1)
        with site.application.database.write():
            started = time.monotonic()
            assert [mei.get("/changes").status for _ in range(3)] == [200] * 3
            assert time.monotonic() - started < 5


def test_a_login_draws_a_new_session_whatever_cookie_there_was(site: Site) -> None:
    mei = Person(site)
    mei.cookies["wgwatch"] = "planted-by-somebody"
    mei.log_in("reader")
    first = mei.cookies["wgwatch"]
    assert first != "planted-by-somebody"
    mei.log_in("reader")
    assert mei.cookies["wgwatch"] != first
    old = Person(site)
    old.cookies["wgwatch"] = first
    assert old.get("/").status == 401


def test_a_session_ends_with_logging_out(site: Site) -> None:
    mei = Person(site)
    mei.log_in("reader")
    copy = Person(site)
    copy.cookies = dict(mei.cookies)
    assert mei.fill_in("/logout").status == 303
    assert "wgwatch" not in mei.cookies
    assert copy.get("/").status == 401


def test_sessions_end_when_idle_and_when_old(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        mei = Person(site)
        mei.log_in("mei")
        for _ in range(5):
            sqlite_world.ahead += sessions.IDLE - timedelta(hours=1)
            if sqlite_world.ahead < sessions.LONGEST:
                assert mei.get("/").status == 200
        assert sqlite_world.ahead > sessions.LONGEST
        assert mei.get("/").status == 401
        mei.log_in("mei")
        sqlite_world.ahead += sessions.IDLE + timedelta(minutes=1)
        assert mei.get("/").status == 401


def test_cookies_are_out_of_reach_and_over_https_bound_to_the_host(sqlite_world: World) -> None:
    with with_settings(sqlite_world, PUBLIC_URL="https://wg.trade.example") as site:
        user(site, "mei", "reader")
        mei = Person(site, Host="wg.trade.example")
        answer = mei.log_in("mei")
        said = answer.headers.get_all("Set-Cookie") or []
        assert [line.partition("=")[0] for line in said] == ["__Host-wgwatch", "__Host-wgwatch-known"]
        for line in said:
            assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(line.split("; "))
            assert "Domain" not in line
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert mei.get("/").status == 200


def test_cookies_without_https_are_out_of_reach_too(site: Site) -> None:
    answer = Person(site).log_in("reader")
    for line in answer.headers.get_all("Set-Cookie") or [""]:
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(line.split("; "))
        assert "Secure" not in line
    assert answer.headers["Strict-Transport-Security"] is None


def test_the_database_holds_nothing_that_opens_the_door(site: Site) -> None:
    mei = Person(site)
    mei.log_in("operator")
    Person(site).log_in("typed my password here", "x")
    secret = token_of(site, "operator", "read")
    held = everything_in(site)
    assert "$argon2id$" in held
    for opens in (PASSWORD, mei.cookies["wgwatch"], secret, "typed my password"):
        assert opens not in held


# --- guessing -----------------------------------------------------------------------------------------------


def test_who_guesses_has_to_wait_and_the_right_password_helps_no_more(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        guesser = Person(site)
        tries = [guesser.log_in("mei", f"guess {n}").status for n in range(logins.MOST_BY_CLIENT + 1)]
        assert tries == [403] * logins.MOST_BY_CLIENT + [429]
        refused = guesser.log_in("mei")
        assert refused.status == 429
        assert "Too many tries" in refused.text
        assert 0 < int(refused.headers["Retry-After"]) <= logins.WINDOW.total_seconds()
        sqlite_world.ahead += logins.WINDOW + timedelta(seconds=1)
        assert guesser.log_in("mei").status == 303


def test_tries_are_counted_for_all_processes_together(world: World) -> None:
    with served(world) as one, served(world) as other:
        user(one, "mei", "reader")
        for n in range(logins.MOST_BY_CLIENT):
            Person((one, other)[n % 2]).log_in("mei", "a guess")
        assert [Person(site).log_in("mei").status for site in (one, other)] == [429, 429]


def test_who_is_logged_in_is_so_at_every_process(world: World) -> None:
    with served(world) as one, served(world) as other:
        user(one, "mei", "operator")
        mei = Person(one)
        mei.log_in("mei")
        elsewhere = Person(other)
        elsewhere.cookies = mei.cookies
        assert elsewhere.fill_in("/users", name="anna", role="member").status == 200
        assert "anna" in mei.get("/users").text
        secret = token_of(one, "mei", "read")
        assert with_token(other, "/", secret).status == 200
        elsewhere.fill_in("/logout")
        assert mei.get("/").status == 401


def test_a_stranger_locks_nobody_out_of_a_browser_that_is_known(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logins, "MOST_BY_NAME", 3)
    with with_settings(sqlite_world, TRUSTED_PROXIES="loopback") as site:
        user(site, "mei", "reader")
        mei = Person(site, X_Forwarded_For="198.51.100.1")
        assert mei.log_in("mei").status == 303
        for n in range(4):
            Person(site, X_Forwarded_For=f"203.0.113.{n}").log_in("mei", "a guess")
        assert Person(site, X_Forwarded_For="192.0.2.9").log_in("mei").status == 429
        del mei.cookies["wgwatch"]
        assert mei.log_in("mei").status == 303
        assert mei.log_in("other", "a guess").status == 403


def test_a_known_browser_guesses_no_more_than_another(site: Site) -> None:
    mei = Person(site)
    mei.log_in("reader")
    tries = [mei.log_in("reader", f"guess {n}").status for n in range(logins.MOST_BY_CLIENT + 1)]
    assert tries == [403] * logins.MOST_BY_CLIENT + [429]


def test_logging_in_rightly_uses_up_no_tries(site: Site) -> None:
    for _ in range(logins.MOST_BY_CLIENT + 2):
        assert Person(site).log_in("reader").status == 303


def test_the_word_of_an_address_counts_only_from_a_trusted_proxy(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        for n in range(logins.MOST_BY_CLIENT):
            Person(site, X_Forwarded_For=f"203.0.113.{n}").log_in("mei", "a guess")
        assert Person(site, X_Forwarded_For="192.0.2.9").log_in("mei").status == 429


# --- forging ------------------------------------------------------------------------------------------------


def test_a_form_that_lacks_the_key_of_the_session_does_nothing(site: Site) -> None:
    mei, other = Person(site), Person(site)
    mei.log_in("operator")
    other.log_in("operator")
    for key in ({}, {"form_key": "0" * 64}, {"form_key": other.form_key()}):
        answer = mei.send("/users", name="planted", role="operator", **key)
        assert answer.status == 403
        assert "Nothing was done" in answer.text
    assert "planted" not in mei.get("/users").text
    assert mei.fill_in("/users", name="wanted", role="reader").status == 200
    assert "wanted" in mei.get("/users").text


def test_every_form_that_changes_something_bears_the_key() -> None:
    for template in TEMPLATES.glob("*.html"):
        for form in re.findall(r'<form[^>]*method="post".*?</form>', template.read_text(), re.S):
            if template.name not in ("login.html", "unsubscribe.html"):
                assert "{{ form_key" in form, (template.name, form)


def test_a_form_that_no_browser_would_send_is_refused(site: Site) -> None:
    assert Person(site).send("/login", name="x" * 300_000).status == 413
    assert Person(site).send("/login", name=["x"] * 2000).status == 400


# --- one's account ------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_sessions_elsewhere(site: Site) -> None:
    mei, elsewhere = Person(site), Person(site)
    mei.log_in("reader")
    elsewhere.log_in("reader")
    before = mei.cookies["wgwatch"]
    changed = mei.fill_in("/account/password", old=PASSWORD, new="another quay", again="another quay")
    assert changed.headers["Location"] == "/account?done=password"
    assert mei.cookies["wgwatch"] != before
    assert "The password is changed" in mei.get("/account?done=password").text
    assert elsewhere.get("/").status == 401
    assert Person(site).log_in("reader").status == 403
    assert Person(site).log_in("reader", "another quay").status == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "wrong", "new": "another quay", "again": "another quay"}, "The old password is wrong"),
        ({"old": PASSWORD, "new": "another quay", "again": "another key"}, "typed in two ways"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "8 to 1000 characters"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(site: Site, fields: dict[str, str], said: str) -> None:
    mei = Person(site)
    mei.log_in("reader")
    answer = mei.fill_in("/account/password", **fields)
    assert answer.status == 422
    assert said in answer.text
    assert Person(site).log_in("reader").status == 303


def test_an_address_counts_once_its_owner_opened_the_letter(sqlite_world: World) -> None:
    with with_settings(sqlite_world, PUBLIC_URL="https://wg.trade.example") as site:
        number = user(site, "mei", "member")
        user(site, "mallory", "member")
        mei, mallory = Person(site), Person(site)
        mei.log_in("mei")
        mallory.log_in("mallory")
        assert mei.fill_in("/account/email", email="mei@trade.example").headers["Location"].endswith("letter")
        [letter] = sqlite_world.mails
        assert letter["To"] == "mei@trade.example"
        found = re.search(r"https://wg\.trade\.example(/account/confirm/\S+)", letter.get_content())
        assert found
        where = found[1]
        assert email_of(site, number) is None
        assert mallory.get(where).status == 404
        assert mei.get(where).status == 200
        assert email_of(site, number) is None  # programs that read mail open every address in it
        assert mei.fill_in(where).status == 303
        assert email_of(site, number) == "mei@trade.example"
        mei.fill_in("/account/email", email="other@trade.example")
        assert email_of(site, number) is None
        assert mei.get(where).status == 404
        sqlite_world.ahead += timedelta(days=3)
        mei.log_in("mei")
        late = re.search(r"(/account/confirm/\S+)", sqlite_world.mails[1].get_content())
        assert late
        assert mei.get(late[1]).status == 404


def email_of(site: Site, number: int) -> str | None:
    with site.application.database.read() as connection:
        found = users.get(connection, number)
        assert found
        return found.confirmed_email


def test_letters_are_no_means_to_pester_others(site: Site, sqlite_world: World) -> None:
    mei = Person(site)
    mei.log_in("member")
    for _ in range(7):
        mei.fill_in("/account/email", email="victim@paper.example")
    assert len(sqlite_world.mails) == 5
    assert "no e-mail address" in mei.fill_in("/account/email", email="not an address").text


def test_a_letter_that_cannot_be_sent_says_why(sqlite_world: World) -> None:
    del sqlite_world.environ["WGWATCH_SMTP_HOST"]
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        mei = Person(site)
        mei.log_in("mei")
        answer = mei.fill_in("/account/email", email="mei@trade.example")
        assert answer.status == 422
        assert "WGWATCH_SMTP_HOST" in answer.text


def test_somebody_who_left_a_browser_logged_in_ends_that_elsewhere(site: Site) -> None:
    mei, forgotten = Person(site), Person(site)
    mei.log_in("reader")
    forgotten.log_in("reader")
    mei.fill_in("/account/sessions/end")
    assert (mei.get("/").status, forgotten.get("/").status) == (200, 401)


# --- users, for operators -----------------------------------------------------------------------------------


def test_a_new_role_and_being_disabled_end_sessions_and_nobody_does_it_to_oneself(site: Site) -> None:
    boss, mei = Person(site), Person(site)
    boss.log_in("operator")
    secret = token_of(site, "reader", "read")
    for act, fields in (("role", {"role": "member"}), ("disable", {})):
        mei.log_in("reader")
        assert mei.get("/").status == 200
        assert boss.fill_in(f"/users/1/{act}", **fields).status == 303
        assert mei.get("/").status == 401
        assert boss.fill_in(f"/users/3/{act}", role="reader").status == 409
    assert mei.log_in("reader").status == 403
    assert with_token(site, "/", secret).status == 401
    boss.fill_in("/users/1/enable")
    assert mei.log_in("reader").status == 303
    assert with_token(site, "/", secret).status == 200
    assert boss.fill_in("/users", name="reader", role="reader").status == 422
    assert boss.fill_in("/users/1/role", role="emperor").status == 400


def test_an_operator_gives_a_new_password_to_who_forgot(site: Site) -> None:
    boss = Person(site)
    boss.log_in("operator")
    shown = re.search(r"<pre>(\S+)</pre>", boss.fill_in("/users/1/password").text)
    assert shown
    assert Person(site).log_in("reader").status == 403
    assert Person(site).log_in("reader", shown[1]).status == 303


# --- tokens -------------------------------------------------------------------------------------------------


def test_a_token_is_good_for_its_scopes_within_its_owners_role(site: Site) -> None:
    reads, operates = token_of(site, "operator", "read"), token_of(site, "reader", "read", "operate")
    assert reads.startswith("wgw_")
    assert with_token(site, "/changes", reads).status == 200
    retry = "/deliveries/msg_nowhere/retry"
    for secret, why in (
        (reads, "lacks the scope &#39;operate&#39;"),
        (operates, "for the role &#39;operator&#39;"),
    ):
        refused = site.post(retry, Authorization=f"Bearer {secret}")
        assert refused.status == 403
        assert why in refused.text
    full = token_of(site, "operator", "read", "operate")
    assert site.post(retry, Authorization=f"Bearer {full}").status == 404  # no form key is asked of a program
    assert with_token(site, "/account", full).status == 403


def test_a_token_ends_when_its_time_is_over_or_it_is_revoked(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        secret = token_of(site, "mei", "read", expires_at=datetime.now(UTC) + timedelta(days=1))
        assert with_token(site, "/", secret).status == 200
        unknown = with_token(site, "/", secret + "x")
        assert (unknown.status, "opens nothing" in unknown.text) == (401, True)
        assert 'error="invalid_token"' in unknown.headers["WWW-Authenticate"]
        sqlite_world.ahead += timedelta(days=2)
        assert with_token(site, "/", secret).status == 401
        mei, other = Person(site), Person(site)
        user(site, "other", "reader")
        mei.log_in("mei")
        other.log_in("other")
        shown = mei.fill_in("/account/tokens", name="phone", scope=["feeds", "read"], days="90")
        secret = re.search(r"<pre>(wgw_\S+)</pre>", shown.text)[1]  # type: ignore[index]
        assert secret not in mei.get("/account").text
        assert with_token(site, "/", secret).status == 200
        *_, path = re.findall(r'action="(/account/tokens/tok_\w+/revoke)"', mei.get("/account").text)
        assert other.fill_in(path).status == 404
        assert mei.fill_in(path).status == 303
        assert with_token(site, "/", secret).status == 401


def test_a_token_in_an_address_is_good_for_feeds_alone(site: Site) -> None:
    feeds, reads = token_of(site, "reader", "feeds"), token_of(site, "reader", "feeds", "read")
    access = Access(site.application)

    def who(path: str, token: str, **headers: str) -> str:
        said = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        about = {"path": path, "query_string": f"token={token}".encode(), "headers": said, "app": App()}
        return access.visitor(Request({"type": "http", "client": ("192.0.2.7", 5), **about})).name

    class App:
        class state:  # noqa: N801
            application = site.application

    assert who("/feeds/changes.atom", feeds) == "reader"
    assert who("/feeds/changes.atom", reads) == FORGED.name
    assert who("/feeds/changes.atom", reads, Authorization="Basic eDp5") == FORGED.name
    assert who("/changes", feeds) == STRANGER.name
    assert site.get(f"/?token={feeds}").status == 401
    assert with_token(site, "/", feeds).status == 403


def test_that_a_token_is_used_is_noted_at_most_once_a_minute(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        user(site, "mei", "reader")
        secret, noted = token_of(site, "mei", "read"), []
        for seconds in (0, 30, 40):
            sqlite_world.ahead += timedelta(seconds=seconds)
            with_token(site, "/", secret)
            noted += [token["used_at"] for token in sqlite_world.json("tokens", "list")]
        assert noted[0] == noted[1] < noted[2]


# --- what stands before -------------------------------------------------------------------------------------


def test_single_sign_on_is_heard_from_a_trusted_proxy_alone(sqlite_world: World) -> None:
    sign_on = {"WEB_LOGIN_HEADER": "Remote-User", "WEB_ROLE_HEADER": "Remote-Role"}
    with with_settings(sqlite_world, TRUSTED_PROXIES="192.0.2.1", **sign_on) as site:
        assert site.get("/", Remote_User="mei", Remote_Role="operator").status == 401
    with with_settings(sqlite_world, TRUSTED_PROXIES="loopback", **sign_on) as site:
        assert site.get("/").status == 401
        mei = Person(site, Remote_User="mei")
        assert mei.get("/").status == 200
        assert mei.get("/users").status == 403  # a reader, as nobody said more
        boss = Person(site, Remote_User="boss", Remote_Role="operator")
        assert boss.get("/users").status == 200
        assert Person(site, Remote_User="boss").get("/users").status == 200
        assert Person(site, Remote_User="boss", Remote_Role="reader").get("/users").status == 403
        assert boss.send("/users", name="planted", role="operator").status == 403
        assert boss.fill_in("/users", name="wanted", role="reader").status == 200
        assert Person(site, Remote_User="no name!").get("/").status == 401
        sqlite_world.wgwatch("users", "disable", "mei")
        assert mei.get("/").status == 401


def test_anonymous_visitors_may_be_let_read_and_no_more(sqlite_world: World) -> None:
    with with_settings(sqlite_world, WEB_ANONYMOUS="reader") as site:
        user(site, "mei", "operator")
        assert site.get("/changes").status == 200
        assert "Messages" not in site.get("/").text
        assert site.get("/", X_Forwarded_For="192.0.2.7").status == 200
        for path in ("/deliveries", "/account", "/users"):
            assert site.get(path).status == 401
        assert site.post("/logout").status == 401


def test_what_is_for_all_is_answered_to_all_and_the_numbers_to_this_machine(site: Site) -> None:
    for path in ("/healthz", "/readyz", "/static/wgwatch.css", "/login", "/metrics"):
        assert site.get(path).status in (200, 503), path
    assert site.get("/metrics", X_Forwarded_For="192.0.2.7").status == 401
    secret = token_of(site, "reader", "read")
    answer = site.get("/metrics", X_Forwarded_For="192.0.2.7", Authorization=f"Bearer {secret}")
    assert (answer.status, "wgwatch_pages" in answer.text) == (200, True)


def test_a_signature_is_for_its_purpose_and_its_time() -> None:
    now = datetime(2027, 9, 1, tzinfo=UTC)
    signer = Signer(b"k" * 32, "email")
    token = signer.sign([7, "mei@trade.example"], now + timedelta(hours=1))
    assert signer.read(token, now) == [7, "mei@trade.example"]
    assert signer.read(token, now + timedelta(hours=1)) is None
    assert Signer(b"k" * 32, "device").read(token, now) is None
    assert Signer(b"j" * 32, "email").read(token, now) is None
    for broken in ("", ".", "x", token[:-1], token.replace(".", ".A", 1), "ä.ö", f"{token}.{token}"):
        assert signer.read(broken, now) is None


def test_an_installation_says_who_is_in_which_network() -> None:
    named = Networks.parse(["loopback", "10.1.2.3"])
    held = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3")
    assert [
        address for address in (*held, "10.1.2.4", "8.8.8.8", "", "testclient") if named.holds(address)
    ] == [*held]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("127.0.0.1", {}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": "6.6.6.6, 203.0.113.9, 10.0.0.7"}, "203.0.113.9"),
        ("192.0.2.1", {"X-Forwarded-For": "203.0.113.9"}, "192.0.2.1"),
        ("::1", {"Forwarded": 'for="[2001:db8::7]:4711";proto=https, For=10.0.0.7'}, "2001:db8::7"),
        ("127.0.0.1", {"Forwarded": "for=198.51.100.4:80, for=unknown"}, "unknown"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=6.6.6.6"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": " , "}, "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_one_of_the_way_that_is_no_trusted_proxy(
    peer: str, headers: dict[str, str], client: str
) -> None:
    said = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "client": (peer, 5), "headers": said})
    assert client_of(request, Networks.parse(["loopback", "10.0.0.0/8"])) == client


@pytest.mark.parametrize(
    ("address", "bucket"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("", "unknown"),
     ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("hidden", "unknown")],
)  # fmt: skip
def test_a_network_of_ipv6_counts_as_one_client(address: str, bucket: str) -> None:
    assert bucket_of(address) == bucket
