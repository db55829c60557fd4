from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.proxies import Proxies
from config.settings import SETTINGS, Settings


def problems(environ: Mapping[str, str], cwd: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Settings.load(environ, cwd)
    return list(caught.value.problems)


def test_defaults(tmp_path: Path) -> None:
    settings = Settings.load({}, tmp_path)
    assert settings.watchlist == tmp_path / "watchlist.yaml"
    assert settings.database_url == f"sqlite:///{tmp_path}/wgwatch.db"
    assert (settings.smtp_host, settings.smtp_port, settings.smtp_security) == (None, 587, "starttls")
    assert (settings.smtp_user, settings.smtp_password, settings.mail_from) == (None, None, None)
    assert (settings.ca_file, settings.public_url, settings.fold) == (None, None, 600)
    assert settings.allow_networks.allowed == ()
    assert settings.proxy.for_url("https://site.example/") is None


def test_the_database_lies_beside_the_watchlist(tmp_path: Path) -> None:
    settings = Settings.load({"WGWATCH_WATCHLIST": "conf/list.yaml"}, tmp_path)
    assert settings.watchlist == tmp_path / "conf/list.yaml"
    assert settings.database_url == f"sqlite:///{tmp_path}/conf/wgwatch.db"


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("TLS", 465), ("none", 25)])
def test_the_port_follows_the_security(security: str, port: int, tmp_path: Path) -> None:
    assert Settings.load({"WGWATCH_SMTP_SECURITY": security}, tmp_path).smtp_port == port
    given = {"WGWATCH_SMTP_SECURITY": security, "WGWATCH_SMTP_PORT": "2525"}
    assert Settings.load(given, tmp_path).smtp_port == 2525


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(scheme: str, tmp_path: Path) -> None:
    settings = Settings.load({"WGWATCH_DATABASE_URL": f"{scheme}://wg:pw@db.example/wgwatch"}, tmp_path)
    assert settings.database_url == "postgresql+psycopg://wg:pw@db.example/wgwatch"


