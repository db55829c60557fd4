"""The command that joins addresses of one page: alias."""

from __future__ import annotations

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, counted, print_json


@click.command("alias")
@click.argument("page")
@click.argument("address", required=False)
@as_json
def alias_command(page: str, address: str | None, as_json: bool) -> None:
    """Let ADDRESS be one of a page's: an old or new one, a mirror. Without ADDRESS: all that it has.

    Where ADDRESS is a page of its own so far, the two become one, with both histories.
    """
    from storage import pages
    from wgwatch.keeping.aliases import alias

    application = opening.application()
    with application.existing_database.read() as connection:
        found = one_page(connection, page)
    if address is not None:
        done = alias(application.database, found, address, application.clock(), application.reader_of)
        if not as_json:
            merged = f"one page with it now, {counted(done.looks, 'look')} taken over"
            words = {"added": "added", "known": "was known already", "merged": merged}
            click.echo(f"{done.page.label}: {address} {words[done.outcome]}")
            return
    with application.database.read() as connection:
        urls = pages.address_urls(connection, found.id)
    if as_json:
        print_json([{"page": found.url, "address": url} for url in urls])
    else:
        click.echo("\n".join(urls))
