"""Seconds over requests as a small SVG, both axes logarithmic."""

import math
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN, INSET = 480, 300, 52, 18
STYLE = 'font-family="sans-serif" font-size="11" fill="#333"'


def growth_plot(points: Sequence[tuple[int, float]], title: str) -> str:
    """A line through (requests, seconds), with every point labelled.

    Parameters
    ----------
    points
        At least one, all values positive.
    title
        Written above.
    """
    left, right = (math.log10(f(x for x, _ in points)) for f in (min, max))
    low, high = (math.log10(f(y for _, y in points)) for f in (min, max))
    low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / max(1e-9, right - left)
        up = (math.log10(y) - low) / (high - low)
        return MARGIN + INSET + across * (WIDTH - 2 * MARGIN - 2 * INSET), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    parts = [f'<text x="{WIDTH / 2}" y="20" text-anchor="middle" {STYLE}>{title}</text>']
    for power in range(low, high + 1):
        _, y = at(points[0][0], 10.0**power)
        parts.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        parts.append(f'<text x="{MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end" {STYLE}>{10.0**power:g} s</text>')
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    for requests, seconds in points:
        x, y = at(requests, seconds)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1f5fa8"/>')
        parts.append(f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" {STYLE}>{seconds:.2g}</text>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle" {STYLE}>{requests:,}</text>')
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n{body}\n</svg>\n'
