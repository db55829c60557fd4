from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest

from config.cron import Cron
from config.errors import ConfigError
from config.hours import parse_hours
from config.kinds import Importance
from config.schedules import Adaptive, AtOnce, Daily, Every, Weekly, Within
from config.watchlist import Watchlist
from config.watchlist_file import load_watchlist

Load = Callable[..., Watchlist]
Problems = Callable[..., list[str]]

EXAMPLE = """\
timezone: Asia/Singapore
contact: webwatch@trade.example
defaults: {check: every 6 hours, delay: 5 seconds}

sources:
  - name: apec
    profile: apec
    groups: [smewg, hrdwg, ppwe]
  - name: smewg-close
    profile: apec
    groups: [smewg]
    check: every 5 minutes
  - name: harbour-forum
    profile: ./profiles/harbour-forum.yaml
    pages: [https://harbour-forum.example/groups]
    follow: {links: "/groups/*", depth: 1, at_most: 40}

subscriptions:
  - name: trade-desk-weekly
    email: [mei.tan@trade.example]
    about: {sources: [apec]}
    send: weekly on monday at 08:30
    upcoming: 90 days
  - name: newsroom
    email: anna@paper.example
    about: {sources: [smewg-close]}
    tell: [contacts, events, projects, text, page]
    unconfirmed: tell
  - name: peru-and-viet-nam
    email: desk@trade.example
    about: {economies: [Peru, Viet Nam]}
    tell: [events, projects]
    send: daily at 07:00
  - name: crm
    webhook: https://crm.trade.example/hooks/wgwatch
    secret: ${CRM_HOOK_SECRET}
    tell: [contacts]
"""

ONE_SOURCE = """\
sources:
  - name: forum
    pages: [https://forum.example/]
"""


def subscription(text: str) -> str:
    """A watchlist with one subscription of these lines; the first of them is line 5."""
    lines = dedent(text).strip().splitlines()
    return ONE_SOURCE + "subscriptions:\n  - " + "\n    ".join(lines) + "\n"


@pytest.fixture
def example(tmp_path: Path, load: Load, secret: str) -> Watchlist:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/harbour-forum.yaml").write_text("name: harbour-forum\n")
    return load(EXAMPLE, {"CRM_HOOK_SECRET": secret})


def test_a_whole_watchlist_is_read(example: Watchlist, secret: str) -> None:
    assert example.timezone == ZoneInfo("Asia/Singapore")
    assert example.contact == "webwatch@trade.example"
    assert example.defaults.check == Every(timedelta(hours=6))
    assert example.defaults.delay == timedelta(seconds=5)
    assert [source.name for source in example.sources] == ["apec", "smewg-close", "harbour-forum"]
    follow = example.sources[2].follow
    assert follow is not None
    assert (follow.links, follow.depth, follow.at_most) == ("/groups/*", 1, 40)
    weekly, newsroom, peru, crm = example.subscriptions
    assert weekly.email == ("mei.tan@trade.example",)
    assert isinstance(weekly.send, Weekly)
    assert weekly.upcoming == timedelta(days=90)
    assert (newsroom.email, newsroom.unconfirmed, newsroom.send) == (
        ("anna@paper.example",),
        "tell",
        AtOnce(),
    )
    assert peru.about.economies == ("Peru", "Viet Nam")
    assert isinstance(peru.send, Daily)
    assert crm.secret is not None
    assert [value.get_secret_value() for value in crm.secret] == [secret]
    assert crm.at_least is Importance.MINOR
    assert example.profiles.keys() == {"apec", "./profiles/harbour-forum.yaml"}


def test_the_secret_is_in_no_repr(example: Watchlist, secret: str) -> None:
    assert secret not in repr(example)
    assert secret not in example.model_dump_json()


