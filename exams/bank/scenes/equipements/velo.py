"""Scenes of « équipements »: people on bicycles and electric scooters."""

from math import sin

import skia

from exams.bank.scenes.kit import side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.close import appear, bump, dotted, garage, magnifier, medallion
from exams.bank.scenes.kit.ink import WHITE, at, box, disc, fade, limb, oval, shade, shadow, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import CROUCH, LEO, LINA, MUM, SAMI, TOM, head, person
from exams.bank.scenes.registry import scene

_ROUND, _BIG_ROUND = skia.Path.Circle(0, 0, 170), skia.Path.Circle(0, 0, 210)


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
    garage(c)
    box(c, 900, 60, 300, 230, "#6B4A36", 6)
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
            dotted(c, x, y, radius, t, 3.4 + k)

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


@scene("equ-casque-choc")
def fallen_helmet(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    box(c, 0, 400, 1280, 330, street.GRASS)
    box(c, 0, 480, 1280, 250, street.ASPHALT)
    trace(c, "M0 500 H1280", WHITE, 6)
    with at(c, 1010, 560, 2.1, turn=0):
        c.scale(1, 0.55)
        side.bicycle(c, "#E9783F")
    drop = Curve((0.2, -60), (1.1, 640), (1.35, 590), (1.6, 640), start=300)

    def draw(c, t):
        y = drop(t)
        high = max(0, 640 - y)
        shadow(c, 500, 646, 500 - high * 0.3, 44)
        with at(c, 500, y, 2.0, turn=-70 * min(1, high / 700)):
            things.bike_helmet(c, "#2F6FB3")
        with at(c, 500, 650):
            bump(c, t, 1.1, 3)
        look = ease(t, 2.6, 3.2) * (1 - ease(t, 7.4, 8))
        if t > 2.6:
            with at(c, 330 + 340 * ease(t, 3.2, 7.2), 500 - 60 * sin(3.14 * ease(t, 3.2, 7.2)) + 400 * (1 - look)):
                magnifier(c, 100)

    return draw


@scene("equ-velo-pneu")
def worn_tyre(stage):
    c = stage.back
    garage(c)
    jeanne = LINA | {"top": "#E58AA0", "hair": "#6B3A22"}

    def draw(c, t):
        with at(c, 560, 664, 3.9):
            side.bicycle(c, "#3FA06B")
        box(c, 0, 654, 1280, 70, "#9A948A")
        sink = 4 * during(t, 1.4, 2.4) + 4 * during(t, 2.8, 3.8)
        oval(c, 365, 650, 128 + sink, 24 + sink / 2, "#23272F")
        oval(c, 771, 652, 88, 16, "#23272F")
        press = 0.5 * during(t, 1.4, 2.4) + 0.5 * during(t, 2.8, 3.8)
        with at(c, 150, 690, 2.9):
            person(c, jeanne, CROUCH | {"hands": ((50 + 3 * press, -62 + 4 * press), (30, -26)), "nod": 14})
        with at(c, 1010, 240):
            medallion(c, _tread, 170, appear(t, 4.2))
        if t > 4.2:
            with at(c, 1010, 240):
                limb(c, "#6B4A36", 34, (130, 130), (220, 220))

    return draw


def _tread(c):
    """The worn tread of a tyre, seen very close."""
    c.save()
    c.clipPath(_ROUND, doAntiAlias=True)
    box(c, -100, -180, 200, 360, "#3A404B", 40)
    box(c, -78, -180, 40, 360, "#4A515C")
    for k in range(9):
        y = -150 + k * 38
        box(c, -100, y, 24, 14, "#23272F", 4)
        box(c, 76, y + 12, 24, 14, "#23272F", 4)
    for k in range(7):
        trace(c, f"M{-26 + k * 13} -60 L{-34 + k * 13} 66", "#E3CFAE", 4)
        trace(c, f"M-44 {-46 + k * 16} L66 {-40 + k * 16}", "#CDB58C", 3)
    c.restore()


@scene("equ-edpm-obligatoire")
def scooter_in_garage(stage):
    c = stage.back
    garage(c)
    shadow(c, 640, 664, 640, 40)
    with at(c, 480, 664, 4.6):
        _scooter(c)
    limb(c, "#FFFFFFB0", 6, (680, 150), (820, 190))

    def draw(c, t):
        with at(c, 1000, 280):
            medallion(c, _bar_close, 210)
            for k, (x, y) in enumerate(((-88, 36), (4, -96), (72, 74))):
                dotted(c, x, y, 52, t, 0.8 + k * 1.5, "#C8102E")
        dotted(c, 246, 576, 48, t, 5.3, "#C8102E")

    return draw


def _scooter(c):
    """An electric scooter on its stand, with its brake lever and its bell."""
    side.kick_scooter(c, 0, "#2D8C8C")
    limb(c, "#9AA3AD", 3, (34, -109), (22, -103))
    disc(c, 34, -117, 3.6, "#D9DEE3")
    trace(c, "M-20 -16 L-28 -2", "#4A515C", 3)


def _bar_close(c):
    """The bar of the scooter, seen close in a disc."""
    c.save()
    c.clipPath(_BIG_ROUND, doAntiAlias=True)
    box(c, -220, -220, 440, 440, "#B9CBD3")
    with at(c, -33 * 9, 108 * 9, 9):
        _scooter(c)
    c.restore()


@scene("equ-pieton-visible")
def dark_morning(stage):
    c = stage.back
    street.sky(c, "night")
    street.hills(c, "#22303A")
    with at(c, 0, 40, 0.9):
        street.house(c, 120, 260, dark=True, lit=True)
    for x in (520, 880, 1180):
        street.tree(c, x, 450, 220, "#1E3530")
    box(c, 0, street.FRONT, 1280, 300, "#24382F")
    box(c, 0, 512, 1280, 170, "#333A4A")
    trace(c, "M0 598 H1280", "#8E97A6", 6, (70, 50))
    weather.darkness(c, 0.3)
    zoe, car = Curve((0, 240), (8, 620)), Curve((0, 1560), (8, 1010))
    look = LINA | {"top": "#28304A", "bottom": "#23283A", "shoes": "#3A4050", "bag": "#39425A"}
    things_worn = (_armband, _hat, _coat, _bag)

    def draw(c, t):
        with at(c, car(t), 560, 1.0, flip=True):
            side.car(c, "#39425A", car(t), beam=True, pane="#2A3448")
        weather.shine(c, car(t) - 190, 484, 120, "#FFF3C4B0")
        walk(c, look, zoe, t, 506, 1.45)
        for k, thing in enumerate(things_worn):
            with at(c, 220 + k * 280, 620):
                medallion(c, thing, 88, appear(t, 0.8 + k * 1.3))

    return draw


def _armband(c):
    box(c, -46, -30, 92, 60, "#E6EB3A", 16)
    box(c, -46, -8, 92, 16, "#DDE4E8")
    box(c, 26, -30, 10, 60, "#B7BC1E", 3)


def _hat(c):
    shape(c, "M-52 24 Q-56 -46 0 -48 Q56 -46 52 24 Z", "#23272F")
    box(c, -58, 14, 116, 26, "#343A45", 10)
    disc(c, 0, -52, 14, "#343A45")


def _coat(c):
    shape(c, "M-26 -62 H26 L58 -36 L68 34 H48 L40 -10 L44 62 H-44 L-40 -10 L-48 34 H-68 L-58 -36 Z", "#23305A")
    trace(c, "M0 -58 V60", "#16203E", 4)
    for y in (-30, 0, 30):
        disc(c, 8, y, 4, "#7C87AC")


def _bag(c):
    trace(c, "M-22 -50 Q-22 -70 0 -70 Q22 -70 22 -50", "#28304A", 8)
    box(c, -48, -54, 96, 114, "#39425A", 24)
    box(c, -34, 4, 68, 44, "#4A5573", 12)
    for y in (-34, -12):
        box(c, -48, y, 96, 12, "#DDE4E8")


@scene("equ-casque-marquage")
def helmet_label(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#EFE3CC")
    for y in (120, 330):
        box(c, 0, y, 1280, 16, "#B5834F")
    for x, y, colour in ((90, 114, "#D8412F"), (330, 114, "#3FA06B"), (80, 324, "#F4BE3B"), (1180, 114, "#7A5AA8")):
        with at(c, x, y, 0.5):
            things.bike_helmet(c, colour)
    box(c, 0, 560, 1280, 170, "#A9743F")
    box(c, 0, 560, 1280, 20, "#C28A50")

    def draw(c, t):
        shadow(c, 400, 580, 480, 30)
        with at(c, 400, 570, 2.0):
            things.bike_helmet(c, "#2D8C8C")
        come = ease(t, 1, 2.4)
        swing = 9 * sin(t * 2.6) * (1 - 0.7 * come)
        x, y = 440 + 400 * come, 566 - 456 * come
        with at(c, x, y, 0.26 + 0.74 * come, turn=swing):
            trace(c, "M0 -130 Q-10 -60 0 10", "#2B2F38", 5)
            box(c, -154, 6, 320, 480, "#10182830", 22)
            box(c, -160, 0, 320, 480, "#FDFBF5", 22)
            disc(c, 0, 34, 14, "#B5834F")
            for k, words in enumerate(("Sport", "CE", "M")):
                box(c, -126, 74 + k * 130, 252, 110, "#EAF2F6", 14)
                text(c, words, 0, 152 + k * 130, 64, "#2F4858")
        if t > 3:
            lens = Curve((3, 130), (4.2, 130), (5.2, 260), (6, 260), (7, 390), (8, 390))
            with at(c, 900, 110 + lens(t)):
                magnifier(c, 92)

    return draw


@scene("equ-velo-bagages")
def sports_bag(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 120, 340)
    street.tree(c, 1130, 452, 280)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    box(c, 0, 540, 1280, 190, "#CFC8BA")
    with at(c, 860, 670, 2.5):
        shadow(c, 0, 1, 180, 14)
        side.bicycle(c, "#2F6FB3")
        trace(c, "M-76 -76 H-28 M-70 -76 L-52 -36 M-46 -76 L-52 -36", "#2A2F38", 4)
        trace(c, "M-6 -29 L-16 -1", "#4A515C", 4)
        shape(c, "M44 -92 H82 L76 -64 H50 Z", "#B5834F")
        for k in range(4):
            trace(c, f"M{50 + k * 8} -92 L{53 + k * 6} -64", "#8F6238", 1.6)
    bilal = SAMI | {"top": "#D8412F", "bottom": "#23304A", "bag": None}
    come = Curve((0, -80), (4, 480), end=0)

    def draw(c, t):
        swing = 3 * sin(t * 6) * (t < 4)
        walk(c, bilal, come, t, 690, 2.1, hold={"hands": ((14, -66 + swing / 3), None), "nod": 8 * ease(t, 4, 5)})
        with at(c, come(t) + 34, 690 - 136 + swing, 2.0):
            trace(c, "M-18 8 Q0 -14 18 8", "#15181F", 4)
            box(c, -40, 6, 80, 42, "#F4BE3B", 18)
            box(c, -40, 20, 80, 10, "#2F4858")

    return draw
