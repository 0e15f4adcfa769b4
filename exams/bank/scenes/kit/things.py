"""Objects seen close, around the origin; sizes are in pixels, about 200 high, unless said."""

from collections.abc import Callable
from math import cos, pi, radians, sin

import skia

from .ink import at, box, disc, limb, oval, polygon, ring, shade, shape, text, trace

Screen = Callable[[skia.Canvas], None]


def phone(c: skia.Canvas, screen: Screen | None = None, *, lit=True) -> None:
    """A telephone 130 × 250, centred; ``screen`` draws in a 114 × 222 box centred on the origin."""
    box(c, -65, -125, 130, 250, "#15181F", 20)
    box(c, -57, -111, 114, 222, "#EAF2F6" if lit else "#2A303B", 10)
    if screen and lit:
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(-57, -111, 57, 111))
        screen(c)
        c.restore()
    box(c, -16, -120, 32, 5, "#3A414D", 2)


def message(c: skia.Canvas) -> None:
    """Screen: a message has come."""
    box(c, -48, -60, 82, 44, "#2D8C8C", 14)
    for y in (-46, -32):
        box(c, -38, y, 58, 6, "#FFFFFFC0", 3)
    box(c, -30, 0, 78, 34, "#C9D6DC", 14)


def film(t: float) -> Screen:
    """Screen: a video that plays, at ``t`` seconds."""

    def draw(c: skia.Canvas) -> None:
        box(c, -57, -111, 114, 222, "#23304A")
        x = 30 * sin(t * 3)
        disc(c, x, -10 - abs(sin(t * 6)) * 40, 24, "#F4BE3B")
        box(c, -57, 30, 114, 80, "#3FA06B")
        box(c, -46, 92, 92, 5, "#FFFFFF60", 2)
        box(c, -46, 92, 92 * ((t * 0.12) % 1), 5, "#FF4B38", 2)

    return draw


def dialled(digits: str) -> Screen:
    """Screen: a number being dialled."""

    def draw(c: skia.Canvas) -> None:
        text(c, digits, 0, -62, 40)
        for row in range(4):
            for column in range(3):
                disc(c, -34 + column * 34, -30 + row * 32, 13, "#CBD6DC")
        disc(c, 0, 94, 14, "#3FA06B")

    return draw


def clock(c: skia.Canvas, hour: float, radius: float = 60) -> None:
    """A clock with hands; ``hour`` as a decimal number."""
    disc(c, 4, 6, radius + 6, "#10182830")
    disc(c, 0, 0, radius + 6, "#2F4858")
    disc(c, 0, 0, radius, "#FDFBF5")
    for k in range(12):
        a = radians(k * 30)
        limb(
            c,
            "#2F4858",
            radius * 0.05,
            (radius * 0.82 * sin(a), -radius * 0.82 * cos(a)),
            (radius * 0.92 * sin(a), -radius * 0.92 * cos(a)),
        )
    for turn, length, width in ((hour / 12, 0.5, 0.1), (hour % 1, 0.76, 0.07)):
        a = 2 * pi * turn
        limb(c, "#1E2430", radius * width, (0, 0), (radius * length * sin(a), -radius * length * cos(a)))
    disc(c, 0, 0, radius * 0.07, "#D8412F")


def alarm_clock(c: skia.Canvas, words: str) -> None:
    """A digital alarm clock."""
    box(c, -150, -66, 300, 140, "#10182830", 26)
    box(c, -156, -76, 312, 140, "#3A414D", 26)
    box(c, -134, -56, 268, 100, "#10202A", 12)
    text(c, words, 0, 26, 78, "#5BE39B")


def bike_helmet(c: skia.Canvas, colour: str = "#2F6FB3") -> None:
    """A bicycle helmet from the side, 220 wide, standing on y = 0."""
    trace(c, "M-56 -18 Q-30 30 0 34 Q40 24 66 -20", "#2B2F38", 7)
    shape(c, "M-108 -16 C-122 -112 -44 -142 16 -134 C76 -126 116 -74 114 -30 L84 -22 Q10 -40 -56 -12 Z", colour)
    for outline in ("M-60 -96 Q0 -128 70 -92", "M-86 -62 Q0 -96 98 -58"):
        trace(c, outline, shade(colour, -0.35), 13)


