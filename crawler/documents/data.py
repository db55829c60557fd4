"""Structured data that a page embeds (JSON-LD and microdata of schema.org), cut down to facts.

A fact is a JSON object with sorted keys: `kind` is event, contact, organization, news or note, the other keys
are named as the records' fields. Calendars and feeds give facts of the same form. Only what is read is kept: ids,
pictures, offers and dates of modification are not, so that they change no digest; the order does not matter.

Bounds: 5,000 nodes a page, 2,000 characters a value; what is beyond is passed over.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

from crawler.documents.folding import fold
from crawler.documents.microdata import microdata
from crawler.documents.moments import ends_of, time_of

MOST_NODES = 5000
LONGEST = 2000
BROKEN = "structured data of the page (JSON-LD) is broken and was passed over"
OPENINGS = ("//", "/*", "<!--", "<![CDATA[", "*/")
CLOSINGS = ("//", "*/", "-->", "]]>", "/*", ";")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LOOSE_COMMA = re.compile(r",(?=\s*[}\]])")
# Where nodes of their own stand; "author" and "publisher" are left out: they are of the text, not of the group.
_HOLDERS = """
@graph itemListElement item items mainEntity mainEntityOfPage hasPart subEvent subEvents event events
member members employee employees department subOrganization
"""
HOLDERS = tuple(_HOLDERS.split())
WRITERS = ("author", "creator", "editor", "reviewedBy", "publisher")
EVENT_KINDS = {"Festival", "Hackathon", "EventSeries"}
BODIES = {"Corporation", "NGO", "Consortium", "Project", "ResearchProject", "GovernmentOffice"}
STATUS = {"EventCancelled": "cancelled", "EventPostponed": "postponed", "EventRescheduled": "rescheduled"}
MODES = {"OnlineEventAttendanceMode": "online", "MixedEventAttendanceMode": "hybrid"}
FREQUENCIES = {"P1D": "daily", "P1W": "weekly", "P2W": "every 2 weeks", "P1M": "monthly", "P1Y": "yearly"}

Node = dict[str, Any]


def embedded(scripts: Sequence[str], root: etree._Element, url: str | None = None) -> tuple[str, ...]:
    """The facts of a page's JSON-LD `scripts` and of its microdata, each once, in an order of their own."""
    roots: list[Any] = []
    facts: list[Node] = []
    for script in scripts:
        said = _load(script)
        if said is None:
            facts.append({"kind": "note", "text": BROKEN})
        roots.append(said)
    roots.extend(microdata(root))
    facts.extend(_facts(roots, url or ""))
    return facts_as_text(sorted(facts, key=_order))


def facts_as_text(facts: Iterable[Node]) -> tuple[str, ...]:
    """Facts as a Document holds them; what is empty is left out, equal ones stand once."""
    kept = ({name: value for name, value in fact.items() if value} for fact in facts)
    told = (fact for fact in kept if len(fact) > 1)
    return tuple(dict.fromkeys(json.dumps(fact, ensure_ascii=False, sort_keys=True) for fact in told))


def _order(fact: Node) -> tuple[str, ...]:
    return tuple(str(fact.get(name) or "") for name in ("kind", "starts_on", "title", "name", "role", "link"))


def _load(script: str) -> Any:
    """The script's value, None where it is broken. Comments around it and commas too many are forgiven."""
    text = _unwrapped(script)
    for attempt in (text, LOOSE_COMMA.sub("", text)):
        try:
            return json.loads(attempt, strict=False) if attempt else []
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(script: str) -> str:
    """Without the comments that hide it from the browsers of old."""
    text = script.strip()
    while opening := next((mark for mark in OPENINGS if text.startswith(mark)), ""):
        text = text[len(opening) :].lstrip()
    while closing := next((mark for mark in CLOSINGS if text.endswith(mark)), ""):
        text = text[: -len(closing)].rstrip()
    return text


def _facts(roots: list[Any], url: str) -> Iterator[Node]:
    known = {
        node["@id"]: node for node in _nodes(roots, {}) if isinstance(node.get("@id"), str) and len(node) > 1
    }
    nodes = list(_nodes(roots, known))
    mains = {id(_one(node["mainEntity"], known)) for node in nodes if node.get("mainEntity")}
    writers = {id(_one(node[key], known)) for node in nodes for key in WRITERS if node.get(key)}
    for node in nodes:
        kinds = _kinds(node)
        if any(kind.endswith("Event") or kind in EVENT_KINDS for kind in kinds):
            yield _event(node, known, url)
        elif "Person" in kinds and id(node) not in writers:
            yield _person(node, known, url)
        elif any(kind.endswith("Organization") or kind in BODIES for kind in kinds):
            yield from _body(node, known, is_main=id(node) in mains or _says_main(node))


def _nodes(roots: list[Any], known: dict[str, Node]) -> Iterator[Node]:
    """Every node once, those that stand in others too."""
    waiting: list[Any] = list(reversed(roots))
    met: set[int] = set()
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node[:MOST_NODES]))
        elif isinstance(node, dict) and id(node := _resolved(node, known)) not in met:
            met.add(id(node))
            yield node
            waiting.extend(node[key] for key in reversed(HOLDERS) if isinstance(node.get(key), dict | list))


def _says_main(node: Node) -> bool:
    return bool(node.get("mainEntityOfPage")) and not {"WebSite"} & set(_kinds(node))