def test_pages_of_the_sources(example: Watchlist) -> None:
    pages = example.pages()
    assert [(page.source, page.group) for page in pages] == [
        ("apec", "SMEWG"),
        ("apec", "HRDWG"),
        ("apec", "PPWE"),
        ("smewg-close", "SMEWG"),
        ("harbour-forum", None),
    ]
    often = pages[3]
    assert often.key == pages[0].key
    assert often.check == Every(timedelta(minutes=5))
    assert often.group_name == "Small and Medium Enterprises Working Group"
    assert often.profile == "apec"
    assert often.addresses[0] == often.url
    assert any(address.endswith(".aspx") for address in often.addresses)
    assert pages[4].addresses == ("https://harbour-forum.example/groups",)
    assert pages[4].profile == "./profiles/harbour-forum.yaml"


def test_what_a_page_says_goes_before_its_source_and_the_defaults(load: Load) -> None:
    watchlist = load(
        """
        defaults: {check: every day, delay: 2 seconds}
        sources:
          - name: a
            check: adaptive
            delay: 0 seconds
            allow_networks: [loopback]
            pages:
              - https://a.example/1
              - {url: https://a.example/2, name: The second, check: {cron: "0 7 * * 1"}}
          - name: b
            pages: [https://b.example/]
        """
    )
    first, second, third = watchlist.pages()
    assert (first.check, first.name) == (Adaptive(), None)
    assert (second.check, second.name) == (Cron("0 7 * * 1"), "The second")
    assert first.delay == second.delay == timedelta(0)
    assert first.allow_networks.allows("127.0.0.1")
    assert (third.check, third.delay) == (Every(timedelta(days=1)), timedelta(seconds=2))
    assert not third.allow_networks.allows("127.0.0.1")


def test_what_bounds_looks_is_of_the_source_else_of_the_defaults(load: Load) -> None:
    watchlist = load(
        """
        defaults: {hours: "22:00-06:00", bandwidth: 1 MB/s}
        sources:
          - {name: a, pages: [{url: https://a.example/, check: adaptive}]}
          - {name: b, pages: [https://b.example/], hours: "09:00-17:00", bandwidth: 200 KB/s}
        """
    )
    first, second = watchlist.pages()
    assert (first.check, first.bandwidth) == (Within(Adaptive(), parse_hours("22:00-06:00")), 1_000_000)
    assert (second.check, second.bandwidth) == (Within(Every(), parse_hours("09:00-17:00")), 200_000)


