"""Backgrounds seen from the side, in pixels: sky, fronts, pavements and roads, town or country.

From top to bottom of a street: fronts stand on FRONT, the far pavement goes down to KERB, the road to NEAR, and the near
pavement to the bottom. Traffic on the viewer's side of the road goes right, on the far side it goes left.
"""

import skia

from .ink import CREAM, at, box, disc, fade, limb, oval, pen, polygon, shade, shadow, shape, text, trace

FRONT, KERB, NEAR = 430, 496, 676
FAR_LANE, NEAR_LANE, WALK, NEAR_WALK = 566, 654, 478, 706
"""Where wheels and feet touch the ground: far lane, near lane, far pavement, near pavement."""

ASPHALT, PAVING, LINE, GRASS = "#69717D", "#D5CFC3", "#F4F3EC", "#93B86F"
SKIES = {
    "day": ("#BFE1F2", "#EAF5F7"),
    "rain": ("#8E9DAA", "#C3CBD1"),
    "evening": ("#3A3F6B", "#F0A26B"),
    "night": ("#0D1430", "#27325A"),
}

WALLS = ("#E8D3B5", "#D9B79A", "#C9D3D0", "#E3C4B3", "#CFC3D6", "#D8DCC2")


def sky(c: skia.Canvas, hour: str = "day", width: float = 1280) -> None:
    """The sky: day, rain, evening or night."""
    top, bottom = SKIES[hour]
    c.drawRect(skia.Rect.MakeXYWH(0, 0, width, 720), fade(top, bottom, 0, 0, 0, 460))
    if hour == "day":
        for x, y, s in ((180, 90, 1), (620, 60, 0.8), (1020, 120, 1.1), (1500, 80, 1), (1950, 110, 0.9)):
            if x < width:
                with at(c, x, y, s):
                    shape(
                        c,
                        "M-70 20 Q-74 -4 -46 -6 Q-38 -32 -8 -28 Q14 -44 34 -20 Q70 -22 70 4 Q76 20 60 20 Z",
                        "#FFFFFFC0",
                    )
    if hour == "night":
        disc(c, 1090, 90, 34, "#F3EFD8")
        disc(c, 1076, 82, 30, "#141C3C")
        for k in range(40):
            disc(c, (k * 397) % width, (k * 173) % 300, 1.4, "#FFFFFFA0")


def hills(c: skia.Canvas, colour: str = "#A9C68A", width: float = 1280) -> None:
    """Hills on the horizon."""
    for start, rise, tone in ((-200, 120, 0.25), (200, 90, 0.1), (800, 110, 0.2), (1400, 90, 0.12)):
        if start < width:
            shape(
                c,
                f"M{start} {FRONT + 20} Q{start + 360} {FRONT - rise * 1.6} {start + 760} {FRONT + 20} Z",
                shade(colour, tone),
            )


def road(c: skia.Canvas, width: float = 1280, *, two_ways=True, pavements=True, wet=False) -> None:
    """The road, with its far and near pavements, or grass verges."""
    verge = PAVING if pavements else GRASS
    asphalt = "#545D6C" if wet else ASPHALT
    box(c, 0, FRONT, width, 300, verge)
    if pavements:
        for x in range(0, int(width), 92):
            limb(c, shade(verge, -0.07), 1.5, (x, FRONT), (x - 24, KERB - 8))
        box(c, 0, KERB - 10, width, 12, shade(verge, -0.14))
    box(c, 0, KERB, width, NEAR - KERB, asphalt)
    c.drawRect(skia.Rect.MakeXYWH(0, KERB, width, 16), fade("#10182838", "#10182800", 0, KERB, 0, KERB + 16))
    if wet:
        for k in range(26):
            box(c, (k * 211) % width, KERB + 18 + (k * 53) % 140, 120, 4, "#AFC0CE38", 2)
    box(c, 0, NEAR, width, 10, shade(verge, -0.14))
    if pavements:
        for x in range(-40, int(width), 120):
            limb(c, shade(verge, -0.07), 1.5, (x + 30, NEAR + 12), (x - 10, 720))
    if two_ways:
        c.drawLine(0, 596, width, 596, pen(LINE, 6, (70, 50)))


def zebra(c: skia.Canvas, x: float, width: float = 190) -> None:
    """A pedestrian crossing over the whole road, its left edge at x; its stripes follow the traffic."""
    for k in range(5):
        y = KERB + 8 + k * 35
        left, right = x - (y - KERB) * 0.12, x + width + (y - KERB) * 0.12
        polygon(c, LINE, (left, y), (right, y), (right + 2, y + 18), (left - 2, y + 18))


def cycle_track(c: skia.Canvas, width: float = 1280, start: float = 0) -> None:
    """A cycle track between the far pavement and the road."""
    box(c, start, KERB - 26, width - start, 44, "#8FB8A0")
    c.drawLine(start, KERB + 19, width, KERB + 19, pen(LINE, 5, (40, 26)))


