"""Protected e-mail addresses in a Document: taken away or decoded before anything is read, as a profile says."""

from __future__ import annotations

from dataclasses import replace

from crawler.documents.protection import MASKED, PROTECTED, unprotected, without_code
from storage.document import Block, Document, Link


def show_addresses(document: Document, *, is_decoded: bool) -> Document:
    """The Document with protected addresses decoded, as if the page had shown them, else without their codes.

    So a record or a section's text can hold an address only where the profile asks for it.
    """
    blocks = tuple(
        _shown(block, is_decoded=is_decoded) if _is_protected(block) else block for block in document.blocks
    )
    return replace(document, blocks=blocks)


def _is_protected(block: Block) -> bool:
    return any(PROTECTED in link.target for link in block.links)


def _shown(block: Block, *, is_decoded: bool) -> Block:
    if not is_decoded:
        links = tuple(Link(link.text, without_code(link.target)) for link in block.links)
        return replace(block, links=links)
    found = [unprotected(link.target) for link in block.links]
    links = tuple(_decoded(link, address) for link, address in zip(block.links, found, strict=True))
    masked = [
        address if address else MASKED
        for link, address in zip(block.links, found, strict=True)
        if MASKED in link.text
    ]
    return replace(
        block,
        text=_filled(block.text, masked),
        lines=_each_filled(block.lines, masked),
        cells=_each_filled(block.cells, masked),
        links=links,
    )


def _decoded(link: Link, address: str | None) -> Link:
    if address is None:
        return Link(link.text, without_code(link.target))
    return Link(link.text.replace(MASKED, address), f"mailto:{address}")


def _filled(text: str, addresses: list[str]) -> str:
    """The text with its masks replaced by these, in order."""
    for address in addresses:
        text = text.replace(MASKED, address, 1) if address != MASKED else text.replace(MASKED, "\0", 1)
    return text.replace("\0", MASKED)


def _each_filled(texts: tuple[str, ...], addresses: list[str]) -> tuple[str, ...]:
    """Several texts that follow each other, each with its share of the addresses."""
    filled, left = [], list(addresses)
    for text in texts:
        count = text.count(MASKED)
        filled.append(_filled(text, left[:count]))
        left = left[count:]
    return tuple(filled)