@pytest.mark.parametrize(
    ("key", "written", "said"),
    [
        ("hours", "22:00", "are no hours: write for example 22:00-06:00"),
        ("hours", "1320", "are no hours: write for example 22:00-06:00, in quotes"),
        ("bandwidth", "200", "is no bandwidth: write for example 200 KB/s"),
        ("budget", "2000", "is no number a day: write for example 2000 looks a day"),
        ("requests", "few", "is no number a day"),
    ],
)
def test_bounds_that_are_none_are_told_with_their_place(
    load: Load, key: str, written: str, said: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        load(f"defaults:\n  {key}: {written}\n{ONE_SOURCE}")
    [problem] = raised.value.problems
    assert problem.startswith(f"watchlist.yaml:2: defaults.{key}: ")
    assert said in problem


def test_a_page_that_a_shipped_profile_knows_gets_all_its_addresses(load: Load) -> None:
    old = "http://www.apec.org/Groups/SOM-Steering-Committee-on-Economic-and-Technical-Cooperation/Working-Groups"
    watchlist = load(f"sources: [{{name: a, pages: ['{old}/Health.aspx']}}]")
    [page] = watchlist.pages()
    assert page.url == page.addresses[0] == f"{old}/Health.aspx"
    assert any(address.endswith("/working-groups/health") for address in page.addresses)
    assert (page.group, page.profile) == ("HWG", "apec")


def test_all_groups_of_a_profile(load: Load) -> None:
    watchlist = load("sources: [{name: a, profile: apec, groups: all}]")
    assert {"SMEWG", "HRDWG", "PPWE", "PPSTI"} <= {page.group for page in watchlist.pages()}


def test_groups_are_known_by_acronym_in_any_case(load: Load) -> None:
    watchlist = load("sources: [{name: a, profile: apec, groups: [SMEWG]}]")
    assert [page.group for page in watchlist.pages()] == ["SMEWG"]


def test_every_problem_is_told_at_once_with_its_line_and_key(problems: Problems) -> None:
    found = problems(
        """\
        timezone: Asia/Singapur
        contact: nobody
        defalts: {check: every 6 hours}
        defaults: {check: every 6 seconds, delay: 5}
        sources:
          - name: apec
            profile: apek
            groups: [smewg]
          - name: Apec
            profile: apec
            groups: [smeg]
            chekc: every 5 minutes
            check: {cron: "0 25 * * *"}
          - name: x
            pages: [ftp://x.example/, "https://u:pw@y.example/"]
            follow: {links: "/g/*", depth: 99}
          - pages: 3
          - name: y
            groups: [smewg]
          - name: z
        subscriptions:
          - name: a
            email: anna@
            about: {sources: [apecc]}
            tell: [contact, event.movd]
            send: weekly on mondey
          - name: a
          - name: c
            webhook: https://crm.example/h
          - name: d
            webhook: https://crm.example/h
            secret: ${HOOK_SECRET}
            at least: big
            unconfirmed: maybe
          - name: e
            webhook: crm.example
            secret: "not base 64!"
            upcoming: 90
          - 7
        """
    )
    assert [problem.split(": ", 2)[:2] for problem in found] == [
        ["watchlist.yaml:1", "timezone"],
        ["watchlist.yaml:2", "contact"],
        ["watchlist.yaml:3", "defalts"],
        ["watchlist.yaml:4", "defaults.check"],
        ["watchlist.yaml:4", "defaults.delay"],
        ["watchlist.yaml:7", "sources[0].profile"],
        ["watchlist.yaml:9", "sources[1].name"],
        ["watchlist.yaml:11", "sources[1].groups[0]"],
        ["watchlist.yaml:12", "sources[1].chekc"],
        ["watchlist.yaml:13", "sources[1].check"],
        ["watchlist.yaml:15", "sources[2].pages[0].url"],
        ["watchlist.yaml:15", "sources[2].pages[1].url"],
        ["watchlist.yaml:16", "sources[2].follow.depth"],
        ["watchlist.yaml:17", "sources[3].name"],
        ["watchlist.yaml:17", "sources[3].pages"],
        ["watchlist.yaml:19", "sources[4].groups"],
        ["watchlist.yaml:20", "sources[5]"],
        ["watchlist.yaml:23", "subscriptions[0].email[0]"],
        ["watchlist.yaml:24", "subscriptions[0].about.sources[0]"],
        ["watchlist.yaml:25", "subscriptions[0].tell[0]"],
        ["watchlist.yaml:25", "subscriptions[0].tell[1]"],
        ["watchlist.yaml:26", "subscriptions[0].send"],
        ["watchlist.yaml:27", "subscriptions[1].name"],
        ["watchlist.yaml:27", "subscriptions[1]"],
        ["watchlist.yaml:29", "subscriptions[2].webhook"],
        ["watchlist.yaml:32", "subscriptions[3].secret"],
        ["watchlist.yaml:33", "subscriptions[3].at least"],
        ["watchlist.yaml:34", "subscriptions[3].unconfirmed"],
        ["watchlist.yaml:36", "subscriptions[4].webhook"],
        ["watchlist.yaml:37", "subscriptions[4].secret"],
        ["watchlist.yaml:38", "subscriptions[4].upcoming"],
        ["watchlist.yaml:39", "subscriptions[5]"],
    ]
    text = "\n".join(found)
    for part in (
        "did you mean 'Asia/Singapore'?",
        "did you mean 'defaults'?",
        "did you mean 'apec'?",
        "did you mean 'smewg'?",
        "did you mean 'check'?",
        "did you mean 'contacts'?",
        "did you mean 'event.moved'?",
        "did you mean 'monday'?",
        "HOOK_SECRET is not set",
        "openssl rand -base64 24",
    ):
        assert part in text
    assert "not base 64!" not in text
    assert "u:pw" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources:\n  - name: [a\n", "watchlist.yaml:3:1: is no YAML: "),
        ("sources:\n\t- name: a\n", "watchlist.yaml:2:1: is no YAML: "),
        ("a: b: c\n", "watchlist.yaml:1:5: is no YAML: mapping values are not allowed"),
        ("a: 1\n---\nb: 2\n", "watchlist.yaml:2:1: is no YAML: "),
        ("a: !!python/object/apply:os.getcwd []\n", "watchlist.yaml:1:4: is no YAML: "),
        ("a: *missing\n", "watchlist.yaml:1:4: is no YAML: "),
        ("a: \x07\n", "watchlist.yaml: is no YAML: "),
        ("", "watchlist.yaml: the file is empty"),
        ("# only a comment\n", "watchlist.yaml: the file is empty"),
        ("- a\n", "watchlist.yaml: should be a mapping"),
        ("just text\n", "watchlist.yaml: should be a mapping"),
        ("[" * 5000, "watchlist.yaml"),
        ("{}", "watchlist.yaml:1: sources: is missing"),
        ("sources:\n", "watchlist.yaml:1: sources: should be a list"),
        ("sources: []\n", "watchlist.yaml:1: sources: is empty"),
    ],
)
def test_a_file_that_is_no_watchlist(text: str, expected: str, problems: Problems) -> None:
    [problem] = problems(text)
    assert problem.startswith(expected)


