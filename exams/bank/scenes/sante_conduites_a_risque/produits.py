"""Scenes of « santé et conduites à risque » : drugs, gas and medicines."""

from math import cos, pi, sin

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ink import (
    BLUE,
    WHITE,
    at,
    box,
    disc,
    fade,
    limb,
    oval,
    path,
    polygon,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import DAD, LINA, SAMI, SIT, STAND, TOM, person
from exams.bank.scenes.registry import scene


@scene("san-cannabis")
def stoned_driver(stage):
    c = stage.back
    street.sky(c, "evening")
    street.fronts(c, dark=True, lit=4, seed=2)
    street.road(c, two_ways=False)
    for x in (80, 560, 1040):
        box(c, x, 510, 6, 160, WHITE)
    street.lamp_post(c, 1180, 480, lit=True)
    weather.darkness(c, 0.2)
    weather.shine(c, 1226, 150, 190, "#FFE9A880")
    yann = DAD | {"tired": True, "top": "#5B7A52", "hair": "#6B4A2A"}
    jules = TOM | {"top": "#E9783F"}
    to_door, come = Curve((2.6, 300), (4.2, 560), end=0), Curve((0.5, 1400), (4.6, 1010), end=0)

    def draw(c, t):
        opened = ease(t, 4.4, 5.2)
        with at(c, 640, 610, 1.5):
            side.car(c, "#4C5A78", door=opened)
        box(c, 150, 560, 14, 90, "#4A515C")
        box(c, 120, 545, 74, 20, "#6B7480", 6)
        weather.smoke(c, 158, 545, t, "#7FC96B", rise=150, drift=40, puffs=5)
        press = 1 - ease(t, 1, 2)
        hold = {"hands": ((-34 + 6 * press, -104 - 30 * press), None), "elbow": -1, "nod": 10} if t < 2.6 else None
        if t > 4.2:
            hold = {"hands": ((40 - 10 * opened, -84), (24, -92)), "nod": 8}
        if t < 2.6:
            with at(c, 300, 690, 1.6, flip=True):
                person(c, yann, STAND | {"nod": 14, "hands": ((44, -90 + 10 * sin(t * 7) * (1 - press)), None)})
        else:
            walk(c, yann, to_door, t, 690, 1.6, hold=hold)
            if t > 3:
                with at(c, to_door(t) + 50, 690 - 148, 0.22):
                    things.keys(c)
        walk(c, jules, come, t, 690, 1.6)

    return draw


@scene("san-medicament")
def medicine(stage):
    c = stage.back
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, 720), fade("#F2E6D0", "#E3D2B4", 0, 0, 0, 420))
    for x in range(0, 1280, 128):
        for y in range(0, 400, 100):
            box(c, x + 4, y + 4, 120, 92, "#F7F1E4", 6)
    box(c, 0, 400, 1280, 320, "#B5834F")
    for y in (450, 530, 630):
        trace(c, f"M0 {y} Q640 {y + 14} 1280 {y - 6}", "#A37342", 4)
    box(c, 0, 394, 1280, 14, "#C9955E")
    turned = Curve((1.6, 0), (4, 0.86), (8, 0.86))

    def draw(c, t):
        with at(c, 1010, 560, 2):
            oval(c, 6, 0, 76, 14, "#10182830")
            things.glass(c, 0.8)
        with at(c, 260, 560, 1.5):
            oval(c, 0, 94, 110, 16, "#10182828")
            things.keys(c)
        with at(c, 640, 600, 1.5):
            things.medicine(c, turned(t))
        reach, leave = ease(t, 0.4, 1.5), ease(t, 4.4, 5.8)
        x = 1300 - 440 * reach - 560 * leave
        y = 100 + 320 * reach + 8 * sin(t * 5) * leave - 10 * leave
        with at(c, x, y, 1.25):
            things.hand(c)

    return draw


