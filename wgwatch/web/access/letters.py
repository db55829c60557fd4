"""The letter that finds out whether an e-mail address is a user's."""

from __future__ import annotations

from email.message import EmailMessage

from notifier.writing.headers import WIRE
from wgwatch.application import Application

TEXT = """\
{name} of {site} says that this is their e-mail address. If that is you, open this within two days, logged in as {name}:

{url}

If it is not, do nothing.
"""


async def ask_to_confirm(application: Application, name: str, address: str, url: str) -> None:
    """Send it. Raises DeliveryError where it cannot be sent."""
    site = application.settings.public_url or "wgwatch"
    message = EmailMessage(policy=WIRE)
    message["Subject"] = "Is this your e-mail address?"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(TEXT.format(name=name, site=site, url=url), cte="quoted-printable")
    async with application.post.mail() as mail:
        await mail.hand_in(message, address)
