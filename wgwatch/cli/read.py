"""Commands that read pages: extract, reparse."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wgwatch.cli.explained import print_explanations
from wgwatch.cli.obtain import obtain
from wgwatch.cli.output import as_json, print_json
from wgwatch.cli.times import Moment

if TYPE_CHECKING:
    from crawler.extract.knowledge import Knowledge


@click.command("extract")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", help="The address that a saved page had.")
@click.option("--profile", help="What is known of the site: a shipped profile, or a file: ./my.yaml.")
@click.option("--at", type=Moment(end=True), help="When the page was so: for a profile's selectors.")
@click.option("--explain", "is_explained", is_flag=True, help="Show where each field was read, and why.")
@as_json
def extract_command(
    page: str, url: str | None, profile: str | None, at: datetime | None, is_explained: bool, as_json: bool
) -> None:
    """What would be read from this page, as JSON. Nothing is stored.

    With --explain as text for people: which lines gave which field and why; with --json too, as data.
    """
    from crawler.documents import parse
    from crawler.explain import explain
    from crawler.profiled.protected import show_addresses
    from crawler.reading import read_document, selection
    from wgwatch.profiles.profiling import read_out

    got = obtain(page, url)
    knowledge = _knowledge(profile, got.url)
    document = parse(got.body, got.content_type, got.url)
    selected = selection(document, got.body, got.content_type, url=got.url, knowledge=knowledge, seen_at=at)
    reading = read_document(document, url=got.url, knowledge=knowledge, selected=selected)
    if not is_explained:
        print_json(read_out(reading))
        return
    shown = show_addresses(document, is_decoded=knowledge.decode_emails)
    explanations = explain(shown, reading, tuple(selected.records) if selected else ())
    if as_json:
        print_json([explanation.to_json() for explanation in explanations])
    else:
        print_explanations(explanations, reading.warnings)


def _knowledge(profile: str | None, url: str | None) -> Knowledge:
    """What the named profile knows; without one, what the shipped profile does that knows the address."""
    from config.profile import find_page, load_profile
    from crawler.extract.knowledge import DEFAULT, Knowledge

    if profile is not None:
        return Knowledge.of_profile(load_profile(profile, Path.cwd()))
    known = find_page(url) if url else None
    return Knowledge.of_profile(known[0]) if known else DEFAULT
