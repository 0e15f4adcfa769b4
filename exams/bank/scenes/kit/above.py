"""Vehicles seen from above, in centimetres: the centre at the origin, the front towards +x."""

from math import cos, pi, sin

import skia

from .ink import at, box, disc, fill, glow, limb, oval, path, shade, shape, trace
from .people import Look, head_above

GLASS, TYRE, LAMP, TAIL, AMBER = "#3B4A5E", "#23272F", "#FFF6D6", "#D93A2B", "#FFA91F"


def _shadow(c: skia.Canvas, length: float, width: float) -> None:
    for grow, alpha in ((14, "20"), (6, "28")):
        box(
            c, -length / 2 - grow + 4, -width / 2 - grow + 8, length + 2 * grow, width + 2 * grow, "#101828" + alpha, 34
        )


def lights(
    c: skia.Canvas, length: float, width: float, brake=False, left=False, right=False, beam=False, reach=1.0
) -> None:
    """The lamps of a vehicle: brake lights, indicators (lit while true), headlights that light the road ahead."""
    front, rear, side = length / 2, -length / 2, width / 2
    for y in (-side + 22, side - 22):
        box(c, front - 12, y - 15, 10, 30, LAMP, 5)
        box(c, rear + 2, y - 14, 8, 28, "#FF4B38" if brake else "#9C2A22", 4)
        if brake:
            c.drawCircle(rear - 4, y, 46, glow("#FF3B2BB0", rear - 4, y, 46))
        if beam:
            cone = path(f"M0 -12 L{620 * reach} -150 Q{700 * reach} 0 {620 * reach} 150 L0 12 Z")
            with at(c, front - 6, y):
                c.drawPath(cone, glow("#FFF3C478", 0, 0, 660 * reach))
    for lit, sign in ((left, -1), (right, 1)):
        if lit:
            for x in (front - 14, rear + 8):
                c.drawCircle(x, sign * (side - 8), 44, glow("#FFA91FC0", x, sign * (side - 8), 44))
                disc(c, x, sign * (side - 8), 11, AMBER)


