"""Somebody with a browser: keeps cookies, and sends the forms that pages show."""

from __future__ import annotations

import re
import urllib.request
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from website import Answer, Site

from storage.access import users
from wgwatch.passwords import Passwords

PASSWORD = "quay lantern 7"
HASH = Passwords().hash(PASSWORD)
FORM_KEY = re.compile(r'name="form_key" value="([0-9a-f]+)"')


class Person:
    """Asks a site; redirects are not followed. `headers` go with every request."""

    def __init__(self, site: Site, **headers: str) -> None:
        self.site = site
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(urllib.request.Request(self.site.url + path), headers)

    def send(self, path: str, **fields: str | list[str]) -> Answer:
        """A form as it stands: with no more than these fields."""
        data = urlencode(fields, doseq=True).encode()
        return self._ask(urllib.request.Request(self.site.url + path, data=data), {})

    def fill_in(self, path: str, **fields: str | list[str]) -> Answer:
        """A form of ours, with the key that our pages put into it."""
        return self.send(path, form_key=self.form_key(), **fields)

    def change(self, method: str, path: str) -> Answer:
        """As a script of ours does, by any method: the key goes in a header."""
        request = urllib.request.Request(self.site.url + path, data=b"", method=method)
        return self._ask(request, {"X_Form_Key": self.form_key()} if self.cookies else {})

    def form_key(self) -> str:
        found = FORM_KEY.search(self.get("/account").text)
        return found[1] if found else ""

    def log_in(self, name: str, password: str = PASSWORD, to: str = "/") -> Answer:
        return self.send("/login", name=name, password=password, next=to)

    def _ask(self, request: urllib.request.Request, headers: dict[str, str]) -> Answer:
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        for name, value in {**self.headers, **cookies}.items():
            request.add_header(name, value)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        answer = self.site.ask(request)
        for said in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(said).items():
                self.cookies[name] = morsel.value
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer


def user(site: Site, name: str, role: str, **about: str) -> int:
    """A user whose password is PASSWORD; answers its number."""
    with site.application.database.write() as connection:
        return users.add(connection, name, role, datetime.now(UTC), password=HASH, **about).id
