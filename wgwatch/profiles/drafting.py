"""A first draft of a profile from one page, and the page with what is read from it as its first test."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.errors import UsageError
from config.profile_schema import SCHEMA_NAME, schema_text
from crawler.documents import parse
from crawler.extract.dates import first_date
from crawler.reading import read_document
from storage.document import Block, Document, Section
from storage.records import RECORD_SECTIONS, Reading, Record
from wgwatch.profiles.profiling import EXPECTED, LISTS, read_out

LONGEST_TITLE = 60
SENTENCE = 330
CODE_LIKE = re.compile(r"\b(?:[A-Z]{1,6}[/_-])?[A-Z]{2,6}[ /_-]\d{2,4}(?:[ /_-]\w{1,6})?\b")
NOT_FACTS = {f.name for f in fields(Record)}
HEAD = """\
# yaml-language-server: $schema={schema}
# What is known of a site, drafted from
# {origin}
# Complete it by hand: take the # away where a suggestion is right, leave out what needs no saying.
name: {name}
"""
TAIL = """
# Words that name a role here and that are not read as one:
# roles: [Wharf Warden]

# Whether protected e-mail addresses stay unknown (keep, the default) or are decoded:
# protected_emails: decode

# Where fields stand, for a layout that is still read wrong, and between which days it was so:
# selectors:
#   - for: event
#     each: table.meetings tr
#     fields: {title: td.what, starts_on: td.when, place: td.where, link: a@href}
#     until: 2021-06-30
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile's name and text, the page's file name, its bytes, and what is expected of it, as JSON."""

    name: str
    text: str
    page_name: str
    page: bytes
    expected: str

    def write(self, folder: Path) -> tuple[Path, ...]:
        """The profile, the schema for editors, and the page with its expected records. Overwrites nothing.

        Answers the files. Raises UsageError where the profile is there already.
        """
        profile, saved = folder / f"{self.name}.yaml", folder / self.name / self.page_name
        if profile.exists() or saved.exists():
            there = profile if profile.exists() else saved
            raise UsageError(f"{there} is there already; it was left as it is")
        saved.parent.mkdir(parents=True, exist_ok=True)
        expected = saved.with_name(saved.stem + EXPECTED)
        profile.write_text(self.text, "utf-8")
        saved.write_bytes(self.page)
        expected.write_text(self.expected, "utf-8")
        (folder / SCHEMA_NAME).write_text(schema_text(), "utf-8")
        return profile, saved, expected, folder / SCHEMA_NAME


def draft(body: bytes, content_type: str | None, url: str | None, origin: str, name: str | None) -> Draft:
    """A profile for the site of a page that was had from `origin`. Raises ReadError for what is no text."""
    document = parse(body, content_type, url)
    reading = read_document(document, url=url)
    chosen = _slug(name or _site_name(url, origin))
    text = HEAD.format(schema=SCHEMA_NAME, origin=url or origin, name=chosen)
    for part in (_group(reading, url), _words(document, reading), _codes(document, reading), TAIL):
        text += part
    ending = ".html" if document.format == "html" else ".txt"
    page = _slug(Path(urlsplit(url or origin).path.rstrip("/")).stem or "page")
    return Draft(chosen, text, page + ending, body, _expected(reading, url))


def _site_name(url: str | None, origin: str) -> str:
    host = urlsplit(url or "").hostname
    if host is None:
        return Path(origin).stem
    labels = host.removeprefix("www.").split(".")
    return host if labels[-1].isdigit() else labels[-2] if len(labels) > 1 else labels[0]


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.lower())) or "site"


def _group(reading: Reading, url: str | None) -> str:
    group = reading.group
    name = group.name if group and group.name else reading.title or "?"
    acronym = group.acronym if group and group.acronym else None
    lines = [
        "groups:",
        f"  {_slug(acronym or name)}:",
        f"    name: {_scalar(name)}",
        f"    acronym: {_scalar(acronym or name)}" + ("" if acronym else "  # none was found on the page"),
        f"    url: {url or 'https://...  # the address of the page'}",
    ]
    return "\n" + "".join(f"{line}\n" if url else f"# {line}\n" for line in lines)


def _words(document: Document, reading: Reading) -> str:
    """What each section of the page is read as, and what it seems to hold where that is another."""
    read_as = {section.title: section.holds for section in reading.sections}
    suggested: dict[str, list[str]] = {}
    for section in document.sections():
        title = section.title
        if not title or len(title) > LONGEST_TITLE or title not in read_as or not section.blocks:
            continue
        seems, seen = _seems(section)
        if read_as[title] == "text" and seems != "text":
            suggested.setdefault(seems, []).append(f"{_scalar(title)}  # {seen}; it is read as text now")
        else:
            suggested.setdefault(read_as[title], []).append(f"{_scalar(title)}  # is read so already")
    if not suggested:
        return ""
    lines = ["", "# What stands under the titles of the page's sections:", "# words:"]
    for holds, titles in suggested.items():
        lines += [f"#   {holds}:", *(f"#     - {title}" for title in dict.fromkeys(titles))]
    return "".join(f"{line}\n" for line in lines)


def _seems(section: Section) -> tuple[str, str]:
    """What a section seems to hold, and by which signs."""
    lines = [line for block in section.blocks for line in _lines(block)]
    dated = sum(len(line) <= SENTENCE and first_date(line) is not None for line in lines)
    mailed = sum(_is_mail(block) for block in section.blocks)
    if mailed and mailed >= dated:
        return "contacts", _counted(mailed, "address")
    if dated > 1:
        return "events", _counted(dated, "date")
    coded = sum(CODE_LIKE.search(line) is not None for line in lines)
    if coded > 1:
        return "projects", _counted(coded, "code")
    return "text", ""


def _lines(block: Block) -> tuple[str, ...]:
    return (block.text,) if block.cells else block.lines or (block.text,)


def _is_mail(block: Block) -> bool:
    return any("mailto:" in link.target or "email-protection" in link.target for link in block.links)


def _counted(number: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural} in it"


def _codes(document: Document, reading: Reading) -> str:
    """Shapes that look like project codes and were not read as such."""
    read = {project.code for project in reading.projects}
    found = Counter(match for block in document.blocks for match in CODE_LIKE.findall(block.text))
    texts = [code for code in found if not any(code in (known or "") for known in read)]
    shapes = Counter(_shape(code) for code in texts)
    lines = [
        f"#   - '{shape}'  # as in {next(c for c in texts if _shape(c) == shape)}"
        for shape, count in shapes.most_common(3)
        if count > 1
    ]
    return "\n# Project codes, as regular expressions:\n# codes:\n" + "\n".join(lines) + "\n" if lines else ""


def _shape(code: str) -> str:
    return re.sub(r"\d+", lambda digits: rf"\d{{{len(digits.group())}}}", code)


def _scalar(text: str) -> str:
    """As YAML on one line, in quotes where it needs them."""
    is_plain = re.fullmatch(r"[^\W\d_][\w ()'’./&-]*", text) and text.lower() not in {
        "yes",
        "no",
        "on",
        "off",
        "null",
    }
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _expected(reading: Reading, url: str | None) -> str:
    said = read_out(reading)
    wanted: dict[str, Any] = {"url": url} if url else {}
    if said["group"]:
        wanted["group"] = _facts(said["group"])
    wanted |= {
        name: [_facts(record) for record in said[name]]
        for name in LISTS
        if said[name] or name in RECORD_SECTIONS.values()
    }
    return json.dumps(wanted, indent=1, ensure_ascii=False) + "\n"


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    """The facts that the page states; what it is silent about is left out."""
    return dict(_stated(record))


def _stated(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if name not in NOT_FACTS | {"read_from"} and value not in (None, False, []):
            yield name, value
