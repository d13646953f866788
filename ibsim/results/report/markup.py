"""HTML and SVG built from elements: every text is escaped, so that no name in a result becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_ALONE = frozenset({"br", "meta", "col", "hr"})
"""Elements of HTML that hold nothing and are not closed."""
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""Characters that a page cannot hold, or that turn the order of others round."""


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is markup already; made by `element` and its like only."""

    text: str


Child = Markup | str
Cells = Sequence[Child]


def clean(text: str) -> str:
    """A text as a page can hold it: escaped, with unfit characters shown as such."""
    return escape(_UNFIT.sub("\ufffd", text), quote=True)


def together(*children: Child) -> Markup:
    """Children one after the other; texts among them are escaped."""
    return Markup("".join(child.text if isinstance(child, Markup) else clean(child) for child in children))


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element with children and attributes; `class_` stands for class, `_` in other names for a hyphen.

    An attribute that is None is left out.
    """
    parts = []
    for key, value in attributes.items():
        if value is not None:
            text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else clean(str(value))
            parts.append(f' {key.rstrip("_").replace("_", "-")}="{text}"')
    start = f"<{name}{''.join(parts)}>"
    return Markup(start if name in _ALONE else f"{start}{together(*children).text}</{name}>")


def paragraph(*children: Child, class_: str | None = None) -> Markup:
    """A paragraph."""
    return element("p", *children, class_=class_)


def points(items: Iterable[Child]) -> Markup:
    """An unordered list; nothing where there are no items."""
    found = [element("li", item) for item in items]
    return element("ul", *found) if found else Markup("")


def pairs(items: Iterable[tuple[str, Child]]) -> Markup:
    """Terms and what is said of each."""
    found = [part for term, words in items for part in (element("dt", term), element("dd", words))]
    return element("dl", *found) if found else Markup("")


def section(id: str, title: str, *children: Child, level: int = 2) -> Markup:
    """A section with its heading, at which links and the list of contents point."""
    heading = element(f"h{level}", title, id=f"{id}-heading")
    return element("section", heading, *children, id=id, aria_labelledby=f"{id}-heading")


def folded(summary: str, *children: Child, class_: str | None = None) -> Markup:
    """Children that a reader opens; on paper they stand open, unless the class is `long`."""
    return element("details", element("summary", summary), *children, class_=class_)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: caption, headings and rows; the first column names its row.

    `numbers` are the columns that hold numbers and stand to the right; `wide` tables may be scrolled
    sideways on a small screen.
    """

    caption: str
    headings: tuple[str, ...]
    rows: Sequence[Cells]
    numbers: frozenset[int] = frozenset()
    wide: bool = False
    class_: str | None = None

    def markup(self) -> Markup:
        """The table with its scopes, so that a screen reader names row and column of each cell."""
        heads = [
            element("th", text, scope="col", class_=self._side(n)) for n, text in enumerate(self.headings)
        ]
        body = [self._row(row) for row in self.rows]
        whole = element(
            "table",
            element("caption", self.caption),
            element("thead", element("tr", *heads)),
            element("tbody", *body),
            class_=self.class_,
        )
        if not self.wide:
            return whole
        return element("div", whole, class_="scroll", role="region", tabindex="0", aria_label=self.caption)

    def _row(self, cells: Cells) -> Markup:
        first, *others = cells
        head = element("th", first, scope="row", class_=self._side(0))
        return element("tr", head, *(element("td", c, class_=self._side(n)) for n, c in enumerate(others, 1)))

    def _side(self, column: int) -> str | None:
        return "number" if column in self.numbers else None


def grid(
    caption: str, headings: Sequence[str], rows: Iterable[Cells], *, text: Iterable[int] = (0,),
    wide: bool = False, class_: str | None = None,
) -> Markup:  # fmt: skip
    """A table in which all columns but those of `text` hold numbers."""
    numbers = frozenset(range(len(headings))) - frozenset(text)
    return Grid(caption, tuple(headings), list(rows), numbers, wide, class_).markup()
