"""What a mail server's refusal means: try again, give this message up, or never write to this mailbox again.

By the reply code (RFC 5321 section 4.2) and, where there is one, the enhanced code (RFC 3463), which says more.
"""

from __future__ import annotations

import re
from typing import Literal

from config.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError

OF_OUR_LOGIN = frozenset({530, 534, 535, 538})
"""Authentication required, too weak, failed, needs encryption (RFC 4954): for the operator to mend."""
CLOSING = 421
MAILBOX_FULL = ("5.2.2",)
EXCEEDED_STORAGE = 552
GONE = ("5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1")
"""No such mailbox, no such system, mailbox has moved, null MX, mailbox disabled."""
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_SAYS_GONE = re.compile(
    r"\b(no such|unknown) (user|mailbox|recipient|address)\b"
    r"|\b(user|mailbox|recipient|address) (unknown|not found|does not exist)\b",
    re.IGNORECASE,
)
"""For servers without enhanced codes. A bare 550 may be a policy, which can change."""


def refused(code: int, said: str, text: str, *, about_recipient: bool = False) -> DeliveryError:
    """The error for an answer of 400 and above to the recipient or to the message; `text` is for the operator."""
    match = _ENHANCED.match(said)
    enhanced = match[1] if match else ""
    if code < 500:
        return TemporaryDeliveryError(text, concerns=_concerns(code, enhanced, about_recipient))
    if code in OF_OUR_LOGIN:
        return TemporaryDeliveryError(f"{text}: see WGWATCH_SMTP_USER", concerns="channel")
    if enhanced in MAILBOX_FULL or (code == EXCEEDED_STORAGE and not enhanced):
        return TemporaryDeliveryError(text)
    says_gone = enhanced in GONE or (not enhanced and _SAYS_GONE.search(said) is not None)
    return PermanentDeliveryError(text, gone=about_recipient and says_gone)


def _concerns(code: int, enhanced: str, about_recipient: bool) -> Literal["message", "target", "channel"]:
    """Who else would be put off now. Enhanced codes x.3.x are of the mail system as a whole."""
    if code == CLOSING or enhanced.startswith("4.3."):
        return "channel"
    return "target" if about_recipient else "message"