def car(
    c: skia.Canvas,
    colour: str = "#D8412F",
    *,
    brake=False,
    left=False,
    right=False,
    beam=False,
    aboard: tuple[Look | None, ...] = (),
) -> None:
    """A hatchback, 4.2 m by 1.85 m. With ``aboard`` one looks in through the roof: front left, front right, rear left..."""
    _shadow(c, 420, 185)
    for x in (-130, 130):
        for y in (-90, 78):
            box(c, x - 34, y, 68, 13, TYRE, 5)
    shape(
        c,
        "M-210 -60 Q-210 -92 -170 -92 L120 -92 Q196 -90 208 -50 Q214 0 208 50 Q196 90 120 92 L-170 92 Q-210 92 "
        "-210 60 Z",
        colour,
    )
    shape(c, "M64 -78 L112 -84 Q182 -80 196 -46 Q202 0 196 46 Q182 80 112 84 L64 78 Q80 0 64 -78 Z", shade(colour, 0.1))
    trace(c, "M100 -56 Q150 -50 184 -40", shade(colour, -0.18), 3)
    trace(c, "M100 56 Q150 50 184 40", shade(colour, -0.18), 3)
    shape(c, "M30 -70 L84 -80 Q104 0 84 80 L30 70 Q42 0 30 -70 Z", GLASS)
    shape(c, "M-140 -66 L-180 -74 Q-194 0 -180 74 L-140 66 Q-148 0 -140 -66 Z", GLASS)
    for sign in (-1, 1):
        shape(c, f"M-130 {sign * 72} L24 {sign * 74} L64 {sign * 84} L-160 {sign * 84} Z", GLASS)
        shape(c, f"M48 {sign * 92} L62 {sign * 108} L44 {sign * 108} L32 {sign * 92} Z", shade(colour, -0.25))
    box(c, -146, -70, 184, 140, "#39424F" if aboard else shade(colour, 0.16), 26)
    for k, look in enumerate(aboard):
        with at(c, -14 - 86 * (k // 2), -34 + 68 * (k % 2)):
            box(c, -30, -28, 56, 56, "#5B6472", 12)
            if look:
                box(c, -16, -27, 26, 54, look.top, 13)
                head_above(c, look)
    shape(c, "M44 -58 L74 -68 Q84 -36 84 -10 L54 -20 Z", "#FFFFFF30")
    lights(c, 420, 185, brake, left, right, beam)


def van(c: skia.Canvas, colour: str = "#F1F1EC", *, brake=False, left=False, right=False, beam=False) -> None:
    """A delivery van, 5.6 m by 2.05 m."""
    _shadow(c, 560, 205)
    for x in (-180, 185):
        for y in (-100, 88):
            box(c, x - 38, y, 76, 13, TYRE, 5)
    shape(c, "M-280 -102 L200 -102 Q264 -98 276 -60 Q282 0 276 60 Q264 98 200 102 L-280 102 Z", colour)
    shape(c, "M158 -86 L212 -92 Q232 0 212 92 L158 86 Q168 0 158 -86 Z", GLASS)
    for sign in (-1, 1):
        shape(c, f"M96 {sign * 92} L158 {sign * 90} L196 {sign * 98} L96 {sign * 99} Z", GLASS)
        shape(c, f"M178 {sign * 102} L194 {sign * 120} L172 {sign * 120} L160 {sign * 102} Z", TYRE)
    box(c, -272, -92, 420, 184, shade(colour, 0.2), 10)
    for x in range(-230, 120, 58):
        box(c, x, -80, 10, 160, shade(colour, -0.07), 5)
    lights(c, 560, 205, brake, left, right, beam)


def truck(
    c: skia.Canvas,
    colour: str = "#2F6FB3",
    load: str = "#E9E6DC",
    *,
    brake=False,
    left=False,
    right=False,
    beam=False,
    bend: float = 0,
) -> None:
    """A lorry with its trailer, 12.5 m by 2.5 m; the trailer is turned by ``bend`` degrees behind the cab."""
    with at(c, 340, 0):
        with at(c, 0, 0, turn=bend):
            box(c, -975, -138, 996, 276, "#10182830", 16)
            for x in (-860, -740, -620):
                for y in (-126, 110):
                    box(c, x, y, 90, 18, TYRE, 6)
            box(c, -960, -125, 940, 250, load, 8)
            for x in range(-930, -40, 90):
                box(c, x, -118, 8, 236, shade(load, -0.08))
        box(c, -10, -128, 300, 256, "#10182828", 26)
        shape(c, "M0 -122 L210 -122 Q276 -118 282 -70 L284 70 Q276 118 210 122 L0 122 Z", colour)
        shape(c, "M196 -108 L246 -104 Q262 0 246 104 L196 108 Q204 0 196 -108 Z", GLASS)
        box(c, 10, -108, 170, 216, shade(colour, 0.15), 20)
        for sign in (-1, 1):
            box(c, 224, sign * 138 - 10, 18, 22, TYRE, 5)
    lights(c, 1245, 246, brake, left, right, beam)


def bus(c: skia.Canvas, colour: str = "#F4BE3B", *, brake=False, left=False, right=False, beam=False) -> None:
    """A coach or a bus, 11 m by 2.5 m."""
    _shadow(c, 1100, 250)
    box(c, -550, -125, 1100, 250, colour, 36)
    box(c, -530, -105, 1040, 210, shade(colour, 0.25), 30)
    shape(c, "M496 -112 L530 -106 Q548 0 530 106 L496 112 Q504 0 496 -112 Z", GLASS)
    for x in (-330, -30, 270):
        box(c, x, -48, 130, 96, shade(colour, 0.05), 14)
    for sign in (-1, 1):
        box(c, 500, sign * 142 - 9, 16, 24, TYRE, 5)
    lights(c, 1100, 250, brake, left, right, beam)


def tram(c: skia.Canvas, colour: str = "#2D8C8C", cars: int = 3) -> None:
    """A tram of several cars, 9 m each; the origin is the middle of the front."""
    for i in range(cars):
        with at(c, -450 - i * 930, 0):
            box(c, -462, -132, 924, 284, "#10182828", 20)
            box(c, -470, -80, 940, 160, "#3A3F4A")
            box(c, -450, -125, 900, 250, colour, 24)
            box(c, -430, -98, 860, 196, "#EFF1EE", 18)
            for x in (-300, 60):
                box(c, x, -52, 220, 104, "#D5DAD8", 10)
            if i == 0:
                shape(c, "M330 -125 L380 -125 Q450 -110 450 0 Q450 110 380 125 L330 125 Z", colour)
                shape(c, "M372 -108 Q426 -92 428 0 Q426 92 372 108 Q388 0 372 -108 Z", GLASS)
                box(c, 436, -84, 10, 34, LAMP, 4)
                box(c, 436, 50, 10, 34, LAMP, 4)


def tractor(c: skia.Canvas, colour: str = "#3E8E4E") -> None:
    """A farm tractor, 4 m by 2.3 m."""
    _shadow(c, 380, 220)
    for x, w, y, h in ((-110, 150, -115, 46), (-110, 150, 69, 46), (118, 90, -92, 34), (118, 90, 58, 34)):
        box(c, x - w / 2, y, w, h, TYRE, 12)
        for k in range(4):
            limb(c, "#3A404B", 5, (x - w / 2 + 14 + k * w / 4, y + 4), (x - w / 2 + 24 + k * w / 4, y + h - 4))
    box(c, -40, -44, 240, 88, colour, 18)
    box(c, -150, -74, 150, 148, shade(colour, -0.2), 16)
    box(c, -138, -62, 126, 124, "#F1EFE6", 14)


def cyclist(
    c: skia.Canvas,
    look: Look,
    phase: float = 0,
    *,
    bike: str = "#2D3A4F",
    arm: str | None = None,
    beam=False,
    child=False,
) -> None:
    """A cyclist, drawn half as large again as real; ``arm``: "left" or "right" stretched out. ``phase``: pedal turns."""
    c.save()
    c.scale(1.4, 1.4)
    oval(c, -2, 6, 175, 62, "#10182838")
    _two_wheels(c, 84, 30, 7)
    limb(c, bike, 6, (-50, 0), (42, 0))
    limb(c, "#2A2F38", 5, (34, -25), (38, 0), (34, 25))
    push = sin(2 * pi * phase)
    for sign in (-1, 1):
        knee = 4 + sign * push * 13
        limb(c, look.bottom, 14, (-24, sign * 9), (knee, sign * 14))
        oval(c, -2 + sign * push * 16, sign * 12, 24, 10, look.shoes)
    if child:
        box(c, -70, -17, 30, 34, "#5B6270", 8)
        disc(c, -56, 0, 12, "#F4BE3B")
    _rider(c, look, 34, 25, arm)
    if beam:
        _small_beam(c, 60)
    c.restore()


def scooter(c: skia.Canvas, look: Look, *, beam=False, pair: Look | None = None) -> None:
    """Somebody standing on an electric scooter; ``pair`` stands behind on the same one."""
    c.save()
    c.scale(1.4, 1.4)
    oval(c, 0, 6, 130, 58, "#10182838")
    _two_wheels(c, 52, 13, 8)
    box(c, -46, -10, 84, 20, "#30353F", 8)
    limb(c, "#30353F", 5, (38, -24), (42, 0), (38, 24))
    if pair:
        with at(c, -34, 0):
            _rider(c, pair, 20, 20, None)
    oval(c, 8, -5, 26, 11, look.shoes)
    _rider(c, look, 38, 22, None)
    if beam:
        _small_beam(c, 50)
    c.restore()


def moped(
    c: skia.Canvas, look: Look, colour: str = "#3C6E71", *, beam=False, brake=False, arm: str | None = None
) -> None:
    """Somebody on a moped."""
    c.save()
    c.scale(1.4, 1.4)
    oval(c, 0, 6, 190, 74, "#10182838")
    _two_wheels(c, 74, 26, 12)
    shape(c, "M-74 -10 Q-60 -22 -34 -18 L10 -12 L48 -20 Q66 0 48 20 L10 12 L-34 18 Q-60 22 -74 10 Z", colour)
    box(c, -66, -14, 62, 28, "#262B34", 12)
    limb(c, "#262B34", 6, (38, -30), (46, 0), (38, 30))
    for sign in (-1, 1):
        disc(c, 42, sign * 34, 7, "#262B34")
        limb(c, look.bottom, 15, (-22, sign * 12), (16, sign * 18))
    box(c, 56, -8, 8, 16, LAMP, 4)
    box(c, -80, -9, 7, 18, "#FF4B38" if brake else "#9C2A22", 3)
    if brake:
        c.drawCircle(-80, 0, 34, glow("#FF3B2BB0", -80, 0, 34))
    _rider(c, look, 38, 30, arm)
    if beam:
        _small_beam(c, 60)
    c.restore()


def _two_wheels(c: skia.Canvas, half: float, radius: float, width: float) -> None:
    for x in (-half + radius / 2, half - radius / 2):
        box(c, x - radius, -width / 2, radius * 2, width, TYRE, width / 2)


def _rider(c: skia.Canvas, look: Look, grip: float, wide: float, arm: str | None) -> None:
    """The trunk, arms and head of somebody who holds a handlebar at x = ``grip``."""
    for sign, side in ((-1, "left"), (1, "right")):
        hand = (4, sign * 68) if arm == side else (grip, sign * wide)
        limb(c, shade(look.top, -0.15), 12, (-10, sign * 17), hand)
        disc(c, *hand, 6.5, look.gloves or look.skin)
    box(c, -28, -24, 32, 48, look.vest or look.top, 14)
    if look.vest:
        box(c, -22, -24, 5, 48, "#E9EEF0")
    if look.bag:
        box(c, -38, -16, 24, 32, look.bag, 8)
    with at(c, 4, 0):
        if look.helmet and look.full_face:
            oval(c, 1, 0, 38, 34, look.helmet)
            shape(c, "M12 -13 Q20 0 12 13 Q16 0 12 -13 Z", "#28324A")
        else:
            head_above(c, look)


def _small_beam(c: skia.Canvas, x: float) -> None:
    with at(c, x, 0):
        c.drawPath(path("M0 -5 L260 -70 Q290 0 260 70 L0 5 Z"), glow("#FFF3C488", 0, 0, 280))


def tree(c: skia.Canvas, radius: float = 130, colour: str = "#6FA65A") -> None:
    """A tree from above."""
    oval(c, 16, 26, radius * 2.1, radius * 2.1, "#1018282E")
    for i in range(7):
        disc(c, radius * 0.55 * cos(i * 0.9), radius * 0.55 * sin(i * 0.9), radius * 0.52, colour)
    for i in range(5):
        disc(
            c,
            radius * 0.4 * cos(i * 1.26 + 0.4) - 8,
            radius * 0.4 * sin(i * 1.26 + 0.4) - 10,
            radius * 0.34,
            shade(colour, 0.14),
        )


def roof(c: skia.Canvas, x: float, y: float, width: float, height: float, colour: str = "#C4694B") -> None:
    """A house from above, from its top left corner, its ridge along the longer side."""
    box(c, x + 14, y + 20, width, height, "#10182830")
    box(c, x, y, width, height, colour)
    across = width >= height
    if across:
        box(c, x, y, width, height / 2, shade(colour, 0.12))
        box(c, x, y + height / 2 - 4, width, 8, shade(colour, -0.2))
    else:
        box(c, x, y, width / 2, height, shade(colour, 0.12))
        box(c, x + width / 2 - 4, y, 8, height, shade(colour, -0.2))
    box(c, x + width * 0.68, y + height * 0.2, 34, 34, "#8C4A38")
    c.drawRect(skia.Rect.MakeXYWH(x + width * 0.68 + 8, y + height * 0.2 + 8, 18, 18), fill("#3A2A26"))
