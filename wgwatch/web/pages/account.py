"""One's own account: password, e-mail address, where one is logged in, tokens."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.addresses import check_email
from config.errors import DeliveryError, UsageError
from storage.access import attempts, sessions, tokens, users
from storage.access.users import User
from wgwatch.web.access import cookies
from wgwatch.web.access.letters import ask_to_confirm
from wgwatch.web.access.signing import Signer
from wgwatch.web.access.who import access_of
from wgwatch.web.asked import application_of, reading, word
from wgwatch.web.pages.login import begin_session
from wgwatch.web.templating import show
from wgwatch.web.visitors import SCOPES, Role, form_of, visitor_of

TO_CONFIRM = timedelta(days=2)
MOST_LETTERS, LETTERS_WINDOW = 5, timedelta(hours=1)
"""Letters to addresses that are not confirmed: we are not to be used to pester others."""
LENGTHS = {"": None, "30": 30, "90": 90, "365": 365}
"""Days that a token may live."""
DONE = {
    "password": "The password is changed. You are logged out everywhere else.",
    "letter": "A letter is on its way. Open the address in it, with this browser, within two days.",
    "email": "The e-mail address is taken away.",
    "confirmed": "The e-mail address is confirmed.",
    "sessions": "You are logged out everywhere else.",
    "revoked": "The token opens nothing any more.",
}


def account(request: Request) -> Response:
    """All of it."""
    return _shown(request, done=DONE.get(word(request, "done") or ""))


def change_password(request: Request) -> Response:
    """With the old one. Other sessions end; this one begins anew."""
    form, access, application = form_of(request), access_of(request), application_of(request)
    user, new = _user(request), form.get("new", "")
    if new != form.get("again", ""):
        return _shown(request, problem="The new password was typed in two ways.")
    if not access.logins.is_users(user, form.get("old", ""), access.client(request)):
        return _shown(request, problem="The old password is wrong.")
    try:
        known = access.passwords.hash(new, user.name)
    except UsageError as error:
        return _shown(request, problem=f"This will not do: {error}.")
    with application.database.write() as connection:
        users.change(connection, user.id, password=known)
        sessions.end_all(connection, user.id)
    response = _done("password")
    begin_session(request, response, user)
    return response


async def change_email(request: Request) -> Response:
    """It counts when the address in the letter was opened."""
    email = form_of(request).get("email", "").strip()
    try:
        url = await run_sync(_confirm_url, request, email)
        if url is None:
            return _done("email")
        await ask_to_confirm(application_of(request), visitor_of(request).name, email, url)
    except (UsageError, DeliveryError) as error:
        problem = f"No letter was sent: {error}."
        return await run_sync(lambda: _shown(request, problem=problem))
    return _done("letter")


def confirm_page(request: Request) -> Response:
    """To look changes nothing: programs that read mail open every address in it."""
    return show(request, "confirm.html", email=_confirmed(request))


def confirm(request: Request) -> Response:
    """The address is the user's."""
    email, application = _confirmed(request), application_of(request)
    with application.database.write() as connection:
        users.change(connection, _user(request).id, email=email, confirmed_at=application.clock())
    return _done("confirmed")


def end_others(request: Request) -> Response:
    """Log out everywhere but here."""
    with application_of(request).database.write() as connection:
        sessions.end_all(connection, _user(request).id, but=cookies.read(request, cookies.SESSION) or "")
    return _done("sessions")


def create_token(request: Request) -> Response:
    """A new token, shown this once."""
    form, application = form_of(request), application_of(request)
    name, scopes = form.get("name", "").strip(), [each for each in form.getlist("scope") if each in SCOPES]
    if not name or not scopes or form.get("days", "") not in LENGTHS:
        return _shown(request, problem="A token needs a name, and at least one thing that it is for.")
    now, days = application.clock(), LENGTHS[form.get("days", "")]
    until = now + timedelta(days=days) if days else None
    with application.database.write() as connection:
        _, secret = tokens.create(connection, _user(request).id, name[:100], scopes, now, until)
    return _shown(request, secret=secret)


def revoke_token(request: Request) -> Response:
    """One of one's own."""
    with application_of(request).database.write() as connection:
        if not tokens.revoke(connection, request.path_params["id"], _user(request).id):
            raise HTTPException(404, "You have no token with this id.")
    return _done("revoked")


def _shown(
    request: Request, *, problem: str | None = None, done: str | None = None, secret: str | None = None
) -> Response:
    user = _user(request)
    with reading(request) as (connection, now):
        found, mine = sessions.of_user(connection, user.id, now), tokens.all_of(connection, user.id)
    here = cookies.read(request, cookies.SESSION)
    response = show(
        request,
        "account.html",
        status=422 if problem else 200,
        user=user,
        sessions=found,
        here=sessions.digest_of(here) if here else None,
        tokens=mine,
        scopes=_scopes_for(visitor_of(request).role),
        problem=problem,
        done=done,
        secret=secret,
    )
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _scopes_for(role: Role) -> list[tuple[str, str]]:
    """What a token of somebody in this role can be good for, in words."""
    least = {
        "read": (Role.READER, "read: ask all that can be asked"),
        "feeds": (Role.READER, "feeds: calendars and feeds alone, also in an address"),
        "check": (Role.OPERATOR, "check: have pages looked at now"),
        "subscribe": (Role.MEMBER, "subscribe: see to your subscriptions"),
        "operate": (Role.OPERATOR, "operate: everything else"),
    }
    return [(name, said) for name, (needed, said) in least.items() if role >= needed]


def _user(request: Request) -> User:
    """Who asks. Whoever is at this machine, before there are users, has no account."""
    user_id = visitor_of(request).user_id
    with reading(request) as (connection, _):
        user = users.get(connection, user_id) if user_id is not None else None
    if user is None:
        raise HTTPException(404, "There are no users yet: wgwatch users add NAME --role operator makes one.")
    return user


def _confirm_url(request: Request, email: str) -> str | None:
    """Where the address is confirmed; None where there is none any more. Raises UsageError."""
    application, user = application_of(request), _user(request)
    now, public_url = application.clock(), application.settings.public_url
    if email:
        check_email(email)
    with application.database.write() as connection:
        users.change(connection, user.id, email=email or None, confirmed_at=None)
        tally = attempts.count(connection, f"letters {user.id}", now, LETTERS_WINDOW)
    if not email:
        return None
    if tally.number > MOST_LETTERS:
        raise UsageError(
            f"there were {MOST_LETTERS} within an hour; try again after {tally.ends_at:%H:%M} UTC"
        )
    token = _signer(request).sign([user.id, email], now + TO_CONFIRM)
    return f"{public_url or str(request.base_url).rstrip('/')}/account/confirm/{quote(token)}"


def _confirmed(request: Request) -> str:
    """The address that the letter went to, if it went to whoever asks now."""
    said = _signer(request).read(request.path_params["token"], application_of(request).clock())
    user = _user(request)
    if said is None or said != [user.id, user.email]:
        raise HTTPException(
            404, "This address is too old, not whole, or somebody else's: ask for a new letter."
        )
    return str(said[1])


def _signer(request: Request) -> Signer:
    return access_of(request).signer("email")


def _done(what: str) -> Response:
    return RedirectResponse(f"/account?done={what}", 303)
