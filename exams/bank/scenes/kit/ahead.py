"""The road as a driver, a rider or a walker sees it: perspective, what one meets, and what one holds.

On the ground, x is in metres to the right of the eye and z in metres ahead. What stands on the ground is drawn in
centimetres inside :meth:`View.at`, like every sprite of the kit.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin

import skia

from .above import AMBER, LAMP, TYRE
from .ink import at, box, disc, fade, glow, limb, oval, polygon, ring, shade, shadow, shape, text, trace
from .people import Look, facing
from .street import SKIES, WALLS

ASPHALT, PAVING, LINE, GRASS = "#69717D", "#D5CFC3", "#F4F3EC", "#93B86F"


@dataclass(frozen=True)
class View:
    """An eye ``height`` metres above the ground, looking at the horizon (pixels from the top)."""

    height: float = 1.35
    horizon: float = 300
    centre: float = 640
    focal: float = 700

    def spot(self, x: float, z: float, y: float = 0) -> tuple[float, float]:
        """The pixel of a point, y metres above the ground."""
        return self.centre + self.focal * x / z, self.horizon + self.focal * (self.height - y) / z

    @contextmanager
    def at(self, c: skia.Canvas, x: float, z: float, y: float = 0, flip: bool = False):
        """Draw a sprite standing at (x, z)."""
        with at(c, *self.spot(x, z, y), self.focal / z / 100, flip=flip):
            yield c

    def patch(self, c: skia.Canvas, x0: float, x1: float, z0: float, z1: float, colour: str) -> None:
        """A rectangle on the ground."""
        z0, z1 = max(z0, 0.9), max(z1, 0.9)
        if z1 > z0:
            polygon(c, colour, self.spot(x0, z0), self.spot(x1, z0), self.spot(x1, z1), self.spot(x0, z1))

    def wall(self, c: skia.Canvas, x: float, z0: float, z1: float, y0: float, y1: float, colour: str) -> None:
        """A rectangle upright along the road, from y0 to y1 metres high."""
        z0, z1 = max(z0, 0.9), max(z1, 0.9)
        if z1 > z0:
            polygon(c, colour, self.spot(x, z0, y0), self.spot(x, z1, y0), self.spot(x, z1, y1), self.spot(x, z0, y1))

    def land(self, c: skia.Canvas, hour: str = "day", grass: str = GRASS) -> None:
        """Sky and ground, with room around the picture for a view that moves."""
        c.drawImage(_land(self.horizon, hour, grass), 0, 0)

    def road(
        self, c: skia.Canvas, left: float, right: float, *, pavement: float = 0, asphalt: str = ASPHALT, edges=False
    ) -> None:
        """A straight road from x = left to right, with pavements this wide on both sides, or white ``edges``."""
        if pavement:
            self.patch(c, left - pavement, right + pavement, 0, 400, PAVING)
            self.patch(c, left - 0.2, right + 0.2, 0, 400, shade(PAVING, -0.18))
        self.patch(c, left, right, 0, 400, asphalt)
        if edges:
            self.patch(c, left + 0.25, left + 0.42, 0, 300, LINE)
            self.patch(c, right - 0.42, right - 0.25, 0, 300, LINE)

    def dashes(self, c: skia.Canvas, x: float, gone: float, on: float = 3, off: float = 7, width: float = 0.14) -> None:
        """A broken line at x, when the eye has ``gone`` this many metres."""
        start = -(gone % (on + off))
        while start < 90:
            self.patch(c, x - width / 2, x + width / 2, start, start + on, LINE)
            start += on + off

    def zebra(self, c: skia.Canvas, left: float, right: float, z: float, deep: float = 3) -> None:
        """A pedestrian crossing over the road from z on."""
        x = left + 0.3
        while x < right - 0.4:
            self.patch(c, x, x + 0.5, z, z + deep, LINE)
            x += 1

    def town(
        self, c: skia.Canvas, gone: float, left: float, right: float, *, near: float = 0, far: float = 85, dark=False
    ) -> None:
        """Rows of houses along both sides, at x = left and right, from ``near`` to ``far`` metres ahead."""
        length = 11
        first = int(gone // length)
        for k in range(first + 9, first - 2, -1):
            z0, z1 = k * length - gone, (k + 1) * length - gone
            if z1 < max(1.2, near + 0.1) or z0 > far - 0.1:
                continue
            for x, seed in ((left, 0), (right, 3)):
                colour = WALLS[(k * 2 + seed) % len(WALLS)]
                colour = shade(colour, -0.55) if dark else shade(colour, -0.1 if x < 0 else 0)
                high = 8 + (k * 5 + seed) % 4
                self.wall(c, x, z0, z1, 0, high, colour)
                self.wall(c, x, z0, z0 + 0.12, 0, high, shade(colour, -0.25))
                for floor in range(3):
                    for part in (0.14, 0.44, 0.74):
                        a, b = z0 + part * length, z0 + (part + 0.16) * length
                        if b > 2 and floor == 0 and part == 0.44:
                            self.wall(c, x, a, b, 0, 2.3, "#6B4A36")
                        elif b > 2 and z0 < 42:
                            self.wall(c, x, a, b, 1 + floor * 2.6, 2.6 + floor * 2.6, "#2C3756" if dark else "#9CC3D2")

    def trees(self, c: skia.Canvas, gone: float, x: float, every: float = 14, reach: float = 90) -> None:
        """Trees along the road at x and -x."""
        z = every * (reach // every) - gone % every
        while z > 2.5:
            for side in (-x, x):
                with self.at(c, side, z):
                    tree(c)
            z -= every


@lru_cache(16)
def _land(horizon: float, hour: str, grass: str) -> skia.Image:
    """Sky and ground painted once: gradients over a whole picture are the dearest thing to draw."""
    surface = skia.Surface(1280, 1000)
    c = surface.getCanvas()
    top, low = SKIES[hour]
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, horizon + 1), fade(top, low, 0, 0, 0, horizon))
    c.drawRect(skia.Rect.MakeXYWH(0, horizon, 1280, 1000), fade(shade(grass, 0.18), grass, 0, horizon, 0, 720))
    return surface.makeImageSnapshot()


def tree(c: skia.Canvas, colour: str = "#6FA65A") -> None:
    """A tree 6 m high, standing on the origin."""
    limb(c, "#7A5A40", 36, (0, 0), (0, -260))
    for dx, dy, r, tone in ((-90, -330, 115, 0), (90, -340, 118, 0), (0, -450, 135, 0), (-40, -420, 80, 0.13)):
        disc(c, dx, dy, r, shade(colour, tone) if tone else colour)


def car_from(
    c: skia.Canvas,
    colour: str = "#2F6FB3",
    *,
    front=False,
    brake=False,
    left=False,
    right=False,
    beam=False,
    spray=False,
):
    """A car from behind, or from the ``front``, standing on the origin; left and right are the picture's."""
    shadow(c, 0, 0, 220, 26, 1.6)
    for x in (-82, 52):
        box(c, x, -34, 30, 36, TYRE, 6)
    shape(
        c,
        "M-92 -22 L-94 -74 Q-92 -88 -78 -92 L-62 -138 Q-58 -148 -44 -148 L44 -148 Q58 -148 62 -138 L78 -92 Q92 -88 94 -74 "
        "L92 -22 Z",
        colour,
    )
    shape(
        c,
        "M-66 -92 L-54 -132 Q-52 -138 -44 -138 L44 -138 Q52 -138 54 -132 L66 -92 Z",
        "#3B4A5E" if not front else "#A9CBD8",
    )
    box(c, -94, -44, 188, 22, shade(colour, -0.3), 6)
    for side in (-1, 1):
        if front:
            oval(c, side * 70, -70, 36, 24, LAMP)
            if beam:
                c.drawCircle(side * 70, -70, 90, glow("#FFF6D6E0", side * 70, -70, 90))
        else:
            box(c, side * 76 - 15, -82, 30, 24, "#FF4B38" if brake else "#9C2A22", 5)
            if brake:
                c.drawCircle(side * 76, -70, 70, glow("#FF3B2BB0", side * 76, -70, 70))
        if (left and side < 0) or (right and side > 0):
            disc(c, side * 84, -58, 9, AMBER)
            c.drawCircle(side * 84, -58, 55, glow("#FFA91FC0", side * 84, -58, 55))
    if brake and not front:
        box(c, -18, -136, 36, 5, "#FF4B38", 2)
    box(c, -28, -64 if front else -60, 56, 13, "#F4F3EC", 2)
    if front:
        box(c, -40, -84, 80, 10, shade(colour, -0.45), 4)
        disc(c, -22, -108, 12, "#3A2F2A")
    if spray:
        for side in (-1, 1):
            c.drawCircle(side * 78, -20, 90, glow("#E8F0F488", side * 78, -20, 90))


