"""Things of shared streets: an ambulance, a tram stop, a lollipop at roadworks, a pushchair from above, anger in a bubble."""

import skia

from . import above, plan, side
from .ink import (
    BLUE,
    RED,
    WHITE,
    at,
    box,
    disc,
    glow,
    limb,
    oval,
    pen,
    polygon,
    ring,
    shade,
    shadow,
    shape,
    text,
    trace,
)
from .people import Look, Pose, person
from .signs import SIGN_BLUE, SIGN_RED

ROOFS = ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")


def town_row(c: skia.Canvas, y: float, deep: float, width: float = 1280) -> None:
    """A row of flat roofs on a plan, from y down."""
    for k, x in enumerate(range(-40, int(width), 345)):
        plan.flat_roof(c, x, y, 325, deep, ROOFS[k % 4])


def ambulance(c: skia.Canvas, flash: bool) -> None:
    """An ambulance from above, one of its two blue lights lit."""
    above.van(c, "#F7F7F4")
    for y in (-96, 82):
        box(c, -272, y, 420, 14, RED)
    box(c, -150, -16, 110, 32, RED, 4)
    box(c, -111, -55, 32, 110, RED, 4)
    for sign in (-1, 1):
        lit = flash == (sign > 0)
        box(c, 112, sign * 42 - 24, 26, 48, "#4FA3FF" if lit else "#1D3F7A", 8)
        if lit:
            c.drawCircle(125, sign * 42, 150, glow("#4FA3FFD0", 125, sign * 42, 150))


def police_car(c: skia.Canvas, flash: bool, words: str = "GENDARMERIE") -> None:
    """A patrol car from the side, going left."""
    with at(c, 0, 0, flip=True):
        side.car(c, "#24407A")
    box(c, -2, -166, 54, 16, "#4FA3FF" if flash else "#1D3F7A", 6)
    if flash:
        c.drawCircle(25, -160, 90, glow("#4FA3FFC0", 25, -160, 90))
    box(c, -82, -76, 232, 26, WHITE, 4)
    text(c, words, 34, -56, 27, "#24407A")


def wheelchair_mark(c: skia.Canvas, colour: str = WHITE) -> None:
    """The wheelchair of reserved places, about 100 high, centred."""
    disc(c, -8, -42, 9, colour)
    trace(c, "M-8 -28 V4 H18 L30 38 H42", colour, 9)
    trace(c, "M-8 -12 H16", colour, 8)
    c.drawArc(skia.Rect.MakeLTRB(-36, -10, 20, 46), 30, 230, False, pen(colour, 8))


def paddle(c: skia.Canvas, red: bool, turn: float = 1) -> None:
    """The lollipop of a roadworks man, its foot on the origin; ``turn`` narrows it while it is turned."""
    limb(c, "#C9CED3", 5, (0, 0), (0, -190))
    with at(c, 0, -205):
        c.scale(max(0.06, turn), 1)
        disc(c, 0, 0, 34, WHITE)
        disc(c, 0, 0, 31, SIGN_RED if red else "#2E9E5B")
        ring(c, 0, 0, 24, WHITE, 3)


def digger(c: skia.Canvas) -> None:
    """A small digger from behind, 2 m wide, standing on the origin."""
    shadow(c, 0, 0, 230, 22)
    for x in (-100, 56):
        box(c, x, -46, 44, 46, "#2B3038", 12)
    box(c, -84, -130, 168, 92, "#F2A922", 12)
    box(c, -52, -216, 96, 92, "#3A414D", 10)
    box(c, -42, -206, 76, 66, "#A9CBD8", 6)
    trace(c, "M62 -120 L108 -236 L168 -150", "#D98F12", 18)
    polygon(c, "#4A515C", (150, -160), (190, -150), (182, -108), (146, -118))


def angry(c: skia.Canvas, x: float, y: float, grow: float = 1) -> None:
    """A spiky speech balloon full of the signs of anger, its tail down to the left."""
    with at(c, x, y, grow):
        polygon(c, WHITE, (-70, 40), (-120, 118), (-24, 52))
        for dx, r in ((-80, 52), (0, 64), (80, 52)):
            oval(c, dx, 0, r * 2.5, r * 1.9, WHITE)
        trace(c, "M-106 -16 L-84 16 M-84 -16 L-106 16 M-110 0 H-80", RED, 8)
        trace(c, "M-50 20 L-34 -20 L-26 4 L-8 -26", RED, 8)
        text(c, "!", 22, 26, 70, RED)
        shape(c, "M56 20 Q50 -22 78 -22 Q106 -22 100 20 L92 12 L86 22 L78 12 L70 22 L64 12 Z", "#3A414D")
        disc(c, 70, -6, 5, WHITE)
        disc(c, 88, -6, 5, WHITE)


