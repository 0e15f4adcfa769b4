"""Scenes of « équipements »: people on bicycles and electric scooters."""

from math import sin

import skia

from exams.bank.scenes.kit import side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ink import WHITE, at, box, disc, fade, limb, pen, shade, shadow, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, blink, during, ease
from exams.bank.scenes.kit.people import LEO, LINA, MUM, SAMI, TOM, head
from exams.bank.scenes.registry import scene


@scene("equ-velo-campagne")
def night_ride(stage):
    c = stage.back
    street.sky(c, "night")
    street.hills(c, "#22303A")
    for x in (60, 420, 900, 1180):
        street.tree(c, x, 450, 230, "#1E3530")
    box(c, 0, street.FRONT, 1280, 300, "#24382F")
    box(c, 0, street.KERB, 1280, 180, "#333A4A")
    trace(c, "M0 596 H1280", "#8E97A6", 6, (70, 50))
    trace(c, "M0 668 H1280", "#8E97A6", 5)
    with at(c, 260, 480, 1.25):
        signs.pole(c, height=190)
        with at(c, 0, -190):
            signs.town("VILLARS", end=True)(c)
    weather.darkness(c, 0.35)
    x, car = Curve((0, 330), (8, 700)), Curve((0, 1500), (8, 1130))
    dark = TOM | {"top": "#2B3040", "bottom": "#23283A", "shoes": "#3A4050", "helmet": "#3A4254"}

    def draw(c, t):
        with at(c, car(t), street.FAR_LANE - 6, 0.8, flip=True):
            side.car(c, "#39425A", car(t), beam=True, pane="#2A3448")
        for dx in (-150, -130):
            weather.shine(c, car(t) + dx, street.FAR_LANE - 66, 110, "#FFF3C4B0")
        ride(c, side.cyclist, x, t, street.NEAR_LANE, 1.45, look=dark, bike="#4A5468", glowing=True)
        weather.shine(c, x(t) - 66, street.NEAR_LANE - 122, 36, "#FF3B2BD0")

    return draw


@scene("equ-velo-fratrie")
def brother_and_sister(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 130, 330)
    street.tree(c, 1150, 450, 300)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    for x in range(500, 1080, 36):
        box(c, x, 352, 14, 96, "#F4F1EA", 4)
    box(c, 490, 372, 590, 12, "#F4F1EA", 4)
    box(c, 490, 416, 590, 12, "#F4F1EA", 4)
    with at(c, 640, 470, 1.0):
        side.bicycle(c, "#2D8C8C")
    with at(c, 900, 476, 1.2):
        side.bicycle(c, "#E9783F")
    box(c, 0, 610, 1280, 120, street.ASPHALT)
    box(c, 0, 600, 1280, 12, "#C9C2B4")
    trace(c, "M0 668 H1280", WHITE, 6, (70, 50))
    street.bench(c, 1000, 590)
    with at(c, 940, 534, 0.36):
        things.bike_helmet(c, "#D8412F")
    with at(c, 1052, 534, 0.44):
        things.bike_helmet(c, "#2F6FB3")
    adam = LEO | {"height": 132, "bag": None, "top": "#6BA368"}
    ines = LINA | {"top": "#E9783F"}
    boy, girl = Curve((0, -120), (4, 600), end=0), Curve((0.4, -200), (4.6, 420), end=0)

    def draw(c, t):
        walk(c, ines, girl, t, 590, 1.45)
        walk(c, adam, boy, t, 594, 1.45)
        if t > 4.6:
            street.tag(c, "15 ans", 420, 590 - 1.45 * 200 * ease(t, 4.6, 5), 36)
        if t > 4.2:
            street.tag(c, "10 ans", 600, 594 - 1.45 * 162 * ease(t, 4.2, 4.6), 36)

    return draw


