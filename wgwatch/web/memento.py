"""Memento (RFC 7089): addresses of versions, links between them, and lists of them.

Pattern 2.1 of section 4.2.1: a TimeGate of ours for pages elsewhere, that leads (302) to mementos with addresses of
their own, `/web/20160923081500/https://site.example/group`. A version is one memento: its time is when these bytes
were first seen, for a day in between the last one before it holds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from starlette.requests import Request

from config.errors import UsageError
from storage.asking.mementos import Neighbours
from wgwatch.web.asked import application_of

LINK_FORMAT = "application/link-format"
JSON = "application/json"
STAMP = "%Y%m%d%H%M%S"
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
ASKED = re.compile(r"(?:(?P<stamp>\d{4,14}|\*)(?P<modifier>[a-z]{2}_)?/)?(?P<url>.+)", re.S)
LEGAL = "%/:?#[]@!$&'()*+,;=~-._"
"""What an address may hold as it is (RFC 3986), so that it ends no link and no header."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: of which original, and when. `stamp` is of 4 to 14 digits, `*` for all, or empty."""

    url: str
    stamp: str = ""
    modifier: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses, on this site, of all that concerns one original."""

    site: str
    url: str

    def memento(self, at: datetime, modifier: str = "") -> str:
        return f"{self.site}/web/{at:{STAMP}}{modifier}/{self.url}"

    def timemap(self, kind: str, since: datetime | None = None) -> str:
        start = f"{since:{STAMP}}/" if since else ""
        return f"{self.site}/timemap/{kind}/{start}{self.url}"

    @property
    def timegate(self) -> str:
        return f"{self.site}/timegate/{self.url}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A piece of the list of a page's versions: their times, its first and last of all, where the next piece begins."""

    times: Sequence[datetime]
    first: datetime
    last: datetime
    since: datetime | None = None
    following: datetime | None = None


def asked_for(request: Request, prefix: str) -> Asked:
    """What stands behind a prefix of the address, as it was sent: its query and percent-encoding are the original's."""
    sent = request.scope["raw_path"].decode("latin-1").partition(prefix)[2]
    query = request.scope["query_string"].decode("latin-1")
    match = ASKED.fullmatch(sent + (f"?{query}" if query else ""))
    if match is None:
        raise UsageError("there is no address behind it: write /web/2016/https://site.example/group")
    return Asked(_original(match["url"]), match["stamp"] or "", match["modifier"] or "")


def places_of(request: Request, asked: Asked) -> Places:
    """Where its mementos are; under the public address for who came by it."""
    public = application_of(request).settings.public_url
    by_public = public is not None and urlsplit(public).hostname == request.url.hostname
    return Places((public if public and by_public else str(request.base_url)).rstrip("/"), asked.url)


def path_of(at: datetime, url: str) -> str:
    """Where on this site a page's version is."""
    return Places("", quote(url, safe=LEGAL)).memento(at)


def timemap_of(url: str) -> str:
    """Where on this site the list of a page's versions is."""
    return Places("", quote(url, safe=LEGAL)).timemap("link")