@scene("san-protoxyde")
def laughing_gas(stage):
    c = stage.back
    street.sky(c, "night")
    street.fronts(c, dark=True, lit=6, seed=4)
    box(c, 0, street.FRONT, 1280, 300, "#5A616C")
    street.lamp_post(c, 1120, 500, lit=True)
    weather.darkness(c, 0.25)
    weather.shine(c, 1166, 170, 240, "#FFE9A870")
    adrien, friend = SAMI | {"bag": None, "top": "#C9CED3"}, LINA | {"bag": None, "top": "#E9783F", "height": 168}

    def draw(c, t):
        with at(c, 440, 668, 1.95, flip=True):
            side.car(c, "#4C5A78")
            dazed = ease(t, 3.2, 5)
            c.save()
            c.clipPath(path("M-32 -102 L-32 -141 L14 -141 Q30 -141 42 -132 L82 -102 Z"), doAntiAlias=True)
            hand = (30 - 2 * dazed + 14 * ease(t, 5.4, 6.4), -74 + 18 * dazed)
            with at(c, -12, 2):
                person(
                    c,
                    adrien,
                    SIT | {"hip": (0, -54), "nod": 16 * dazed + 3 * sin(t * 2), "hands": (hand, (40, -66)), "lean": -4},
                    blink=dazed > 0.8 and t % 1.6 < 0.5,
                )
            if t < 5.2:
                _balloon(c, 12, -118 + 8 * dazed, 0.8 - 0.6 * ease(t, 0.8, 3.6))
            c.restore()
        back = Curve((3.6, 900), (4.6, 980), end=0)
        walk(c, friend, back, t, 700, 1.7, left=True, hold={"nod": 6})

    return draw


def _balloon(c, x, y, full):
    """A balloon whose neck is at (x, y), its body ahead of it; ``full`` from 0 to 1."""
    limb(c, "#E9C65B", 4, (x, y), (x + 6, y))
    oval(c, x + 6 + 17 * full, y - 1, 8 + 36 * full, 8 + 30 * full, "#E9C65B")
    oval(c, x + 10 + 20 * full, y - 2 - 7 * full, 9 * full, 5 * full, "#FFFFFF70")


@scene("san-medicament-rouge")
def red_triangle(stage):
    c = stage.back
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, 720), fade("#DDE8EA", "#C6D6DA", 0, 0, 0, 440))
    for x in range(0, 1280, 160):
        limb(c, "#FFFFFF60", 4, (x, 0), (x, 440))
    box(c, 0, 440, 1280, 280, "#C9A26B")
    box(c, 0, 434, 1280, 14, "#DDBB88")
    turned = Curve((0.8, 0), (2.8, 1), end=0)

    def draw(c, t):
        with at(c, 170, 610, 1.7):
            oval(c, 4, 0, 76, 14, "#10182830")
            things.glass(c, 0.8)
        with at(c, 560, 612, 2.3):
            _red_box(c, turned(t))
        come = ease(t, 3.8, 5.6)
        x = 1440 - 410 * come
        with at(c, x, 512, 1.15):
            things.hand(c, "#DDA47A", "#5A7D9A")
        with at(c, x - 10, 530, 1.1):
            things.keys(c)

    return draw


def _red_box(c, turned):
    """A box of medicine, 260 wide, that turns from its face (0) to the side that bears the red pictogram (1)."""
    face, other = cos(turned * pi / 2), sin(turned * pi / 2)
    left = -130
    box(c, -150, -8, 300, 20, "#10182830", 10)
    if face > 0.02:
        box(c, left, -180, 260 * face, 180, "#F7F8F6", 3)
        box(c, left, -180, 260 * face, 46, "#7A5AA8")
        for k, part in enumerate((0.55, 0.4)):
            box(c, left + 30 * face, -108 + 26 * k, 260 * face * part, 12, "#9AA3AD", 4)
    if other > 0.02:
        x, wide = left + 260 * face, 260 * other
        box(c, x, -180, wide, 180, "#EDEFEE", 3)
        with at(c, x + wide / 2, -90):
            c.scale(other, 1)
            polygon(c, "#D8232A", (0, -82), (78, 46), (-78, 46))
            trace(c, "M0 -82 L78 46 H-78 Z", "#1E2430", 5)
            shape(c, "M-36 28 V8 L-25 4 L-13 -14 H16 L27 4 L38 8 V28 Z", "#1E2430")
            shape(c, "M-14 4 L-8 -7 H11 L18 4 Z", "#D8232A")
            disc(c, -20, 30, 8, "#1E2430")
            disc(c, 22, 30, 8, "#1E2430")
            text(c, "NIVEAU 3", 0, 78, 27, "#1E2430")


