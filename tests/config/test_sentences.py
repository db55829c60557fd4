from __future__ import annotations

from collections.abc import Callable

from config.sentences import sentences
from config.watchlist import Watchlist


def test_bounds_of_a_source_are_said(load: Callable[..., Watchlist]) -> None:
    watchlist = load(
        """
        defaults: {hours: "22:00-06:00", budget: 2000 looks a day, requests: "3,000 requests a day"}
        sources:
          - {name: a, pages: [https://a.example/], check: adaptive}
          - name: b
            pages: [https://b.example/]
            hours: "09:00-17:00"
            bandwidth: 200 KB/s
            budget: 40 looks a day
            requests: 50 a day
        """
    )
    assert sentences(watchlist) == [
        "a: looks at 1 page (https://a.example/) as often as it changes (at first every 6 hours) from 22:00 to "
        "06:00, with 5 seconds between two requests; about 2000 looks a day together with others; at most 3000 "
        "requests a day together with all others.",
        "b: looks at 1 page (https://b.example/) every 6 hours from 09:00 to 17:00, with 5 seconds between two "
        "requests and at most 200 KB/s; about 40 looks a day; at most 50 requests a day; at most 3000 requests "
        "a day together with all others.",
    ]


def test_sources_and_subscriptions_in_plain_english(load: Callable[..., Watchlist], secret: str) -> None:
    watchlist = load(
        """
        timezone: Asia/Singapore
        sources:
          - {name: apec, profile: apec, groups: [smewg, hrdwg, ppwe]}
          - name: forum
            pages:
              - {url: "https://forum.example/groups?key=1", name: Groups, check: every 5 minutes}
              - https://forum.example/b
            follow: {links: "/groups/*", depth: 2, at_most: 40}
            allow_networks: 10.1.0.0/16
        subscriptions:
          - name: newsroom
            email: anna@paper.example
            about: {sources: [apec]}
            tell: [contacts, events, projects, text, page]
            unconfirmed: tell
          - name: desk
            email: [desk@trade.example, mei.tan@trade.example]
            about: {economies: [Peru, Viet Nam], sources: apec}
            tell: [events, projects]
            send: daily at 07:00
            upcoming: 90 days
            at least: normal
          - name: crm
            webhook: https://user:hunter2@crm.example/hooks?token=hunter2
            secret: ${HOOK}
          - name: weekly
            email: mei.tan@trade.example
            send: weekly on monday at 08:30
        """,
        {"HOOK": secret},
    )
    said = sentences(watchlist)
    assert said == [
        "apec: looks at 3 pages (SMEWG, HRDWG and PPWE) every 6 hours, with 5 seconds between two requests.",
        "forum: looks at 2 pages (Groups and https://forum.example/b) every 5 minutes or every 6 hours, with "
        "5 seconds between two requests; follows /groups/* up to 2 links away, at most 40 pages; "
        "may connect to 10.1.0.0/16.",
        "newsroom: e-mails anna@paper.example at once about contacts, events, projects, texts and page "
        "health of apec, also of losses before they are confirmed.",
        "desk: e-mails desk@trade.example and mei.tan@trade.example daily at 07:00 (Asia/Singapore) about "
        "events and projects, if of normal importance or more, of Peru and Viet Nam in apec, with what is "
        "coming in 90 days.",
        "crm: posts to https://crm.example/hooks at once about contacts, events (not that they ended), "
        "projects, texts of normal importance and redesigns of every source.",
        "weekly: e-mails mei.tan@trade.example weekly on Monday at 08:30 (Asia/Singapore) about contacts, "
        "events (not that they ended), projects, texts of normal importance, redesigns, news, groups and "
        "page health of every source.",
    ]
    assert "hunter2" not in " ".join(said)
    assert secret not in " ".join(said)


def test_calendars_and_feeds_are_told_where_they_are_not_as_usual(load: Callable[..., Watchlist]) -> None:
    watchlist = load(
        """
        sources:
          - {name: quiet, pages: [https://forum.example/a], follow: {calendars: no}}
          - {name: loud, pages: [https://forum.example/b], follow: {feeds: yes}}
        """
    )
    quiet, loud = sentences(watchlist)
    assert quiet.endswith("two requests; reads no calendars.")
    assert loud.endswith("two requests; reads feeds too.")


def test_what_a_subscription_is_about_and_what_not(load: Callable[..., Watchlist]) -> None:
    watchlist = load(
        """
        timezone: Asia/Singapore
        sources: [{name: forum, pages: [https://forum.example/a]}]
        subscriptions:
          - name: people
            email: a@b.example
            about: {sources: forum, people: [Mei Tan], roles: [Chair, Director]}
            tell: [contacts]
            quiet: "22:00-07:00"
          - name: lima
            email: a@b.example
            about: {cities: Lima, words: [small ports, quay], fields: [starts_on, city], projects: HWG 01 2026A}
            except: {groups: [HRDWG], words: [webinar], fields: [link]}
            tell: [events]
            send: daily at 07:00
            zone: America/Lima
            language: es
        """
    )
    assert sentences(watchlist)[1:] == [
        "people: e-mails a@b.example at once, but not from 22:00 to 07:00 (Asia/Singapore), about contacts "
        "naming Mei Tan with the role Chair or Director in forum.",
        "lima: e-mails a@b.example daily at 07:00 (America/Lima) about events in Lima of the project "
        "HWG 01 2026A where starts_on or city differs with the words “small ports” or “quay”, except what is "
        "of HRDWG; or with the words “webinar”; or where nothing but link differs, with dates in Spanish.",
    ]