def test_a_relative_sqlite_file_is_of_the_current_folder(tmp_path: Path) -> None:
    settings = Settings.load({"WGWATCH_DATABASE_URL": "sqlite:///data.db"}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/data.db"
    settings = Settings.load({"WGWATCH_DATABASE_URL": "sqlite:////srv/data.db"}, tmp_path)
    assert settings.database_url == "sqlite:////srv/data.db"


def test_every_setting_has_a_twin_that_names_a_file(tmp_path: Path) -> None:
    values = {
        "WGWATCH_WATCHLIST": "w.yaml",
        "WGWATCH_DATABASE_URL": "sqlite:///x.db",
        "WGWATCH_SMTP_HOST": "mail.example",
        "WGWATCH_SMTP_PORT": "2525",
        "WGWATCH_SMTP_SECURITY": "none",
        "WGWATCH_SMTP_USER": "wg",
        "WGWATCH_SMTP_PASSWORD": " pass word ",
        "WGWATCH_MAIL_FROM": "wg@trade.example",
        "WGWATCH_ALLOW_NETWORKS": "loopback, 10.0.0.0/8 192.168.1.1",
        "WGWATCH_PROXY": "http://proxy.example:3128",
        "WGWATCH_CA_FILE": str(tmp_path / "ca.pem"),
        "WGWATCH_PUBLIC_URL": "https://wg.trade.example/",
        "WGWATCH_SECRET_KEY": "a key of no less than thirty-two signs",
        "WGWATCH_FEED_AUTHORITY": "trade.example",
        "WGWATCH_FOLD": "0",
        "WGWATCH_API_RATE": "60",
        "WGWATCH_API_CORS": "https://desk.trade.example, http://localhost:3000",
        "WGWATCH_WEB_ADDRESS": "8080",
        "WGWATCH_WEB_ANONYMOUS": "reader",
        "WGWATCH_TRUSTED_PROXIES": "loopback, 10.1.2.3",
        "WGWATCH_WEB_LOGIN_HEADER": "Remote-User",
        "WGWATCH_WEB_ROLE_HEADER": "Remote-Groups",
        "WGWATCH_WEB_LOGIN_ROLE": "member",
        "WGWATCH_HEALTH_LISTEN": "[::1]:9000",
        "WGWATCH_LOG_FORMAT": "json",
        "WGWATCH_HEARTBEAT_URL": "https://beats.example/b1946ac9",
    }
    (tmp_path / "ca.pem").write_text("x")
    assert set(values) | set(TOKENS) == {setting.name for setting in SETTINGS}
    assert Settings.load(_twins(TOKENS, tmp_path), tmp_path) == Settings.load(TOKENS, tmp_path)
    settings = Settings.load(_twins(values, tmp_path), tmp_path)
    assert settings == Settings.load(values, tmp_path)
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == " pass word "
    assert settings.public_url == "https://wg.trade.example"
    assert settings.allow_networks.allows("192.168.1.1")


def _twins(values: dict[str, str], folder: Path) -> dict[str, str]:
    """The same values, each in a file of its own."""
    for name, value in values.items():
        (folder / name).write_text(value + "\n")
    return {f"{name}_FILE": str(folder / name) for name in values}


def test_table_and_fields_are_the_same_settings() -> None:
    assert [setting.field for setting in SETTINGS] == list(Settings.model_fields)
    assert all(setting.help and setting.default for setting in SETTINGS)


def test_all_problems_come_at_once_and_name_their_variable(tmp_path: Path) -> None:
    found = problems(
        {
            "WGWATCH_SMTP_PORT": "70000",
            "WGWATCH_SMTP_SECURITY": "ssl",
            "WGWATCH_SMTP_HOST": "mail.example:587",
            "WGWATCH_SMTP_HSOT": "mail.example",
            "WGWATCH_MAIL_FROM": "nobody",
            "WGWATCH_ALLOW_NETWORKS": "10.0.0.1/8, privat",
            "WGWATCH_CA_FILE": "missing.pem",
            "WGWATCH_PUBLIC_URL": "wg.trade.example",
            "WGWATCH_FOLD": "ten minutes",
            "WGWATCH_DATABASE_URL": "mysql://root:hunter2@db.example/x",
            "WGWATCH_PROXY_FILE": str(tmp_path / "missing"),
            "WGWATCH_SMTP_USER": "wg",
        },
        tmp_path,
    )
    text = "\n".join(found)
    assert len(found) == 12
    assert "WGWATCH_SMTP_HSOT: there is no such setting; did you mean 'WGWATCH_SMTP_HOST'?" in found
    assert "WGWATCH_SMTP_USER: needs WGWATCH_SMTP_PASSWORD too" in found
    assert "WGWATCH_PROXY_FILE: cannot read" in text
    assert str(tmp_path / "missing.pem") in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "value", ["trade", "Trade.example", "a b.example", "trade.example/x", "@trade.example", "-.x"]
)
def test_who_gives_out_ids_has_a_domain(value: str, tmp_path: Path) -> None:
    [problem] = problems({"WGWATCH_FEED_AUTHORITY": value}, tmp_path)
    assert problem.startswith("WGWATCH_FEED_AUTHORITY: ")
    assert (
        Settings.load({"WGWATCH_FEED_AUTHORITY": "web@trade.example"}, tmp_path).feed_authority
        == "web@trade.example"
    )


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "postgresql://wg:hunter2@db.example:port/x",
        "sqlite://hunter2",
        "oracle://wg:hunter2@db.example/x",
    ],
)
def test_a_bad_database_address_is_not_shown(value: str, tmp_path: Path) -> None:
    [problem] = problems({"WGWATCH_DATABASE_URL": value}, tmp_path)
    assert problem.startswith("WGWATCH_DATABASE_URL: ")
    assert "hunter2" not in problem


def test_a_bad_proxy_does_not_show_its_password(tmp_path: Path) -> None:
    [problem] = problems({"WGWATCH_PROXY": "socks5://wg:hunter2@proxy.example"}, tmp_path)
    assert "hunter2" not in problem


def test_a_memory_database_is_refused(tmp_path: Path) -> None:
    for value in ("sqlite://", "sqlite:///:memory:"):
        assert "needs a file" in problems({"WGWATCH_DATABASE_URL": value}, tmp_path)[0]


def test_a_value_and_its_twin_together_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("hunter2")
    found = problems(
        {
            "WGWATCH_SMTP_USER": "wg",
            "WGWATCH_SMTP_PASSWORD": "hunter2",
            "WGWATCH_SMTP_PASSWORD_FILE": str(tmp_path / "pw"),
        },
        tmp_path,
    )
    assert found == [
        "WGWATCH_SMTP_PASSWORD: given twice, also as WGWATCH_SMTP_PASSWORD_FILE; give one of them"
    ]


TOKENS = {
    "WGWATCH_SMTP_USER": "wg",
    "WGWATCH_SMTP_OAUTH_TOKEN_URL": "https://login.example/token",
    "WGWATCH_SMTP_OAUTH_CLIENT_ID": "client-7",
    "WGWATCH_SMTP_OAUTH_CLIENT_SECRET": "hunter2",
    "WGWATCH_SMTP_OAUTH_SCOPE": "mail.send",
}