@scene("san-sirop-trottinette")
def drowsy_syrup(stage):
    c = stage.back
    box(c, 0, 0, 1280, 590, "#E8DCC6")
    box(c, 0, 590, 1280, 130, "#B08A62")
    box(c, 0, 580, 1280, 12, "#8C6845")
    box(c, 960, 130, 230, 454, "#7A4C2A", 4)
    box(c, 978, 148, 194, 436, "#A9CBD8", 3)
    box(c, 978, 400, 194, 184, "#8C5A34", 3)
    disc(c, 996, 380, 9, "#E0C36A")
    box(c, 60, 430, 260, 160, "#8C5A34", 6)
    box(c, 50, 420, 280, 18, "#A9743F", 4)
    box(c, 420, 120, 250, 170, "#FDFBF5", 4)
    box(c, 434, 134, 222, 142, "#BFE1F2")
    shape(c, "M434 276 V236 Q500 190 560 232 Q610 206 656 240 V276 Z", "#93B86F")
    box(c, 740, 190, 170, 16, "#7A5A40", 5)
    limb(c, "#4C6FBF", 40, (790, 214), (790, 360))
    for lean in (-1, 1):
        limb(c, "#4C6FBF", 20, (790 + 20 * lean, 222), (790 + 30 * lean, 340))
    with at(c, 840, 652, 1.65):
        side.kick_scooter(c)
    with at(c, 700, 660, 0.42):
        things.bike_helmet(c, "#F4BE3B")
    box(c, 560, 600, 120, 64, "#3C6E71", 16)
    trace(c, "M580 604 Q620 562 660 604", "#2A4F51", 8)
    malik = SAMI | {"bag": None, "height": 160}

    def draw(c, t):
        with at(c, 200, 424, 1.15):
            _syrup(c, 0.75)
        sip = during(t, 0.8, 2.8, 0.6)
        yawn = during(t, 3.6, 5.6, 0.5)
        hand = (40 - 22 * sip - 24 * yawn, -100 - 30 * max(sip, yawn))
        tired = malik | {"tired": t > 3}
        with at(c, 430, 676, 1.95, flip=t < 5.8):
            person(
                c,
                tired,
                STAND | {"hands": (hand, None), "nod": -8 * yawn + 6 * sip, "elbow": 1},
                blink=yawn > 0.6,
                mouth=yawn,
            )
            if t < 3.2:
                limb(c, "#9AA3AD", 3, hand, (hand[0] - 14, hand[1] - 8))
                oval(c, hand[0] - 17, hand[1] - 9, 11, 7, "#8E2440" if t < 1.8 else "#C9CED3")

    return draw


def _syrup(c, level):
    """A flask of syrup, 180 high, standing on y = 0, with a warning triangle on its label."""
    shape(c, "M-46 0 V-104 Q-46 -126 -20 -134 V-156 H20 V-134 Q46 -126 46 -104 V0 Z", "#8A4B24")
    box(c, -24, -182, 48, 30, "#F1F1EC", 5)
    box(c, -46, -100, 92, 84, "#F7F8F6")
    polygon(c, "#F4A72C", (0, -94), (36, -32), (-36, -32))
    trace(c, "M0 -94 L36 -32 H-36 Z", "#1E2430", 3.5)
    shape(c, "M-17 -40 V-50 L-12 -52 L-6 -61 H8 L13 -52 L18 -50 V-40 Z", "#1E2430")


@scene("san-boisson-energie")
def energy_drink(stage):
    c = stage.back
    street.sky(c)
    street.house(c, 80, 360)
    street.tree(c, 600, 452, 260)
    street.fronts(c, 1300, 860, seed=5)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    box(c, 640, 560, 390, 84, "#8F877B", 6)
    box(c, 630, 548, 410, 18, "#A79F92", 6)
    with at(c, 300, 672, 1.75):
        side.kick_scooter(c, colour="#3C6E71")
    mila = LINA | {"bag": None, "helmet": BLUE, "tired": True, "height": 158}

    def draw(c, t):
        drink = during(t, 1, 3.6, 0.7)
        put = ease(t, 3.8, 4.8)
        yawn = during(t, 5.6, 7.6, 0.5)
        hand = (34 - 12 * drink + 16 * put, -98 - 36 * drink + 8 * put)
        if t > 5.2:
            hand = (26 - 8 * yawn, -96 - 38 * yawn)
        with at(c, 560, 690, 1.95):
            person(
                c,
                mila,
                STAND | {"hands": (hand, None), "nod": -14 * drink - 8 * yawn, "elbow": 1},
                blink=yawn > 0.6,
                mouth=yawn,
            )
            if t < 5:
                with at(c, hand[0] + 6, hand[1] + 9, 0.34, turn=-70 * drink):
                    _energy_can(c)
        if t >= 5:
            with at(c, 690, 550, 0.66):
                _energy_can(c)
        grown = ease(t, 0.4, 1.2)
        with at(c, 1090, 220, grown or 0.01):
            things.badge(c, lambda c: None, 130, "#DCE8EE")
            with at(c, 0, 84, 2.2):
                _energy_can(c)

    return draw


def _energy_can(c):
    """A tall can with a flash, 40 wide and 84 high, standing on y = 0."""
    box(c, -20, -84, 40, 84, "#23304A", 7)
    box(c, -16, -88, 32, 6, "#C9CED3", 3)
    polygon(c, "#F4E04D", (6, -74), (-13, -38), (-1, -38), (-7, -12), (14, -50), (2, -50))