def span_of(stamp: str) -> tuple[datetime, datetime]:
    """The first and the last second that the digits may mean: of `2016`, those of the year. Raises UsageError."""
    digits = stamp[: len(stamp) // 2 * 2]
    year, month = int(digits[:4]), int(digits[4:6] or 12)
    try:
        latest = f"{month:02}{monthrange(year, month)[1]}235959"
        first, last = (digits + rest[len(digits) - 4 :] for rest in ("0101000000", latest))
        return _stamped(first), _stamped(last)
    except ValueError:
        raise UsageError(f"'{stamp}' is no time: write 2016, 201609, 20160923 or 20160923081500") from None


def moment_of(accept_datetime: str) -> datetime:
    """The time that a client wants (section 2.1.1). Raises UsageError for one that is not written so."""
    try:
        return datetime.strptime(accept_datetime.strip(), HTTP_DATE).replace(tzinfo=UTC)
    except ValueError:
        example = "Fri, 23 Sep 2016 08:15:00 GMT"
        raise UsageError(f"Accept-Datetime is to be written '{example}' (RFC 7089, section 2.1.1)") from None


def http_date(moment: datetime) -> str:
    """As HTTP writes it (RFC 9110 section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def link_header(places: Places, around: Neighbours | None = None, at: datetime | None = None) -> str:
    """The links of a TimeGate's or a memento's answer (section 2.2); `at` is the time of the memento itself."""
    links = [_original_link(places), *_lists(places)]
    if around is not None:
        named = {"first": around.first, "prev": around.before, "next": around.after, "last": around.last}
        links += _mementos(places, {rel: time for rel, time in named.items() if time}, at)
    return ", ".join(links)


def in_links(places: Places, listed: Listed) -> str:
    """The list in link format (section 5)."""
    span = _from_until(listed.times[0], listed.times[-1])
    own = _link(places.timemap("link", listed.since), "self", type=LINK_FORMAT, **span)
    links = [_original_link(places), own, _link(places.timegate, "timegate")]
    if listed.following is not None:
        more = _from_until(listed.following, listed.last)
        links.append(_link(places.timemap("link", listed.following), "timemap", type=LINK_FORMAT, **more))
    links += [
        _link(places.memento(at), f"{_end(at, listed)}memento", datetime=http_date(at)) for at in listed.times
    ]
    return ",\n".join(links) + "\n"


def in_json(places: Places, listed: Listed) -> dict[str, Any]:
    """The list as other archives write it in JSON."""
    own = places.timemap("json", listed.since)
    more = {"next": {"uri": places.timemap("json", listed.following)}} if listed.following else {}
    return {
        "original_uri": places.url,
        "self": own,
        "timegate_uri": places.timegate,
        "timemap_uri": {f"{kind}_format": places.timemap(kind) for kind in ("link", "json")},
        "mementos": {
            "first": _entry(places, listed.first),
            "last": _entry(places, listed.last),
            "list": [_entry(places, at) for at in listed.times],
        },
        **({"pages": more} if more else {}),
    }


def _stamped(digits: str) -> datetime:
    return datetime.strptime(digits, STAMP).replace(tzinfo=UTC)


def _original(sent: str) -> str:
    """The original's address: proxies fold its double slash, clients encode it whole or leave its scheme out."""
    if re.match(r"https?%3a", sent, re.I):
        sent = unquote_to_bytes(sent).decode("latin-1")
    url = re.sub(r"\A(https?):/+(?=[^/])", r"\1://", sent, flags=re.I)
    whole = url if "://" in url.partition("?")[0] else f"http://{url}"
    return quote(whole.encode("latin-1"), safe=LEGAL)


def _original_link(places: Places) -> str:
    return _link(places.url, "original")


def _lists(places: Places) -> Iterable[str]:
    yield _link(places.timegate, "timegate")
    yield _link(places.timemap("link"), "timemap", type=LINK_FORMAT)
    yield _link(places.timemap("json"), "timemap", type=JSON)


def _mementos(places: Places, named: dict[str, datetime], at: datetime | None) -> Iterable[str]:
    """One link for each time, with all that it is: `first prev memento`."""
    for time in sorted({*named.values(), *([at] if at else ())}):
        rels = [rel for rel, of in named.items() if of == time]
        yield _link(places.memento(time), " ".join([*rels, "memento"]), datetime=http_date(time))


def _end(at: datetime, listed: Listed) -> str:
    return "first " * (at == listed.first) + "last " * (at == listed.last)


def _from_until(first: datetime, last: datetime) -> dict[str, str]:
    return {"from": http_date(first), "until": http_date(last)}


def _link(target: str, rel: str, **parameters: str) -> str:
    said = "".join(f'; {name}="{value}"' for name, value in parameters.items())
    return f'<{target}>; rel="{rel}"{said}'


def _entry(places: Places, at: datetime) -> dict[str, str]:
    return {"datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "uri": places.memento(at)}
