from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.reading import read as read_bytes
from storage.records import Contact, Reading

Read = Callable[[str], Reading]


def short(contact: Contact) -> tuple[str | None, ...]:
    return (
        contact.name,
        contact.honorific,
        contact.role,
        contact.organization,
        contact.department,
        contact.economy,
        contact.email,
    )


ANA = ("Ana Ruiz", "Ms", "Chair", "Ministry of Tides", "Reef Bureau", "Peru", "ana@tide.example")
BO = ("Bo LIND", "Mr", "Program Director", "Tide Secretariat", None, None, "bo@tide.example")
LINES = """Contacts

Ana Ruiz (Ms)
Chair
Reef Bureau
Ministry of Tides, Peru
Email: ana@tide.example
Bo LIND (Mr)
Program Director
Tide Secretariat Email: bo@tide.example
"""


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES.replace("\n", "\n\n"),
        LINES.replace("\nBo", "\n\nBo"),
        LINES.replace("Ana Ruiz (Ms)", "Ms. Ana Ruiz").replace("Bo LIND (Mr)", "Mr Bo LIND"),
        LINES.replace("Contacts\n\n", "Tide Group\n\nTides come and go.\n\nLast page update: May 2024\n\n\n"),
        LINES.replace("ana@tide.example", "ana at tide dot example"),
    ],
)
def test_blank_lines_honorifics_and_headings_do_not_matter(read_lines: Read, text: str) -> None:
    assert [short(c) for c in read_lines(text).contacts] == [ANA, BO]


def test_cards_of_html_are_contacts(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><p>Tides come and go.</p><div><p><strong>Ana Ruiz "
        "(Ms)</strong></p><p>Chair<br>Reef Bureau<br>"
        "Ministry of Tides<br>Peru</p><p><a href='mailto:ana@tide.example'>E-mail</a></p></div>"
        "<div><h4>Bo LIND (Mr)</h4><p>Program Director</p><p>Tide Secretariat</p><p>Email: bo@tide.example</p></div>"
        "<h2>Current Activities</h2><p>None.</p>"
    )
    assert [short(c) for c in reading.contacts] == [ANA, BO]
    assert [s.key for s in reading.sections] == ["description", "contacts", "current-activities"]


def test_a_table_of_officers_is_read_by_its_columns(read_html: Read) -> None:
    reading = read_html(
        "<h2>Officers</h2><table><tr><th>Name</th><th>Position</th><th>Organisation</th><th>Economy</th><th>E-mail</th></tr>"
        "<tr><td>Dr. Lena Moor</td><td>Vice Chair (2023-2024)</td><td>Reef Institute</td><td>Fiji</td>"
        "<td><a href='mailto://lena@reef.example'>write</a></td></tr></table>"
    )
    assert [short(c) for c in reading.contacts] == [
        ("Lena Moor", "Dr", "Vice Chair", "Reef Institute", None, "Fiji", "lena@reef.example")
    ]
    assert reading.contacts[0].term == "2023-2024"


def test_a_protected_address_is_unknown_and_a_missing_one_is_not_protected(read_html: Read) -> None:
    reading = read_html(
        "<h2>Contacts</h2><p>Ana Ruiz (Ms)<br>Chair<br>Email: <a href='/cdn-cgi/l/email-protection' data-cfemail='aa'>"
        "[email&#160;protected]</a></p><p>Bo Lind (Mr)<br>Director</p>"
    )
    assert [(c.email, c.email_protected) for c in reading.contacts] == [(None, True), (None, False)]


def test_a_name_alone_gets_nothing_from_its_neighbours(read_lines: Read) -> None:
    reading = read_lines(
        "Tide Group\n\nTides come and go.\n\nXue YANG (Ms)\nDr Han Park\nVice Chair 2021-2022\nTide Policy Institute\n"
        "Republic of Korea\nEmail: [email protected]\nProgram Director\n\n18th Meeting of the "
        "Tide Partnership (TP18)\n\n"
        "Dr Jess Bogart, a dietitian, won a prize.\n"
    )
    named = [short(c) for c in reading.contacts if c.name]
    assert named == [
        ("Xue YANG", "Ms", None, None, None, None, None),
        ("Han Park", "Dr", "Vice Chair", "Tide Policy Institute", None, "Republic of Korea", None),
    ]
    assert [(c.role, c.confidence) for c in reading.contacts if not c.name] == [("Program Director", 0.5)]


