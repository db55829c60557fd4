from __future__ import annotations

from collections.abc import Callable

from crawler.reading import read as read_bytes
from storage.records import Reading

Read = Callable[[str], Reading]


def test_a_table_of_groups_gives_groups_and_their_people(read_html: Read) -> None:
    reading = read_html(
        "<h1>SIGs and Working Groups</h1><table><tr><th>Name<th>Label<th>Chairs</tr>"
        "<tr><td><a href=/kelp>Kelp</a><td>kelp<td>* <a href=/a>Ada Low</a>, Nordlys<br>* <a href=/b>Bo Lind</a>, "
        "Monsoon</tr>"
        "<tr><td><a href=/foam>Foam</a><td>foam<td>* <a href=/c>Cy Bell</a>, Altiplano</tr></table>"
    )
    assert [(g.name, g.acronym, g.read_from) for g in reading.groups] == [
        ("Kelp", "kelp", "list"),
        ("Foam", "foam", "list"),
    ]
    assert [(c.name, c.role, c.organization, c.group) for c in reading.contacts] == [
        ("Ada Low", "Chair", "Nordlys", "Kelp"),
        ("Bo Lind", "Chair", "Monsoon", "Kelp"),
        ("Cy Bell", "Chair", "Altiplano", "Foam"),
    ]
    assert reading == Reading.from_json(reading.to_json())


def test_an_index_of_groups_names_who_chairs_them(read_html: Read) -> None:
    reading = read_html(
        "<h1>Working groups</h1><ul><li><h3><a href=/r>Reef Working Group (RWG)</a></h3>"
        "<p>Reefs. Chair: Ms Ada Low (Fiji).</p>"
        "<li><h3><a href=/n>Noise Task Force (NTF)</a></h3><p>Quiet. Chair: vacant.</p></ul>"
    )
    assert [(g.name, g.acronym) for g in reading.groups] == [
        ("Reef Working Group", "RWG"),
        ("Noise Task Force", "NTF"),
    ]
    assert [(c.name, c.economy, c.group) for c in reading.contacts] == [
        ("Ada Low", "Fiji", "Reef Working Group")
    ]


def test_a_group_says_what_it_was_called_and_whose_it_is(read_html: Read) -> None:
    group = read_html(
        "<h1>Reef Working Group (RWG)</h1><p>The RWG was previously named the Coral Expert Group. "
        "It reports to the Committee on Seas and Shores.</p>"
    ).group
    assert group is not None
    assert (group.acronym, group.former_names, group.parent) == (
        "RWG",
        ("Coral Expert Group",),
        "Committee on Seas and Shores",
    )


def test_the_initials_of_a_name_are_its_acronym_where_the_page_uses_them() -> None:
    page = "<title>Oceans and Harbours Working Group</title><h1>Oceans and Harbours Working Group</h1><p>{} met.</p>"
    groups = [
        read_bytes(page.format(word).encode(), content_type="text/html").group for word in ("The OHWG", "It")
    ]
    assert [group.acronym if group else "" for group in groups] == ["OHWG", None]


def test_the_state_of_a_document_and_decoration_are_no_part_of_the_name(read_html: Read) -> None:
    titles = [
        "<i>PROPOSED</i> Tide Working Group Charter",
        "Tide Working Group 🌊⚙️",
        "Tide Working Group (WG)",
    ]
    for title in titles:
        group = read_html(
            f"<h1>{title}</h1><h2>Scope</h2><p>The WG looks after the tides of the bay.</p>"
        ).group
        assert (group.name, group.acronym) == ("Tide Working Group", None)