def test_tabs_get_a_hint(problems: Problems) -> None:
    assert "not with tabs" in problems("sources:\n\t- name: a\n")[0]


def test_a_variable_in_a_list_gets_a_hint(problems: Problems) -> None:
    assert "put ${NAME} in quotes" in problems("sources: [${X}]\n")[0]


def test_keys_given_twice(problems: Problems) -> None:
    assert problems(
        """\
        sources:
          - name: a
            pages: [https://a.example/]
            name: b
            chekc: adaptive
        contact: a@trade.example
        contact: b@trade.example
        """
    ) == [
        "watchlist.yaml:4: sources[0].name: is given twice, first in line 2",
        "watchlist.yaml:5: sources[0].chekc: is no known key; did you mean 'check'?",
        "watchlist.yaml:7: contact: is given twice, first in line 6",
    ]


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="wgwatch init"):
        load_watchlist(tmp_path / "watchlist.yaml", {})


def test_a_folder_or_bytes_are_no_watchlist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_watchlist(tmp_path, {})
    (tmp_path / "watchlist.yaml").write_bytes(b"sources: \xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_watchlist(tmp_path / "watchlist.yaml", {})


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_bytes(b"\xef\xbb\xbf" + ONE_SOURCE.encode())
    assert load_watchlist(tmp_path / "watchlist.yaml", {}).sources[0].name == "forum"


def test_an_alias_may_repeat_a_part_but_not_hold_itself(load: Load, problems: Problems) -> None:
    watchlist = load(
        """
        sources:
          - {name: a, pages: &pages [https://a.example/]}
          - {name: b, pages: *pages}
        """
    )
    assert [page.source for page in watchlist.pages()] == ["a", "b"]
    assert problems("sources: &a [*a]\n")


def test_a_page_twice_in_one_source(problems: Problems) -> None:
    new = "https://www.apec.org/groups/som-steering-committee-on-economic-and-technical-cooperation/working-groups"
    assert problems(
        f"""\
        sources:
          - name: a
            profile: apec
            groups: [hwg]
            pages:
              - https://a.example/x
              - http://www.a.example/X/
              - {new}/health
        """
    ) == [
        "watchlist.yaml:7: sources[0].pages[1]: http://www.a.example/X/ is a page of this source already",
        f"watchlist.yaml:8: sources[0].pages[2]: {new}/health is a page of this source already",
    ]


def test_about_names_only_what_there_is(problems: Problems) -> None:
    assert problems(
        """\
        sources:
          - {name: apec, profile: apec, groups: [smewg]}
        subscriptions:
          - name: a
            email: a@trade.example
            about:
              sources: [apec]
              groups: [smewg, hrdwg, smewgg]
              economies: [Vietnam, viet nam, Perru]
              pages: [https://elsewhere.example/]
        """
    ) == [
        "watchlist.yaml:8: subscriptions[0].about.groups[1]: no source watches a group 'hrdwg'; "
        "there are smewg",
        "watchlist.yaml:8: subscriptions[0].about.groups[2]: no source watches a group 'smewgg'; "
        "did you mean 'smewg'?",
        "watchlist.yaml:9: subscriptions[0].about.economies[2]: there is no economy 'Perru'; "
        "did you mean 'Peru'?",
        "watchlist.yaml:10: subscriptions[0].about.pages[0]: no source watches https://elsewhere.example/",
    ]


def test_about_may_name_what_only_the_pages_will_tell(load: Load) -> None:
    watchlist = load(
        subscription("name: a\nemail: a@x.example\nabout: {groups: harbours, economies: [Utopia]}")
    )
    assert watchlist.subscriptions[0].about.groups == ("harbours",)


def test_a_secret_comes_from_the_variable_or_its_file(load: Load, tmp_path: Path, secret: str) -> None:
    text = subscription("name: a\nwebhook: https://u:p@h.example/x?key=1\nsecret: ['whsec_${ONE}', '${TWO}']")
    (tmp_path / "two").write_text(secret + "\n")
    watchlist = load(text, {"ONE": secret.removeprefix("whsec_"), "TWO_FILE": str(tmp_path / "two")})
    secrets = watchlist.subscriptions[0].secret
    assert secrets is not None
    assert [value.get_secret_value() for value in secrets] == [secret, secret]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "HOOK is not set; set it, or HOOK_FILE"),
        ({"HOOK": ""}, "HOOK is not set"),
        ({"HOOK": "whsec_hunter2!"}, "is no webhook secret, which is base64 after whsec_; make one with"),
        ({"HOOK": "whsec_"}, "is no webhook secret"),
        ({"HOOK": "whsec_YWJj", "HOOK_FILE": "x"}, "HOOK and HOOK_FILE are both set"),
        ({"HOOK_FILE": "/nowhere/hook"}, "HOOK_FILE: cannot read /nowhere/hook: No such file"),
    ],
)
def test_a_secret_that_is_none_is_told_without_showing_it(
    environ: dict[str, str], expected: str, problems: Problems
) -> None:
    [problem] = problems(subscription("name: a\nwebhook: https://h.example/\nsecret: ${HOOK}"), environ)
    assert problem.startswith(f"watchlist.yaml:7: subscriptions[0].secret: {expected}")
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a", ["watchlist.yaml:5: subscriptions[0]: has no target: add email, webhook, chat or file"]),
        (
            "name: a\nwebhook: https://h.example/",
            [
                "watchlist.yaml:6: subscriptions[0].webhook: needs a secret to sign with: "
                "add secret: ${MY_HOOK_SECRET}"
            ],
        ),
        (
            "name: a\nemail: a@x.example\nsecret: whsec_YWJj",
            ["watchlist.yaml:7: subscriptions[0].secret: is of no use without a webhook"],
        ),
        ("name: a\nemail: []", ["watchlist.yaml:6: subscriptions[0].email: is empty"]),
        (
            "name: 2019\nemail: a@x.example",
            ["watchlist.yaml:5: subscriptions[0].name: should be text; put it in quotes"],
        ),
        (
            "name: a\nemail: a@x.example\nabout: {}\ntell: []",
            ["watchlist.yaml:8: subscriptions[0].tell: is empty"],
        ),
        (
            "name: a\nemail: a@x.example\nabout:\n  citis: Lima\n  words: ['--']\nexcept: {fields: [start_on]}",
            [
                "watchlist.yaml:8: subscriptions[0].about.citis: is no known key; did you mean 'cities'?",
                "watchlist.yaml:9: subscriptions[0].about.words[0]: there is no word in '--'",
                "watchlist.yaml:10: subscriptions[0].except.fields[0]: 'start_on' is no field of a record; "
                "did you mean 'starts_on'?",
            ],
        ),
        (
            "name: a\nemail: a@x.example\nexcept: {sources: [forums], wrods: [x]}",
            [
                "watchlist.yaml:7: subscriptions[0].except.wrods: is no known key; did you mean 'words'?",
                "watchlist.yaml:7: subscriptions[0].except.sources[0]: there is no source 'forums'; "
                "did you mean 'forum'?",
            ],
        ),
        (
            "name: a\nemail: a@x.example\nquiet: at night\nzone: Lima\nlanguage: Spanish",
            [
                "watchlist.yaml:7: subscriptions[0].quiet: 'at night' are no hours: write for example "
                "22:00-06:00, in quotes",
                "watchlist.yaml:8: subscriptions[0].zone: 'Lima' is no time zone; "
                "did you mean 'America/Lima'?",
                "watchlist.yaml:9: subscriptions[0].language: 'Spanish' is no language that dates are known "
                "in; did you mean 'es'?",
            ],
        ),
        (
            'name: a\nemail: a@x.example\nsend: daily at 07:00\nquiet: "22:00-07:00"',
            [
                "watchlist.yaml:8: subscriptions[0].quiet: is of no use with daily at 07:00, "
                "which keeps its hour"
            ],
        ),
    ],
)
def test_a_subscription_that_cannot_be_served(text: str, expected: list[str], problems: Problems) -> None:
    assert problems(subscription(text)) == expected