def test_tokens_take_the_place_of_a_password(tmp_path: Path) -> None:
    settings = Settings.load(TOKENS, tmp_path)
    assert settings.smtp_oauth_token_url == "https://login.example/token"
    assert settings.smtp_oauth_client_secret is not None
    assert settings.smtp_oauth_client_secret.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)
    assert problems({**TOKENS, "WGWATCH_SMTP_PASSWORD": "x"}, tmp_path) == [
        "WGWATCH_SMTP_PASSWORD: with WGWATCH_SMTP_OAUTH_* there is no password; give one of them"
    ]


def test_all_that_tokens_take_has_to_be_given(tmp_path: Path) -> None:
    for missing in list(TOKENS)[:-1]:
        [problem] = problems({name: TOKENS[name] for name in TOKENS if name != missing}, tmp_path)
        assert problem.endswith(f"needs {missing} too")


def test_a_secret_goes_to_no_token_server_in_the_clear(tmp_path: Path) -> None:
    clear = {**TOKENS, "WGWATCH_SMTP_OAUTH_TOKEN_URL": "http://login.example/token"}
    [problem] = problems(clear, tmp_path)
    assert "has to begin with https://" in problem


def test_empty_variables_and_those_of_tests_are_passed_over(tmp_path: Path) -> None:
    environ = {"WGWATCH_SMTP_HOST": "", "WGWATCH_CA_FILE_FILE": "", "WGWATCH_TEST_SLOW": "1", "HOME": "/x"}
    assert Settings.load(environ, tmp_path).smtp_host is None


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    settings = Settings.load(
        {
            "WGWATCH_DATABASE_URL": "postgresql://wg:hunter2@db.example/x",
            "WGWATCH_SMTP_USER": "wg",
            "WGWATCH_SMTP_PASSWORD": "hunter2",
            "WGWATCH_PROXY": "http://wg:hunter2@proxy.example:3128",
        },
        tmp_path,
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in repr(settings.proxy)


@pytest.mark.parametrize(
    ("given", "listens"),
    [
        (None, "127.0.0.1:8765"),
        ("9000", "127.0.0.1:9000"),
        ("0.0.0.0:9000", "0.0.0.0:9000"),
        ("[::1]:9000", "[::1]:9000"),
        ("OFF", "None"),
    ],
)
def test_where_web_pages_are_answered(given: str | None, listens: str, tmp_path: Path) -> None:
    settings = Settings.load({"WGWATCH_WEB_ADDRESS": given or ""}, tmp_path)
    assert str(settings.web_address) == listens
    assert ("web_address" in settings.model_fields_set) is (given is not None)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("WGWATCH_API_RATE", "often", "is no number of requests a minute"),
        ("WGWATCH_API_RATE", "-1", "is no number of requests a minute"),
        ("WGWATCH_API_CORS", "https://desk.trade.example/", "is no origin"),
        ("WGWATCH_API_CORS", "*.trade.example", "is no origin"),
    ],
)
def test_what_the_api_allows_is_a_number_and_origins(
    name: str, given: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        Settings.load({name: given}, tmp_path)


def test_health_is_answered_apart_only_where_it_is_asked_for(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path).health_listen is None
    apart = Settings.load({"WGWATCH_HEALTH_LISTEN": "0.0.0.0:9000"}, tmp_path)
    assert str(apart.health_listen) == "0.0.0.0:9000"


@pytest.mark.parametrize("given", ["yes", "127.0.0.1", "harbour.example:80", "70000", "::1"])
def test_where_health_cannot_be_answered(given: str, tmp_path: Path) -> None:
    assert problems({"WGWATCH_HEALTH_LISTEN": given}, tmp_path) == [
        f"WGWATCH_HEALTH_LISTEN: '{given}' is none of 8765, 127.0.0.1:8765, [::1]:8765 and off"
    ]


@pytest.mark.parametrize(
    "given", ["beats.example/hunter2", "ftp://beats.example/hunter2", "https:///hunter2"]
)
def test_the_key_of_a_heartbeat_is_not_repeated(given: str, tmp_path: Path) -> None:
    [problem] = problems({"WGWATCH_HEARTBEAT_URL": given}, tmp_path)
    assert problem == "WGWATCH_HEARTBEAT_URL: has to be an address that begins with https:// or http://"
    told = Settings.load({"WGWATCH_HEARTBEAT_URL": "https://beats.example/hunter2"}, tmp_path)
    assert "hunter2" not in repr(told)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://wg:hunter2@db.example/x", "postgresql+psycopg://wg:***@db.example/x"),
        ("postgresql+psycopg://wg@db.example/x", "postgresql+psycopg://wg@db.example/x"),
        ("postgresql+psycopg:///x?user=wg&password=hunter2", "postgresql+psycopg:///x?user=wg&password=***"),
        ("postgresql+psycopg://wg:hun@ter2@db.example/x", "postgresql+psycopg://wg:***@db.example/x"),
        ("sqlite:////srv/wgwatch.db", "sqlite:////srv/wgwatch.db"),
    ],
)
def test_the_shown_database_address_hides_the_password(url: str, shown: str) -> None:
    assert Settings(watchlist=Path("w.yaml"), database_url=url).shown_database_url() == shown


