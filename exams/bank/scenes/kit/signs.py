"""French road signs and lights. A face is drawn 100 units wide or high, centred on the origin; poles stand on it."""

from collections.abc import Callable
from math import cos, pi, sin

import skia

from .ink import at, box, disc, glow, limb, oval, path, pen, polygon, ring, shape, text, trace

SIGN_RED, SIGN_BLUE, SIGN_YELLOW, INK = "#C8102E", "#00549F", "#FFC20E", "#15181F"

Face = Callable[[skia.Canvas], None]


def pole(c: skia.Canvas, *faces: Face, height: float = 230, size: float = 0.8, back: bool = False) -> None:
    """Faces on a pole that stands on the origin, the first on top, each ``size`` metres wide."""
    box(c, -4, -height, 8, height, "#8D949C", 3)
    box(c, -4, -height, 3, height, "#B5BBC1", 2)
    y = -height + 40 * size
    for face in faces:
        with at(c, 0, y, size):
            if back:
                disc(c, 0, 0, 46, "#8D949C")
            else:
                face(c)
        y += 78 * size


def _round(c: skia.Canvas, rim: str = SIGN_RED, ground: str = "#FFFFFF") -> None:
    disc(c, 0, 0, 50, "#FFFFFF")
    disc(c, 0, 0, 48, rim)
    disc(c, 0, 0, 37, ground)


def _danger(c: skia.Canvas, ground: str = "#FFFFFF") -> None:
    """The triangle of the danger signs, point up."""
    for colour, size in (("#FFFFFF", 1.0), (SIGN_RED, 0.96), (ground, 0.7)):
        with at(c, 0, 7, size):
            c.drawPath(path("M0 -54 L52 34 L-52 34 Z"), pen(colour, 9))
            shape(c, "M0 -54 L52 34 L-52 34 Z", colour)


def _square(c: skia.Canvas, ground: str = SIGN_BLUE) -> None:
    box(c, -48, -48, 96, 96, "#FFFFFF", 9)
    box(c, -45, -45, 90, 90, ground, 7)


def stop(c: skia.Canvas) -> None:
    for size, colour in ((50, "#FFFFFF"), (47, SIGN_RED)):
        polygon(
            c,
            colour,
            *((size * 1.04 * cos(pi / 8 + k * pi / 4), size * 1.04 * sin(pi / 8 + k * pi / 4)) for k in range(8)),
        )
    text(c, "STOP", 0, 12, 33, "#FFFFFF")


def give_way(c: skia.Canvas) -> None:
    with at(c, 0, 0, turn=180):
        _danger(c)


def priority_right(c: skia.Canvas) -> None:
    """AB1: the crossing where one gives way to the right."""
    _danger(c)
    limb(c, INK, 8, (-15, -4), (15, 28))
    limb(c, INK, 8, (15, -4), (-15, 28))


def priority_here(c: skia.Canvas) -> None:
    """AB2: priority at the next crossing."""
    _danger(c)
    shape(c, "M0 -28 L12 -10 H5 V34 H-5 V-10 H-12 Z", INK)
    box(c, -22, 8, 44, 6, INK)


def priority_road(c: skia.Canvas) -> None:
    """AB6: the yellow diamond."""
    for size, colour in ((52, INK), (50, "#FFFFFF"), (33, SIGN_YELLOW)):
        polygon(c, colour, (0, -size), (size, 0), (0, size), (-size, 0))


def speed(limit: int) -> Face:
    """B14: the limit in km/h."""

    def face(c: skia.Canvas) -> None:
        _round(c)
        size = 46 if limit < 100 else 36
        text(c, str(limit), 0, size * 0.36, size, INK)

    return face


def zone(limit: int = 30) -> Face:
    """B30: the beginning of a zone."""

    def face(c: skia.Canvas) -> None:
        box(c, -46, -56, 92, 112, "#C9CDD2", 8)
        box(c, -44, -54, 88, 108, "#FFFFFF", 7)
        with at(c, 0, -12, 0.72):
            speed(limit)(c)
        text(c, "ZONE", 0, 46, 24, INK)

    return face


def home_zone(c: skia.Canvas) -> None:
    """B52: the zone where people on foot come first. Its limit is left out: a question may ask for it."""
    box(c, -56, -46, 112, 92, "#FFFFFF", 7)
    box(c, -53, -43, 106, 86, SIGN_BLUE, 6)
    shape(c, "M10 34 V-8 L30 -28 L50 -8 V34 Z", "#FFFFFF")
    box(c, 20, 2, 9, 11, SIGN_BLUE)
    box(c, 34, 2, 9, 32, SIGN_BLUE)
    shape(c, "M-12 34 V20 L-6 10 H14 L20 20 V34 Z", "#FFFFFF")
    box(c, -6, 14, 17, 7, SIGN_BLUE)
    with at(c, -34, 34, 0.62):
        walker(c, "#FFFFFF")
    with at(c, -6, -18, 0.34):
        bike(c, "#FFFFFF")


