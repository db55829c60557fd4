from __future__ import annotations

from collections.abc import Callable

import pytest

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