def cyclist_from(c: skia.Canvas, look: Look, phase: float = 0, *, front=False) -> None:
    """A cyclist from behind, or from the ``front``, standing on the origin."""
    shadow(c, 0, 0, 70, 12)
    box(c, -4, -68, 8, 68, TYRE, 4)
    for side in (-1, 1):
        knee = 4 * sin(2 * pi * phase) * side
        limb(c, look.bottom, 16, (side * 9, -98), (side * 12, -60 + knee * 2), (side * 10, -30 + knee * 4))
        box(c, side * 10 - 7, -32 + knee * 4, 14, 12, look.shoes, 5)
    if not front:
        box(c, -10, -104, 20, 10, "#23272F", 4)
        box(c, -5, -90, 10, 8, "#D8412F", 3)
    c.save()
    c.clipRect(skia.Rect.MakeLTRB(-90, -240, 90, -92))
    with at(c, 0, -18):
        facing(c, look, back=not front, hands={-1: (-27, -88), 1: (27, -88)})
    c.restore()
    limb(c, "#23272F", 5, (-30, -106), (30, -106))


def oncoming(c: skia.Canvas, distance_glow: float = 60) -> None:
    """The two headlights of a car far away at night, on the origin."""
    for side in (-1, 1):
        disc(c, side * 60, -70, 16, "#FFF6D6")
        c.drawCircle(side * 60, -70, distance_glow * 3, glow("#FFF3C4D0", side * 60, -70, distance_glow * 3))


