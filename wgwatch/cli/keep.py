"""Commands about what is kept: verify, prune, redact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from config.errors import StorageError, UsageError
from config.retention import FORM, Retention
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.handing import by_workers, hand_over
from wgwatch.cli.output import as_json, counted, note, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from storage.engine import Database
    from storage.pages import Page
    from wgwatch.keeping.verifying import Verified


class _Rule(click.ParamType[Retention]):
    name = "rule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Retention:
        if isinstance(value, Retention):
            return value
        try:
            return Retention.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("verify")
@click.argument("page", required=False)
@by_workers
@as_json
def verify_command(page: str | None, by_workers: bool, as_json: bool) -> None:
    """Check that nothing stored was damaged or altered; prints where each page's chain ends.

    Every stored answer is compared with its hash, every look with the chain of looks, and what is known of the past
    with what the answers yield. Exits 1 with what is broken.
    """
    from wgwatch.keeping.verifying import verify

    application = opening.application()
    database = application.existing_database
    wanted = None
    if page is not None:
        with database.read() as connection:
            wanted = [one_page(connection, page)]
    if by_workers:
        hand_over(application, "verify", _parts(database, wanted))
        return
    found = verify(database, application.reader_of, wanted)
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)
    if found.problems:
        raise SystemExit(1)


@click.command("prune")
@click.option("--keep", "rule", type=_Rule(), metavar="RULE", help=f"{FORM}.")
@click.option("--page", help="Only the answers of this page: an address, or a group.")
@click.option("--with-proof", is_flag=True, help="Also what proves a change that was published.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@by_workers
@as_json
def prune_command(
    rule: Retention | None, page: str | None, with_proof: bool, dry_run: bool, by_workers: bool, as_json: bool
) -> None:
    """Remove the bytes of old answers (others call it retention).

    What was read of them stays, and so do all looks with their hashes: the questions about the past are answered as
    before. What proves a published change stays too, and each page's newest answer.
    """
    from storage.keeping.retention import kept_as_proof
    from wgwatch.keeping.pruning import prune

    application = opening.application()
    database, now = application.existing_database, application.clock()
    rule = rule or Retention()
    if by_workers:
        if dry_run or page:
            raise UsageError("--by-workers goes neither with --dry-run nor with --page")
        hand_over(application, "prune", [{"rule": str(rule), "with_proof": with_proof}])
        return
    with database.read() as connection:
        page_ids = None if page is None else {one_page(connection, page).id}
        proofs = 0 if with_proof else kept_as_proof(connection, rule, now)
    found = list(
        prune(
            *(database, application.reader_of, rule, now),
            page_ids=page_ids,
            with_proof=with_proof,
            dry_run=dry_run,
        )
    )
    size = sum(each.bytes for each in found)
    if as_json:
        gone = [{"sha256": each.sha256, "pages": list(each.pages), "bytes": each.bytes} for each in found]
        print_json({"keep": str(rule), "dry_run": dry_run, "removed": gone, "bytes": size})
        return
    done = "would go" if dry_run else "gone"
    click.echo(f"{counted(len(found), 'answer')} {done}, {size:,} bytes as stored (kept: {rule})")
    if proofs:
        note(
            f"{counted(proofs, 'answer')} more stay as the proof of published changes (--with-proof removes them)"
        )


@click.command("redact")
@click.argument("wanted", metavar="PERSON|CAPTURE")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept in the tombstone.")
@as_json
def redact_command(wanted: str, reason: str, as_json: bool) -> None:
    """Erase a person, or the bytes of one answer, as the law may ask.

    PERSON is a name, an e-mail or a contact's id: masked wherever it was read or told, now and at later looks; stored
    answers that name it lose their bytes. CAPTURE is a capture's number or the beginning of its SHA-256
    (wgwatch captures): its bytes go, what was read of it stays. There is no way back.
    """
    from wgwatch.keeping.redacting import redact_answer, redact_person

    application = opening.application()
    database, now = application.existing_database, application.clock()
    with database.read() as connection:
        blob_id = _blob(connection, wanted)
    if blob_id is not None:
        done = redact_answer(database, blob_id, reason, now, application.reader_of)
    else:
        done = redact_person(database, wanted, reason, now, application.reader_of)
    try:
        database.compact()
    except (
        StorageError
    ) as error:  # another process holds the file: all is masked, but not yet gone from the disk
        note(f"{error}; stop wgwatch run and redact once more, so that nothing is left in the file")
    if as_json:
        print_json(done.to_json())
        return
    click.echo(f"bytes removed of {counted(done.answers, 'answer')}, on {counted(done.pages, 'page')}")
    if done.marker:
        click.echo(
            f"masked in {counted(done.rows, 'row')} of what was told; {done.marker} stands in the place"
        )
    note("backups made before still hold it")


def _parts(database: Database, wanted: Sequence[Page] | None) -> list[dict[str, Any]]:
    from storage import pages
    from wgwatch.running.chores import parts

    with database.read() as connection:
        looked = pages.every(connection) if wanted is None else wanted
    return parts([page.id for page in looked])


def _blob(connection: sa.Connection, wanted: str) -> int | None:
    """The blob of a capture by its number or hash; None where the word is neither. Raises UsageError."""
    from storage import captures

    if re.fullmatch(r"\d{1,7}", wanted):
        found = captures.by_number(connection, int(wanted))
        if found is None:
            raise UsageError(
                f"there is no capture {wanted}: wgwatch captures PAGE --json lists their numbers"
            )
        return found
    if not re.fullmatch(r"[0-9a-f]{8,64}", wanted.casefold()):
        return None
    from storage import blobs

    ids = blobs.that_begin(connection, wanted.casefold())
    if len(ids) != 1:
        raise UsageError(f"{counted(len(ids), 'stored answer')} have a SHA-256 that begins with {wanted}")
    return ids[0]


def _print(found: Verified) -> None:
    for head in found.heads:
        click.echo(f"{head.link}  {counted(head.number, 'look')}  {head.page}")
    removed = f", {found.removed} of them removed on purpose" if found.removed else ""
    click.echo(f"{counted(found.blobs, 'stored answer')} checked{removed}")
    for problem in found.problems:
        where = " ".join(
            (
                *((f"sha256 {problem.sha256}",) if problem.sha256 else ()),
                *((problem.page,) if problem.page else ()),
                *((f"look {problem.sighting}",) if problem.sighting is not None else ()),
            )
        )
        click.echo(f"BROKEN: {problem.what} ({where})")
    for url in found.again:
        click.echo(f"{url}: its newest answer is asked for whole at the next look")
    for text in found.notes:
        note(text)
    click.echo("nothing is broken" if not found.problems else f"{counted(len(found.problems), 'problem')}")
