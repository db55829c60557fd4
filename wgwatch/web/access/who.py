"""Who asks: a program with a token, somebody whom a web server before ours let in, a session, or nobody known."""

from __future__ import annotations

import hashlib
import hmac
import logging
from functools import cached_property

from starlette.requests import Request

from config.errors import UsageError
from storage import keys
from storage.access import sessions, tokens, users
from storage.access.users import User
from wgwatch.application import Application
from wgwatch.passwords import Passwords
from wgwatch.web.access import cookies
from wgwatch.web.access.clients import bucket_of, client_of, is_here, peer_of
from wgwatch.web.access.logins import Logins
from wgwatch.web.access.notes import Notes
from wgwatch.web.access.signing import Signer
from wgwatch.web.visitors import ANYONE, FORGED, LOCAL, STRANGER, Visitor, role_named

log = logging.getLogger("wgwatch")

FEEDS = "/feeds/"


class Access:
    """Says of each request who asks. What it reads stands in the database: several processes agree."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._settings = application.settings
        self._database = application.database
        self._notes = Notes(application.database)
        self.passwords = Passwords()
        self.logins = Logins(application.database, self.passwords, application.clock)

    def client(self, request: Request) -> str:
        """What counts as one client."""
        return bucket_of(client_of(request, self._settings.trusted_proxies))

    def signer(self, purpose: str) -> Signer:
        """What signs texts for a purpose."""
        return Signer(self.key, purpose)

    def visitor(self, request: Request) -> Visitor:
        """The first that is said counts: token, the web server's word, session. Raises StorageError."""
        if (secret := _token_in_header(request)) is not None:
            return self._by_token(secret)
        if (secret := _token_in_address(request)) is not None:
            return self._by_token(secret, only=("feeds",))  # addresses are written into logs and histories
        name = self._named_by_proxy(request)
        if name is not None:
            return self._by_proxy(name, request)
        cookie = cookies.read(request, cookies.SESSION)
        return (cookie and self._by_session(cookie)) or self._unknown(request)

    @cached_property
    def key(self) -> bytes:
        """What signs forms and addresses."""
        with self._database.read() as connection:
            known = keys.known(connection, keys.ACCESS)
        if known is not None:
            return known
        with self._database.write(durable=True) as connection:
            return keys.draw(connection, keys.ACCESS)

    def _by_token(self, secret: str, *, only: tuple[str, ...] | None = None) -> Visitor:
        now = self._application.clock()
        with self._database.read() as connection:
            found = tokens.find(connection, secret, now)
        if found is None or (only is not None and found[0].scopes != only):
            return FORGED
        token, user = found
        self._notes.put(
            token.id, token.used_at, now, tokens.NOTED, lambda write: tokens.note(write, token, now)
        )
        return _visitor(user, scopes=frozenset(token.scopes))

    def _named_by_proxy(self, request: Request) -> str | None:
        """The user of single sign-on; whoever else sends such a header is not heard."""
        header = self._settings.web_login_header
        if not header or not self._settings.trusted_proxies.holds(peer_of(request)):
            return None
        return request.headers.get(header, "").strip() or None

    def _by_proxy(self, name: str, request: Request) -> Visitor:
        said = request.headers.get(self._settings.web_role_header or "", "").strip().lower()
        role = said if said in users.ROLES else None
        with self._database.read() as connection:
            user = users.find(connection, name)
        if user is None or (role and user.role != role):
            try:
                user = self._brought_in(name, role)
            except UsageError as error:
                log.warning("single sign-on: %s", error)
                return STRANGER
        if user.disabled_at:
            return STRANGER
        return _visitor(user, form_key=self._form_key(f"user {user.id}".encode()))

    def _brought_in(self, name: str, role: str | None) -> User:
        """A user whom the web server knows and we did not, or not in this role."""
        with self._database.write() as connection:
            user = users.find(connection, name)
            if user is None:
                first = role or self._settings.web_login_role
                return users.add(connection, name, first, self._application.clock())
            users.change(connection, user.id, role=role or user.role)
            return users.get(connection, user.id) or user

    def _by_session(self, secret: str) -> Visitor | None:
        now = self._application.clock()
        with self._database.read() as connection:
            found = sessions.find(connection, secret, now)
        if found is None:
            return None
        session, user = found
        self._notes.put(
            session.digest,
            session.seen_at,
            now,
            sessions.NOTED,
            lambda write: sessions.note(write, session, now),
        )
        return _visitor(user, form_key=self._form_key(secret.encode()))

    def _unknown(self, request: Request) -> Visitor:
        """At an address that only this machine has, whoever is here may do all, until there are users."""
        if is_here(request):
            with self._database.read() as connection:
                if not needs_login(self._application, has_users=users.exist(connection)):
                    return LOCAL
        return ANYONE if self._settings.web_anonymous == "reader" else STRANGER

    def _form_key(self, of: bytes) -> str:
        return hmac.new(self.key, b"wgwatch form\n" + of, hashlib.sha256).hexdigest()


def access_of(request: Request) -> Access:
    """Who decides about this request."""
    access = request.app.state.access
    assert isinstance(access, Access)
    return access


def needs_login(application: Application, *, has_users: bool) -> bool:
    """Whether visitors have to say who they are: with users, single sign-on, or an address that others reach."""
    settings = application.settings
    is_public = settings.web_address is not None and not settings.web_address.is_local
    return is_public or has_users or settings.web_login_header is not None


def _token_in_header(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def _token_in_address(request: Request) -> str | None:
    """Where feeds are, as few calendar programs send headers."""
    return request.query_params.get("token") if request.url.path.startswith(FEEDS) else None


def _visitor(user: User, *, scopes: frozenset[str] | None = None, form_key: str | None = None) -> Visitor:
    return Visitor(
        user.name, role_named(user.role), user.id, user.confirmed_email, scopes=scopes, form_key=form_key
    )