def walker(c: skia.Canvas, colour: str) -> None:
    """The little walking figure of signs and lights, 80 high, its feet on the origin."""
    disc(c, 0, -70, 9, colour)
    limb(c, colour, 15, (0, -52), (0, -34))
    limb(c, colour, 8, (0, -32), (13, -16), (14, -3))
    limb(c, colour, 8, (0, -32), (-9, -16), (-16, -3))
    limb(c, colour, 6, (2, -54), (17, -42), (21, -32))
    limb(c, colour, 6, (-2, -54), (-15, -44), (-16, -30))


def bike(c: skia.Canvas, colour: str) -> None:
    """The bicycle of signs and markings, 100 wide and 62 high, centred on the origin."""
    for x in (-30, 30):
        ring(c, x, 14, 18, colour, 5)
    trace(c, "M-30 14 L-14 -14 L18 -14 L2 14 L-30 14 M2 14 L-17 -24 M-25 -25 H-10 M30 14 L15 -26 L26 -28", colour, 5)


def cycle_path(c: skia.Canvas) -> None:
    """B22a: the compulsory cycle path."""
    disc(c, 0, 0, 50, "#FFFFFF")
    disc(c, 0, 0, 48, SIGN_BLUE)
    with at(c, 0, 0, 0.7):
        bike(c, "#FFFFFF")


def cycle_advised(c: skia.Canvas) -> None:
    """C113: the advised cycle path or lane."""
    _square(c)
    with at(c, 0, 0, 0.72):
        bike(c, "#FFFFFF")


def no_bikes(c: skia.Canvas) -> None:
    """B9b: no cyclists."""
    _round(c)
    with at(c, 0, 0, 0.6):
        bike(c, INK)


def no_entry(c: skia.Canvas) -> None:
    """B1."""
    disc(c, 0, 0, 50, "#FFFFFF")
    disc(c, 0, 0, 48, SIGN_RED)
    box(c, -36, -9, 72, 18, "#FFFFFF", 2)


def closed(c: skia.Canvas) -> None:
    """B0: no traffic in either direction."""
    _round(c)


def no_overtaking(c: skia.Canvas) -> None:
    """B3."""
    _round(c)
    for x, colour in ((-15, SIGN_RED), (15, INK)):
        with at(c, x, 2):
            shape(c, "M-13 12 V-2 L-9 -13 H9 L13 -2 V12 Z", colour)
            box(c, -8, -9, 16, 7, "#FFFFFF")
            box(c, -12, 10, 6, 7, colour)
            box(c, 6, 10, 6, 7, colour)


def roundabout(c: skia.Canvas) -> None:
    """AB25: three arrows turning anticlockwise."""
    _danger(c)
    for k in range(3):
        with at(c, 0, 12, turn=k * 120):
            c.drawArc(skia.Rect.MakeLTRB(-18, -18, 18, 18), -20, -75, False, pen(INK, 7, flat=True))
            polygon(c, INK, (-4, -27), (-4, -9), (-16, -15))


def crossing(c: skia.Canvas) -> None:
    """C20a: a pedestrian crossing."""
    _square(c)
    polygon(c, "#FFFFFF", (0, -40), (40, 34), (-40, 34))
    for x in (-27, -13, 1, 15):
        polygon(c, INK, (x, 33), (x + 4, 24), (x + 11, 24), (x + 11, 33))
    with at(c, 0, 26, 0.6):
        walker(c, INK)


def crossing_ahead(c: skia.Canvas) -> None:
    """A13b."""
    _danger(c)
    with at(c, 0, 34, 0.66):
        walker(c, INK)


def children(c: skia.Canvas) -> None:
    """A13a."""
    _danger(c)
    with at(c, -9, 34, 0.58):
        walker(c, INK)
    with at(c, 13, 34, 0.44):
        walker(c, INK)


def danger(c: skia.Canvas) -> None:
    """A14."""
    _danger(c)
    limb(c, INK, 10, (0, -14), (0, 14))
    disc(c, 0, 29, 6, INK)


def bump(c: skia.Canvas) -> None:
    """A2b: a speed hump."""
    _danger(c)
    shape(c, "M-26 30 H26 V24 H16 Q0 -4 -16 24 H-26 Z", INK)


def deer(c: skia.Canvas) -> None:
    """A15b: wild animals."""
    _danger(c)
    shape(c, "M-16 6 Q-4 0 10 2 L14 -12 L22 -10 L20 8 L14 14 L18 32 H14 L8 18 L-8 18 L-14 32 H-18 L-14 16 Z", INK)
    trace(c, "M14 -12 L8 -22 M11 -17 L5 -17 M18 -12 L18 -24", INK, 2.6)