def test_a_profile_with_problems_is_told_with_its_own_line(tmp_path: Path, problems: Problems) -> None:
    (tmp_path / "my.yaml").write_text("name: my\ncodes: ['(']\n")
    [problem] = problems("sources:\n  - name: a\n    profile: ./my.yaml\n    pages: [https://a.example/]\n")
    assert problem.startswith("watchlist.yaml:3: sources[0].profile: ./my.yaml:2: codes[0]: ")


def test_a_missing_profile_file_is_named(tmp_path: Path, problems: Problems) -> None:
    [problem] = problems("sources:\n  - {name: a, profile: ./my.yaml, pages: [https://a.example/]}\n")
    assert "sources[0].profile" in problem
    assert str(tmp_path / "my.yaml") in problem
    assert "No such file" in problem


def test_importance_by_its_word(load: Load) -> None:
    watchlist = load(subscription("name: a\nemail: a@x.example\nat least: Important"))
    assert watchlist.subscriptions[0].at_least is Importance.IMPORTANT


def test_two_thousand_pages_are_read_within_seconds(load: Load) -> None:
    pages = "\n".join(f"      - https://site{n % 50}.example/groups/{n}" for n in range(2000))
    gc.collect()
    began = time.perf_counter()
    assert len(load(f"sources:\n  - name: many\n    pages:\n{pages}\n").pages()) == 2000
    assert time.perf_counter() - began < 5


def test_how_far_to_follow_needs_what_to_follow(problems: Problems) -> None:
    assert problems(
        """
        sources:
          - name: x
            pages: [https://x.example/]
            follow: {depth: 2, feeds: true}
          - name: y
            pages: [https://y.example/]
            follow: {feeds: sometimes}
        """
    ) == [
        "watchlist.yaml:5: sources[0].follow: says how far to follow, but not what: add links",
        "watchlist.yaml:8: sources[1].follow.feeds: should be true or false",
    ]
