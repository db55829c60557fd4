"""The editions of the replica page, in the order in which the demo serves them, and what each is to come to.

Names, dates, codes and titles are those of the real page in 2016 and 2023; its sentences are not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

PAGES = Path(__file__).parent / "pages"
AN_HOUR = timedelta(minutes=70)


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the page's list of events."""

    day: str
    title: str
    place: str
    code: str | None = None

    @property
    def slug(self) -> str:
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on the page, with the lines under the name."""

    name: str
    lines: tuple[str, ...]
    email: str | None = None
    email_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What an edition shows, and the template that it is shown with."""

    template: str
    contacts: tuple[Contact, ...] = ()
    news: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()

    def html(self) -> str:
        """The page as it is served."""
        pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
        shown = {"contacts": self.contacts, "news": self.news, "events": self.events}
        return pages.get_template(self.template).render(shown)


@dataclass(frozen=True, slots=True)
class Edition:
    """A page with what a check is to make of it: the outcome, and the kinds of change that are told.

    `status` is what the site is to answer, `later` how long after the edition before it is looked at. Where
    `asked_about` is set, the story's questions are about the moment just before this edition. `mail` is how much of
    its mail is shown; the text ends where the signature begins.
    """

    title: str
    page: Page
    outcome: str
    told: tuple[str, ...] = ()
    remark: str = ""
    status: int = 200
    asked_about: bool = False
    mail: Literal["subject", "text", "whole"] = "subject"
    later: timedelta = timedelta()


def editions() -> tuple[Edition, ...]:
    """All editions, the baseline first."""
    return (
        Edition(
            "The page as it was in 2016",
            BASE,
            "baseline",
            remark="History begins here. Nobody is told of a first look.",
        ),
        Edition(
            "A meeting moves from 7 to 12 September",
            MOVED,
            "changed",
            ("event.moved",),
            mail="whole",
        ),
        Edition(
            "Nothing happens",
            MOVED,
            "unchanged",
            remark="The site answered 304, not modified: nothing was sent over, nothing was read, nobody is told.",
            status=304,
        ),
        Edition(
            "Another programme director",
            REPLACED,
            "changed",
            ("role.changed",),
            asked_about=True,
        ),
        Edition(
            "A meeting with a new project code",
            EXTENDED,
            "changed",
            ("event.added", "project.added"),
        ),
        Edition(
            "A guard answers in place of the site: status 200, but “Just a moment...”",
            CHALLENGE,
            "blocked",
            remark="No meeting is taken for cancelled: what was last read stands, and nobody is told.",
        ),
        Edition(
            "The redesign of 2023: no events, no news, other people",
            REDESIGNED,
            "suspect",
            remark="So little is left that the page may be broken. It is looked at again before anybody hears of it.",
        ),
        Edition(
            "More than an hour later it still stands",
            REDESIGNED,
            "changed",
            (
                "contact.added",
                "contact.removed",
                "page.redesigned",
                "section.gone",
                "section.gone",
                "section.gone",
                "text.changed",
                "text.changed",
            ),
            mail="text",
            later=AN_HOUR,
        ),
    )


LIMA = "Lima, Peru"
ANDERSEN = Contact(
    "John M. Andersen",
    (
        "Principal Deputy Assistant Secretary for the Western Hemisphere",
        "International Trade Administration",
        "Department of Commerce",
        "United States",
    ),
    "john.andersen@trade.gov",
)
NGHIEM = Contact("Xuan Hoa NGHIEM", ("Program Director", "APEC Secretariat"), "nxh@apec.org")
OBANDO = Contact("Carlos Obando", ("Program Director",))
SYDOR = Contact("Aaron SYDOR", ("Global Affairs Canada",), email_hidden=True)

MEETING = Event("07 Sep 2016", "43rd SMEWG", LIMA)
NEW_PROJECT = Event(
    "12 Jul 2016", "APEC O2O Summit & Best Practice Showcase", "Taipei, Chinese Taipei", "SME 02 2015"
)

BASE = Page(
    "as_in_2016.html",
    contacts=(ANDERSEN, NGHIEM),
    news=(
        "Ministers in Lima to Bolster SME Participation in Trade",
        "Top Startups Convert Netizens into Consumers",
        "Narrowing Digital Divide Mobilizes Small Business, Trade",
        "Preparing SMEs for Disasters",
    ),
    events=(
        Event("17 Nov 2016", "APEC SME Summit", LIMA),
        Event("09 Sep 2016", "23rd SME Ministerial Meeting", LIMA),
        MEETING,
        Event("06 Sep 2016", "APEC SME O2O Forum II", LIMA),
        Event(
            "05 Sep 2016",
            "2016 Business Ethics Capacity-Building for SMEs Roundtable",
            LIMA,
            "M SCE 01 2011A-5",
        ),
        Event(
            "14 Jul 2016",
            "9th APEC Small and Medium Enterprises Technology Conference (SMETC)",
            "Shenzhen, China",
        ),
        Event(
            "26 May 2016",
            "APEC Workshop on Promoting SMEs’ Participation in the Food Supply Chain",
            "Ha Noi, Viet Nam",
            "SME 07 2015",
        ),
        Event("27 Apr 2016", "42nd SMEWG Meeting", "Ho Chi Minh, Viet Nam"),
    ),
)
MOVED = replace(
    BASE,
    events=tuple(replace(event, day="12 Sep 2016") if event == MEETING else event for event in BASE.events),
)
REPLACED = replace(MOVED, contacts=(ANDERSEN, OBANDO))
EXTENDED = replace(REPLACED, events=(*REPLACED.events[:5], NEW_PROJECT, *REPLACED.events[5:]))
CHALLENGE = Page("challenge.html")
REDESIGNED = Page("as_in_2023.html", contacts=(SYDOR, OBANDO))