def motor_helmet(c: skia.Canvas, colour: str = "#D8412F") -> None:
    """A full-face helmet from the side, 200 wide, standing on y = 0."""
    shape(
        c,
        "M-98 -40 C-112 -150 -36 -196 26 -186 C86 -176 108 -112 104 -70 L100 -18 Q70 6 30 -4 L16 -22 L-60 -6 Q-92 -10 -98 -40 Z",
        colour,
    )
    shape(c, "M24 -132 Q84 -136 106 -104 L104 -66 Q56 -58 20 -72 Q8 -104 24 -132 Z", "#28324A")
    shape(c, "M60 -128 L82 -124 L62 -68 L42 -68 Z", "#FFFFFF30")
    trace(c, "M-80 -130 Q-40 -180 30 -172", "#FFFFFF60", 8)
    trace(c, "M-24 -6 Q0 26 28 8", "#2B2F38", 8)


def boots(c: skia.Canvas, colour: str = "#3A2F2A") -> None:
    """A pair of high boots, standing on y = 0."""
    for x, tone in ((-64, -0.2), (20, 0)):
        body = shade(colour, tone) if tone else colour
        shape(c, f"M{x - 26} -180 H{x + 34} L{x + 32} -56 Q{x + 74} -48 {x + 80} -10 L{x - 30} -10 Z", body)
        box(c, x - 32, -14, 114, 14, "#15181F", 5)
        for y in (-150, -110, -70):
            box(c, x - 28, y, 62, 10, shade(colour, 0.25), 3)
            box(c, x + 18, y - 3, 16, 16, "#C9CED3", 3)


def gloves(c: skia.Canvas, colour: str = "#2A2F38") -> None:
    """A pair of gloves, standing on y = 0."""
    for side in (-1, 1):
        with at(c, side * 58, 0, flip=side < 0):
            box(c, -38, -66, 76, 66, shade(colour, 0.18), 10)
            box(c, -40, -130, 80, 76, colour, 18)
            for k, high in enumerate((50, 62, 58, 44)):
                box(c, -40 + k * 20, -124 - high + 10, 18, high, colour, 9)
            limb(c, colour, 22, (38, -86), (62, -122))
            box(c, -30, -112, 60, 22, "#9AA3AD", 8)
            box(c, -38, -34, 76, 12, "#D8412F", 3)


def airbag_vest(c: skia.Canvas, colour: str = "#3A414D") -> None:
    """A sleeveless airbag vest, standing on y = 0."""
    shape(c, "M-80 0 L-84 -120 Q-86 -190 -50 -198 L-24 -200 L0 -160 L24 -200 L50 -198 Q86 -190 84 -120 L80 0 Z", colour)
    shape(c, "M-50 -198 Q-64 -120 -52 0 H-80 L-84 -120 Q-86 -190 -50 -198 Z", shade(colour, -0.2))
    for side in (-1, 1):
        for y in (-140, -100, -60):
            box(c, side * 40 - 24, y, 48, 30, shade(colour, 0.2), 12)
    box(c, -4, -160, 8, 160, "#C9CED3")
    box(c, -80, -26, 160, 10, "#F4E04D")
    disc(c, 22, -118, 9, "#D8412F")


def glass(c: skia.Canvas, level: float = 0.7, drink: str = "#A9D5EC") -> None:
    """A glass, 120 high, standing on y = 0."""
    shape(c, "M-34 -120 L34 -120 L26 0 L-26 0 Z", "#FFFFFF70")
    top = -6 - 106 * level
    half = 26 + 8 * (-top / 120)
    if level:
        polygon(c, drink, (-half + 3, top), (half - 3, top), (23, -4), (-23, -4))
    trace(c, "M-34 -120 L-26 0 H26 L34 -120", "#FFFFFFC0", 4)


def wine_glass(c: skia.Canvas, level: float = 0.6) -> None:
    """A stemmed glass, 120 high, standing on y = 0."""
    if level:
        shape(c, "M-25 -88 Q-22 -54 0 -50 Q22 -54 25 -88 Z", "#8E2440")
    trace(c, "M-24 -118 Q-34 -52 0 -48 Q34 -52 24 -118 M0 -48 V-4 M-22 -2 H22", "#F4F6F7D0", 5)


def bottle(c: skia.Canvas, colour: str = "#3E6B4A") -> None:
    """A bottle, 220 high, standing on y = 0."""
    shape(c, "M-30 0 L-30 -130 Q-30 -152 -12 -164 L-12 -220 H12 L12 -164 Q30 -152 30 -130 L30 0 Z", colour)
    box(c, -30, -104, 60, 56, "#F1E8D2")
    box(c, -13, -222, 26, 18, "#8E2440", 4)


def keys(c: skia.Canvas) -> None:
    """Car keys, about 120 wide."""
    ring(c, 0, 0, 20, "#9AA3AD", 6)
    with at(c, 0, 18, turn=24):
        box(c, -24, 0, 48, 76, "#23272F", 14)
        disc(c, 0, 26, 9, "#5B6270")
        disc(c, 0, 52, 7, "#5B6270")
    with at(c, 0, 18, turn=-38):
        box(c, -8, 0, 16, 84, "#B9C0C7", 3)
        for y in (50, 64, 76):
            box(c, 4, y, 10, 6, "#B9C0C7")


