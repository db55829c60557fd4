"""Lists of a committee's people, in the layouts and languages of such pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.extraction import Extraction

Read = Callable[[str], Extraction]


def people(reading: Extraction) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.name, c.role, c.organization) for c in reading.contacts]


@pytest.mark.parametrize(
    ("title", "lines", "wanted"),
    [
        ("Steering Committee", ["Ada Low (Reef Office)", "Bo Chen (Quay Ltd)"], ("Ada Low", "Reef Office")),
        (
            "Comissão Organizadora",
            ["Ema Nunes, UFX", "Rui Pontes, UFX", "Lia Sá, UFX"],
            ("Ema Nunes", "UFX"),
        ),
        (
            "プログラム委員会",
            ["森川 高広(東海大学)", "山里 将也(北海大学)"],
            ("森川 高広", "東海大学"),
        ),
        ("Advisory Board", ["Ada Low", "Bo Chen", "Cy Dow"], ("Ada Low", None)),
    ],
)
def test_a_body_lists_its_people(
    read_html: Read, title: str, lines: list[str], wanted: tuple[str, str | None]
) -> None:
    items = "".join(f"<li>{line}</li>" for line in lines)
    for listed in (f"<ul>{items}</ul>", f"<p>{'<br>'.join(lines)}</p>"):
        found = people(read_html(f"<h1>Tide Group</h1><p>Tides.</p><h2>{title}</h2>{listed}"))
        if "(" in lines[0] or listed.startswith("<ul"):
            assert len(found) == len(lines)
            assert (found[0][0], found[0][2]) == wanted


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Steering Committee", ["Agendas of the committee", "Minutes", "Terms of reference"]),
        ("Committee on Tides", ["It meets twice a year.", "Its work is told below."]),
        ("Former Committee", ["Ada Low (Reef Office)", "Bo Chen (Quay Ltd)"]),
    ],
)
def test_other_lists_of_a_body_name_nobody(read_html: Read, title: str, lines: list[str]) -> None:
    items = "".join(f"<li>{line}</li>" for line in lines)
    assert not read_html(f"<h1>Tide Group</h1><h2>{title}</h2><ul>{items}</ul>").contacts


def test_members_do_not_hold_the_role_above_them(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Programme Committee</h2><p>Chair:</p><p>Ada Low</p>"
        "<p>Members:</p><div><p>Bo Chen (Quay Ltd)</p><p>Cy Dow</p></div>"
    )
    assert people(reading) == [
        ("Ada Low", "Chair", None),
        ("Bo Chen", None, "Quay Ltd"),
        ("Cy Dow", None, None),
    ]


def test_a_body_named_below_a_person_is_not_where_that_person_works(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Comité</h2><h3>Comité Local</h3><ul><li>Ana Ruiz, UMX</li></ul>"
        "<h3>Comissão Organizadora</h3><ul><li>Rui Pontes, UFX</li></ul>"
    )
    assert people(reading) == [("Ana Ruiz", None, "UMX"), ("Rui Pontes", None, "UFX")]


def test_posts_of_a_body_are_roles_in_chinese(read_html: Read) -> None:
    reading = read_html(
        "<h1>潮汐工作组</h1><h2>组织机构</h2><p>学术委员会主席：林海 东海研究所<br>学术委员会委员：周青，吴桐，郑河</p>"
    )
    assert people(reading) == [
        ("林海", "学术委员会主席", "东海研究所"),
        *((name, "学术委员会委员", None) for name in ("周青", "吴桐", "郑河")),
    ]


def test_columns_of_people_in_spanish(read_html: Read) -> None:
    reading = read_html(
        "<h1>Grupo de Mareas</h1><h2>Comité local</h2><table><tr><th>Nombre</th><th>Rol</th></tr>"
        "<tr><td>Mtra. Ana Ruiz Paz</td><td>Difusión</td></tr></table>"
    )
    assert people(reading) == [("Ana Ruiz Paz", "Difusión", None)]
    assert reading.contacts[0].honorific == "Mtra"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Surf Boards", ["Blue Lagoon (seven feet)", "Red Coral (six feet)"]),
        ("Council papers", ["Silent River (draft)", "Golden Hour (final)"]),
        ("Advisory Board", ["Annual Outlook (2023)", "Travel Grants (2022)"]),
    ],
)
def test_things_with_brackets_are_no_people(read_html: Read, title: str, lines: list[str]) -> None:
    items = "".join(f"<li>{line}</li>" for line in lines)
    assert not read_html(f"<h1>Tide Shop</h1><h2>{title}</h2><ul>{items}</ul>").contacts


def test_files_under_a_body_are_no_people(read_html: Read) -> None:
    items = "".join(f"<li><a href='/{n}.pdf'>Site Selection</a> (draft)</li>" for n in range(3))
    assert not read_html(f"<h1>Tide Group</h1><h2>Advisory Board</h2><ul>{items}</ul>").contacts


def test_korean_posts_are_not_names(read_html: Read) -> None:
    reading = read_html(
        "<h1>조직 위원회</h1><h3>조직 위원</h3><div><p>김수영 서해대 강사</p><p>박지민 동해대 교사</p></div>"
    )
    assert [c.name for c in reading.contacts] == ["김수영", "박지민"]


def test_names_side_by_side_in_chinese(read_html: Read) -> None:
    reading = read_html(
        "<h1>潮汐大会</h1><h2>组织机构</h2><p>大会主席</p><p>林海、周青、吴桐</p><p>组织委员会</p>"
        "<table><tr><td>郑河</td><td>何山</td></tr><tr><td>沈冰洋</td><td>孙雨</td></tr></table>"
    )
    chairs = [(name, "大会主席", None) for name in ("林海", "周青", "吴桐")]
    assert people(reading) == [*chairs, *((name, None, None) for name in ("郑河", "何山", "沈冰洋", "孙雨"))]
