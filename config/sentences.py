"""Each source and subscription of a watchlist as a plain sentence, without anything secret."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from config.addresses import shown_url
from config.amounts import rate_in_words
from config.durations import duration_in_words
from config.kinds import Importance
from config.pages import PageSpec
from config.profile import Following
from config.schedules import AtOnce, Daily, Weekly
from config.suggest import one_of
from config.watchlist import About, Source, Subscription, Watchlist

WORDS = {"text": "texts", "page": "page health"}
USUAL = ("contacts", "events (not that they ended)", "projects", "texts of normal importance", "redesigns")
ALSO_IN_DIGESTS = ("news", "groups", "page health")


def sentences(watchlist: Watchlist) -> list[str]:
    """All sources, then all subscriptions."""
    return [
        *(source_sentence(source, watchlist) for source in watchlist.sources),
        *(
            subscription_sentence(subscription, watchlist.timezone)
            for subscription in watchlist.subscriptions
        ),
    ]


def unheeded(watchlist: Watchlist) -> list[str]:
    """What the watchlist asks for and this version reads but does not act on yet."""
    asked = {
        "upcoming": any(subscription.upcoming for subscription in watchlist.subscriptions),
    }
    return [f"{what}: understood, but without effect in this version" for what, used in asked.items() if used]


def source_sentence(source: Source, watchlist: Watchlist) -> str:
    """`apec: looks at 3 pages (SMEWG, HRDWG and PPWE) every 6 hours, with 5 seconds between two requests.`"""
    pages = watchlist.pages_of(source)
    names = [page.name or page.group or shown_url(page.url) for page in pages]
    shown = [*names[:8], f"{len(names) - 8} more"] if len(names) > 9 else names
    schedules = one_of(dict.fromkeys(page.check.in_words() for page in pages), "or")
    delay = source.delay if source.delay is not None else watchlist.defaults.delay
    count = "1 page" if len(pages) == 1 else f"{len(pages)} pages"
    return (
        f"{source.name}: looks at {count} ({one_of(shown, 'and')}) {schedules}, with "
        f"{duration_in_words(delay)} between two requests{_weights(pages)}{_bounds(source, watchlist)}"
        f"{_followed(watchlist.follow_of(source))}{_rendered(pages)}{_access(source)}{_networks(source)}."
    )


def subscription_sentence(subscription: Subscription, zone: ZoneInfo | None = None) -> str:
    """`newsroom: e-mails anna@paper.example at once about contacts and events of smewg-close.`

    With `zone`, times of day say whose they are.
    """
    targets = []
    if subscription.email:
        targets.append(f"e-mails {one_of(subscription.email, 'and')}")
    if subscription.webhook:
        targets.append(f"posts to {shown_url(subscription.webhook)}")
    if subscription.chat:
        targets.append(f"writes to {one_of([chat.service for chat in subscription.chat], 'and')}")
    if subscription.file:
        targets.append(f"appends to {subscription.file}")
    return (
        f"{subscription.name}: {one_of(targets, 'and')} {_when(subscription, zone)} "
        f"about {_told(subscription)} {_about(subscription.about)}"
        f"{_exceptions(subscription.except_)}{_extras(subscription)}."
    )


def _bounds(source: Source, watchlist: Watchlist) -> str:
    """What it may spend, where it is bounded; a budget of the defaults is shared with others."""
    shared = watchlist.defaults
    bandwidth = source.bandwidth or shared.bandwidth
    told = {
        f" and at most {rate_in_words(bandwidth or 0.0)}": bandwidth,
        f"; about {source.budget} looks a day": source.budget,
        f"; about {shared.budget} looks a day together with others": shared.budget and not source.budget,
        f"; at most {source.requests} requests a day": source.requests,
        f"; at most {shared.requests} requests a day together with all others": shared.requests,
    }
    return "".join(sentence for sentence, holds in told.items() if holds)


def _weights(pages: list[PageSpec]) -> str:
    weights = sorted({page.weight or 1 for page in pages}, reverse=True)
    return f", weighing {one_of([f'{weight:g}' for weight in weights], 'or')}" if weights != [1] else ""


def _followed(follow: Following) -> str:
    """Calendars are read unless it is said otherwise, feeds are not."""
    links = "1 link" if follow.depth == 1 else f"{follow.depth} links"
    told = {
        f"; follows {follow.links} up to {links} away, at most {follow.at_most} pages": follow.links,
        "; reads no calendars": not follow.calendars,
        "; reads feeds too": follow.feeds,
    }
    return "".join(sentence for sentence, holds in told.items() if holds)


def _rendered(pages: list[PageSpec]) -> str:
    rendered = sum(page.render is not None and page.render.on for page in pages)
    if not rendered:
        return ""
    return "; a browser renders " + ("them" if rendered == len(pages) else f"{rendered} of them")


def _access(source: Source) -> str:
    """What it is let in by; no value of it."""
    sent = [*source.cookies, *source.headers]
    told = (
        f"; logs in at {shown_url(source.login.url)}" if source.login else "",
        f"; sends {one_of(sent, 'and')}" if sent else "",
        "; with user and password" if source.basic else "",
        "; through a proxy of its own" if source.proxy else "",
    )
    return "".join(told)


def _networks(source: Source) -> str:
    return f"; may connect to {source.allow_networks}" if source.allow_networks.allowed else ""


def _when(subscription: Subscription, zone: ZoneInfo | None) -> str:
    """When it sends, and by whose clocks where it goes by clocks."""
    send, quiet = subscription.send, subscription.quiet
    said = send.in_words() + (f", but not {quiet.in_words()}" if quiet else "")
    clocks = subscription.zone or zone
    by_clocks = quiet is not None or isinstance(send, Daily | Weekly)
    return said + (f" ({clocks})" if clocks and by_clocks else "") + ("," if quiet else "")


def _told(subscription: Subscription) -> str:
    if subscription.tell is not None:
        words = tuple(WORDS.get(word, word) for word in subscription.tell)
    else:
        words = USUAL if isinstance(subscription.send, AtOnce) else (*USUAL, *ALSO_IN_DIGESTS)
    told = one_of(words, "and")
    if subscription.at_least > Importance.MINOR:
        return f"{told}, if of {subscription.at_least.word} importance or more,"
    return told


def _about(about: About) -> str:
    parts = [f"of {one_of(values, 'and')}" for values in _places(about)]
    parts += _matters(about, "or")
    if about.sources:
        parts.append(f"{'in' if parts else 'of'} {one_of(about.sources, 'and')}")
    return " ".join(parts) or "of every source"


def _places(about: About) -> list[Sequence[str]]:
    """What is of a place: economies, groups, pages."""
    pages = [shown_url(url) for url in about.pages or ()]
    return [values for values in (about.economies, about.groups, pages) if values]


def _matters(about: About, last: str) -> list[str]:
    """What is of a matter: each key in words."""
    words = {
        "in {}": about.cities,
        "naming {}": about.people,
        "with the role {}": about.roles,
        "of the project {}": about.projects,
        "where {} differs": about.record_fields,
        "with the words {}": [f"“{word}”" for word in about.words or ()],
    }
    return [said.format(one_of(values, last)) for said, values in words.items() if values]


def _exceptions(about: About) -> str:
    """Any of them is enough for a change not to be told."""
    fields = about.record_fields
    rest = about.model_copy(update={"record_fields": None})
    found = [f"of {one_of(values, 'or')}" for values in (*_places(rest), rest.sources) if values]
    found += _matters(rest, "or")
    found += [f"where nothing but {one_of(fields, 'or')} differs"] if fields else []
    return f", except what is {'; or '.join(found)}" if found else ""


def _extras(subscription: Subscription) -> str:
    extras = []
    if subscription.upcoming is not None:
        extras.append(f"with what is coming in {duration_in_words(subscription.upcoming)}")
    if subscription.unconfirmed == "tell":
        extras.append("also of losses before they are confirmed")
    if subscription.language != "en":
        extras.append(f"with dates in {_language(subscription.language)}")
    return "".join(f", {extra}" for extra in extras)


def _language(code: str) -> str:
    from babel import Locale  # here alone: its data takes a while to load

    return Locale.parse(code).get_display_name("en") or code
