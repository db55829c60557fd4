"""Commands about single pages, beside the watchlist file: add, remove, pause, resume."""

from __future__ import annotations

import getpass

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, print_json


@click.command("add")
@click.argument("url", metavar="URL")
@click.option("--name", help="What to call it in messages.")
@click.option("--check", help="How often to look: every 6 hours, adaptive, or a cron expression.")
@click.option("--profile", help="What knows the site: a shipped profile, or one that the watchlist names.")
@as_json
def add_command(url: str, name: str | None, check: str | None, profile: str | None, as_json: bool) -> None:
    """Watch one more page, which the watchlist file does not name (others call it a watch).

    wgwatch export watchlist writes it beside what the file says.
    """
    from config.schedules import check_of
    from wgwatch.watching.adding import add

    application = opening.application()
    watchlist, networks = application.watchlist(), application.settings.allow_networks
    said = {"url": url, "name": name, "check": check_of(check) if check else None, "profile": profile}
    with application.database.write() as connection:
        page = add(
            connection, said, watchlist, networks, origin="cli", by=getpass.getuser(), now=application.clock()
        )
    if as_json:
        print_json({"id": page.id, "url": page.url, "source": page.sources[0], "origin": page.origin})
        return
    click.echo(f"{page.label} is watched, in the source {page.sources[0]}; wgwatch check looks at it now")


@click.command("remove")
@click.argument("wanted", metavar="PAGE")
def remove_command(wanted: str) -> None:
    """Look no more at a page that was added; its history stays."""
    from wgwatch.watching.adding import remove

    application = opening.application()
    with application.existing_database.write() as connection:
        page = remove(connection, one_page(connection, wanted).id, application.clock())
    still = (
        "is still watched, as the watchlist file names it" if page.paused_at is None else "is watched no more"
    )
    click.echo(f"{page.label} {still}; its history stays")


@click.command("pause")
@click.argument("wanted", metavar="PAGE")
def pause_command(wanted: str) -> None:
    """Look no more at a page until it is resumed, whatever the watchlist says."""
    from wgwatch.watching.resting import pause

    application = opening.application()
    with application.existing_database.write() as connection:
        page = one_page(connection, wanted)
        pause(connection, page.id, getpass.getuser(), application.clock())
    click.echo(f"{page.label} is not looked at until: wgwatch resume {wanted}")


@click.command("resume")
@click.argument("wanted", metavar="PAGE")
def resume_command(wanted: str) -> None:
    """Look again at a page that was paused by hand."""
    from wgwatch.watching.resting import resume

    application = opening.application()
    with application.existing_database.write() as connection:
        page = resume(connection, one_page(connection, wanted).id, application.clock())
    click.echo(f"{page.label} is looked at again")
