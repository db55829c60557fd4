"""When each host's sitemap was last asked for, and whether it is of use."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from storage.models import page_sources, pages, sitemaps, sources


def origin_if_followed(connection: sa.Connection, host: str) -> str | None:
    """`https://host` as a watched page of a source that follows links has it; None where there is no such page."""
    query = (
        sa.select(pages.c.url, sources.c.spec)
        .join(page_sources, page_sources.c.page_id == pages.c.id)
        .join(sources, sources.c.id == page_sources.c.source_id)
        .where(pages.c.host == host, pages.c.paused_at.is_(None))
        .order_by(pages.c.id)
    )
    url = next(
        (row.url for row in connection.execute(query) if (row.spec.get("follow") or {}).get("links")), None
    )
    return f"{urlsplit(url).scheme}://{host}" if url else None


def is_due(connection: sa.Connection, host: str, before: datetime) -> bool:
    """Whether the host was not asked since."""
    asked = connection.execute(sa.select(sitemaps.c.asked_at).where(sitemaps.c.host == host)).scalar()
    return asked is None or asked <= before


def put(connection: sa.Connection, host: str, now: datetime) -> None:
    """The host was asked now."""
    connection.execute(sa.delete(sitemaps).where(sitemaps.c.host == host))
    connection.execute(sa.insert(sitemaps).values(host=host, asked_at=now))
