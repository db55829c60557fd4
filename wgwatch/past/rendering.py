"""Two versions of a page as HTML to read: inline or side by side, as fragments or as a file of its own.

What a page says is escaped, and cleaned once more as a whole; nothing is loaded, nothing runs. Texts stand for
pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import nh3

from diffing import words
from diffing.page import Aligned, State
from diffing.text import Pair
from diffing.words import Run
from storage.changes import Change
from storage.document import Block, BlockKind

_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "div", "ul", "li", "ins", "del", "small", "b", "p"}
_ATTRIBUTES = {tag: {"class"} for tag in ("tr", "td", "div")}
_STYLE = """\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:1200px;margin:0 auto;padding:16px;overflow-wrap:anywhere}
del{background:rgba(220,60,50,.22)}
ins{background:rgba(40,160,80,.25);text-decoration:none}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:2px 8px;width:50%}
.heading{font-weight:bold;font-size:1.15em;margin-top:.8em}
.item::before{content:"• "}
.moved{opacity:.7;border-left:3px solid rgba(128,128,128,.6);padding-left:6px}
.changed,.added,.removed{border-left:3px solid rgba(128,128,128,.6);padding-left:6px}
small{opacity:.75;display:block}
"""


def side_by_side(aligned: Iterable[Aligned]) -> str:
    """An HTML fragment: a table with the old version on the left and the new one on the right."""
    rows = "".join(_row(pair) for pair in aligned)
    return _clean(f"<table><thead><tr><th>was</th><th>is</th></tr></thead><tbody>{rows}</tbody></table>")


def inline(aligned: Iterable[Aligned]) -> str:
    """An HTML fragment: the new version, with what left it at its old place."""
    return _clean("".join(_inline(pair) for pair in aligned))


def change_list(changes: Sequence[Change]) -> str:
    """An HTML fragment: the changes as a list, those of texts with their sentences."""
    if not changes:
        return "<p>No differences in what is read.</p>"
    return _clean("<ul>" + "".join(_change(change) for change in changes) + "</ul>")


def standalone(title: str, note: str, *fragments: str) -> str:
    """A whole HTML file, readable in light and dark."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n<p>{escape(note)}</p>\n"
        + "\n<hr>\n".join(fragments)
        + "\n</body></html>\n"
    )


def _clean(fragment: str) -> str:
    return nh3.clean(fragment, tags=_TAGS, attributes=_ATTRIBUTES)


def _change(change: Change) -> str:
    said = "".join(f"<div>{_sentence(pair)}</div>" for pair in change.payload["sentences"])
    title = (change.payload["section"] or {}).get("title") if said else change.summary
    return f"<li><b>{escape(change.kind)}</b> {escape(title or '')}{said}</li>"


def _sentence(pair: Pair) -> str:
    was, now = pair
    return _marked(words.compare(was, now) if was and now else ()) or _whole(was, now)


def _whole(was: str | None, now: str | None) -> str:
    sides = (("del", was), ("ins", now))
    return " ".join(f"<{tag}>{escape(said)}</{tag}>" for tag, said in sides if said)


def _row(pair: Aligned) -> str:
    old, new = pair.old, pair.new
    if pair.state is State.ADDED or pair.state is State.REMOVED:
        left, right = _whole(old.text if old else None, None), _whole(None, new.text if new else None)
    else:
        left = _marked(pair.runs, is_new=False) or escape(old.text if old else "")
        right = _marked(pair.runs, is_old=False) or escape(new.text if new else "")
    return f"<tr><td>{_block(pair, old, left)}</td><td>{_block(pair, new, right + _behind(pair))}</td></tr>"


def _inline(pair: Aligned) -> str:
    was, now = (block.text if block else None for block in (pair.old, pair.new))
    if pair.state is State.SAME or was == now or (pair.state is State.MOVED and now is None):
        text = escape(now or was or "")
    else:
        text = _marked(pair.runs) or _whole(was, now)
    return _block(pair, pair.new or pair.old, text + _behind(pair))


def _block(pair: Aligned, block: Block | None, text: str) -> str:
    """One block around its text, already marked; nothing where this side has none."""
    if block is None:
        return ""
    kind = {BlockKind.HEADING: "heading", BlockKind.ITEM: "item"}.get(block.kind, "text")
    moved = "<small>moved</small>" if pair.state is State.MOVED else ""
    pictures = "".join(f"<small>[{escape(said)}]</small>" for said in block.alternatives)
    return f'<div class="{kind} {pair.state}">{moved}{text}{pictures}</div>'


def _behind(pair: Aligned) -> str:
    return "".join(f"<small>{_sentence(changed)}</small>" for changed in pair.behind)


def _marked(runs: Iterable[Run], *, is_old: bool = True, is_new: bool = True) -> str:
    """The runs with what left and what came marked; without one side, only the other's words."""
    parts = []
    for run in runs:
        if run.same:
            parts.append(escape(run.new) + run.end)
            continue
        sides = (("del", run.old, is_old), ("ins", run.new, is_new))
        shown = [f"<{tag}>{escape(said)}</{tag}>" for tag, said, is_shown in sides if said and is_shown]
        parts.append(" ".join(shown) + (run.end if shown else ""))
    return "".join(parts)
