from __future__ import annotations

import pytest

from config.addresses import check_email, check_url, host_of, page_key, shown_url
from config.errors import UsageError


@pytest.mark.parametrize(
    "other",
    [
        "http://site.example/Groups/SME",
        "https://www.site.example/groups/sme",
        "https://SITE.example:443/groups/sme/",
        "http://site.example.:80/groups/sme#contacts",
        "https://site.example/groups/%73me?utm_source=mail&utm_medium=x",
        "https://site.example/groups/sme/index.html",
        "https://site.example/Groups/SME/Default.aspx",
    ],
)
def test_addresses_of_one_page_have_one_key(other: str) -> None:
    assert page_key(other) == page_key("https://site.example/groups/sme") == "site.example/groups/sme"


@pytest.mark.parametrize(
    "other",
    [
        "https://site.example/groups/sme.aspx",
        "https://site.example/groups/sme-index.html",
        "https://site.example:8443/groups/sme",
        "https://news.site.example/groups/sme",
        "https://site.example/groups/sme?id=2",
        "https://site.example/groups%2Fsme",
    ],
)
def test_another_page_has_another_key(other: str) -> None:
    assert page_key(other) != page_key("https://site.example/groups/sme")


def test_query_is_part_of_the_key_in_any_order() -> None:
    assert page_key("https://site.example/?b=2&a=1&a=0") == page_key("http://site.example?a=1&a=0&b=2")
    assert page_key("https://site.example/?a=X") != page_key("https://site.example/?a=x")
    assert page_key("https://site.example/?A%20b=%C3%A9") == "site.example?A+b=%C3%A9"


def test_percent_encoding_and_letters_of_other_scripts_are_levelled() -> None:
    assert page_key("https://site.example/caf%C3%A9") == page_key("https://site.example/café")
    assert page_key("https://bücher.example/") == page_key("https://xn--bcher-kva.example")


def test_host_is_in_lower_case_with_a_port_that_is_not_the_usual() -> None:
    assert host_of("HTTPS://Site.Example:443/x") == "site.example"
    assert host_of("http://Site.Example:8080/x") == "site.example:8080"
    assert host_of("http://[2001:DB8::1]:8080/") == "[2001:db8::1]:8080"
    assert host_of("https://www.site.example/") == "www.site.example"


@pytest.mark.parametrize(
    "url",
    [
        "site.example/groups",
        "ftp://site.example/",
        "https://",
        "https:///groups",
        "https://site.example:notaport/",
        "https://site.example:0/",
        "https://site.example/a b",
        "https://site.example/\r\nX-Injected: 1",
        "https://[::1/",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_cannot_be_fetched_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@site.example/x?token=hunter2",
        "user:hunter2@site.example",
        "https://user:hunter2/x@site.example/",
        "ftp://user:hunter2@site.example/",
        "https://user:hunter2 @site.example/",
    ],
)
def test_a_refusal_does_not_show_the_password(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_url(url)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in shown_url(url)


def test_credentials_pass_where_they_are_allowed() -> None:
    url = "https://user:hunter2@hooks.example/in"
    assert check_url(url, credentials=True) == url
    assert shown_url(url) == "https://hooks.example/in"


def test_shown_address_keeps_an_at_sign_in_its_path() -> None:
    assert shown_url("https://site.example/@mei?x=1#y") == "https://site.example/@mei"


@pytest.mark.parametrize("address", ["anna@paper.example", "a.b+c@x-y.paper.example", "root@localhost"])
def test_mail_addresses_pass(address: str) -> None:
    assert check_email(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "anna",
        "anna@",
        "@paper.example",
        "anna@paper",
        "anna@@paper.example",
        "an na@paper.example",
        "anna@paper..example",
        "anna.@paper.example",
        "anna@-paper.example",
        "anna@paper.example,ben@paper.example",
        "Anna <anna@paper.example>",
        "anna@paper.example\nBcc: all@paper.example",
        "a@" + "a" * 5000 + "!",
    ],
)
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no e-mail address"):
        check_email(address)
