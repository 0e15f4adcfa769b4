"""Scenes of « passagers »."""

from math import sin

import skia

from exams.bank.scenes.kit import plan, side, signs, street, things
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, limb, polygon, shade, trace
from exams.bank.scenes.kit.motion import Curve, ease, wave
from exams.bank.scenes.kit.people import AWA, LEO, LINA, MUM, SAMI, STAND, TOM, person, seated
from exams.bank.scenes.kit.side import riding_scooter
from exams.bank.scenes.registry import scene


@scene("pas-auto-place-avant")
def front_seat(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 60, 320)
    street.tree(c, 1180, 450, 300)
    street.road(c, two_ways=False)
    with at(c, 700, 640, 2.15):
        side.open_car(c, BLUE)
    boy = LEO | {"height": 128, "bag": None, "top": "#6BA368"}
    x = Curve((0.4, -120), (3.4, 668), end=0)

    def draw(c, t):
        turn = ease(t, 3.6, 4.2)
        with at(c, 700, 640, 2.15):
            c.save()
            c.clipRect(skia.Rect.MakeLTRB(-24, -142, 82, -60))
            with at(c, 46 if turn > 0.5 else 22, -6, 0.8, flip=turn > 0.5):
                person(c, MUM, STAND | {"hip": (0, -62), "hands": ((30, -96), (30, -96)), "feet": ((44, -6), (40, -6))})
            c.restore()
            with at(c, 20, -14, 0.72):
                side.seat(c, "#7C8693")
            box(c, -2, -142, 6, 5, "#2B303A")
        reach = ease(t, 3.2, 3.8)
        hold = {"hands": ((14 + 44 * reach, -92 - 18 * reach), None), "lean": 16 * reach} if t > 3.2 else None
        walk(c, boy, x, t, 690, 1.75, run=True, hold=hold, left=False)
        if t > 1.2:
            street.tag(c, "8 ans", x(t) - 60, 690 - 1.75 * 150, 40)

    return draw


@scene("pas-autocar")
def in_coach(stage):
    window = Curve((3, 0), (8, 2600), start=0, end=900)
    victor, friend = TOM | {"top": "#E9783F"}, AWA

    def draw(c, t):
        c.clear(0xFF8FA3B0)
        for sign in (-1, 1):
            with at(c, 640, 0, flip=sign < 0):
                c.save()
                c.clipRect(skia.Rect.MakeLTRB(300, 60, 660, 420))
                box(c, 300, 60, 360, 360, "#BFE1F2")
                box(c, 300, 300, 360, 120, street.GRASS)
                box(c, 300, 356, 360, 64, street.ASPHALT)
                moved = window(t) if sign < 0 else -window(t)
                for k in range(-3, 18):
                    tx = 330 + k * 250 + moved * (1 if sign > 0 else -1)
                    street.tree(c, tx, 330, 170)
                c.restore()
        _coach(c)
        sign_x = Curve((5, 1500), (7.4, 820))
        if 5 < t < 7.4:
            c.save()
            c.clipRect(skia.Rect.MakeLTRB(950, 70, 1270, 410))
            with at(c, sign_x(t), 430, 1.5):
                signs.pole(c, signs.motorway, height=200)
            c.restore()
        sit = ease(t, 0.8, 2.2)
        for x in (150, 360, 920, 1130):
            _seat_front(c, x)
        with at(c, 150, 520, 2.1):
            seated(c, friend, belt=True, gaze=wave(t, 4, 0, 0.8))
        with at(c, 360, 520 - 70 * (1 - sit), 2.1):
            seated(c, victor, gaze=-0.8 * ease(t, 2.6, 3.2))
        with at(c, 520, 690, 1.5):
            box(c, -46, -70, 92, 74, "#3C6E71", 18)
            box(c, -34, -40, 68, 36, shade("#3C6E71", -0.2), 10)
            trace(c, "M-20 -70 Q0 -96 20 -70", "#2A4F51", 8)

    return draw


def _coach(c):
    """The walls, ceiling and aisle of a coach, looking towards the back."""
    wall = "#D9DDDF"
    for sign in (-1, 1):
        with at(c, 640, 0, flip=sign < 0):
            polygon(c, wall, (640, 0), (660, 0), (660, 720), (640, 720))
            box(c, 300, 410, 360, 310, shade(wall, -0.12))
            box(c, 290, 40, 18, 380, shade(wall, -0.06))
            box(c, 470, 50, 14, 360, shade(wall, -0.06))
            box(c, 300, 0, 360, 62, shade(wall, -0.04))
            polygon(c, shade(wall, -0.2), (70, 190), (300, 62), (300, 720), (230, 720), (70, 380))
    polygon(c, "#EEF0F0", (340, 0), (940, 0), (710, 190), (570, 190))
    box(c, 570, 190, 140, 190, "#B9C4CA")
    box(c, 584, 206, 112, 90, "#BFE1F2", 6)
    polygon(c, "#5B6472", (570, 380), (710, 380), (900, 720), (380, 720))
    polygon(c, "#6D7785", (622, 380), (658, 380), (720, 720), (560, 720))
    for k in range(3):
        for sign in (-1, 1):
            size = 0.55 + k * 0.2
            box(
                c,
                640 + sign * (120 + k * 34) - 50 * size,
                250 - k * 10,
                100 * size,
                170 * size + k * 20,
                shade("#7A5AA8", -0.1),
                16,
            )


def _seat_front(c, x):
    box(c, x - 92, 270, 184, 270, "#7A5AA8", 26)
    box(c, x - 60, 240, 120, 64, shade("#7A5AA8", 0.18), 20)
    box(c, x - 98, 500, 196, 74, shade("#7A5AA8", -0.18), 18)
    limb(c, "#23272F", 9, (x - 84, 420), (x - 78, 530))
    box(c, x - 90, 520, 26, 20, "#C9CED3", 4)
    limb(c, "#23272F", 9, (x + 84, 470), (x + 78, 530))
    box(c, x + 66, 520, 26, 24, RED, 4)


@scene("pas-edpm-proposition")
def two_on_scooter(stage):
    c = stage.back
    street.sky(c)
    street.school(c, 200, 640)
    street.tree(c, 80, 440, 280)
    street.tree(c, 1010, 440, 300)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    for x in range(-100, 1400, 92):
        limb(c, shade(street.PAVING, -0.07), 1.5, (x, 430), (x - 90, 720))
    polygon(c, plan.CYCLE, (900, 560), (1280, 560), (1280, 690), (860, 690))
    trace(c, "M900 560 H1280 M860 690 H1280", WHITE, 6)
    with at(c, 1080, 625):
        c.scale(1.3, 0.7)
        signs.bike(c, WHITE)
    with at(c, 880, 560, 1.3):
        signs.pole(c, signs.cycle_path, height=210)
    ali = SAMI | {"helmet": TEAL}
    rose = LINA | {"top": "#D8557A", "bag": "#F4BE3B"}
    come = Curve((0, 120), (2, 330), end=0)

    def draw(c, t):
        walk(c, rose, come, t, 680, 1.75)
        with at(c, 640, 690, 1.75):
            side.kick_scooter(c)
            with at(c, 34, -86, 0.22, turn=20):
                things.bike_helmet(c, RED)
            point = ease(t, 2.2, 2.8) * (0.85 + 0.15 * sin(t * 5))
            with at(c, -4, 0, flip=True):
                hands = ((10 + 30 * point, -88 + 22 * point), (-30, -112))
                person(c, ali, riding_scooter() | {"lean": -2, "nod": 10, "hands": hands}, mouth=0.5 * abs(sin(t * 7)))

    return draw