def handlebar(
    c: skia.Canvas, skin: str = "#E9B48E", sleeve: str = "#2D8C8C", turn: float = 0, brake=False, bell=True
) -> None:
    """The handlebar of a bicycle and the two hands on it, at the bottom of the picture."""
    with at(c, 640, 690, turn=turn):
        trace(c, "M-290 -38 Q-240 -54 -150 -40 Q-60 -20 0 -20 Q60 -20 150 -40 Q240 -54 290 -38", "#2A2F38", 20)
        trace(c, "M-150 -46 Q-60 -26 0 -26 Q60 -26 150 -46", "#5B6270", 5)
        box(c, -24, -40, 48, 110, "#3A414D", 12)
        trace(c, "M-200 -46 Q-120 40 -30 60 M200 -46 Q120 40 30 60", "#15181F", 5)
        if bell:
            disc(c, -124, -58, 20, "#C9CED3")
            disc(c, -130, -64, 6, "#FFFFFF90")
        for side in (-1, 1):
            limb(c, "#9AA3AD", 9, (side * 176, -58), (side * 268, -84 if not brake else -66))
            _hand_on_bar(c, side, skin, sleeve)


def _hand_on_bar(c: skia.Canvas, side: int, skin: str, sleeve: str) -> None:
    limb(c, sleeve, 84, (side * 400, 120), (side * 330, 26))
    limb(c, skin, 58, (side * 322, 14), (side * 276, -30))
    for k in range(4):
        limb(
            c,
            shade(skin, -0.07 * (k % 2)) if k % 2 else skin,
            19,
            (side * (228 + k * 19), -62),
            (side * (232 + k * 19), -24),
        )
    limb(c, shade(skin, -0.1), 20, (side * 248, -6), (side * 208, -22))


