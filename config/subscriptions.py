"""Does a subscription want to hear of a kind of change?"""

from __future__ import annotations

from config.kinds import Importance, tell_word
from config.watchlist import Subscription

USUAL_WORDS = frozenset({"contacts", "events", "projects", "text"})
USUAL_KINDS = frozenset({"page.redesigned", "section.gone", "section.back"})
NOT_USUAL = frozenset({"event.ended"})
IN_DIGESTS = frozenset({"news", "groups", "page"})


def wants(subscription: Subscription, kind: str, importance: int, *, digest: bool) -> bool:
    """Whether a change of this kind and weight (`Importance`) is to be told, leaving aside what it is about.

    With `tell`, what that names and nothing else. Without, what most people want; news, facts of the group
    such as its page's date, and the health of pages only in digests.
    """
    if importance < subscription.at_least:
        return False
    if subscription.tell is not None:
        return kind in subscription.tell or tell_word(kind) in subscription.tell
    return _usual(kind, importance) or (digest and tell_word(kind) in IN_DIGESTS)


def _usual(kind: str, importance: int) -> bool:
    if kind == "text.changed":
        return importance >= Importance.NORMAL
    return kind in USUAL_KINDS or (tell_word(kind) in USUAL_WORDS and kind not in NOT_USUAL)
