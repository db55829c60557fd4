"""A role at a group: who held it over the years, with the pages that say so."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from diffing.spelling import spelt
from storage.asking import browsing, queries
from storage.records import Contact
from wgwatch.cli.finding import assert_covered
from wgwatch.web import listing
from wgwatch.web.asked import moment, reading
from wgwatch.web.groups import few_pages_called
from wgwatch.web.roles import roles, terms
from wgwatch.web.templating import show

CHANGES = 60


def role_page(request: Request) -> Response:
    """Everybody whom the group's pages named in a role, now or as of a day."""
    group, role = request.path_params["name"], request.path_params["role"]
    asked = moment(request, "as_of")
    with reading(request) as (connection, now):
        found = few_pages_called(connection, group)
        assert_covered(connection, found, asked or now)
        said = queries.as_of(connection, Contact.kind, found, asked or now, history=True)
        ever = [answer for answer in said if queries.listed_under(answer, group)]
        held, named = terms(ever, role), roles(ever)
        if not held:
            known = f" The roles that they named: {', '.join(named)}." if named else ""
            raise HTTPException(
                404, f"No page of {group} named a '{role}'{' by then' if asked else ''}.{known}"
            )
        holders = {term.record_id for term in held}
        changes = browsing.changes_before(
            connection,
            page_ids=[page.id for page in found],
            kinds=["role", "contact"],
            until=asked,
            limit=CHANGES,
        )
        return show(
            request,
            "role.html",
            name=found[0].label,
            role=held[0].role,
            as_of=asked,
            terms=held,
            is_on_several=len({term.page_id for term in held}) > 1,
            others=[each for each in named if spelt(each) != spelt(role)],
            days=listing.by_day([change for change in changes if change.record_id in holders]),
        )
