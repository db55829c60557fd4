from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.layouts import FIELDS, NEEDED, Layout, split_path
from config.profile import Profile, builtin_profiles, find_page, load_profile
from storage.records import KINDS

CASES = Path(__file__).parents[3] / "shared" / "cases"


@pytest.fixture
def apec() -> Profile:
    return load_profile("apec", Path())


def profile_problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    (tmp_path / "my.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_profile("./my.yaml", tmp_path)
    return caught.value.problems


def test_apec_is_shipped(apec: Profile) -> None:
    assert apec in builtin_profiles()
    assert {"smewg", "hrdwg", "ppwe", "ppsti"} <= apec.groups.keys()
    assert len(apec.economies) == 21


def test_every_shipped_profile_is_sound_and_named_as_its_file() -> None:
    for profile in builtin_profiles():
        assert load_profile(profile.name, Path()) == profile


@pytest.mark.parametrize("key", ["smewg", "hrdwg", "ppwe", "ppsti", "hwg"])
def test_old_and_new_addresses_lead_to_one_group(key: str, apec: Profile) -> None:
    group = apec.groups[key]
    slug = group.url.rpartition("/")[2]
    root = "apec.org/Groups/SOM-Steering-Committee-on-Economic-and-Technical-Cooperation/Working-Groups"
    for address in (
        group.url,
        f"http://www.{root}/{slug}.aspx",
        f"https://{root}/{slug}",
        f"http://www.{root}/{slug}/?utm_source=mail",
        f"http://www.{root.replace('/Groups', '/Home/Groups')}/{slug}",
    ):
        found = find_page(address)
        assert found is not None
        assert (found[0].name, found[1]) == ("apec", key)


def test_an_address_that_no_profile_knows() -> None:
    assert find_page("https://harbour-forum.example/groups") is None
    assert find_page("https://www.apec.org/groups") is None


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of captured pages is not beside the checkout")
def test_both_captures_are_of_one_page() -> None:
    urls = [
        json.loads((CASES / case / "expected.json").read_text())["url"] for case in ("seed-2016", "seed-2023")
    ]
    assert urls[0] != urls[1]
    found = [find_page(url) for url in urls]
    assert [(profile.name, key) for profile, key in filter(None, found)] == [("apec", "smewg")] * 2


@pytest.mark.parametrize(
    ("text", "economy"),
    [
        ("Viet Nam", "Viet Nam"),
        ("vietnam", "Viet Nam"),
        ("Republic of Korea", "Korea"),
        ("Philippines", "The Philippines"),
        ("People's Republic of China", "China"),
        ("Hong Kong, China", "Hong Kong, China"),
        ("Chinese Taipei", "Chinese Taipei"),
        ("Atlantis", None),
    ],
)
def test_economies_by_any_spelling(text: str, economy: str | None, apec: Profile) -> None:
    assert apec.economy(text) == economy


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("APEC Forum (SME 02 2016S) Lima", "SME 02 2016S"),
        ("Roundtable. (M SCE 01 2011A-5)", "M SCE 01 2011A-5"),
        ("see EWG_201_2021A.", "EWG_201_2021A"),
        ("on 05 Sep 2016 in Lima", None),
        ("the APEC 2016 priorities", None),
    ],
)
def test_project_codes(text: str, code: str | None, apec: Profile) -> None:
    found = [match[0] for pattern in apec.codes for match in re.finditer(pattern, text)]
    assert found == ([code] if code else [])


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(
        "name: my\ngroups:\n  q: {name: Quay Group, acronym: QG, url: https://forum.example/q}\n"
    )
    profile = load_profile("my.yaml", tmp_path)
    assert profile.find("http://www.forum.example/Q/") == "q"
    assert profile.group_key("qg") == "q"
    assert profile.economy("Peru") is None


def test_all_kinds_of_apecs_groups_are_known(apec: Profile) -> None:
    assert len(apec.groups) >= 50
    kinds = (
        "som cti ec bmc sce ad bmg cd desg gos ieg ipeg lsif mag sccp scsc cplg atcwg actwg egilat epwg ewg"
    )
    more = "hlpdab hrdwg hwg mtf ofwg ppfs ppsti ppwe smewg telwg tptwg twg egnret egeec egeda egcfe fmp abac"
    assert {*kinds.split(), *more.split()} <= apec.groups.keys()
    assert len({group.acronym for group in apec.groups.values()}) == len(apec.groups)


def test_a_group_is_found_by_what_it_was_called_before(apec: Profile) -> None:
    assert apec.group_key("ECSG") == "desg"
    assert apec.group_key("tel") == "telwg"
    found = find_page(
        "http://www.apec.org/Groups/Committee-on-Trade-and-Investment/Electronic-Commerce-Steering-Group.aspx"
    )
    assert found is not None
    assert found[1] == "desg"