def front(
    c: skia.Canvas,
    x: float,
    width: float,
    height: float,
    colour: str = WALLS[0],
    *,
    floors: int = 3,
    shop: str | None = None,
    awning: str = "#C8452F",
    door: float | None = 0.5,
    lit: tuple[int, ...] = (),
    dark=False,
    name: str = "",
) -> None:
    """A town house on FRONT; ``lit`` numbers the windows with a light, from the top left; ``shop`` is its signboard."""
    top = FRONT - height
    box(c, x, top, width, height, colour)
    box(c, x - 6, top - 12, width + 12, 16, shade(colour, -0.25), 3)
    ground = 130
    columns = max(2, int(width // 84))
    step = (height - ground) / max(floors - 1, 1)
    for floor in range(floors - 1):
        for column in range(columns):
            wx, wy = x + width * (column + 0.5) / columns - 22, top + 22 + floor * step
            window(c, wx, wy, 44, min(step - 34, 66), lit=floor * columns + column in lit, dark=dark)
    if shop is not None:
        box(c, x + 12, FRONT - 104, width - 24, 104, "#4B5563" if not dark else "#2A3040", 4)
        box(c, x + 20, FRONT - 96, width - 96, 78, "#CFE6EE" if not dark else "#4A5878", 3)
        box(c, x + width - 68, FRONT - 92, 44, 92, shade(awning, -0.2), 3)
        for k in range(int((width - 10) // 26)):
            shape(
                c,
                f"M{x + 6 + k * 26} {FRONT - 112} L{x + 32 + k * 26} {FRONT - 112} L{x + 32 + k * 26} {FRONT - 90} "
                f"Q{x + 19 + k * 26} {FRONT - 78} {x + 6 + k * 26} {FRONT - 90} Z",
                awning if k % 2 else CREAM,
            )
        if shop:
            box(c, x + 14, FRONT - 142, width - 28, 30, shade(awning, -0.25), 4)
            text(c, shop, x + width / 2, FRONT - 119, 22, "#FFFFFF")
    elif door is not None:
        dx = x + width * door
        box(c, dx - 28, FRONT - 112, 56, 112, shade(colour, -0.35), 3)
        box(c, dx - 22, FRONT - 104, 44, 104, "#6B4A36", 3)
        disc(c, dx + 14, FRONT - 50, 3, "#E0C36A")
        for wx in (x + 24, x + width - 68):
            if abs(wx + 22 - dx) > 60:
                window(c, wx, FRONT - 104, 44, 62, dark=dark)
    if name:
        text(c, name, x + width / 2, FRONT - 128, 26, shade(colour, -0.65))


def window(c: skia.Canvas, x: float, y: float, width: float, height: float, *, lit=False, dark=False) -> None:
    box(c, x - 4, y - 4, width + 8, height + 8, "#FFFFFF50", 2)
    box(c, x, y, width, height, "#FFD98A" if lit else "#2C3756" if dark else "#A9CBD8", 2)
    if not lit:
        polygon(
            c,
            "#FFFFFF2A",
            (x + width * 0.5, y),
            (x + width * 0.8, y),
            (x + width * 0.4, y + height),
            (x + width * 0.1, y + height),
        )
    limb(c, "#F4F1EA" if not dark else "#5A6484", 3, (x + width / 2, y), (x + width / 2, y + height))


def fronts(c: skia.Canvas, width: float = 1280, start: float = 0, *, dark=False, lit: int = 0, seed: int = 0) -> None:
    """A row of town houses from ``start`` to ``width``; in the dark, one window in ``lit`` has a light."""
    x, k = start, seed
    while x < width:
        wide = (210, 180, 250, 190)[k % 4]
        height = (330, 380, 300, 410)[(k * 3) % 4]
        colour = WALLS[k % len(WALLS)]
        lights = tuple(range(k % 3, 12, lit)) if lit else ()
        shop = "" if k % 3 == 1 else None
        front(
            c,
            x,
            wide,
            height,
            shade(colour, -0.55) if dark else colour,
            floors=3 + (height > 350),
            shop=shop,
            lit=lights,
            awning=("#C8452F", "#2D8C8C", "#7A5AA8")[k % 3],
            dark=dark,
        )
        x += wide
        k += 1


def school(c: skia.Canvas, x: float, width: float = 620, name: str = "COLLÈGE", dark=False) -> None:
    """A school on FRONT, with its gate."""
    wall = "#E3CFAE"
    box(c, x, FRONT - 300, width, 300, wall)
    box(c, x - 8, FRONT - 312, width + 16, 18, shade(wall, -0.3), 3)
    for floor in range(2):
        for column in range(int(width // 92)):
            window(c, x + 26 + column * 92, FRONT - 270 + floor * 96, 58, 62, dark=dark)
    gate = x + width / 2
    box(c, gate - 110, FRONT - 150, 220, 150, shade(wall, -0.12))
    box(c, gate - 84, FRONT - 104, 168, 104, "#3F5E78", 3)
    for k in range(8):
        limb(c, "#6F8FA8", 4, (gate - 74 + k * 21, FRONT - 98), (gate - 74 + k * 21, FRONT - 4))
    box(c, gate - 100, FRONT - 144, 200, 34, "#2F4858", 4)
    text(c, name, gate, FRONT - 118, 25, "#FFFFFF")


def house(
    c: skia.Canvas,
    x: float,
    width: float = 300,
    colour: str = "#EFE3CC",
    roof: str = "#B85C43",
    *,
    lit=False,
    dark=False,
):
    """A detached house on FRONT."""
    box(c, x, FRONT - 170, width, 170, colour)
    polygon(
        c,
        roof,
        (x - 26, FRONT - 164),
        (x + 40, FRONT - 280),
        (x + width - 40, FRONT - 280),
        (x + width + 26, FRONT - 164),
    )
    polygon(
        c,
        shade(roof, -0.15),
        (x - 26, FRONT - 164),
        (x - 18, FRONT - 178),
        (x + width + 18, FRONT - 178),
        (x + width + 26, FRONT - 164),
    )
    box(c, x + width * 0.7, FRONT - 310, 34, 50, shade(roof, -0.3))
    window(c, x + 30, FRONT - 136, 62, 66, lit=lit, dark=dark)
    window(c, x + width - 92, FRONT - 136, 62, 66, lit=lit, dark=dark)
    box(c, x + width / 2 - 28, FRONT - 116, 56, 116, "#6B4A36", 3)
    disc(c, x + width / 2 + 16, FRONT - 54, 3, "#E0C36A")


def tree(c: skia.Canvas, x: float, y: float, height: float = 280, colour: str = "#6FA65A") -> None:
    """A tree standing at (x, y)."""
    k = height / 280
    shadow(c, x, y + 2, 150 * k, 18 * k)
    limb(c, "#7A5A40", 18 * k, (x, y), (x, y - 130 * k))
    limb(c, "#7A5A40", 9 * k, (x, y - 100 * k), (x + 32 * k, y - 150 * k))
    for dx, dy, r, tone in (
        (-46, -160, 56, 0),
        (44, -164, 58, 0),
        (0, -216, 66, 0),
        (-18, -200, 40, 0.13),
        (26, -230, 30, 0.13),
    ):
        disc(c, x + dx * k, y + dy * k, r * k, shade(colour, tone) if tone else colour)


def hedge(c: skia.Canvas, x: float, y: float, width: float, height: float = 60, colour: str = "#5F9750") -> None:
    box(c, x, y - height, width, height, colour, 22)
    for k in range(int(width // 40)):
        disc(c, x + 20 + k * 40, y - height + 8, 22, shade(colour, 0.08 * (k % 2)) if k % 2 else colour)


def lamp_post(c: skia.Canvas, x: float, y: float, height: float = 330, lit=False) -> None:
    trace(c, f"M{x} {y} V{y - height + 30} Q{x} {y - height} {x + 34} {y - height}", "#4A515C", 7)
    box(c, x + 26, y - height - 4, 40, 12, "#4A515C", 5)
    box(c, x + 30, y - height + 7, 32, 5, "#FFE9A8" if lit else "#DDE3E6", 2)


def bench(c: skia.Canvas, x: float, y: float) -> None:
    shadow(c, x, y, 190, 14)
    for dx in (-66, 66):
        limb(c, "#3A414D", 7, (x + dx, y), (x + dx, y - 50), (x + dx - 10, y - 96))
    for dy in (52, 60, 80, 94):
        box(c, x - 88, y - dy - 4, 176, 9, "#A9743F", 3)


def bike_rack(c: skia.Canvas, x: float, y: float, hoops: int = 3, step: float = 70) -> None:
    for k in range(hoops):
        left = x + k * step
        trace(
            c,
            f"M{left} {y} V{y - 62} Q{left} {y - 84} {left + 22} {y - 84} Q{left + 44} {y - 84} {left + 44} {y - 62} V{y}",
            "#8D949C",
            7,
        )


def bubble(c: skia.Canvas, x: float, y: float, width: float, height: float, tail: float = -30) -> None:
    """A thought bubble centred on (x, y); its tail goes down to the left (negative) or to the right."""
    oval(c, x + tail, y + height / 2 + 18, 30, 24, "#FFFFFF")
    oval(c, x + tail * 1.5, y + height / 2 + 42, 16, 13, "#FFFFFF")
    box(c, x - width / 2, y - height / 2, width, height, "#FFFFFF", 36)


def tag(
    c: skia.Canvas, words: str, x: float, y: float, size: float = 34, colour: str = "#1E2430", paper: str = "#FFFFFF"
) -> None:
    """A label such as an age, centred on x, its middle at y."""
    width = size * (0.62 * len(words) + 0.9)
    box(c, x - width / 2 + 3, y - size * 0.75 + 4, width, size * 1.5, "#10182830", size * 0.4)
    box(c, x - width / 2, y - size * 0.75, width, size * 1.5, paper, size * 0.4)
    text(c, words, x, y + size * 0.36, size, colour)
