"""Hearing no more, from the address that a mail bears."""

from __future__ import annotations

import re

import pytest
from website import Site, moved, served
from world import World

from storage.sending import silenced

PUBLIC = "https://wg.trade.example"


@pytest.fixture
def where(world: World) -> str:
    """The path in the header of a mail that was really sent."""
    world.environ["WGWATCH_PUBLIC_URL"] = PUBLIC
    moved(world)
    (mail,) = world.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.search(rf"<{PUBLIC}(/unsubscribe/[^>]+)>", mail["List-Unsubscribe"])
    assert found, mail["List-Unsubscribe"]
    return found[1]


def asleep(site: Site) -> list[tuple[str, str]]:
    with site.application.database.read() as connection:
        return [(one.subscription, one.address) for one in silenced.all_unsubscribed(connection)]


def test_to_look_at_it_changes_nothing_and_one_post_stops_the_mail(world: World, where: str) -> None:
    with served(world) as site:
        assert "Stop this mail" in site.page(where).text
        assert asleep(site) == []
        answer = site.post(where)  # as a mail provider's server asks: no cookie, no origin
        assert answer.status == 200
        ((_, address),) = asleep(site)
        assert f"{address} hears no more" in answer.words
        assert site.post(where).status == 200
        assert len(asleep(site)) == 1


def test_an_address_that_is_not_whole_stops_nothing(world: World, where: str) -> None:
    with served(world) as site:
        for broken in (where[:-2], where.replace(".", ".A", 1), "/unsubscribe/x"):
            assert site.post(broken).status == 404
        assert site.post(where, Sec_Fetch_Site="cross-site").status == 403
        assert asleep(site) == []
