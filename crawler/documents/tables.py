"""A table of data, row by row: cells that span others, and what the columns are called."""

from __future__ import annotations

WIDEST = 60
LONGEST = 1000


class Table:
    """Takes cells in the order of the source. A cell over several rows is repeated in each."""

    def __init__(self) -> None:
        self.headers: tuple[str, ...] = ()
        self.rows = 0
        self.is_open = False
        self._cells: list[str] = []
        self._are_headers: list[bool] = []
        self._carried: dict[int, tuple[str, int]] = {}
        self._is_header = False
        self._columns = self._lasts = 1

    def open(self, is_header: bool, colspan: str, rowspan: str) -> None:
        self._fill_carried()
        self.is_open = True
        self._is_header = is_header
        self._columns, self._lasts = _count(colspan, WIDEST), _count(rowspan, LONGEST)

    def close(self, text: str) -> None:
        self.is_open = False
        for column in range(self._columns):
            shown = text if column == 0 else ""
            if self._lasts > 1 and len(self._cells) < WIDEST:
                self._carried[len(self._cells)] = (shown, self._lasts - 1)
            if len(self._cells) < WIDEST:
                self._cells.append(shown)
                self._are_headers.append(self._is_header)

    def end_row(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The row's cells and headers; None for an empty row and for one that only names the columns."""
        if not self._cells:
            return None
        self._fill_carried()
        cells, names = tuple(self._cells), all(self._are_headers)
        self._cells, self._are_headers = [], []
        self.rows += 1
        if names and len([c for c in cells if c]) > 1:
            self.headers = tuple(cell.replace("\n", " ") for cell in cells)
            return None
        return cells, self.headers

    def _fill_carried(self) -> None:
        while (column := len(self._cells)) in self._carried:
            text, left = self._carried.pop(column)
            if left > 1:
                self._carried[column] = (text, left - 1)
                self._cells.append(text)
                self._are_headers.append(False)
                # The entry just stored belongs to the next row, not to this one.
                continue
            self._cells.append(text)
            self._are_headers.append(False)


def _count(span: str, most: int) -> int:
    return min(max(int(span), 1), most) if span.isascii() and span.isdigit() and len(span) < 6 else 1