@scene("equ-velo-nuit")
def bike_in_garage(stage):
    c = stage.back
    box(c, 0, 0, 1280, 560, "#C9B79C")
    for y in range(0, 560, 70):
        for x in range(-40 + (y // 70 % 2) * 60, 1280, 120):
            box(c, x, y, 116, 66, shade("#C9B79C", 0.05 * ((x + y) % 3)) if (x + y) % 3 else "#C9B79C", 3)
    box(c, 0, 560, 1280, 160, "#9A948A")
    box(c, 900, 60, 300, 230, "#6B4A36", 6)
    box(c, 40, 120, 200, 12, "#7A5A40")
    for x, colour in ((60, "#2F6FB3"), (110, "#D8412F"), (165, "#3FA06B")):
        box(c, x, 66, 38, 54, colour, 4)
    rose = MUM | {"top": "#2D8C8C", "cut": "bun", "height": 158}
    walkin = Curve((0, -80), (2.4, 190), end=0)

    def draw(c, t):
        dusk = ease(t, 0.5, 6)
        mixed = "#" + "".join(f"{round(a + (b - a) * dusk):02X}" for a, b in zip((191, 225, 242), (13, 20, 48)))
        box(c, 914, 74, 272, 202, mixed)
        disc(c, 1110, 130 + 10 * (1 - dusk), 26, "#F3EFD8" if dusk > 0.5 else "#FFD36B")
        box(c, 1044, 74, 12, 202, "#6B4A36")
        box(c, 914, 170, 272, 10, "#6B4A36")
        weather.darkness(c, 0.28 * dusk)
        shadow(c, 640, 650, 660, 40)
        with at(c, 640, 650, 3.4):
            side.bicycle(c, "#D8557A")
        carried = t < 2.8
        hold = {"hands": ((24, -70), None)} if carried else {}
        if 2.4 < t < 3.4:
            hold = {"lean": 40 * during(t, 2.4, 3.4), "hands": ((34, -40), None)}
        walk(c, rose, walkin, t, 660, 2.0, hold=hold)
        box_x, box_y = (walkin(t) + 60, 600) if carried else (280, 660)
        with at(c, box_x, box_y, 0.8):
            things.toolbox(c)
        for k, (x, y, radius) in enumerate(((822, 356, 40), (482, 352, 40), (786, 262, 34), (704, 284, 34))):
            start = 3.4 + k * 1.0
            if t > start and (t > start + 1 or blink(t - start, 0.5)):
                c.drawCircle(x, y, radius, pen("#FFFFFF", 6, (14, 10)))

    return draw


@scene("equ-velo-trois-casques")
def three_helmets(stage):
    c = stage.back
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, 720), fade("#DCEBF1", "#F6EEDD", 0, 0, 0, 720))
    heads = (
        (LEO | {"top": "#E9783F"}, -34, (-4, -2), True, "#D8412F"),
        (SAMI | {"top": "#6BA368"}, 0, (0, 0), False, "#2F6FB3"),
        (TOM | {"top": "#4C6FBF"}, 0, (0, 0), True, "#3FA06B"),
    )

    def draw(c, t):
        for k, (look, tilt, (dx, dy), closed, colour) in enumerate(heads):
            come = ease(t, 0.3 + k * 2.2, 1.2 + k * 2.2)
            if not come:
                continue
            with at(c, 225 + k * 415, 380 + 60 * (1 - come), 8.2):
                c.saveLayerAlpha(None, round(255 * come)) if come < 1 else c.save()
                limb(c, shade(look.skin, -0.12), 13, (-2, 8), (-3, 30))
                box(c, -24, 26, 46, 40, look.top, 14)
                head(c, look)
                with at(c, dx, dy, turn=tilt):
                    shape_helmet(c, colour)
                swing = 2 * sin(t * 2)
                if closed:
                    trace(c, "M-5 -6 Q-3 8 4 15 M4 -7 Q0 6 4 15", "#2B2F38", 1.5)
                    box(c, 1.5, 13, 5, 3.4, "#15181F", 1)
                else:
                    trace(c, f"M-5 -6 Q-4 10 {-5 + swing} 24", "#2B2F38", 1.5)
                    trace(c, f"M3 -7 Q3 8 {4 + swing} 22", "#2B2F38", 1.5)
                    box(c, -7 + swing, 23, 4, 3, "#15181F", 1)
                    box(c, 2 + swing, 21, 4, 3, "#15181F", 1)
                c.restore()
            with at(c, 225 + k * 415, 660):
                disc(c, 0, 0, 44 * come, "#2F4858")
                text(c, str(k + 1), 0, 20 * come, 54 * come, WHITE)

    return draw


def shape_helmet(c, colour):
    """A bicycle helmet on a head drawn by ``head``, without its strap."""
    shape(c, "M-18 -3 C-22 -22 -4 -27 5 -25 C15 -23 20 -14 20 -8 L15 -7 Q0 -9 -10 -2 Z", colour)
    trace(c, "M-8 -20 Q2 -23 11 -17", shade(colour, -0.35), 2.6)
    trace(c, "M-13 -13 Q0 -18 15 -12", shade(colour, -0.35), 2.2)