def tram_side(c: skia.Canvas, riders: tuple[tuple[Look, float], ...], opened: float, colour: str = "#2D8C8C") -> None:
    """The middle of a tram from the side, 13 m long, standing on the origin; two doors open around x = 0."""
    box(c, -660, -22, 1320, 20, "#2B3038")
    shape(c, "M-660 -300 Q-660 -330 -630 -330 L630 -330 Q660 -330 660 -300 L660 -22 L-660 -22 Z", "#EFF1EE")
    box(c, -660, -70, 1320, 40, colour)
    box(c, -660, -330, 1320, 34, colour, 16)
    for x in (-620, -460, -300, 150, 310, 470):
        box(c, x, -270, 146, 130, side.PANE, 10)
    for x in (-560, -380, 390):
        with at(c, x + 40, -30):
            c.save()
            c.clipRect(skia.Rect.MakeLTRB(-100, -232, 100, -110))
            person(c, Look(top="#7A5AA8" if x < 0 else "#8C7A5B"), Pose())
            c.restore()
    box(c, -112, -286, 224, 264, "#39424F", 6)
    box(c, -104, -276, 208, 250, "#C9D3D0", 4)
    for look, x in riders:
        with at(c, x, -30):
            person(c, look)
    for sign in (-1, 1):
        x = sign * (54 + 104 * opened)
        box(c, x - 52, -284, 104, 260, shade(colour, 0.15), 6)
        box(c, x - 40, -270, 80, 180, side.PANE, 6)


def pushchair_above(c: skia.Canvas) -> None:
    """A pushchair from above, pushed towards +x; the handle is at x = -58."""
    oval(c, 0, 6, 120, 70, "#10182830")
    for x in (-34, 36):
        for y in (-32, 32):
            box(c, x - 12, y - 5, 24, 10, above.TYRE, 4)
    limb(c, "#4A515C", 5, (-30, -24), (-58, -24), (-58, 24), (-30, 24))
    box(c, -38, -28, 84, 56, "#5A7D9A", 18)
    box(c, -10, -20, 52, 40, "#8FB0C8", 14)
    disc(c, -4, 0, 14, "#F0C09A")
    shape(c, "M-40 -28 H-14 Q2 0 -14 28 H-40 Z", "#3F5E78")


def bus_shelter(c: skia.Canvas, x: float, y: float, name: str = "") -> None:
    """A glass shelter from the front, 300 wide, standing at (x, y)."""
    box(c, x - 150, y - 220, 300, 196, "#BFDDE850", 4)
    for dx in (-150, 142):
        box(c, x + dx, y - 226, 8, 226, "#5B6270")
    box(c, x - 166, y - 240, 332, 20, "#3A414D", 5)
    box(c, x - 110, y - 56, 220, 10, "#A9743F", 3)
    if name:
        box(c, x - 100, y - 216, 200, 34, BLUE, 4)
        text(c, name, x, y - 190, 24, WHITE)


def blue_place(c: skia.Canvas, x: float, y: float, width: float, height: float) -> None:
    """A reserved parking place painted blue on a plan, from its top left corner."""
    box(c, x, y, width, height, SIGN_BLUE)
    box(c, x + width - 46, y, 6, height, WHITE)
    for k in range(int(height // 40)):
        limb(c, WHITE, 5, (x + width - 36, y + 14 + k * 40), (x + width - 6, y + 34 + k * 40))
    with at(c, x + (width - 46) / 2, y + height / 2, 1.15):
        wheelchair_mark(c)


def plain_paper(c: skia.Canvas, title: str) -> None:
    """A sheet 260 × 340, centred, with a title, empty lines and an empty box to sign in."""
    box(c, -124, -162, 260, 340, "#10182830", 8)
    box(c, -130, -170, 260, 340, "#FDFBF5", 8)
    box(c, -130, -170, 260, 58, BLUE, 8)
    text(c, title, 0, -130, 34, WHITE)
    for y in (-78, -40, -2):
        box(c, -104, y, 60, 9, "#9AA3AD", 4)
        limb(c, "#C9CED3", 3, (-32, y + 9), (104, y + 9))
    trace(c, "M-104 52 H104 V138 H-104 Z", "#9AA3AD", 4)
    text(c, "Signature", -52, 80, 22, "#9AA3AD")
