"""The operator's alarm where messages do not get out: the one trouble that no message can tell of.

It rings for a channel by which nothing gets out; a target that is gone is trouble of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from config.addresses import shown_url
from storage.asking.overview import Undelivered
from storage.sending.silenced import Gone

log = logging.getLogger("wgwatch")

WORDS = {"email": "e-mail"}


@dataclass(slots=True)
class Alarm:
    """Logs when it begins for a channel, and when it is over."""

    ringing: dict[str, Undelivered] = field(default_factory=dict)

    def hear(self, found: Sequence[Undelivered]) -> None:
        now = {each.channel: each for each in found}
        for channel in now.keys() - self.ringing.keys():
            log.error("%s", sentence(now[channel]))
        for channel in self.ringing.keys() - now.keys():
            log.info("messages by %s get out again, or none waits any more", WORDS.get(channel, channel))
        self.ringing = now


def sentence(found: Undelivered) -> str:
    """`No e-mail got out since 2027-09-01 10:40 UTC: 3 messages to 2 addresses wait. The last answer: ...`"""
    waiting = f"{found.messages} message{'s' * (found.messages > 1)}"
    targets = f"{found.targets} address{'es' * (found.targets > 1)}"
    why = f"The last answer: {found.answer}" if found.answer else ""
    if not found.tried:
        why = "None was tried: does wgwatch run, or wgwatch dispatch?"
    channel = WORDS.get(found.channel, found.channel)
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    return f"No {channel} got out since {since}: {waiting} to {targets} wait. {why}".rstrip()


def gone_sentence(gone: Gone) -> str:
    """`https://crm.example/hook is gone since 2027-09-01 10:40 UTC: ...`"""
    shown = shown_target(gone.channel, gone.target)
    return (
        f"{shown} is gone since {gone.at:%Y-%m-%d %H:%M} UTC: nothing is sent there until "
        f"wgwatch deliveries retry --target {shown}. The last answer: {gone.reason}"
    )


def shown_target(channel: str, target: str) -> str:
    """A target without what may be secret in it."""
    return shown_url(target) if channel == "webhook" else target
