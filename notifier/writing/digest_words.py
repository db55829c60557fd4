"""What a digest says beside its changes, in words: made of the plain values of `notifier.digests.gather`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from config.kinds import tell_word
from diffing.importance import IMPORTANT
from notifier.writing.descriptions import dates_of
from notifier.writing.languages import ENGLISH
from notifier.writing.subjects import by_importance, gist, gist_of_all, group_name
from notifier.writing.values import (
    Manner,
    counted,
    isolated,
    listed,
    moment,
    plain,
    shortened,
    shown_date,
    shown_days,
    shown_time,
)
from storage.sending.silence import KINDS

Told = Mapping[str, Any]
MOST_LINES = 200
"""More changes than this under one heading are counted; all of them stand in the change list of the archive."""
NOON = timedelta(hours=12)

SILENCE_HEAD = ("group", "looked", "unread", "last good reading", "found / usual")

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_PLACES = ("venue", "city", "region", "economy", "mode", "status")


@dataclass(frozen=True, slots=True)
class Overview:
    """A heading's changes, a line each: (group, what), by source. Where all are of one source it is not named."""

    heading: str
    sources: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class DigestWords:
    """Everything ready to be laid out. `coming` and `silence` are rows of cells, `silence_head` the latter's heads."""

    subject: str
    title: str
    period: str
    coming_title: str
    coming: tuple[tuple[str, str, str], ...]
    coming_note: str
    silence: tuple[tuple[str, ...], ...]
    rest: str
    held: tuple[str, ...]
    heads: str
    following: str
    silence_head: tuple[str, ...] = SILENCE_HEAD


def digest_words(told: Told, changes: Sequence[Told], manner: Manner) -> DigestWords:
    """The digest in words; times in the reader's zone, dates in the reader's language."""
    upcoming = told.get("upcoming")
    return DigestWords(
        subject=_subject(told, changes, manner),
        title=_title(told, manner),
        period=f"From {shown_time(moment(told['since']), manner)} to {shown_time(moment(told['until']), manner)}",
        coming_title="COMING UP, as the pages say" if upcoming else "",
        coming=tuple(_coming(upcoming, manner)) if upcoming else (),
        coming_note=_coming_note(upcoming) if upcoming else "",
        silence=tuple(_row(row, manner) for row in told["silence"]["rows"]),
        rest=_rest(told["silence"]["rest"], manner),
        held=_held(told["held"], manner),
        heads=_heads(told, manner),
        following=f"The next one comes on {shown_time(moment(told['next']), manner)}."
        if told["next"]
        else "",
    )


def lines_of(changes: Sequence[Told], language: str = ENGLISH) -> tuple[Overview, ...]:
    """Changes in a line each, under one heading."""
    return _overviews((("ALSO CHANGED", changes),), language)


def overview(changes: Sequence[Told], language: str = ENGLISH) -> tuple[Overview, ...]:
    """The changes in a line each: the important ones, then the others."""
    ordered = by_importance(changes)
    important = [change for change in ordered if (change.get("importance") or 0) >= IMPORTANT]
    others = [change for change in ordered if (change.get("importance") or 0) < IMPORTANT]
    return _overviews((("IMPORTANT", important), ("ALSO", others)), language)


def _overviews(parts: Sequence[tuple[str, Sequence[Told]]], language: str) -> tuple[Overview, ...]:
    named = len({_sources(change) for _, mine in parts for change in mine}) > 1
    return tuple(
        Overview(heading, _by_source(mine[:MOST_LINES], named, language), max(len(mine) - MOST_LINES, 0))
        for heading, mine in parts
        if mine
    )