def test_people_take_the_role_of_their_heading(read_html: Read) -> None:
    reading = read_html(
        "<h2>Leadership</h2><h3>Chairs</h3><p>The Chairs run the group.</p><ul>"
        "<li>Bo Du (<b><a href='https://code.example/bodu'>@bodu</a></b>), Red Reef</li><li>Gil "
        "Cass (@gil), Kelp</li></ul>"
        "<h3>Technical Leads</h3><ul><li>Ann Ode (@ann)</li></ul>"
    )
    assert [(c.name, c.role, c.organization) for c in reading.contacts] == [
        ("Bo Du", "Chair", "Red Reef"),
        ("Gil Cass", "Chair", "Kelp"),
        ("Ann Ode", "Technical Lead", None),
    ]
    assert reading.contacts[0].link == "https://code.example/bodu"


@pytest.mark.parametrize(
    "layout",
    [
        "<table><tr><th>Chairs</th><td>Ada Low (Kelp Inc.), Ay Önet (Invited Expert)</td></tr></table>",
        "<h2>About</h2><p>Chairs: Ada Low (Kelp Inc.), Ay Önet (Invited Expert)</p>",
        "<h2>Contacts</h2><dl><dt>Chairs</dt><dd>Ada Low (Kelp Inc.)<br>Ay Önet (Invited Expert)</dd></dl>",
    ],
)
def test_a_role_may_stand_before_its_people(read_html: Read, layout: str) -> None:
    assert [(c.name, c.role, c.organization) for c in read_html(layout).contacts] == [
        ("Ada Low", "Chair", "Kelp Inc."),
        ("Ay Önet", "Chair", "Invited Expert"),
    ]


def test_an_economy_glued_to_a_body_is_told_apart_from_one_in_its_name(read_lines: Read) -> None:
    reading = read_lines(
        "Contacts\n\nMr Al Bo\nDepartment of Tides United States\n\nMr Cy Do\nTidal Affairs "
        "Canada\n\nMr Ed Fo\nMinistry of Tides of Peru\n"
    )
    assert [(c.organization, c.economy) for c in reading.contacts] == [
        ("Department of Tides", "United States"),
        ("Tidal Affairs Canada", None),
        ("Ministry of Tides of Peru", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "News\n\nRemarks by Mr. Sun Kim, Chair of the Tide Ministers\nMr. Al Bo Opens the Harbour\n",
        "Tide Group\n\nDr Jess Bogart, a dietitian from Fiji, was announced.\n",
        "Contacts\n\nMailing List\nOpen Issues\nGitHub Teams:\n",
        "Contacts\n\nFor questions write to info@tide.example.\n",
    ],
)
def test_who_is_only_mentioned_is_no_contact(read_lines: Read, text: str) -> None:
    assert read_lines(text).contacts == ()