def bend(c: skia.Canvas) -> None:
    """A1a: a bend to the right."""
    _danger(c)
    trace(c, "M-8 34 V14 Q-8 4 4 -4", INK, 9)
    polygon(c, INK, (-4, -13), (18, -16), (8, 5))


def slippery(c: skia.Canvas) -> None:
    """A4."""
    _danger(c)
    shape(c, "M-12 4 L-8 -8 H8 L12 4 V12 H-12 Z", INK)
    trace(c, "M-12 16 Q-2 22 -12 28 Q-18 32 -12 36 M8 16 Q18 22 8 28 Q2 32 8 36", INK, 4)


def roadworks(c: skia.Canvas) -> None:
    """AK5: temporary, on yellow."""
    _danger(c, SIGN_YELLOW)
    disc(c, -6, -12, 5.5, INK)
    limb(c, INK, 9, (-6, -2), (-10, 12))
    limb(c, INK, 5, (-10, 12), (-3, 22), (-5, 34))
    limb(c, INK, 5, (-10, 12), (-18, 34))
    limb(c, INK, 5, (-4, -2), (6, 8), (0, 12))
    limb(c, INK, 3.5, (-4, 6), (20, 24))
    shape(c, "M12 34 Q20 20 30 34 Z", INK)


def level_crossing_ahead(c: skia.Canvas) -> None:
    """A7: a level crossing with barriers."""
    _danger(c)
    trace(c, "M-22 10 H22 M-22 24 H22 M-20 4 V32 M-7 4 V32 M7 4 V32 M20 4 V32", INK, 4.5)


def saint_andrew(c: skia.Canvas) -> None:
    """G1: the cross before a railway."""
    for turn in (32, -32):
        with at(c, 0, 0, turn=turn):
            box(c, -56, -9, 112, 18, SIGN_RED, 2)
            box(c, -53, -6, 106, 12, "#FFFFFF", 1)


def pedestrian_area(c: skia.Canvas) -> None:
    """B54."""
    _square(c)
    with at(c, -10, 36, 0.9):
        walker(c, "#FFFFFF")
    with at(c, 22, 36, 0.6):
        walker(c, "#FFFFFF")


def one_way(c: skia.Canvas) -> None:
    """C12."""
    _square(c)
    shape(c, "M0 -38 L24 -8 H10 V38 H-10 V-8 H-24 Z", "#FFFFFF")


def dead_end(c: skia.Canvas) -> None:
    """C13a."""
    _square(c)
    box(c, -9, -14, 18, 56, "#FFFFFF")
    box(c, -28, -30, 56, 16, SIGN_RED)
    trace(c, "M-28 -30 H28 V-14 H-28 Z", "#FFFFFF", 3)


def no_parking(c: skia.Canvas) -> None:
    """B6a1."""
    _round(c, ground=SIGN_BLUE)
    limb(c, SIGN_RED, 9, (-27, -27), (27, 27))


def keep_turning(c: skia.Canvas) -> None:
    """B21: straight on is compulsory."""
    disc(c, 0, 0, 50, "#FFFFFF")
    disc(c, 0, 0, 48, SIGN_BLUE)
    shape(c, "M0 -36 L22 -8 H9 V34 H-9 V-8 H-22 Z", "#FFFFFF")


def town(name: str, end: bool = False) -> Face:
    """EB10: the entry of a town; or EB20, its ``end``."""

    def face(c: skia.Canvas) -> None:
        width = 34 + 19 * len(name)
        box(c, -width / 2 - 6, -28, width + 12, 56, SIGN_RED, 5)
        box(c, -width / 2, -22, width, 44, "#FFFFFF", 2)
        text(c, name, 0, 11, 30, INK)
        if end:
            limb(c, SIGN_RED, 7, (-width / 2 + 4, 20), (width / 2 - 4, -20))

    return face


def motorway(c: skia.Canvas) -> None:
    """C207: the beginning of a motorway."""
    _square(c)
    shape(c, "M-30 40 L-10 -16 H-4 L-8 40 Z", "#FFFFFF")
    shape(c, "M30 40 L10 -16 H4 L8 40 Z", "#FFFFFF")
    box(c, -36, -26, 72, 8, "#FFFFFF")
    box(c, -28, -34, 6, 20, "#FFFFFF")
    box(c, 22, -34, 6, 20, "#FFFFFF")


def plate(words: str = "", icon: bool = False, width: float = 84) -> Face:
    """A small plate under a sign, with words, or words above the drawing of a bicycle."""

    def face(c: skia.Canvas) -> None:
        height = 56 if icon and words else 34
        box(c, -width / 2, -height / 2, width, height, "#B9BEC4", 5)
        box(c, -width / 2 + 2, -height / 2 + 2, width - 4, height - 4, "#FFFFFF", 4)
        if words:
            text(c, words, 0, -6 if icon else 8, 22, INK)
        if icon:
            with at(c, 0, 12 if words else 0, 0.44):
                bike(c, INK)

    return face