def _by_source(
    changes: Sequence[Told], named: bool, language: str
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    found: dict[str, list[tuple[str, str]]] = {}
    for change in changes:
        line = (group_name(change), _in_a_line(change, language))
        found.setdefault(_sources(change) if named else "", []).append(line)
    return tuple((source, tuple(lines)) for source, lines in sorted(found.items()))


def _sources(change: Told) -> str:
    return plain(listed(list(change.get("sources") or ())), 100)


def _in_a_line(change: Told, language: str) -> str:
    """The summary, its ISO dates as the reader writes them."""
    summary = plain(change.get("summary") or gist(change, language), 300)
    marked = {"held": "[unconfirmed] ", "withdrawn": "Withdrawn: "}.get(str(change.get("state")), "")
    return marked + _DAY.sub(lambda day: shown_date(day[0], language), summary)


def _subject(told: Told, changes: Sequence[Told], manner: Manner) -> str:
    silence = told["silence"]
    noun = "group" if silence["named"] else "page"
    unchanged, unread = told["unchanged"], silence["unread_groups"]
    if unread:
        quiet = f"{counted(unread, noun)} {'was' if unread == 1 else 'were'} not read"
    elif changes:
        quiet = f"{counted(unchanged, noun)} unchanged" if unchanged else ""
    else:
        quiet = f"{counted(silence['groups'], noun)} unchanged"
    news = shortened(gist_of_all(changes, manner.language), 110) if changes else "nothing new"
    return f"{_title(told, manner)}: {'; '.join(part for part in (news, quiet) if part)}"


def _title(told: Told, manner: Manner) -> str:
    """`apec, 2–8 October 2023`: whose pages, which days."""
    sources = [plain(source, 30) for source in told["sources"]]
    named = listed(sources) if len(sources) <= 2 else f"{len(sources)} sources"
    return f"{named}, {_days(told, manner)}" if named else _days(told, manner)


def _days(told: Told, manner: Manner) -> str:
    """`2–8 October 2023`: the days whose noon the period holds; of a period without one its end."""
    since, until = (moment(told[name]).astimezone(manner.zone) for name in ("since", "until"))
    first, last = (_noon_after(since), _noon_after(until) - timedelta(days=1))
    if first > last:
        return shown_time(until, manner)
    return shown_days(first, last, manner.language, whole=True)


def _noon_after(when: datetime) -> date:
    """The day of the next noon."""
    return (when + NOON).date()


def _coming(upcoming: Told, manner: Manner) -> list[tuple[str, str, str]]:
    rows = [(dates_of(event, manner.language) or "?", event) for event in upcoming["dated"]]
    rows += [("Date not given", event) for event in upcoming["undated"]]
    return [(when, _group(event), _event(event)) for when, event in rows]


def _event(event: Told) -> str:
    places = [isolated(plain(event[name], 80)) for name in _PLACES if event.get(name)]
    differs = " (the pages disagree)" if event.get("disagreements") else ""
    return ", ".join([isolated(plain(event.get("title") or "?", 160)), *dict.fromkeys(places)]) + differs


def _group(event: Told) -> str:
    group = plain(event.get("group") or "-", 25)
    return f"{group} (from the text)" if event.get("read_from") == "prose" else group


def _coming_note(upcoming: Told) -> str:
    none = "" if upcoming["dated"] else f"No dated meeting in the next {counted(upcoming['days'], 'day')}."
    more = f"… and {upcoming['more']} more." if upcoming["more"] else ""
    return " ".join(part for part in (none, more) if part)


def _row(row: Told, manner: Manner) -> tuple[str, ...]:
    unread = ", ".join(f"{number} {plain(why, 20)}" for why, number in sorted(row["unread"].items()))
    last = shown_time(moment(row["last_good"]), manner) if row["last_good"] else "never"
    return plain(row["group"], 30), str(row["looks"]), unread or "0", last, _found(row)


def _found(row: Told) -> str:
    """`2 contacts / 2; events: section gone`."""
    said = []
    for kind in (kind for kind in KINDS if kind in row["found"]):
        number, usual = row["found"][kind]
        many = tell_word(kind)
        if kind in row["gone"]:
            said.append(f"{many}: section gone")
        else:
            said.append(f"{counted(number, kind, many)} / {'?' if usual is None else usual}")
    return "; ".join(said) or "no records"


def _rest(rest: Told | None, manner: Manner) -> str:
    if not rest:
        return ""
    looks = str(rest["least"]) if rest["least"] == rest["most"] else f"{rest['least']} to {rest['most']}"
    times = "time" if looks == "1" else "times"
    unread = counted(rest["unread"], "look")
    read = f"{unread} of all could not be read" if rest["unread"] else "all read every time"
    last = f", last {shown_time(moment(rest['last_good']), manner)} or later" if rest["last_good"] else ""
    return f"… {rest['groups']} more, each looked at {looks} {times}, {read}{last}."


def _held(held: Sequence[Told], manner: Manner) -> tuple[str, ...]:
    if not held:
        return ("Nothing is held back for a second look.",)
    return tuple(
        f"Held back for a second look: {plain(each['group'], 100)}, since {shown_time(moment(each['since']), manner)}"
        + (f" ({plain(each['because'], 200)})" if each["because"] else "")
        + (f"; looking again at {shown_time(moment(each['again']), manner)}." if each["again"] else ".")
        for each in held
    )


def _heads(told: Told, manner: Manner) -> str:
    heads = told["heads"]
    if not heads["pages"]:
        return ""
    attached = "heads.txt" if heads["text"] else f"{counted(heads['pages'], 'page')}"
    return f"Chain heads ({attached}), SHA-256 {heads['sha256']}. Keep this mail: it dates the archive."
