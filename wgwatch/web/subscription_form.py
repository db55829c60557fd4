"""A subscription as a form, and back: what the form cannot say stays as it is, and is shown as YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from config.kinds import TELL_WORDS
from config.schedules import WEEKDAYS
from wgwatch.web.forms import Form

LISTS = ("sources", "groups", "economies", "cities", "people", "roles", "projects", "words", "pages")
"""Keys of `about` that the form has, each a field of lines."""
TEXTS = ("webhook", "quiet", "zone", "upcoming", "language")
FIELDS = (
    *("name", "email", "tell", "kinds", "send", "time", "unconfirmed", "at least", *TEXTS),
    *(f"about.{key}" for key in LISTS),
)
"""Every field, by the name of what it says."""
TELL = (
    ("contacts", "contacts: who is who, and who was"),
    ("events", "events: new, moved, renamed, cancelled, over"),
    ("projects", "projects"),
    ("text", "texts: sentences that changed"),
    ("news", "news"),
    ("groups", "facts of the group, such as when its page was updated"),
    ("page", "page health: blocked, failing, redesigned"),
)
assert {word for word, _ in TELL} == set(TELL_WORDS)
SEND = (
    ("at once", "at once"),
    ("hourly", "every hour"),
    ("daily", "once a day"),
    *((day, f"every {day.title()}") for day in WEEKDAYS),
)
AT_LEAST = (
    ("minor", "all that is asked for"),
    ("normal", "normal or more"),
    ("important", "important alone"),
)


def form_of(spec: Mapping[str, Any]) -> Form:
    """A subscription filled in."""
    send, time = _parts(str(spec.get("send", "at once")))
    tell = list(spec.get("tell") or ())
    about = spec.get("about", {})
    values: dict[str, Sequence[str]] = {
        "name": [str(spec.get("name", ""))],
        "email": list(spec.get("email") or ()),
        "tell": [word for word in tell if word in TELL_WORDS],
        "kinds": [word for word in tell if word not in TELL_WORDS],
        "send": [send],
        "time": [time],
        "unconfirmed": [str(spec.get("unconfirmed", "wait"))],
        "at least": [str(spec.get("at least", "minor"))],
        **{name: [str(spec.get(name) or "")] for name in TEXTS},
        **{f"about.{key}": list(about.get(key, ())) for key in LISTS},
    }
    return Form(values)


def said_by(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as the watchlist would write it; with what only `known` says and no form can."""
    about = {key: form.all(f"about.{key}") for key in LISTS}
    kept = {key: value for key, value in known.get("about", {}).items() if key not in LISTS}
    return {
        "name": form.value("name"),
        "email": [part for line in form.all("email") for part in line.replace(",", " ").split()],
        "tell": [*form.all("tell"), *form.all("kinds")],
        "send": _send(form),
        "unconfirmed": "tell" if form.value("unconfirmed") == "tell" else "wait",
        "at least": form.value("at least"),
        **{name: form.value(name) for name in TEXTS},
        "about": {**{key: values for key, values in about.items() if values}, **kept},
        "except": known.get("except", {}),
    }


def beyond(spec: Mapping[str, Any]) -> str:
    """What the form cannot say of a subscription, as YAML; empty where it says all."""
    about = {key: value for key, value in spec.get("about", {}).items() if key not in LISTS}
    said = {"about": about, "except": spec.get("except")}
    found = {name: value for name, value in said.items() if value}
    return as_yaml(found) if found else ""


def as_yaml(said: Mapping[str, Any]) -> str:
    """As the watchlist writes it."""
    shown = {name: value for name, value in said.items() if value not in (None, "", [], {})}
    return yaml.safe_dump(shown, sort_keys=False, allow_unicode=True)


def _parts(send: str) -> tuple[str, str]:
    """`weekly on monday at 08:30` as its choice and its time."""
    if not send.startswith(("daily", "weekly")):
        return send, ""
    choice, _, time = send.partition(" at ")
    return choice.removeprefix("weekly on "), time


def _send(form: Form) -> str:
    send, time = form.value("send"), form.value("time")
    at = f" at {time}" if time else ""
    if send in WEEKDAYS:
        return f"weekly on {send}{at}"
    return f"daily{at}" if send == "daily" else send