def medicine(c: skia.Canvas, turned: float) -> None:
    """A box of medicine, 260 wide, standing on y = 0, that turns from its face (0) to its side (1)."""
    face, side = cos(turned * pi / 2), sin(turned * pi / 2)
    left = -130 * face - 45 * side
    width = 260 * face
    box(c, -160, -8, 330, 22, "#10182830", 11)
    if face > 0.02:
        box(c, left, -170, width, 170, "#F7F8F6", 4)
        box(c, left, -170, width, 44, "#2D8C8C")
        box(c, left + width * 0.12, -104, width * 0.55, 12, "#9AA3AD", 4)
        box(c, left + width * 0.12, -80, width * 0.4, 12, "#C9CED3", 4)
        oval(c, left + width * 0.78, -66, 54 * face, 30, "#E58AA0")
    if side > 0.02:
        x = left + width
        wide = 190 * side
        box(c, x, -170, wide, 170, "#E4E8E6", 4)
        with at(c, x + wide / 2, -84):
            c.scale(side, 1)
            polygon(c, "#F4A72C", (0, -62), (66, 52), (-66, 52))
            trace(c, "M0 -62 L66 52 H-66 Z", "#1E2430", 5)
            shape(c, "M-32 32 V14 L-22 10 L-12 -6 H14 L24 10 L34 14 V32 Z", "#1E2430")
            disc(c, -18, 34, 8, "#1E2430")
            disc(c, 20, 34, 8, "#1E2430")
            for k in range(2):
                box(c, -50 + k * 8, 62 + k * 10, 100 - k * 16, 5, "#9AA3AD", 2)


def first_aid_kit(c: skia.Canvas) -> None:
    """A first-aid bag, 150 wide, centred."""
    trace(c, "M-30 -46 Q-30 -72 0 -72 Q30 -72 30 -46", "#8E2A22", 9)
    box(c, -76, -48, 152, 108, "#D8412F", 16)
    box(c, -12, -30, 24, 72, "#FFFFFF", 3)
    box(c, -36, -6, 72, 24, "#FFFFFF", 3)


def ball(c: skia.Canvas, radius: float, spin: float = 0, colour: str = "#E2574C") -> None:
    """A ball that turns, centred."""
    disc(c, 0, 0, radius, colour)
    with at(c, 0, 0, turn=spin):
        shape(c, f"M0 {-radius} Q{radius * 0.7} 0 0 {radius} Q{-radius * 0.7} 0 0 {-radius} Z", "#FFFFFF")
        shape(c, f"M0 {-radius} Q{radius * 0.3} 0 0 {radius} Q{-radius * 0.3} 0 0 {-radius} Z", "#F4BE3B")


def toolbox(c: skia.Canvas) -> None:
    """A toolbox, 150 wide, standing on y = 0."""
    trace(c, "M-30 -74 V-96 H30 V-74", "#3A414D", 9)
    box(c, -76, -78, 152, 78, "#D8412F", 8)
    box(c, -76, -78, 152, 26, shade("#D8412F", -0.25), 8)
    box(c, -12, -62, 24, 20, "#C9CED3", 3)


def note(c: skia.Canvas, colour: str = "#7A5AA8") -> None:
    """A music note, 60 high, centred."""
    trace(c, "M-10 24 V-26 L22 -34 V16", colour, 6)
    oval(c, -19, 26, 20, 15, colour)
    oval(c, 13, 18, 20, 15, colour)


def question_mark(c: skia.Canvas, size: float = 90, colour: str = "#FFFFFF") -> None:
    text(c, "?", 0, size * 0.36, size, colour)


def badge(c: skia.Canvas, draw: Callable[[skia.Canvas], None], radius: float = 70, paper: str = "#FFFFFF") -> None:
    """A drawing in a round white badge."""
    disc(c, 3, 6, radius + 3, "#10182838")
    disc(c, 0, 0, radius, paper)
    draw(c)


def hand(c: skia.Canvas, skin: str = "#E3AC84", sleeve: str = "#9C4F7C") -> None:
    """A hand that comes from the upper right and holds something at the origin."""
    limb(c, sleeve, 96, (330, -300), (170, -150))
    limb(c, skin, 66, (160, -140), (70, -52))
    for k in range(4):
        limb(c, shade(skin, -0.08) if k % 2 else skin, 26, (66 - k * 8, -66 + k * 24), (-6 - k * 6, -34 + k * 24))
    limb(c, shade(skin, -0.05), 28, (44, -84), (-14, -66))