def test_a_sender_may_have_a_name(tmp_path: Path) -> None:
    settings = Settings.load({"WGWATCH_MAIL_FROM": "Web Watch <webwatch@trade.example>"}, tmp_path)
    assert settings.mail_from == "Web Watch <webwatch@trade.example>"


def test_our_proxy_goes_before_the_standard_variables() -> None:
    environ = {
        "https_proxy": "http://other.example:1",
        "HTTP_PROXY": "plain.example:2",
        "no_proxy": "a.example",
    }
    standard = Proxies.from_environ(environ)
    assert standard.for_url("https://site.example/") == "http://other.example:1"
    assert standard.for_url("http://site.example/") == "http://plain.example:2"
    ours = Proxies.from_environ(environ, "http://ours.example:3")
    assert (
        ours.for_url("https://site.example/")
        == ours.for_url("http://site.example/")
        == "http://ours.example:3"
    )
    assert ours.for_url("https://a.example/") is None


def test_all_proxy_stands_in() -> None:
    assert (
        Proxies.from_environ({"ALL_PROXY": "http://p.example"}).for_url("http://x.example")
        == "http://p.example"
    )


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("trade.example", "https://trade.example/", True),
        ("trade.example", "https://hooks.trade.example/", True),
        (".trade.example", "https://hooks.trade.example/", True),
        ("trade.example", "https://nottrade.example/", False),
        ("trade.example:8443", "https://trade.example:8443/", True),
        ("trade.example:8443", "https://trade.example/", False),
        ("10.0.0.0/8, other.example", "http://10.1.2.3/", True),
        ("*", "https://site.example/", True),
        ("", "http://127.0.0.1:8000/", True),
        ("", "http://localhost:8000/", True),
        ("", "https://site.example/", False),
    ],
)
def test_no_proxy(no_proxy: str, url: str, direct: bool) -> None:
    proxies = Proxies.from_environ({"NO_PROXY": no_proxy}, "http://proxy.example:3128")
    assert (proxies.for_url(url) is None) is direct


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"WGWATCH_WEB_ANONYMOUS": "operator"},
            "WGWATCH_WEB_ANONYMOUS: 'operator' is not one of nobody, reader",
        ),
        ({"WGWATCH_TRUSTED_PROXIES": "all"}, "WGWATCH_TRUSTED_PROXIES: whoever comes would be trusted"),
        ({"WGWATCH_TRUSTED_PROXIES": "10.0.0.1/8"}, "did you mean 10.0.0.0/8?"),
        (
            {"WGWATCH_WEB_LOGIN_HEADER": "Remote-User"},
            "WGWATCH_WEB_LOGIN_HEADER: needs WGWATCH_TRUSTED_PROXIES too",
        ),
        (
            {"WGWATCH_WEB_ROLE_HEADER": "Remote-Groups"},
            "WGWATCH_WEB_ROLE_HEADER: needs WGWATCH_WEB_LOGIN_HEADER too",
        ),
        (
            {"WGWATCH_WEB_LOGIN_HEADER": "Remote User", "WGWATCH_TRUSTED_PROXIES": "loopback"},
            "'Remote User' is no name of a header",
        ),
        (
            {
                "WGWATCH_WEB_LOGIN_HEADER": "Remote-User",
                "WGWATCH_TRUSTED_PROXIES": "loopback",
                "WGWATCH_WEB_LOGIN_ROLE": "admin",
            },
            "'admin' is not one of reader, member, operator",
        ),
    ],
)
def test_who_is_let_in_is_said_clearly_or_refused(
    given: dict[str, str], problem: str, tmp_path: Path
) -> None:
    [found] = problems(given, tmp_path)
    assert problem in found
