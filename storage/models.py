"""The tables. What is kept for ever stands first, what is derived from it (and rebuilt by `reparse`) after.

Core tables rather than mapped classes: rows go in by thousands, and what comes out becomes frozen dataclasses.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out: SQLite forgets the zone, PostgreSQL answers in the session's."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER is SQLite's own row id

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_WATCHED = "paused_at IS NULL AND merged_into IS NULL"


def _some(name: str, where: str, *columns: str, sqlite: str | None = None) -> sa.Index:
    """An index of some rows alone; SQLite takes it for questions that are written in the same words."""
    return sa.Index(name, *columns, sqlite_where=sa.text(sqlite or where), postgresql_where=sa.text(where))


def _page(**options: Any) -> sa.Column[int]:
    return sa.Column("page_id", Id, sa.ForeignKey("pages.id"), nullable=False, **options)


# --- declared: what to watch and whom to tell (brought in from the watchlist, or added elsewhere) ----------------

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("spec", JSON, nullable=False),
    sa.Column("paused_at", UTCDateTime),
)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("profile", sa.Text),
    sa.Column("acronym", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("said_name", sa.Text),  # what the page itself calls the group
    # watchlist | web, api, cli (added there) | followed (a link led to it) | import (known from saved pages alone)
    sa.Column("origin", sa.Text, nullable=False, server_default="watchlist"),
    # the page that this one was found to be (`wgwatch alias`): its sightings stay here, its history is told there
    sa.Column("merged_into", Id),
    # when to look
    sa.Column("paused_at", UTCDateTime),
    sa.Column("next_check_at", UTCDateTime),
    sa.Column("spec", JSON, nullable=False, server_default="{}"),
    # the validators of the last answer that was read, and under which rules (RFC 9110 section 8.8)
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("validated_blob_id", Id, sa.ForeignKey("blobs.id")),
    sa.Column("validated_url", sa.Text),
    sa.Column("rules", sa.Text),
    # the rules by which all of its history was derived; empty where only its end is by those of `rules`
    sa.Column("history_rules", sa.Text),
    # health
    sa.Column("health", sa.Text, nullable=False, server_default="new"),
    sa.Column("health_since", UTCDateTime),
    sa.Column("health_reason", sa.Text),
    sa.Column("bad_looks", sa.Integer, nullable=False, server_default="0"),
    sa.Column("health_told", sa.Text),
    sa.Column("last_check_at", UTCDateTime),
    sa.Column("last_good_at", UTCDateTime),
    sa.Column("last_change_at", UTCDateTime),
    # a big loss that is looked at again before it is told: since when, how many looks
    sa.Column("suspect_since", UTCDateTime),
    sa.Column("suspect_looks", sa.Integer, nullable=False, server_default="0"),
    # whether all of its history is in `passages` (not so where an older wgwatch derived it, until a rebuild)
    sa.Column("searchable", sa.Boolean, nullable=False, server_default=sa.false()),
    # how often it changes: so many told changes in so many days, older ones counting less
    sa.Column("habit_changes", sa.Float),
    sa.Column("habit_days", sa.Float),
    # what the last good answer was like, leaving out what no reader looks at, under the rules in `rules`
    sa.Column("outline", sa.LargeBinary),
    # the hash chain of its sightings
    sa.Column("arrivals", sa.Integer, nullable=False, server_default="0"),
    sa.Column("chain_head", sa.LargeBinary),
    sa.Index("ix_pages_due", "next_check_at", sqlite_where=sa.text("paused_at IS NULL")),
    sa.Index("ix_pages_host", "host"),
    # what is watched, by health: counted from the index alone, listed by key and by the next look
    _some("ix_pages_health", _WATCHED, "health", "key"),
    _some("ix_pages_health_due", _WATCHED, "health", "next_check_at", "id"),
    _some("ix_pages_paused", "paused_at IS NOT NULL AND merged_into IS NULL", "id"),
    _some("ix_pages_unsearchable", "NOT searchable", "id", sqlite="searchable = 0"),
    sa.Index("ix_pages_last_check", "last_check_at"),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    _page(index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("added_at", UTCDateTime, nullable=False),
)

page_sources = sa.Table(
    "page_sources",
    metadata,
    _page(primary_key=True),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id"), primary_key=True),
)

# Pages that a source's links led to. `depth` counts links from the pages that the watchlist names; `via` says what
# they are to the page that links them: link, calendar, feed; `unlinked_at` is when the last link left, `gone_at` when
# every list of the source had confirmed it.
followed = sa.Table(
    "followed",
    metadata,
    _page(primary_key=True),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id"), primary_key=True, index=True),
    sa.Column("from_page_id", Id, sa.ForeignKey("pages.id"), nullable=False),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("via", sa.Text, nullable=False, server_default="link"),
    sa.Column("found_at", UTCDateTime, nullable=False),
    sa.Column("unlinked_at", UTCDateTime),
    sa.Column("gone_at", UTCDateTime),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("source_id", Id, sa.ForeignKey("sources.id"), primary_key=True),
    sa.Column("from_page_id", Id, sa.ForeignKey("pages.id"), primary_key=True),
    sa.Column("to_page_id", Id, sa.ForeignKey("pages.id"), primary_key=True),
)

# The answer whose links were last taken from a page, and by which rules: the same again says nothing new.
listings = sa.Table(
    "listings",
    metadata,
    _page(primary_key=True),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id"), primary_key=True),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("blob_id", Id, sa.ForeignKey("blobs.id"), nullable=False),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("spec", JSON, nullable=False),
    sa.Column("paused_at", UTCDateTime),
    sa.Column("left_at", UTCDateTime),
    # when it was first brought in, came back or was resumed: its first digest begins here
    sa.Column("hears_since", UTCDateTime),
    # of one that was made on the web or by API: the user whose it is, and what its webhook's secrets are derived from
    sa.Column("owner_id", Id),
    sa.Column("salts", JSON),
)

# --- kept, never rebuilt -----------------------------------------------------------------------------------------

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("base_id", Id, sa.ForeignKey("blobs.id"), index=True),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column(
        "data", sa.LargeBinary, nullable=False
    ),  # empty where `removed_at` is set: the row is the tombstone
    sa.Column("removed_at", UTCDateTime),
    sa.Column("removed_reason", sa.Text),
)

sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("seen_at", UTCDateTime, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("answered_from", sa.Text),  # where redirects led, if anywhere else
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("good", sa.Boolean, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("blob_id", Id, sa.ForeignKey("blobs.id"), index=True),
    sa.Column("headers", JSON),
    sa.Column("asked", JSON),  # the request's headers, without what is secret
    sa.Column("taken_by", sa.Text),  # who took it, where not we: an archive, another crawler
    sa.Column("reason", sa.Text),
    sa.Column("screenshot_id", Id, sa.ForeignKey("blobs.id")),
    sa.Column("chain", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("page_id", "number"),
    sa.Index("ix_sightings_page_good_seen", "page_id", "good", "seen_at"),
)

record_ids = sa.Table(
    "record_ids",
    metadata,
    sa.Column("number", Id, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _page(index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("redirect_to", sa.Text),
)

record_keys = sa.Table(
    "record_keys",
    metadata,
    _page(primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("number", Id, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _page(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text, index=True),
    sa.Column("group_name", sa.Text),
    sa.Column("last_seen_before", UTCDateTime),
    sa.Column("first_seen_after", UTCDateTime, nullable=False),
    sa.Column("importance", sa.Float, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("payload", JSON, nullable=False),
    # derived (never published) | held | open | planned | withdrawn (held, and found to be nothing)
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("published_at", UTCDateTime),
    sa.Column("planned_at", UTCDateTime),
    sa.Column("superseded_at", UTCDateTime),
    # in a part of the page that differs at every look: neither told nor fed to the schedule
    sa.Column("noise", sa.Boolean, nullable=False, server_default=sa.false()),
    # the change of another page that told this very fact first
    sa.Column("same_as", sa.Text),
    # when it was told to those who hear of what is not yet confirmed
    sa.Column("foretold_at", UTCDateTime),
    sa.Index("ix_changes_page_after", "page_id", "first_seen_after"),
    sa.Index("ix_changes_state", "state"),
    # with what tells whether a change is shown: they are counted by day from the index alone
    sa.Index("ix_changes_after", "first_seen_after", "noise", "same_as", "state"),
    sa.Index("ix_changes_kind_after", "kind", "first_seen_after"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("number", Id, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("fold", sa.Text, nullable=False),  # what may share a message: target and schedule
    sa.Column("digest", sa.Boolean, nullable=False),
    # whose digest it is
    sa.Column("subscription", sa.Text),
    # it waits for its hour, not for company: digests, and what came in quiet hours
    sa.Column("keeps_hour", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("due_at", UTCDateTime, nullable=False),
    # waiting | sent | dead | discarded
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", UTCDateTime, nullable=False),
    sa.Column("claimed_by", sa.Text),
    sa.Column("claimed_until", UTCDateTime),
    sa.Column("sent_at", UTCDateTime),
    sa.Column("answer", sa.Text),
    # a digest covers from here to `due_at`; what it says beside its items, frozen when it is first sent
    sa.Column("since", UTCDateTime),
    sa.Column("extra", JSON),
    sa.Index("ix_deliveries_due", "state", "next_attempt_at", "number"),
    sa.Index("ix_deliveries_state", "state", "number"),
    sa.Index(
        "ix_deliveries_claimed",
        "claimed_by",
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    ),
    sa.Index("ix_deliveries_fold", "fold", "state"),
)

delivery_items = sa.Table(
    "delivery_items",
    metadata,
    sa.Column("number", Id, primary_key=True),
    sa.Column("delivery_id", sa.Text, sa.ForeignKey("deliveries.id"), nullable=False, index=True),
    sa.Column("change_id", sa.Text, nullable=False, index=True),
    sa.Column("fold", sa.Text, nullable=False),
    sa.Column("payload", JSON, nullable=False),
    sa.Column("reasons", JSON, nullable=False),
    sa.UniqueConstraint(
        "fold", "change_id"
    ),  # one fold never holds a change twice, whatever message it went in
)

delivery_attempts = sa.Table(
    "delivery_attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("delivery_id", sa.Text, sa.ForeignKey("deliveries.id"), nullable=False, index=True),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
)

# Who asked to hear no more of a subscription, although the watchlist still names the address.
unsubscribed = sa.Table(
    "unsubscribed",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("subscription", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.UniqueConstraint("subscription", "address"),
)

# Targets that said they are gone for good; nothing is sent there until someone says otherwise.
gone_targets = sa.Table(
    "gone_targets",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("channel", "target"),
)

# Drawn once, for what we sign and later check ourselves: addresses to unsubscribe at.
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

# Parts of a page that differ at every look. `state`: watching (not yet sure) | active | cleared (by hand).
noise = sa.Table(
    "noise",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),  # learned | set
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_at", UTCDateTime, nullable=False),
    sa.Column("examples", JSON, nullable=False),
    sa.UniqueConstraint("page_id", "section", "pattern"),
)

# What was erased by law, known by salted hashes alone, so that it does not come back with the next look: the `words`
# of a name in order of the alphabet, an e-mail, the digits of a phone, the SHA-256 of an answer. `subject` numbers
# persons.
redactions = sa.Table(
    "redactions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("subject", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # name | email | phone | bytes
    sa.Column("words", sa.Integer, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

# Which reading stands for an answer whose bytes are removed; none where it was no text.
frozen = sa.Table(
    "frozen",
    metadata,
    _page(primary_key=True),
    sa.Column("blob_id", Id, sa.ForeignKey("blobs.id"), primary_key=True),
    sa.Column("digest", sa.Text),
    sa.Column("rules", sa.Text, nullable=False),
)

# Numbers that are found once in a while and hold for all: the scale of adaptive looks, looks spent today.
pace = sa.Table(
    "pace",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("expires_at", UTCDateTime, nullable=False),
)

robots = sa.Table(
    "robots",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("fetched_at", UTCDateTime, nullable=False),
)

sitemaps = sa.Table(
    "sitemaps",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("asked_at", UTCDateTime, nullable=False),
)

# What reading the past anew did to a page: which answers became different, and by which rules. Rows of one run share
# `began_at`; `ended_at` is empty while the run has pages to do.
reparses = sa.Table(
    "reparses",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(index=True),
    sa.Column("began_at", UTCDateTime, nullable=False, index=True),
    sa.Column("done_at", UTCDateTime, nullable=False),
    sa.Column("ended_at", UTCDateTime),
    sa.Column("rules_before", sa.Text),
    sa.Column("rules_after", sa.Text, nullable=False),
    sa.Column("report", JSON, nullable=False),
)

# --- derived: rebuilt from the above -----------------------------------------------------------------------------

captures = sa.Table(
    "captures",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(),
    sa.Column("blob_id", Id, sa.ForeignKey("blobs.id"), nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text),
    sa.Column("first_seen_at", UTCDateTime, nullable=False),
    sa.Column("last_seen_at", UTCDateTime, nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text),
    sa.UniqueConstraint("page_id", "first_seen_at"),
)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    # its bytes are removed, it cannot be read again: kept as it is, whatever the rules of today
    sa.Column("frozen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("page_id", "digest", "rules"),
)

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(),
    sa.Column("record_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("said", JSON, nullable=False),
    sa.Column("first_seen_at", UTCDateTime, nullable=False),
    # empty while the page still says so: the page's last good look is then the last sighting
    sa.Column("last_seen_at", UTCDateTime),
    sa.Column("next_look_at", UTCDateTime),
    sa.Column("verdict", sa.Text),
    sa.Index("ix_observations_page_kind_first", "page_id", "kind", "first_seen_at", "next_look_at"),
    # events that pages announce now are found by their first day, too: the migration makes an index for it
)

section_spans = sa.Table(
    "section_spans",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("holds", sa.Text, nullable=False),
    sa.Column("first_seen_at", UTCDateTime, nullable=False),
    sa.Column("last_seen_at", UTCDateTime),
    sa.Column("next_look_at", UTCDateTime),
)

# Which records of several pages are one: `entity_id` is the id of the one that was registered first.
record_links = sa.Table(
    "record_links",
    metadata,
    sa.Column("record_id", sa.Text, primary_key=True),
    _page(index=True),
    sa.Column("entity_id", sa.Text, nullable=False, index=True),
)

# What records are looked up by when another page's are linked: a scope (profile or site), a kind, a key.
link_keys = sa.Table(
    "link_keys",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("record_id", sa.Text, primary_key=True),
    _page(index=True),
)

# What its group is called, casefolded. `origin`: declared (by the watchlist or a profile) | said (by the page).
group_names = sa.Table(
    "group_names",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    _page(primary_key=True, index=True),
    sa.Column("origin", sa.Text, primary_key=True),
)

# Pieces of what pages said, each kept once; `kind` is text, or that of the record which says it. The words are in the
# index `passage_words` under the same number: FTS5 or tsvector, made by the migration.
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _page(index=True),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
)

passage_spans = sa.Table(
    "passage_spans",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("passage_id", Id, sa.ForeignKey("passages.id"), nullable=False, index=True),
    _page(),
    sa.Column("first_seen_at", UTCDateTime, nullable=False),
    # empty while the page still says so
    sa.Column("last_seen_at", UTCDateTime),
    sa.Column("next_look_at", UTCDateTime),
    sa.Index("ix_passage_spans_page", "page_id", "last_seen_at"),
)