def red_light_bypass(c: skia.Canvas) -> None:
    """M12: a give-way plate under a light: cyclists may turn right on red."""
    for colour, size in (("#FFFFFF", 1.0), (SIGN_RED, 0.95), ("#FFFFFF", 0.74)):
        shape_points = ((-50 * size, -40 * size), (50 * size, -40 * size), (0, 46 * size))
        polygon(c, colour, *shape_points)
    with at(c, -4, -20, 0.42):
        bike(c, "#E0A800")
    trace(c, "M-6 18 V8 Q-6 2 0 2 H4", "#E0A800", 5)
    polygon(c, "#E0A800", (3, -6), (13, 2), (3, 10))


def traffic_light(c: skia.Canvas, state: str) -> None:
    """A three-colour light, 100 high, centred on the origin. ``state``: red, amber, green or off."""
    box(c, -21, -52, 42, 104, "#22262E", 12)
    trace(c, "M-19 -40 V40 Q-19 50 -9 50 H9 Q19 50 19 40 V-40 Q19 -50 9 -50 H-9 Q-19 -50 -19 -40 Z", "#3A404B", 2)
    for name, y, colour in (("red", -32, "#FF3B30"), ("amber", 0, "#FFB020"), ("green", 32, "#2FD06A")):
        lit = state == name
        disc(c, 0, y, 14, colour if lit else "#3C424D")
        if lit:
            c.drawCircle(0, y, 40, glow(colour + "90", 0, y, 40))
            disc(c, -4, y - 4, 4, "#FFFFFF80")


def walk_light(c: skia.Canvas, green: bool) -> None:
    """The light for people on foot, 100 high, centred on the origin."""
    box(c, -26, -52, 52, 104, "#22262E", 10)
    with at(c, 0, -6, 0.5):
        colour = "#FF3B30" if not green else "#4A2B2B"
        disc(c, 0, -70, 9, colour)
        limb(c, colour, 22, (0, -50), (0, -34))
        limb(c, colour, 8, (-5, -30), (-5, -4))
        limb(c, colour, 8, (5, -30), (5, -4))
    with at(c, 0, 44, 0.5):
        walker(c, "#2FD06A" if green else "#24402F")
    y = 26 if green else -26
    c.drawCircle(0, y, 46, glow(("#2FD06A" if green else "#FF3B30") + "70", 0, y, 46))


def light_pole(c: skia.Canvas, state: str, *, height: float = 300, plate_below: Face | None = None) -> None:
    """A traffic light on its pole, standing on the origin."""
    box(c, -5, -height, 10, height, "#4A515C", 3)
    with at(c, 0, -height + 30, 1.1):
        traffic_light(c, state)
    if plate_below:
        with at(c, 0, -height + 140, 0.95):
            plate_below(c)


def railway_light(c: skia.Canvas, lit: bool) -> None:
    """R24: the red light of a level crossing, centred on the origin."""
    disc(c, 0, 0, 40, "#FFFFFF")
    disc(c, 0, 0, 36, "#15181F")
    disc(c, 0, 0, 18, "#FF3B30" if lit else "#5A2623")
    if lit:
        c.drawCircle(0, 0, 70, glow("#FF3B30A0", 0, 0, 70))


def barrier(c: skia.Canvas, raised: float, length: float = 330) -> None:
    """A half barrier that turns around the origin: ``raised`` 1 is upright, 0 closed towards the right."""
    with at(c, 0, 0, turn=-84 * raised):
        box(c, -60, -9, 70, 18, "#4A515C", 5)
        box(c, 0, -8, length, 16, "#FFFFFF", 6)
        for x in range(20, int(length) - 20, 80):
            box(c, x, -8, 40, 16, SIGN_RED)


def cone(c: skia.Canvas) -> None:
    """A roadworks cone, 50 cm high, standing on the origin."""
    shape(c, "M-20 0 H20 V-5 H12 L4 -50 H-4 L-12 -5 H-20 Z", "#F0702B")
    shape(c, "M-8 -24 H8 L6 -36 H-6 Z", "#FFFFFF")


def warning_triangle(c: skia.Canvas) -> None:
    """The triangle one puts behind a broken-down car, 45 cm high, standing on the origin."""
    trace(c, "M-24 -4 H24 L0 -44 Z", SIGN_RED, 8)
    trace(c, "M-14 0 L-18 4 M14 0 L18 4", "#3A404B", 4)
    oval(c, 0, 3, 70, 8, "#10182830")