def _resolved(node: Any, known: dict[str, Node]) -> Any:
    """The node that `{"@id": ...}` stands for."""
    if isinstance(node, dict) and len(node) == 1 and isinstance(node.get("@id"), str):
        return known.get(node["@id"], node)
    return node


def _one(value: Any, known: dict[str, Node]) -> Any:
    """The first of several values, looked up where it is a reference."""
    return _resolved(next(iter(_list(value)), None), known)


def _kinds(node: Node) -> list[str]:
    kinds = node.get("@type")
    return [_last(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _event(node: Node, known: dict[str, Node], url: str) -> Node:
    starts, ends = text_of(node.get("startDate")), text_of(node.get("endDate"))
    days = ends_of(starts, ends)
    places = [_resolved(place, known) for place in _list(node.get("location"))]
    virtual = [p for p in places if isinstance(p, dict) and "VirtualLocation" in _kinds(p)]
    real = [place for place in places if place not in virtual]
    mode = MODES.get(_last(text_of(_one(node.get("eventAttendanceMode"), known))))
    return {
        "kind": "event",
        "title": text_of(node.get("name")),
        "starts_on": days[0],
        "ends_on": days[1],
        "time": time_of(starts, ends),
        **(_place(real[0], known) if real else {}),
        "mode": mode or (("hybrid" if real else "online") if virtual else None),
        "link": _link(node.get("url"), url),
        "status": STATUS.get(_last(text_of(_one(node.get("eventStatus"), known)))),
        "recurrence": _recurrence(node.get("eventSchedule")),
    }


def _place(place: Any, known: dict[str, Node]) -> Node:
    """The parts of a place that are told apart; else all of it as text, under `where`."""
    if not isinstance(place, dict):
        return {"where": text_of(place)}
    address = _one(place.get("address"), known)
    if not isinstance(address, dict):
        return {"venue": text_of(place.get("name")), "where": text_of(address)}
    return {
        "venue": text_of(place.get("name")),
        "city": text_of(address.get("addressLocality")),
        "region": text_of(address.get("addressRegion")),
        "economy": text_of(_one(address.get("addressCountry"), known)),
    }


def _recurrence(schedule: Any) -> str | None:
    schedule = next(iter(_list(schedule)), None)
    if not isinstance(schedule, dict):
        return None
    shown = text_of(schedule.get("repeatFrequency")) or ""
    days = [_last(text_of(day)) for day in _list(schedule.get("byDay"))]
    often = FREQUENCIES.get(shown, shown)
    return " on ".join(filter(None, (often, " and ".join(filter(None, days))))) or None


def _person(node: Node, known: dict[str, Node], url: str) -> Node:
    """A person with a post or an address; a name alone is an author as like as not, and gives no contact."""
    post = text_of(node.get("jobTitle"))
    email, phone = _email(node.get("email")), text_of(node.get("telephone"))
    if not (post or email or phone):
        return {"kind": "contact"}
    works_for = node.get("worksFor") or node.get("affiliation")
    place = _place({"address": node.get("address")}, known)
    return {
        "kind": "contact",
        "name": text_of(node.get("name")) or _full_name(node),
        "honorific": text_of(node.get("honorificPrefix")),
        "role": post,
        "organization": text_of(_one(works_for, known)),
        "economy": place.get("economy"),
        "email": email,
        "phone": phone,
        "link": _link(node.get("url"), url),
    }


def _full_name(node: Node) -> str | None:
    parts = (text_of(node.get("givenName")), text_of(node.get("familyName")))
    return " ".join(filter(None, parts)) or None


def _body(node: Node, known: dict[str, Node], *, is_main: bool) -> Iterator[Node]:
    name = text_of(node.get("name"))
    yield {
        "kind": "organization",
        "name": name,
        "acronym": next(
            (a for a in map(text_of, _list(node.get("alternateName"))) if a and a.isupper()), None
        ),
        "parent": text_of(_one(node.get("parentOrganization"), known)),
        "is_main": is_main,
    }
    for point in _list(node.get("contactPoint")):
        point = _resolved(point, known)  # noqa: PLW2901 - the same point, looked up
        if isinstance(point, dict):
            yield {
                "kind": "contact",
                "name": text_of(point.get("name")),
                "role": text_of(point.get("contactType")),
                "email": _email(point.get("email")),
                "phone": text_of(point.get("telephone")),
                "of": name,
                "of_main": is_main,
            }


def text_of(value: Any) -> str | None:
    """A value as text: the first of several, a node by its name, without markup and character codes."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    return plain(value[:LONGEST]) or None if isinstance(value, str) else None


def plain(text: str) -> str:
    """Text without markup and character codes, in one line."""
    return fold(html.unescape(TAG.sub(" ", html.unescape(text))))


def _email(value: Any) -> str | None:
    text = re.sub(r"^mailto:/*", "", text_of(value) or "", flags=re.I).partition("?")[0]
    return text if "@" in text else None


def _link(value: Any, url: str) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    target = (value.get("@id") if isinstance(value, dict) else None) or text_of(value)
    if not isinstance(target, str):
        return None
    try:
        target = urljoin(url, fold(target))
    except ValueError:
        return None
    return target if target.lower().startswith(("http://", "https://")) else None


def _list(value: Any) -> list[Any]:
    return value[:MOST_NODES] if isinstance(value, list) else [] if value is None else [value]


def _last(value: Any) -> str:
    """The last part of an address or a name with a prefix: "https://schema.org/Event", "schema:Event"."""
    return re.split(r"[/#:]", value)[-1] if isinstance(value, str) else ""