def scooter_bar(c: skia.Canvas, screen, skin: str = "#C98A5B", sleeve: str = "#6BA368") -> None:
    """The bar of an electric scooter; ``screen`` draws its display in a 120 × 84 box centred on the origin."""
    with at(c, 640, 680):
        box(c, -26, -10, 52, 120, "#2A2F38", 10)
        box(c, -300, -48, 600, 22, "#2A2F38", 11)
        box(c, -84, -116, 168, 120, "#15181F", 22)
        box(c, -70, -104, 140, 96, "#22303F", 12)
        with at(c, 0, -56):
            screen(c)
        for side in (-1, 1):
            with at(c, 0, 6):
                _hand_on_bar(c, side, skin, sleeve)


def dashboard(
    c: skia.Canvas, dial, *, turn: float = 0, skin: str = "#E9B48E", sleeve: str = "#9C4F7C", mirror=True
) -> None:
    """The inside of a car around the windscreen: pillars, dashboard, wheel on the left, hands.

    ``dial`` draws the speedometer in a circle of radius 70 on the origin.
    """
    shape(c, "M0 0 L70 0 L-10 560 L0 560 Z", "#2B303A")
    shape(c, "M1280 0 L1216 0 L1290 560 L1280 560 Z", "#2B303A")
    shape(c, "M0 0 H1280 V26 Q640 50 0 26 Z", "#2B303A")
    shape(c, "M0 600 Q120 540 360 530 Q700 512 1280 560 L1280 720 L0 720 Z", "#3A414D")
    shape(c, "M0 600 Q120 540 360 530 Q700 512 1280 560 L1280 574 Q700 528 360 546 Q120 556 0 616 Z", "#4C5462")
    box(c, 700, 590, 250, 110, "#242A34", 14)
    if mirror:
        limb(c, "#2B303A", 10, (740, 20), (740, 60))
        box(c, 630, 52, 220, 62, "#1F242D", 20)
        box(c, 638, 59, 204, 48, "#9FB4C0", 16)
    shape(c, "M180 640 Q190 540 340 532 Q490 540 500 640 Z", "#2B303A")
    with at(c, 340, 612):
        disc(c, 0, 0, 74, "#15181F")
        ring(c, 0, 0, 72, "#5B6270", 3)
        dial(c)
    with at(c, 340, 790, turn=turn):
        ring(c, 0, 0, 226, "#15181F", 36)
        ring(c, 0, 0, 226, "#2B303A", 14)
        limb(c, "#15181F", 34, (-210, 10), (210, 10))
        for side in (-1, 1):
            angle = radians(-90 + side * 58)
            x, y = 226 * cos(angle), 226 * sin(angle)
            limb(c, sleeve, 76, (x + side * 90, y + 190), (x + side * 40, y + 66))
            limb(c, skin, 54, (x + side * 30, y + 50), (x + side * 6, y + 8))
            for k in range(4):
                with at(c, x, y, turn=side * 58 + 90):
                    limb(
                        c,
                        shade(skin, -0.06 * (k % 2)) if k % 2 else skin,
                        17,
                        (-22 * side, -30 + k * 18),
                        (20 * side, -30 + k * 18),
                    )


def needle(c: skia.Canvas, part: float, label: str = "") -> None:
    """A dial of radius 70: marks, a needle at ``part`` (0 to 1) of its course, and a figure below."""
    for k in range(9):
        angle = radians(150 + k * 30)
        limb(c, "#DDE3E6", 3, (58 * cos(angle), 58 * sin(angle)), (66 * cos(angle), 66 * sin(angle)))
    angle = radians(150 + 240 * part)
    limb(c, "#FF5A3C", 5, (0, 0), (52 * cos(angle), 52 * sin(angle)))
    disc(c, 0, 0, 8, "#DDE3E6")
    if label:
        text(c, label, 0, 46, 34, "#FFFFFF")


def wiper(c: skia.Canvas, t: float) -> None:
    """Two wipers sweeping the windscreen."""
    sweep = -74 + 74 * (1 - cos(2 * pi * t / 1.4)) / 2 * 1.75
    for x in (300, 760):
        with at(c, x, 566, turn=sweep):
            limb(c, "#15181F", 7, (0, 0), (0, -330))
            limb(c, "#15181F", 11, (0, -120), (0, -380))
