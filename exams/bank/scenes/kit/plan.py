"""Roads seen from above, in pixels. ``P`` turns centimetres into pixels: vehicles are placed with ``at(c, x, y, P, turn)``.

Roads are strokes along SVG outlines: straight, bent or round, they are drawn by the same words.
"""

from math import cos, pi, sin

import skia

from . import above
from .ink import at, box, disc, limb, oval, path, pen, polygon, ring, shade
from .signs import bike

P = 0.42
LANE = 136
"""The width of a traffic lane, in pixels."""

ASPHALT, PAVING, LINE, GRASS, CYCLE = "#6C7480", "#D8D2C6", "#F4F3EC", "#A5C47F", "#7FAF95"


def ground(c: skia.Canvas, colour: str = GRASS, width: float = 1280, height: float = 720) -> None:
    """Grass, or another ground, with a faint texture."""
    box(c, 0, 0, width, height, colour)
    for k in range(90):
        x, y = (k * 379) % width, (k * 233) % height
        oval(c, x, y, 34 + k % 5 * 12, 14, shade(colour, -0.04 if k % 2 else 0.05))


def roads(
    c: skia.Canvas, *outlines: str, width: float = 2 * LANE, pavement: float = 84, asphalt: str = ASPHALT
) -> None:
    """Roads that meet: their pavements, then their kerbs, then their asphalt, so that the crossing stays open."""
    layers = [(width + 2 * pavement, PAVING), (width + 10, "#B5AEA1"), (width, asphalt)]
    for wide, colour in layers if pavement else layers[2:]:
        for outline in outlines:
            c.drawPath(path(outline), pen(colour, wide, flat=True))


def dashes(c: skia.Canvas, outline: str, on: float = 60, off: float = 50, width: float = 6, colour: str = LINE) -> None:
    """A broken line."""
    c.drawPath(path(outline), pen(colour, width, (on, off)))


def line(c: skia.Canvas, outline: str, width: float = 6, colour: str = LINE) -> None:
    """A solid line."""
    c.drawPath(path(outline), pen(colour, width, flat=True))


