"""The chart of `onedoor bench --scaling`: time and memory by the number of targets, with n log n for comparison.

A plain SVG, both axes logarithmic; what is measured is said in scaling.py.
"""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log, log10
from typing import NamedTuple

WIDTH, HEIGHT, MARGIN = 640, 400, 60


class Size(NamedTuple):
    """What planning so many targets took."""

    targets: int
    seconds: float
    mebibytes: int


def chart(title: str, sizes: Sequence[Size]) -> str:
    """Draw seconds, MiB, and for each what n log n from the first size on would come to."""
    seconds = [(each.targets, each.seconds) for each in sizes]
    mebibytes = [(each.targets, float(each.mebibytes)) for each in sizes]
    first = seconds[0][0]
    lines = [
        ("处理器秒", "#1f4e8c", "", seconds),
        ("内存 MiB", "#8c3b1f", "", mebibytes),
        ("n log n", "#1f4e8c", "4 4", [(n, seconds[0][1] * _growth(n, first)) for n, _ in seconds]),
        ("n log n", "#8c3b1f", "4 4", [(n, mebibytes[0][1] * _growth(n, first)) for n, _ in seconds]),
    ]
    every = [value for _, _, _, points in lines for _, value in points]
    across = (log10(first), max(log10(seconds[-1][0]), log10(first) + 0.1))
    up = (floor(log10(max(min(every), 0.1))), max(ceil(log10(max(every))), floor(log10(max(min(every), 0.1))) + 1))
    drawn = [part for each in lines for part in _line(*each, across, up)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
            ' font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{MARGIN}" y="24" font-size="16">{escape(title)}</text>',
            *_axes([size.targets for size in sizes], across, up),
            *drawn,
            "</svg>",
            "",
        ]
    )


def _growth(targets: int, first: int) -> float:
    return targets * log(targets) / (first * log(first))


def _axes(targets: Sequence[int], across: tuple[float, float], up: tuple[int, int]) -> Iterator[str]:
    for each in targets:
        x, _ = _spot(each, 10.0 ** up[0], across, up)
        yield f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{each:,}</text>'
    for power in range(up[0], up[1] + 1):
        _, y = _spot(targets[0], 10.0**power, across, up)
        yield f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>'
        yield f'<text x="{MARGIN - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>'
    yield f'<text x="{WIDTH // 2}" y="{HEIGHT - 16}" text-anchor="middle">检查对象</text>'


def _line(
    name: str,
    colour: str,
    dashes: str,
    points: Sequence[tuple[int, float]],
    across: tuple[float, float],
    up: tuple[int, int],
) -> Iterator[str]:
    spots = [_spot(*each, across, up) for each in points]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    yield f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    if not dashes:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots)
    x, y = spots[-1]
    yield f'<text x="{x - 4:.0f}" y="{y + (16 if dashes else -8):.0f}" text-anchor="end" fill="{colour}">{name}</text>'


def _spot(targets: int, value: float, across: tuple[float, float], up: tuple[int, int]) -> tuple[float, float]:
    x = (log10(targets) - across[0]) / (across[1] - across[0])
    y = (log10(max(value, 10.0 ** up[0])) - up[0]) / (up[1] - up[0])
    return MARGIN + x * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)
