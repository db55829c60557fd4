from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.profile import Profile, builtin_profiles, find_page, load_profile

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
