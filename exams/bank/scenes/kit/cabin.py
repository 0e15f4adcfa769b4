"""The two front seats of a car, seen from the front through the windscreen, in pixels over the whole picture."""

from math import sin

import skia

from .ink import at, box, limb, path, polygon, ring, shade, shape, trace
from .people import Look, facing
from .street import WALLS

DRIVER_X, PASSENGER_X = 870, 410
"""The middle of the two seats: the driver of a French car is on the right of the picture."""

_SCALE, _BASE = 2.9, 790


_REAR = "M300 120 Q640 84 980 120 L1030 330 H250 Z"


def behind(c: skia.Canvas) -> None:
    """What stays still behind the seats: the inside of the car and its windows."""
    box(c, 0, 0, 1280, 720, "#39414E")
    shape(c, "M0 150 L150 130 L120 400 L0 420 Z M1280 150 L1130 130 L1160 400 L1280 420 Z", "#B7D6E1")
    shape(c, _REAR, "#BFE1F2")


def passing_by(c: skia.Canvas, t: float) -> None:
    """Through the rear window, a street that moves away at ``t`` seconds."""
    c.save()
    c.clipPath(path(_REAR), doAntiAlias=True)
    box(c, 240, 296, 800, 40, "#A5C47F")
    polygon(c, "#69717D", (600, 270), (680, 270), (860, 334), (420, 334))
    for k in range(5, -1, -1):
        near = 1 / (0.25 + ((k + t * 0.55) % 6) * 0.32)
        for side in (-1, 1):
            width = 90 * near
            x = 640 + side * (40 + 105 * near)
            left = x if side > 0 else x - width
            box(c, left, 272 - 46 * near, width, 46 * near + 8 * near, WALLS[(k * 2 + side) % len(WALLS)])
    c.restore()


def seats(c: skia.Canvas) -> None:
    for x in (PASSENGER_X, DRIVER_X):
        for dx in (-24, 24):
            limb(c, "#9AA3AD", 7, (x + dx, 290), (x + dx, 360))
        box(c, x - 62, 206, 124, 110, "#4C5565", 34)
        box(c, x - 130, 336, 260, 330, "#5B6472", 56)


def aboard(c: skia.Canvas, look: Look, x: float, *, t: float = 0, gaze: float = 0, nod: float = 0, driving=False):
    """Somebody on the front seat centred on x, belted from the outer shoulder, the hands on the wheel if ``driving``."""
    outer = 1 if x > 640 else -1
    hands = {-1: (-27, -92), 1: (27, -92)} if driving else {-1: (-15, -82), 1: (15, -82)}
    with at(c, x, _BASE + 2 * sin(t * 5), _SCALE):
        facing(c, look | {"bag": None}, hands=hands, gaze=gaze, nod=nod)
        limb(c, "#23272F", 6, (outer * 17, -131), (-outer * 20, -80))
    if driving:
        ring(c, x, 566, 112, "#15181F", 24)
        trace(c, f"M{x - 104} 580 H{x + 104}", "#15181F", 22)
        for side in (-1, 1):
            box(c, x + side * 88 - 20, 500, 40, 46, look.skin, 18)


def body(c: skia.Canvas, colour: str = "#2D8C8C") -> None:
    """What stays still before the people: dashboard, windscreen frame, mirror and bonnet."""
    shape(c, "M0 640 Q640 560 1280 640 L1280 720 L0 720 Z", "#2B303A")
    shape(c, "M0 672 Q640 596 1280 672 L1280 720 L0 720 Z", colour)
    shape(c, "M0 672 Q640 596 1280 672 L1280 682 Q640 606 0 682 Z", shade(colour, 0.25))
    shape(c, "M0 0 H1280 V44 Q640 6 0 44 Z", colour)
    shape(c, "M0 0 H110 L40 650 H0 Z M1280 0 H1170 L1240 650 H1280 Z", colour)
    shape(c, "M110 30 L122 28 L56 644 L40 650 Z M1170 30 L1158 28 L1224 644 L1240 650 Z", "#23272F")
    limb(c, "#23272F", 9, (640, 24), (640, 62))
    box(c, 548, 56, 184, 54, "#23272F", 18)
    shape(c, "M250 40 L330 36 L200 610 L130 618 Z", "#FFFFFF14")
