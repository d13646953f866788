"""A tornado: bars from each factor's low end to its high end, as SVG that a screen reader can read too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from ibsim.experiment.outputs import short_label
from ibsim.experiment.sensitivity.study import Sensitivity
from ibsim.experiment.sweep.telling import figure

MOST_BARS = 15
LABEL, BAR, END = 330, 420, 90
"""Widths in pixels: of the names, of the longest bar, and of the figures on each side of it."""
ROW, TOP, BOTTOM = 26, 70, 40
LOW_COLOUR, HIGH_COLOUR = "#3b6ea5", "#c2571a"
"""Blue and orange of like darkness, told apart in any colour vision; the low end is hatched as well."""
INK = "#222222"
HATCH = (
    f'<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{LOW_COLOUR}"/>'
    f'<rect width="2" height="6" fill="#ffffff" fill-opacity="0.45"/></pattern></defs>'
)
FILLS = ("url(#hatch)", HIGH_COLOUR)


@dataclass(frozen=True)
class Bar:
    """One factor: its name, the output at its low and high end, and both in words."""

    name: str
    ends: tuple[float, float]
    words: str


def tornado(found: Sensitivity, output: int) -> str:
    """The picture of one output: the factors that move it most when each moves alone, widest first."""
    about = found.ask.outputs[output]
    base, bars = float(found.base.mean(axis=0)[output]), _bars(found, output)
    title = f"{short_label(about.label)} ({about.about.unit}): each assumption or lever alone"
    told = "; ".join(bar.words for bar in bars) or "nothing moves it"
    foot = TOP + ROW * max(len(bars), 1)
    width, height = LABEL + BAR + 2 * END, foot + BOTTOM
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">As it stands {figure(base)}; {escape(told)}.</desc>',
        HATCH,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(12, 24, title, weight="bold"),
        *_key(12, FILLS[0], "at the low end of its range"),
        *_key(252, FILLS[1], "at the high end"),
        *_drawn(bars, base, foot),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bars(found: Sensitivity, output: int) -> list[Bar]:
    reach, means = found.reach(output), found.ends.mean(axis=2)[..., output]
    order = [f for f in sorted(range(reach.size), key=lambda f: (-reach[f], f)) if reach[f] > 0][:MOST_BARS]
    bars = []
    for f in order:
        factor, ends = found.ask.factors[f], (float(means[0, f]), float(means[1, f]))
        span = f"from {factor.told(0)} to {factor.told(1)} {factor.unit}"
        bars.append(Bar(factor.name, ends, f"{factor.name} {span}: {figure(ends[0])} to {figure(ends[1])}"))
    return bars


def _drawn(bars: list[Bar], base: float, foot: int) -> Iterator[str]:
    """The bars, each with its name and the figures at its ends, and the line of the scenario as it stands."""
    values = [base, *(end for bar in bars for end in bar.ends)]
    low, high = min(values), max(values)
    scale = BAR / (high - low) if high > low else 0.0

    def across(value: float) -> float:
        return LABEL + END + (value - low) * scale

    for row, bar in enumerate(bars):
        y = TOP + ROW * row
        yield f"<g><title>{escape(bar.words)}</title>"
        yield _text(LABEL - 6, y + 17, bar.name, "end")
        for end, fill in sorted(zip(bar.ends, FILLS, strict=True), key=lambda pair: -abs(pair[0] - base)):
            left, wide = across(min(end, base)), abs(end - base) * scale
            yield f'<rect x="{left:.1f}" y="{y + 4}" width="{wide:.1f}" height="{ROW - 8}" fill="{fill}"/>'
        least, most = min(bar.ends), max(bar.ends)
        if least < base:
            yield _text(across(least) - 5, y + 17, figure(least), "end")
        if most > base:
            yield _text(across(most) + 5, y + 17, figure(most))
        yield "</g>"
    if bars:
        x = f"{across(base):.1f}"
        yield f'<line x1="{x}" y1="{TOP - 4}" x2="{x}" y2="{foot + 4}" stroke="{INK}"/>'
        yield _text(across(base), foot + 20, f"as it stands: {figure(base)}", "middle")


def _key(x: int, fill: str, text: str) -> Iterator[str]:
    yield f'<rect x="{x}" y="38" width="14" height="12" fill="{fill}"/>'
    yield _text(x + 20, 49, text)


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="{INK}"'
    return f'<text x="{x:.1f}" y="{y}" {style}>{escape(text)}</text>'