def zebra(c: skia.Canvas, x: float, y: float, across: float, deep: float = 110, turn: float = 0) -> None:
    """A pedestrian crossing centred on (x, y) over a road ``across`` pixels wide that runs left-right (``turn`` 0)."""
    count = int(across // 42)
    with at(c, x, y, turn=turn):
        box(c, -deep / 2 - 6, -across / 2 + 4, deep + 12, across - 8, ASPHALT)
        for k in range(count):
            box(c, -deep / 2, -across / 2 + (k + 0.25) * across / count, deep, across / count * 0.5, LINE)


def turning(x: float, y: float, radius: float, start: float, sweep: float) -> str:
    """The outline of an arc around (x, y), from ``start`` degrees over ``sweep`` (negative: the way roundabouts turn)."""
    steps = max(2, int(abs(sweep) // 5))
    angles = [(start + sweep * k / steps) * pi / 180 for k in range(steps + 1)]
    return "M" + " L".join(f"{x + radius * cos(a):.1f} {y + radius * sin(a):.1f}" for a in angles)


def stop_line(c: skia.Canvas, x: float, y: float, across: float = LANE, turn: float = 0, broken=False) -> None:
    """The line where one stops, or (``broken``) gives way, centred on (x, y), for traffic that goes towards +x."""
    with at(c, x, y, turn=turn):
        c.drawLine(0, -across / 2 + 4, 0, across / 2 - 4, pen(LINE, 12, (16, 14) if broken else (), flat=True))


def arrow(
    c: skia.Canvas, x: float, y: float, turn: float = 0, bend: int = 0, scale: float = 1, colour: str = LINE
) -> None:
    """An arrow painted on the ground towards +x, or bending to the left (-1) or right (1)."""
    with at(c, x, y, scale, turn):
        if bend:
            c.drawPath(path(f"M-50 0 H0 Q20 0 20 {bend * 22}"), pen(colour, 10, flat=True))
            polygon(c, colour, (2, bend * 22), (38, bend * 22), (20, bend * 52))
        else:
            box(c, -50, -5, 70, 10, colour)
            polygon(c, colour, (14, -16), (54, 0), (14, 16))


def bike_mark(c: skia.Canvas, x: float, y: float, size: float = 1, turn: float = 0, colour: str = LINE) -> None:
    """A bicycle painted on the ground, 100 pixels wide at size 1."""
    with at(c, x, y, size, turn):
        bike(c, colour)


def cycle_lane(c: skia.Canvas, outline: str, width: float = 70) -> None:
    """A green strip for bicycles, edged with white."""
    c.drawPath(path(outline), pen(LINE, width + 8, flat=True))
    c.drawPath(path(outline), pen(CYCLE, width, flat=True))


def bays(c: skia.Canvas, x: float, y: float, count: int, length: float = 210, deep: float = 96) -> None:
    """Parking bays along a road that runs left-right, from their top left corner."""
    for k in range(count + 1):
        c.drawLine(x + k * length, y, x + k * length, y + deep, pen(LINE, 5, flat=True))


def tram_tracks(c: skia.Canvas, y: float, width: float = 1280) -> None:
    """One pair of rails that runs left-right, centred on y."""
    box(c, 0, y - 58, width, 116, "#9BA796")
    for dy in (-31, 31):
        box(c, 0, y + dy - 5, width, 10, "#7C8578")
        box(c, 0, y + dy - 2, width, 4, "#C9CFD4")


def roundabout(
    c: skia.Canvas,
    x: float,
    y: float,
    ring_radius: float = 190,
    width: float = 130,
    branch: float = 200,
    pavement: float = 60,
) -> None:
    """A roundabout with four branches, its island in the middle."""
    outer = ring_radius + width / 2
    disc(c, x, y, outer + pavement, PAVING)
    straight = (f"M-20 {y} H1300", f"M{x} -20 V740")
    for wide, grow, colour in (
        (branch + 2 * pavement, pavement, PAVING),
        (branch + 10, 5, "#B5AEA1"),
        (branch, 0, ASPHALT),
    ):
        disc(c, x, y, outer + grow, colour)
        for outline in straight:
            line(c, outline, wide, colour)
    inner = ring_radius - width / 2
    ring(c, x, y, inner + 10, LINE, 5)
    disc(c, x, y, inner, "#B5AEA1")
    disc(c, x, y, inner - 10, GRASS)
    for k in range(6):
        disc(c, x + (inner - 50) * cos(k * pi / 3), y + (inner - 50) * sin(k * pi / 3), 18, "#6FA65A")
    with at(c, x, y, 0.5):
        above.tree(c, 110)


def sign_from_above(c: skia.Canvas, face, x: float, y: float, size: float = 0.9) -> None:
    """A sign laid beside the road, upright for the viewer, with the foot of its pole."""
    oval(c, x + 10, y + 50 * size, 60 * size, 16, "#10182830")
    limb(c, "#8D949C", 6, (x, y), (x, y + 52 * size))
    with at(c, x, y, size):
        face(c)


def tree(c: skia.Canvas, x: float, y: float, scale: float = P, colour: str = "#6FA65A") -> None:
    with at(c, x, y, scale):
        above.tree(c, colour=colour)


def roof(c: skia.Canvas, x: float, y: float, width: float, height: float, colour: str = "#C4694B") -> None:
    above.roof(c, x, y, width, height, colour)


def flat_roof(c: skia.Canvas, x: float, y: float, width: float, height: float, colour: str = "#C9C3BA") -> None:
    """A town building with a flat roof, from above."""
    box(c, x + 10, y + 14, width, height, "#10182830")
    box(c, x, y, width, height, shade(colour, -0.18))
    box(c, x + 10, y + 10, width - 20, height - 20, colour)
    box(c, x + width * 0.2, y + height * 0.25, 60, 40, shade(colour, -0.12), 4)
    box(c, x + width * 0.6, y + height * 0.55, 44, 44, shade(colour, -0.12), 4)


def awning(c: skia.Canvas, x: float, y: float, width: float, deep: float = 46, colour: str = "#C8452F") -> None:
    """The striped awning of a shop, from above."""
    box(c, x + 4, y + 8, width, deep, "#10182828")
    for k in range(int(width // 24)):
        box(c, x + k * 24, y, 24, deep, colour if k % 2 else "#F6EEDD")