def test_every_page_had_the_older_addresses_that_the_sites_forms_give(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(
        "name: my\n"
        "address_forms: ['http://old.forum.example/Groups/{path}.aspx']\n"
        "groups:\n"
        "  q: {name: Quay, acronym: Q, url: https://forum.example/groups/port/quay}\n"
        "  r: {name: Reef, acronym: R, url: https://reef.example/}\n"
    )
    profile = load_profile("./my.yaml", tmp_path)
    assert profile.find("http://old.forum.example/groups/Port/Quay.aspx") == "q"
    assert profile.groups["r"].all_addresses() == ("https://reef.example/",)


def test_what_a_profile_can_say_besides(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(
        "name: my\nroles: [Wharf Warden]\nprotected_emails: decode\n"
        "follow: {links: '/groups/*', depth: 2}\n"
        "selectors:\n  - for: event\n    each: tr\n    fields: {title: td}\n    from: 2019-01-01\n"
    )
    profile = load_profile("./my.yaml", tmp_path)
    assert (profile.roles, profile.protected_emails) == (("Wharf Warden",), "decode")
    assert profile.follow is not None
    assert (profile.follow.links, profile.follow.depth, profile.follow.at_most) == ("/groups/*", 2, 40)
    [layout] = profile.layouts
    assert layout == Layout("event", "tr", (("title", "td"),), "2019-01-01", None)


def test_selectors_tell_all_their_problems(tmp_path: Path) -> None:
    found = profile_problems(
        tmp_path,
        """\
name: my
words: {meetings: [Gatherings]}
protected_emails: show
selectors:
  - for: event
    each: "table["
    fields: {title: td}
  - for: event
    each: tr
    fields: {titel: td, starts_on: "td:::x"}
  - for: meeting
    each: tr
    fields: {title: td}
  - for: event
    each: tr
    fields: {city: td}
  - for: contact
    each: .who
    fields: {nmae: b, role: i}
    from: 2021-01-01
    until: 2019-12-31
  - for: news
    each: li
    fields: {title: a@href!}
    until: yesterday
""",
    )
    assert [problem.split(": ")[:2] for problem in found] == [
        ["./my.yaml:2", "words.meetings"],
        ["./my.yaml:3", "protected_emails"],
        ["./my.yaml:6", "selectors[0].each"],
        ["./my.yaml:10", "selectors[1].fields.starts_on"],
        ["./my.yaml:11", "selectors[2].for"],
        ["./my.yaml:16", "selectors[3].fields"],
        ["./my.yaml:19", "selectors[4].fields.nmae"],
        ["./my.yaml:21", "selectors[4].until"],
        ["./my.yaml:24", "selectors[5].fields.title"],
        ["./my.yaml:25", "selectors[5].until"],
    ]
    text = "\n".join(found)
    assert "'table[' is no CSS selector" in text
    assert "is no field of a contact; did you mean 'name'?" in text
    assert "an event needs title" in text


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("td.when", ("td.when", None)),
        ("a@href", ("a", "href")),
        ("@id", ("", "id")),
        ("a[href*='@']", ("a[href*='@']", None)),
        ("time @datetime", ("time", "datetime")),
    ],
)
def test_a_path_is_a_selector_and_an_attribute(path: str, parts: tuple[str, str | None]) -> None:
    assert split_path(path) == parts


def test_the_fields_that_selectors_can_give_are_those_of_the_records() -> None:
    for kind, names in FIELDS.items():
        known = {field.name for field in dataclasses.fields(KINDS[kind])}
        assert set(names) - {"place"} <= known, kind
        assert set(NEEDED[kind]) <= set(names)


def test_an_unknown_profile_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="did you mean 'apec'"):
        load_profile("appec", Path())
    with pytest.raises(ConfigError, match="there are apec"):
        load_profile("zebra", Path())


def test_a_profile_tells_all_its_problems(tmp_path: Path) -> None:
    found = profile_problems(
        tmp_path,
        """\
name: my
groups:
  a: {name: A, acronym: A, url: ftp://forum.example/a}
  b: {name: B, acronym: B, url: https://forum.example/b, parent: z}
  c: {name: C, acronym: C, url: https://forum.example/c, addresses: [https://www.forum.example/B]}
  d: {name: D}
codes: ["["]
colour: blue
""",
    )
    assert [problem.split(": ")[:2] for problem in found] == [
        ["./my.yaml:3", "groups.a.url"],
        ["./my.yaml:4", "groups.b.parent"],
        ["./my.yaml:5", "groups.c"],
        ["./my.yaml:6", "groups.d.acronym"],
        ["./my.yaml:6", "groups.d.url"],
        ["./my.yaml:7", "codes[0]"],
        ["./my.yaml:8", "colour"],
    ]
