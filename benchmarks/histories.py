"""Three page histories of our own making with every change and every non-change known: meetings, people, a charter.

Each is a list of editions, oldest first. An edition says what a careful reader calls changed since the one before:
`changes` are record changes (kind, a part of the record's label, the fields that differ), `same` names the edits that
are no change of any record. They are edits that real pages get: other markup, other spelling, another order, another
layout; meetings that move, are called off, pass; people who come, go, swap roles and marry.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class Expected:
    """A change of a record: its kind, a part of its label before or after, the names of the fields that differ."""

    kind: str
    label: str
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Edition:
    at: datetime
    body: bytes
    changes: tuple[Expected, ...]
    same: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    title: str
    day: str  # "2027-09-07", "2027-09" or "2027-09-07/2027-09-09"
    place: str
    note: str = ""


@dataclass(frozen=True)
class Person:
    name: str
    role: str
    organization: str
    email: str = ""
    economy: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Project:
    code: str
    title: str
    economy: str
    status: str


@dataclass
class Story:
    """A page being written: `show` renders what stands on it now."""

    url: str
    start: datetime
    show: Callable[[], str]
    editions: list[Edition] = field(default_factory=list)

    def edit(self, *changes: Expected, same: str = "", days: float = 9) -> None:
        """Publish the page as it is now, so many days after the last edition."""
        at = self.editions[-1].at + timedelta(days=days) if self.editions else self.start
        named = (same,) if same else ()
        self.editions.append(Edition(at, self.show().encode(), changes, named))


def change(kind: str, label: str, *fields: str) -> Expected:
    return Expected(kind, label, frozenset(fields))


def histories() -> list[Story]:
    """All of them."""
    return [meetings(), people(), charter()]


# --- a meeting table over two years ------------------------------------------------------------------------------


@dataclass
class MeetingPage:
    rows: list[Meeting] = field(default_factory=list)
    layout: str = "table"
    date: Callable[[str], str] = field(default_factory=lambda: day_first)
    css: str = "tbl"
    before: str = ""
    spell: Callable[[str], str] = field(default_factory=lambda: lambda text: text)
    columns: tuple[str, ...] = ("Date", "Meeting", "Place", "Status")

    def html(self) -> str:
        rows = [(self.date(m.day), self.spell(m.title), self.spell(m.place), m.note) for m in self.rows]
        body = {"table": self._table, "list": self._list, "cards": self._cards}[self.layout](rows)
        return (
            "<!doctype html><html><head><title>Tidal Ports Working Group</title></head><body>"
            f"{self.before}<h1>Tidal Ports Working Group (TPWG)</h1>"
            "<p>The Tidal Ports Working Group (TPWG) helps small harbours to trade.</p>"
            f"<h2>Meetings</h2>{body}<footer>Tidal Secretariat, all rights reserved</footer></body></html>"
        )

    def _table(self, rows: Sequence[tuple[str, ...]]) -> str:
        order = [("Date", "Meeting", "Place", "Status").index(name) for name in self.columns]
        head = "".join(f"<th>{name}</th>" for name in self.columns)
        cells = "".join(f"<tr>{''.join(f'<td>{row[n]}</td>' for n in order)}</tr>\n" for row in rows)
        return f'<table class="{self.css}"><tr>{head}</tr>\n{cells}</table>'

    def _list(self, rows: Sequence[tuple[str, ...]]) -> str:
        items = (f"<li>{d} - {t}, {p}{f' ({n})' if n else ''}</li>\n" for d, t, p, n in rows)
        return f'<ul class="{self.css}">{"".join(items)}</ul>'

    def _cards(self, rows: Sequence[tuple[str, ...]]) -> str:
        cards = (
            f"<div class='{self.css}'><h3>{t}</h3><p>{d}</p><p>{p}</p>{f'<p>{n}</p>' if n else ''}</div>\n"
            for d, t, p, n in rows
        )
        return "".join(cards)


def meetings() -> Story:
    page = MeetingPage()
    story = Story("https://tides.example/tpwg/meetings", datetime(2025, 1, 6, 9, tzinfo=UTC), page.html)
    add = page.rows.append

    def put(title: str, /, **values: str) -> None:
        index = next(n for n, row in enumerate(page.rows) if row.title == title)
        page.rows[index] = replace(page.rows[index], **values)

    def drop(title: str) -> None:
        page.rows[:] = [row for row in page.rows if row.title != title]

    add(Meeting("31st TPWG Meeting", "2025-03-04/2025-03-05", "Callao, Peru"))
    add(Meeting("Workshop on Small Cranes", "2025-03-20", "Callao, Peru"))
    add(Meeting("Dredging Forum", "2025-05-20", "Busan, Korea"))
    add(Meeting("32nd TPWG Meeting", "2025-09-09/2025-09-10", "Da Nang, Viet Nam"))
    story.edit()
    page.css = "table table-striped"
    story.edit(same="another class name")
    put("Dredging Forum", day="2025-05-27")
    story.edit(change("event.moved", "Dredging Forum", "starts_on"))
    page.rows.reverse()
    story.edit(same="the list in another order")
    add(Meeting("Workshop on Small Buoys", "2025-03-11", "Callao, Peru"))
    story.edit(change("event.added", "Small Buoys"))
    page.spell = lambda text: text.replace("Viet Nam", "Vietnam").replace("Korea", "Republic of Korea")
    story.edit(same="another spelling of an economy")
    page.spell = lambda text: text.replace(" ", "\u00a0")
    story.edit(same="no-break spaces")
    put("31st TPWG Meeting", place="Lima, Peru")
    page.spell = lambda text: text
    story.edit(change("event.moved", "31st TPWG", "city"), same="ordinary spaces again")
    drop("Workshop on Small Cranes")
    add(Meeting("Workshop on Tide Tables", "2025-03-13", "Callao, Peru"))
    story.edit(
        change("event.removed", "Small Cranes"),
        change("event.added", "Tide Tables"),
        days=3,
    )
    page.date = month_first
    story.edit(same="dates with the month first")
    page.date = iso
    story.edit(same="dates in ISO 8601")
    page.date = day_first
    story.edit(same="dates with the day first again", days=2)
    # 31st and the March workshops have been held by now
    story.edit(same="the same page served again", days=20)
    drop("31st TPWG Meeting")
    drop("Workshop on Small Buoys")
    drop("Workshop on Tide Tables")
    story.edit(
        change("event.ended", "31st TPWG"),
        change("event.ended", "Small Buoys"),
        change("event.ended", "Tide Tables"),
    )
    put("Dredging Forum", note="Cancelled")
    story.edit(change("event.cancelled", "Dredging Forum", "status"))
    put("Dredging Forum", note="")
    story.edit(change("event.restored", "Dredging Forum", "status"), days=1)
    page.columns = ("Meeting", "Date", "Place", "Status")
    story.edit(same="columns in another order", days=1)
    put("Dredging Forum", note="Postponed")
    story.edit(change("event.postponed", "Dredging Forum", "status"), days=1)
    put("Dredging Forum", note="", day="2025-10-07")
    story.edit(change("event.restored", "Dredging Forum", "status", "starts_on"), days=2)
    add(Meeting("33rd TPWG Meeting", "2026-03", "Osaka, Japan"))
    story.edit(change("event.added", "33rd TPWG"))
    put("33rd TPWG Meeting", day="2026-03-17/2026-03-18")
    story.edit(change("event.modified", "33rd TPWG", "starts_on", "ends_on"))
    page.layout = "list"
    story.edit(same="a list instead of a table")
    page.css = "events-list"
    story.edit(same="another class name of the list")
    put("33rd TPWG Meeting", day="2026-03-24/2026-03-25")
    story.edit(change("event.moved", "33rd TPWG", "starts_on", "ends_on"))
    put("33rd TPWG Meeting", day="2026-03-17/2026-03-18")
    story.edit(change("event.moved", "33rd TPWG", "starts_on", "ends_on"))
    page.spell = str.upper
    story.edit(same="all in capitals")
    page.spell = lambda text: text
    story.edit(same="small letters again")
    page.before = "<!-- build 7f3a --><script>var token='8812'</script>"
    story.edit(same="a token in a script")
    page.before = "<!-- build 91cc --><script>var token='2207'</script>"
    story.edit(same="another token")
    add(Meeting("Harbour Finace Seminar", "2025-12-12", "Piura, Peru"))
    story.edit(change("event.added", "Harbour Finace"))
    put("Harbour Finace Seminar", title="Harbour Finance Seminar")
    story.edit(change("event.renamed", "Harbour Finance", "title"))
    page.spell = lambda text: text.replace("Piura", "Piúra").replace("-", "\u2011")
    story.edit(same="diacritics and other hyphens")
    page.spell = lambda text: text
    story.edit(same="without diacritics")
    drop("32nd TPWG Meeting")
    story.edit(change("event.ended", "32nd TPWG"), days=40)
    drop("Dredging Forum")
    story.edit(change("event.ended", "Dredging Forum"), days=21)
    page.layout = "cards"
    story.edit(same="cards instead of a list")
    put("Harbour Finance Seminar", place="Ilo, Peru", day="2025-12-19")
    story.edit(change("event.moved", "Harbour Finance", "city", "starts_on"), days=2)
    add(Meeting("Workshop on Tug Boats", "2026-04-14", "Kobe, Japan"))
    add(Meeting("Workshop on Pilot Boats", "2026-04-16", "Kobe, Japan"))
    story.edit(change("event.added", "Tug Boats"), change("event.added", "Pilot Boats"), days=2)
    put("Workshop on Tug Boats", day="2026-04-16")
    put("Workshop on Pilot Boats", day="2026-04-14")
    story.edit(
        change("event.moved", "Tug Boats", "starts_on"),
        change("event.moved", "Pilot Boats", "starts_on"),
        days=2,
    )
    page.rows.sort(key=lambda row: row.day)
    story.edit(same="sorted by date", days=2)
    page.layout = "table"
    story.edit(same="a table instead of cards", days=2)
    put("Workshop on Tug Boats", place="Online")
    story.edit(change("event.moved", "Tug Boats", "city", "economy", "mode"), days=2)
    drop("Workshop on Pilot Boats")
    add(Meeting("34th TPWG Meeting", "2026-09-08/2026-09-09", "Suva, Fiji"))
    story.edit(change("event.removed", "Pilot Boats"), change("event.added", "34th TPWG"), days=2)
    drop("Harbour Finance Seminar")
    story.edit(change("event.ended", "Harbour Finance"), days=30)
    page.spell = lambda text: text.replace("Workshop", "workshop ")
    story.edit(same="case and a blank too many")
    page.spell = lambda text: text
    put("34th TPWG Meeting", day="2026-09-15/2026-09-16")
    story.edit(change("event.moved", "34th TPWG", "starts_on", "ends_on"))
    page.before = '<div class="cookie-banner"><p>We use cookies. <a href="/privacy">Privacy</a></p></div>'
    story.edit(same="a cookie banner")
    page.before = '<nav><a href="/">Home</a> <a href="/about">About</a> <a href="/tpwg">Meetings</a></nav>'
    story.edit(same="a menu instead of it")
    page.date = lambda day: day_first(day).replace("-", " \u2013 ")
    story.edit(same="long dashes in spans of days")
    page.date = day_first
    page.spell = lambda text: text.replace("TPWG Meeting", "TPWG Meeting \u2693")
    story.edit(same="an emoji, short dashes again")
    page.spell = lambda text: text
    put("34th TPWG Meeting", note="Hybrid")
    story.edit(change("event.modified", "34th TPWG"))
    return story


# --- a people table ----------------------------------------------------------------------------------------------


@dataclass
class PeoplePage:
    rows: list[Person] = field(default_factory=list)
    layout: str = "table"
    name: Callable[[str], str] = field(default_factory=lambda: lambda name: name)
    protect: bool = False
    css: str = "c1"
    head: tuple[str, ...] = ("Name", "Role", "Organisation", "Economy", "Email")
    text: Callable[[str], str] = field(default_factory=lambda: lambda text: text)

    def html(self) -> str:
        body = {"table": self._table, "cards": self._cards, "lines": self._lines}[self.layout]()
        return (
            "<!doctype html><html><head><title>Contacts - Lighthouse Expert Group</title></head><body>"
            "<h1>Lighthouse Expert Group (LEG)</h1>"
            "<p>The Lighthouse Expert Group (LEG) keeps the lights of the region burning.</p>"
            f"<h2>Contacts</h2>{body}</body></html>"
        )

    def _mail(self, person: Person) -> str:
        if not person.email:
            return ""
        if self.protect:
            return '<a href="/cdn-cgi/l/email-protection" class="__cf_email__">[email&#160;protected]</a>'
        return f'<a href="mailto:{person.email}">{person.email}</a>'

    def _table(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td>{self._cell(person, name)}</td>" for name in self.head) + "</tr>\n"
            for person in self.rows
        )
        head = "".join(f"<th>{name}</th>" for name in self.head)
        return f"<table class='{self.css}'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _cell(self, person: Person, column: str) -> str:
        if column == "Email":
            return self._mail(person)
        name = self.name(person.name) if person.name else "TBC"
        cells = {
            "Name": name,
            "Role": person.role,
            "Organisation": person.organization,
            "Economy": person.economy,
        }
        return self.text(html.escape(cells[column]))

    def _cards(self) -> str:
        return "".join(
            f"<div class='{self.css}'><h3>{self._cell(p, 'Name')}</h3><p>{p.role}</p>"
            f"<p>{self._cell(p, 'Organisation')}</p><p>{self._cell(p, 'Economy')}</p><p>{self._mail(p)}</p></div>\n"
            for p in self.rows
        )

    def _lines(self) -> str:
        return "".join(
            f"<p><strong>{p.role}</strong><br>{self._cell(p, 'Name')}<br>{self._cell(p, 'Organisation')}<br>"
            f"{self._cell(p, 'Economy')}<br>{self._mail(p)}</p>\n"
            for p in self.rows
        )


def people() -> Story:
    page = PeoplePage()
    story = Story("https://lights.example/leg/contacts", datetime(2025, 2, 3, 9, tzinfo=UTC), page.html)

    def put(name: str, /, **values: str) -> None:
        index = next(n for n, row in enumerate(page.rows) if row.name == name)
        page.rows[index] = replace(page.rows[index], **values)

    page.rows += [
        Person("Ana Quispe", "Chair", "Ministry of Ports", "ana.quispe@ports.example", "Peru"),
        Person("Jan Müller", "Vice-Chair", "Harbour Office", "jan.mueller@office.example", "Australia"),
        Person(
            "Linh Tran", "Programme Director", "Lighthouse Secretariat", "linh@lights.example", "Singapore"
        ),
        Person("Kofi Bay", "Data Manager", "Lamp Institute", "kofi.bay@lamp.example", "Canada"),
    ]
    story.edit()
    page.css = "contacts table"
    story.edit(same="another class name")
    put("Kofi Bay", organization="Beacon Institute")
    story.edit(change("contact.modified", "Kofi Bay", "organization"))
    page.rows.reverse()
    story.edit(same="people in another order")
    page.name = lambda name: f"Dr {name}" if name == "Ana Quispe" else name
    story.edit(same="an honorific")
    page.name = lambda name: name
    story.edit(same="without the honorific")
    put("Jan Müller", role="Chair")
    put("Ana Quispe", role="Vice-Chair")
    story.edit(change("contact.modified", "Jan", "role"), change("contact.modified", "Ana Quispe", "role"))
    page.text = lambda text: text.replace("ü", "u")
    story.edit(same="without diacritics")
    page.text = lambda text: text
    story.edit(same="with diacritics")
    put("Linh Tran", name="Mei Tan", email="mei.tan@lights.example")
    story.edit(change("role.changed", "Mei Tan", "name", "email"))
    page.protect = True
    story.edit(same="addresses protected against robots")
    page.protect = False
    story.edit(same="addresses shown again")
    page.layout = "cards"
    story.edit(same="cards instead of a table")
    put("Kofi Bay", email="k.bay@beacon.example")
    story.edit(change("contact.modified", "Kofi Bay", "email"))
    page.rows.append(Person("Rosa Lune", "Adviser", "Moon Bureau", "rosa@moon.example", "Chile"))
    story.edit(change("contact.added", "Rosa Lune"))
    page.layout = "table"
    story.edit(same="a table instead of cards")
    page.head = ("Role", "Name", "Economy", "Organisation", "Email")
    story.edit(same="columns in another order")
    page.name = lambda name: " ".join([name.split()[0], name.split()[1].upper()])
    story.edit(same="family names in capitals")
    page.name = lambda name: name
    story.edit(same="family names as usual")
    page.rows[:] = [row for row in page.rows if row.name != "Kofi Bay"]
    story.edit(change("contact.removed", "Kofi Bay"))
    page.rows.append(Person("", "Data Manager", "Beacon Institute", "", "Canada"))
    story.edit(change("contact.added", "Data Manager"))
    put("", name="Ilse Moor", email="ilse@beacon.example")
    story.edit(change("role.changed", "Ilse Moor", "name", "email"))
    put("Rosa Lune", name="Rosa Lune-Costa")
    story.edit(change("contact.renamed", "Rosa Lune", "name"))
    page.rows.append(Person("Ilse Moor", "Webmaster", "Beacon Institute", "ilse@beacon.example", "Canada"))
    story.edit(change("contact.added", "Ilse Moor"))
    page.text = lambda text: text.replace(" ", "\u00a0 ")
    story.edit(same="odd spaces")
    page.text = lambda text: text
    page.css = "grid"
    story.edit(same="usual spaces and another class")
    page.rows[:] = [row for row in page.rows if row.role != "Webmaster"]
    story.edit(change("contact.removed", "Ilse Moor"))
    put("Jan Müller", organization="Coast Guard", role="Chair")
    story.edit(change("contact.modified", "Jan", "organization"))
    put(
        "Ana Quispe",
        name="Bo Rask",
        organization="Harbour Office",
        email="bo@office.example",
        economy="Australia",
    )
    story.edit(change("role.changed", "Bo Rask", "name", "organization", "email", "economy"))
    story.edit(same="the same page served again")
    page.layout = "lines"
    story.edit(same="lines with breaks instead of a table")
    put("Mei Tan", role="Executive Director")
    story.edit(change("contact.modified", "Mei Tan", "role"))
    page.rows.sort(key=lambda row: row.name)
    story.edit(same="in alphabetical order")
    put("Bo Rask", economy="New Zealand")
    story.edit(change("contact.modified", "Bo Rask", "economy"))
    put("Mei Tan", name="", email="")
    story.edit(change("role.changed", "Executive Director", "name", "email"))
    put("", name="Tomas Vega", email="tomas@lights.example")
    story.edit(change("role.changed", "Tomas Vega", "name", "email"))
    page.layout = "table"
    page.head = ("Name", "Role", "Organisation", "Email", "Economy")
    story.edit(same="a table instead of lines")
    page.text = lambda text: text.replace("Harbour Office", "Harbour&nbsp;Office")
    story.edit(same="an entity for a space")
    page.text = lambda text: text.replace("Institute", "Institute ").replace("New Zealand", "NEW ZEALAND")
    story.edit(same="capitals and blanks")
    page.text = lambda text: text
    story.edit(same="without them")
    return story


# --- a charter with its projects ---------------------------------------------------------------------------------


@dataclass
class CharterPage:
    projects: list[Project] = field(default_factory=list)
    intro: str = "The group helps small ports. It works by consensus."
    scope: tuple[str, ...] = ("Lights and buoys.", "Training of pilots.", "Exchange of tide data.")
    layout: str = "table"
    brackets: bool = False
    scope_first: bool = True
    css: str = "p"

    def html(self) -> str:
        scope = f"<h2>Scope</h2><ul>{''.join(f'<li>{line}</li>' for line in self.scope)}</ul>"
        work = f"<h2>Projects</h2>{self._table() if self.layout == 'table' else self._list()}"
        parts = (scope, work) if self.scope_first else (work, scope)
        return (
            "<!doctype html><html><head><title>Charter - Pilotage Task Force</title></head><body>"
            f"<h1>Pilotage Task Force (PTF)</h1><p class='{self.css}'>{self.intro}</p>{''.join(parts)}</body></html>"
        )

    def _code(self, project: Project) -> str:
        return f"({project.code})" if self.brackets else project.code

    def _table(self) -> str:
        rows = "".join(
            f"<tr><td>{self._code(p)}</td><td>{p.title}</td><td>{p.economy}</td><td>{p.status}</td></tr>\n"
            for p in self.projects
        )
        head = "<th>Project No.</th><th>Project Title</th><th>Proposing Economy</th><th>Status</th>"
        return f"<table class='{self.css}'><tr>{head}</tr>{rows}</table>"

    def _list(self) -> str:
        items = (f"<li>{self._code(p)} {p.title} ({p.economy}) - {p.status}</li>\n" for p in self.projects)
        return f"<ul>{''.join(items)}</ul>"


def charter() -> Story:
    page = CharterPage()
    story = Story("https://pilots.example/ptf/charter", datetime(2025, 1, 20, 9, tzinfo=UTC), page.html)

    def put(code: str, /, **values: str) -> None:
        index = next(n for n, row in enumerate(page.projects) if row.code == code)
        page.projects[index] = replace(page.projects[index], **values)

    page.projects += [
        Project("PTF 01 2024A", "Simulators for Small Ports", "Chile", "Ongoing"),
        Project("PTF 02 2024", "Night Pilotage Handbook", "Japan", "Ongoing"),
        Project("PTF 03 2024A", "Women at the Helm", "Canada", "Approved"),
    ]
    story.edit()
    put("PTF 03 2024A", status="Ongoing")
    story.edit(change("project.modified", "PTF 03", "status"))
    page.projects.reverse()
    story.edit(same="projects in another order")
    page.css = "row"
    story.edit(same="another class name")
    page.projects.append(Project("PTF 01 2025A", "Harbour Signals", "Peru", "Approved"))
    story.edit(change("project.added", "PTF 01 2025A"))
    page.scope = (*page.scope[::-1],)
    story.edit(same="the scope in another order")
    page.scope_first = False
    story.edit(same="sections in another order")
    put("PTF 01 2024A", status="Completed")
    put("PTF 02 2024", status="Completed")
    story.edit(
        change("project.modified", "PTF 01 2024A", "status"), change("project.modified", "PTF 02", "status")
    )
    page.intro = page.intro.replace("small ports", "small and remote ports")
    story.edit(same="a sentence of the text re-worded")
    put("PTF 01 2025A", title="Harbour Signals and Lights")
    story.edit(change("project.renamed", "PTF 01 2025A", "title"))
    page.brackets = True
    story.edit(same="codes in brackets")
    page.brackets = False
    story.edit(same="codes without brackets")
    page.projects[:] = [p for p in page.projects if p.code != "PTF 02 2024"]
    story.edit(change("project.removed", "PTF 02 2024"))
    page.scope = (*page.scope, "Advice to new members.")
    story.edit(same="a new line of the scope")
    put("PTF 01 2025A", economy="Mexico")
    story.edit(change("project.modified", "PTF 01 2025A", "economy"))
    page.projects += [
        Project("PTF 02 2025A", "Pilot Ladders", "Australia", "Approved"),
        Project("PTF 03 2025A", "Pilot Launches", "Australia", "Approved"),
    ]
    story.edit(change("project.added", "PTF 02 2025A"), change("project.added", "PTF 03 2025A"))
    page.css = "striped"
    page.scope_first = True
    story.edit(same="sections as before")
    put("PTF 02 2025A", title="Pilot Ladders at Sea", status="Ongoing")
    story.edit(change("project.modified", "PTF 02 2025A", "title", "status"))
    page.projects.sort(key=lambda project: project.code)
    story.edit(same="sorted by code")
    story.edit(same="the same page served again")
    page.projects[:] = [p for p in page.projects if p.code != "PTF 01 2024A"]
    story.edit(change("project.removed", "PTF 01 2024A"))
    page.layout = "list"
    page.css = "plain"
    story.edit(same="another class once more")
    page.layout = "table"
    story.edit(same="and a table again")
    put("PTF 03 2025A", status="Withdrawn")
    story.edit(change("project.modified", "PTF 03 2025A", "status"))
    page.intro += " It meets twice a year."
    story.edit(same="a new sentence in the text")
    return story


# --- how dates are written ---------------------------------------------------------------------------------------


def day_first(day: str) -> str:
    """7-9 September 2027"""
    return _written(day, lambda d, m, y: f"{d} {m} {y}".strip(), lambda a, b, m, y: f"{a}-{b} {m} {y}")


def month_first(day: str) -> str:
    """September 7-9, 2027"""
    return _written(
        day, lambda d, m, y: f"{m} {d}, {y}" if d else f"{m} {y}", lambda a, b, m, y: f"{m} {a}-{b}, {y}"
    )


def iso(day: str) -> str:
    """2027-09-07 to 2027-09-09"""
    return day.replace("/", " to ")


def _written(day: str, one: Callable[[str, str, str], str], span: Callable[[str, str, str, str], str]) -> str:
    first, _, last = day.partition("/")
    year, month, *date = first.split("-")
    name = MONTHS[int(month) - 1]
    if last:
        return span(str(int(date[0])), str(int(last[-2:])), name, year)
    return one(str(int(date[0])) if date else "", name, year)