def people(body: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    page = f"<title>Reef</title><h1>Reef Group (RG)</h1><p>The group of the reef.</p>{body}"
    found = read_bytes(page.encode(), content_type="text/html; charset=utf-8").contacts
    return [(c.name, c.role, c.organization, c.economy) for c in found]


def test_several_labels_may_share_a_line() -> None:
    line = "Chair: Ada Low (Reef Labs), Vice-Chairs: Bo Chen (Quay), Cy Dow (Pier). Editor: Di Fox"
    assert people(f"<h2>Contacts</h2><p>{line}</p>") == [
        ("Ada Low", "Chair", "Reef Labs", None),
        ("Bo Chen", "Vice-Chair", "Quay", None),
        ("Cy Dow", "Vice-Chair", "Pier", None),
        ("Di Fox", "Editor", None, None),
    ]


@pytest.mark.parametrize("joined", ["Ada Low and Bo Chen", "Ada Low &amp; Bo Chen", "Ada Low / Bo Chen"])
def test_two_names_joined_by_a_word_or_sign_are_two_people(joined: str) -> None:
    assert people(f"<h2>Contacts</h2><p>Co-Chairs: {joined}</p>") == [
        ("Ada Low", "Co-Chair", None, None),
        ("Bo Chen", "Co-Chair", None, None),
    ]


def test_people_side_by_side_each_keep_what_follows_the_name() -> None:
    line = "Ms Ada Low, Director, Reef Office, Peru &amp; Mr Bo Chen, Adviser, Ministry of Quays, Chile"
    assert people(f"<h2>Contacts</h2><p>{line}</p>") == [
        ("Ada Low", "Director", "Reef Office", "Peru"),
        ("Bo Chen", "Adviser", "Ministry of Quays", "Chile"),
    ]


def test_cells_that_only_set_people_side_by_side_are_read_each_by_itself() -> None:
    cells = (
        "<td><b>Chair</b><br>Ada Low (Ms)<br>Ministry of Tides<br>Peru<br>ada@reef.example</td>"
        "<td><b>Vice Chair</b><br>Bo Chen (Mr)<br>Quay Authority<br>Chile</td><td>Secretary<br>To be appointed</td>"
    )
    assert people(f"<h2>Contacts</h2><table><tr>{cells}</tr></table>") == [
        ("Ada Low", "Chair", "Ministry of Tides", "Peru"),
        ("Bo Chen", "Vice Chair", "Quay Authority", "Chile"),
        (None, "Secretary", None, None),
    ]


def test_several_people_in_a_cell_share_the_row_or_take_their_line_of_it() -> None:
    row = "<td>Ada Low<br>Bo Chen</td><td>Member</td><td>ada@reef.example<br>bo@reef.example</td>"
    table = f"<table><tr><th>Name</th><th>Role</th><th>E-mail</th></tr><tr>{row}</tr></table>"
    found = read_bytes(f"<h2>Contacts</h2>{table}".encode(), content_type="text/html").contacts
    assert [(c.name, c.role, c.email) for c in found] == [
        ("Ada Low", "Member", "ada@reef.example"),
        ("Bo Chen", "Member", "bo@reef.example"),
    ]


def test_three_names_with_roles_below_are_a_bodys_people_under_any_title() -> None:
    cards = "".join(
        f"<h4>{name}</h4><p>{role}</p><p>{body}</p>"
        for name, role, body in (
            ("Ana Guyader", "Présidente", "Ministère de la Mer"),
            ("Olivier Le Bris", "Vice-président", "Port autonome de Brévelin"),
            ("Aïcha Benali", "Trésorière", "Institut des Signaux"),
        )
    )
    assert people(cards) == [
        ("Ana Guyader", "Présidente", "Ministère de la Mer", None),
        ("Olivier Le Bris", "Vice-président", "Port autonome de Brévelin", None),
        ("Aïcha Benali", "Trésorière", "Institut des Signaux", None),
    ]


def test_a_body_as_heading_belongs_to_nobody_named_above_it() -> None:
    first = "<h3>Sand Group</h3><p>Chair: Ada Low (Quay)</p>"
    found = people(f"<h2>Contacts</h2>{first}<h3>Reef Group</h3><p>Chair: Bo Chen (Pier)</p>")
    assert [(name, body) for name, _, body, _ in found] == [("Ada Low", "Quay"), ("Bo Chen", "Pier")]


def test_an_economy_as_label_is_where_the_person_is_from() -> None:
    lines = (
        "Austria: Mr Karl Brand, Head of Unit, Ministry of Locks<br>Croatia: Ms Ana Kova, Harbour Authority"
    )
    assert people(f"<h2>Members</h2><p>{lines}</p>") == [
        ("Karl Brand", "Head of Unit", "Ministry of Locks", "Austria"),
        ("Ana Kova", None, "Harbour Authority", "Croatia"),
    ]


def test_brackets_of_an_official_name_stay() -> None:
    line = "Ms Jiwon Park (PEG), Ministry of Oceans, Korea (Rep. of)"
    assert people(f"<h2>Contacts</h2><p>{line}</p>")[0][3] == "Korea (Rep. of)"
    table = "<table><tr><th>Name</th><th>Country</th></tr><tr><td>Jiwon Park</td><td>Korea (Rep. of)</td></tr></table>"
    assert people(f"<h2>Contacts</h2>{table}")[0][3] == "Korea (Rep. of)"


def test_a_role_held_for_years_is_the_groups_and_the_job_is_not_added() -> None:
    body = "<h2>Contacts</h2><p>Mr Bo Chen<br>Vice Chair 2023-2024<br>Director General<br>Quay Bureau</p>"
    [found] = read_bytes(body.encode(), content_type="text/html").contacts
    assert (found.role, found.term, found.organization) == ("Vice Chair", "2023-2024", "Quay Bureau")


def test_body_and_rank_in_one_cell_of_a_script_without_spaces() -> None:
    rows = "<tr><td>组长</td><td>陈志远</td><td>交通运输部水运局 副局长</td></tr>"
    assert people(f"<h2>组织机构</h2><table>{rows}</table>")[0][2] == "交通运输部水运局"
    assert people("<h2>부의장</h2><ul><li>이수진 (해양수산부 사무관)</li></ul>") == [
        ("이수진", "부의장", "해양수산부", None)
    ]


def test_one_column_of_people_called_as_their_role_with_columns_of_facts() -> None:
    head = "<tr><th>País</th><th>Punto focal</th><th>Cargo</th><th>Institución</th></tr>"
    rows = "<tr><td>Perú</td><td>Sr. Jorge Quispe</td><td>Director General</td><td>Ministerio de Puertos</td></tr>"
    none = "<tr><td>Ecuador</td><td>Por designar</td><td></td><td>Viceministerio</td></tr>"
    last = "<tr><td>Chile</td><td>Sra. Ana Ríos</td><td>Jefa</td><td>Subsecretaría de Pesca</td></tr>"
    assert people(f"<h2>La red</h2><table>{head}{rows}{none}{last}</table>") == [
        ("Jorge Quispe", "Director General", "Ministerio de Puertos", "Perú"),
        ("Ana Ríos", "Jefa", "Subsecretaría de Pesca", "Chile"),
    ]


def test_a_house_with_its_street_is_no_person() -> None:
    assert (
        people("<h2>Contact</h2><p>Pier House, 1 Quay Street<br>Tel: +64 9 555 0100<br>stay@pier.example</p>")
        == []
    )


def test_a_post_that_nobody_holds_is_never_given_to_a_neighbour() -> None:
    held = "<p>Lead Shepherd<br>Mr Bo Chen<br>Quay Bureau</p>"
    text = f"{held}<p>Deputy Lead Shepherd<br>(vacant)</p><p>Peru: to be advised</p>"
    found = people(f"<h2>Contacts</h2>{text}")
    assert ("Bo Chen", "Lead Shepherd", "Quay Bureau", None) in found
    assert [name for name, *_ in found if name] == ["Bo Chen"]


def test_a_role_and_its_body_may_stand_over_the_name() -> None:
    text = "<p>Programme Director, Coral Secretariat<br>Ms Wen Guo<br>wen@coral.example</p>"
    assert people(f"<h2>Contacts</h2>{text}") == [
        ("Wen Guo", "Programme Director", "Coral Secretariat", None)
    ]


def test_a_cell_with_a_role_needs_no_column_of_that_name() -> None:
    rows = "<tr><td>Board Chair</td><td>Yusuf Demir</td></tr><tr><td>Treasurer</td><td>Stefan Low</td></tr>"
    table = f"<table><tr><th>Office</th><th>Individual</th></tr>{rows}</table>"
    found = people(f"<h2>Officers</h2>{table}")
    assert found == [("Yusuf Demir", "Board Chair", None, None), ("Stefan Low", "Treasurer", None, None)]


def test_people_of_a_listed_group_belong_to_it() -> None:
    first = "Chair \u2013 Mr. Li Peng, Lamp Institute; Vice Chair \u2013 Ms. Vy Kiat, Hong Kong, China"
    items = (
        f"<li>Expert Group on Lamps (EGL): {first}</li>"
        "<li>Expert Group on Data (EGD): Chair \u2013 Ms. Mune Sakura, Japan</li>"
    )
    page = f"<title>Reef</title><h1>Reef Group (RG)</h1><h2>Expert Groups</h2><ul>{items}</ul>"
    found = read_bytes(page.encode(), content_type="text/html; charset=utf-8")
    assert [(c.name, c.role, c.economy, c.group) for c in found.contacts] == [
        ("Li Peng", "Chair", None, "Expert Group on Lamps (EGL)"),
        ("Vy Kiat", "Vice Chair", "Hong Kong, China", "Expert Group on Lamps (EGL)"),
        ("Mune Sakura", "Chair", "Japan", "Expert Group on Data (EGD)"),
    ]
    assert [(g.name, g.acronym) for g in found.groups] == [
        ("Expert Group on Lamps", "EGL"),
        ("Expert Group on Data", "EGD"),
    ]


def test_an_address_written_backwards_is_put_right() -> None:
    page = "<h2>Contacts</h2><ul><li>Convenor - Hugo Low, Fyr Office, elpmaxe.ryf@wol</li></ul>"
    [found] = read_bytes(page.encode(), content_type="text/html").contacts
    assert (found.name, found.role, found.organization, found.email) == (
        *("Hugo Low", "Convenor"),
        *("Fyr Office", "low@fyr.example"),
    )


def test_plain_blocks_of_name_and_role_follow_one_with_an_honorific() -> None:
    lines = (
        "Dr. Ada Low",
        "Co-Chair",
        "Reef Trust",
        "Bo Chen",
        "Co-Chair",
        "Quay Office",
        "Cy Dow",
        "Member",
    )
    found = people("".join(f"<div>{line}</div>" for line in lines))
    assert [(name, role) for name, role, *_ in found] == [
        ("Ada Low", "Co-Chair"),
        ("Bo Chen", "Co-Chair"),
        ("Cy Dow", "Member"),
    ]


def test_a_term_that_names_no_role_ends_the_one_before() -> None:
    terms = "<dt>Project overseer</dt><dd>Ms Ada Low</dd><dt>Secretariat contact</dt><dd>Mr Bo Chen</dd>"
    assert [(name, role) for name, role, *_ in people(f"<h2>Contacts</h2><dl>{terms}</dl>")] == [
        ("Ada Low", "Project overseer"),
        ("Bo Chen", None),
    ]


def test_a_post_in_a_table_that_nobody_holds_yet_is_a_contact_without_a_name(read_html: Read) -> None:
    head = "<tr><th>Name</th><th>Role</th><th>Organisation</th></tr>"
    row = "<tr><td>{}</td><td>{}</td><td>Quay Office</td></tr>"
    rows = row.format("Mei Tan", "Chair") + row.format("TBC", "Adviser")
    assert [
        (c.name, c.role, c.organization)
        for c in read_html(f"<h2>Contacts</h2><table>{head}{rows}</table>").contacts
    ] == [
        ("Mei Tan", "Chair", "Quay Office"),
        (None, "Adviser", "Quay Office"),
    ]


def test_a_role_over_a_name_without_an_honorific_is_that_ones(read_html: Read) -> None:
    card = "<p><b>{}</b><br>{}<br>Coast Guard<br>Australia</p>"
    said = card.format("Chair", "Jan Müller") + card.format("Executive Director", "Mei Tan")
    assert [(c.name, c.role, c.organization) for c in read_html(f"<h2>Contacts</h2>{said}").contacts] == [
        ("Jan Müller", "Chair", "Coast Guard"),
        ("Mei Tan", "Executive Director", "Coast Guard"),
    ]


def test_columns_of_accounts_and_works_say_nothing_where_one_tells_the_company(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide TAG</h1><h2>Operations</h2><h3>Reef Liaison</h3><table><tr><th>Name</th><th>Email</th>"
        "<th>Company</th></tr><tr><td>Ada Low</td><td>ada@tide.example</td><td>Quay Works</td></tr></table>"
        "<h3>Chairs (alphabetical order)</h3><table><tr><th>Name</th><th>Email</th><th>Chat</th><th>Company</th>"
        "<th>Open Source</th></tr><tr><td>Bo Lind</td><td>bo@tide.example</td><td>@BoL</td><td>Reef Works</td>"
        "<td>Buoy Team; TideCon Lead</td></tr></table>"
    )
    assert [short(c) for c in reading.contacts] == [
        ("Ada Low", None, "Reef Liaison", "Quay Works", None, None, "ada@tide.example"),
        ("Bo Lind", None, "Chair", "Reef Works", None, None, "bo@tide.example"),
    ]


def test_a_bracket_may_tell_the_term_and_those_who_were_are_left_out(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide TAG</h1><h2>Members</h2><h3>Tide Chairs</h3><ul>"
        "<li>Ada Low (<a href='https://git.example/ada'>@ada</a>), Quay Works [Chair term: 9/28/2020 - 9/27/2022]"
        "</li></ul><h3>Leads</h3><ul><li>Bo Lind (@bo) (Co-Chair, Term: 2023/08/30 - 2025/08/29)</li></ul>"
        "<h3>Tide Chair Emeriti</h3><ul><li>Cy Dow (<a href='https://git.example/cy'>@cy</a>), Reef Works</li></ul>"
    )
    assert [(c.name, c.role, c.organization, c.term) for c in reading.contacts] == [
        ("Ada Low", "Tide Chair", "Quay Works", "2020-2022"),
        ("Bo Lind", "Co-Chair", None, "2023-2025"),
    ]
