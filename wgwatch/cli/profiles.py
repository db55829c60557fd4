"""Commands about profiles: profile new, profile test."""

from __future__ import annotations

from pathlib import Path

import click

from config.errors import UsageError
from wgwatch.cli.obtain import obtain
from wgwatch.cli.output import as_json, counted, print_json


@click.group("profile")
def profile_command() -> None:
    """Profiles: what is known of a site, to read its pages better."""


@profile_command.command("new")
@click.argument("page", metavar="FILE|URL")
@click.option("--name", help="What the profile is called; else it is named after the site.")
@click.option("--url", help="The address that a saved page had.")
def new_command(page: str, name: str | None, url: str | None) -> None:
    """Draft a profile from a page, with the page as its first test, into this folder."""
    from config.addresses import check_url
    from wgwatch.profiles.drafting import draft

    if url is not None:
        check_url(url)
    got = obtain(page, url)
    made = draft(got.body, got.content_type, got.url, page, name)
    for path in made.write(Path()):
        click.echo(f"wrote {path}")
    click.echo(
        f"Next: correct {made.name}/*.expected.json to what the pages say, then {made.name}.yaml "
        f"until wgwatch profile test {made.name}.yaml has nothing to say."
    )


@profile_command.command("test")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def test_command(file: Path, as_json: bool) -> None:
    """Read the saved pages beside a profile and show what differs from their expected records.

    They stand in a folder of the profile's name: page.html and page.expected.json, in the shape that extract prints.
    """
    from dataclasses import asdict

    from wgwatch.profiles.profiling import try_on_pages

    if not file.is_file():
        raise UsageError(f"{file} is no file")
    tested = try_on_pages(file)
    if as_json:
        print_json([asdict(page) for page in tested])
    else:
        for page in tested:
            told = counted(len(page.differences), "difference") if page.differences else "as expected"
            click.echo(f"{page.page}: {counted(page.right, 'fact')} right, {told}")
            for difference in page.differences:
                click.echo(f"  {difference}")
    if any(page.differences for page in tested):
        raise SystemExit(1)
