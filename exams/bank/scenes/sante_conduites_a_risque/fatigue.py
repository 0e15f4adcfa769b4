"""Scenes of « santé et conduites à risque » : sleep and tiredness."""

from math import sin

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ahead import View, needle
from exams.bank.scenes.kit.ink import BLUE, TEAL, WHITE, at, box, disc, glow, limb, oval, path, shape, trace
from exams.bank.scenes.kit.motion import Curve, blink, during, ease
from exams.bank.scenes.kit.people import DAD, LINA, STAND, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("san-velo-sommeil")
def sleepy_rider(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 380, seed=0)
    street.house(c, 60, 330)
    street.fronts(c, 1300, 520, seed=3)
    street.tree(c, 460, 460, 260)
    street.road(c)
    romane = LINA | {"tired": True, "bag": "#7A5AA8", "top": "#E58AA0"}
    x = Curve((4.4, 300), (8, 630), start=60)

    def draw(c, t):
        with at(c, 1180, street.NEAR_LANE - 10, 0.92):
            side.truck(c, driver=DAD, right=t > 5 and blink(t, 0.7), brake=t > 5)
        if t < 4.4:
            with at(c, 350, 650, 1.45):
                side.bicycle(c, TEAL)
            yawn = during(t, 2.5, 4.2, 0.4)
            rub = 5 * sin(t * 12) * yawn
            with at(c, 268, 658, 1.45):
                person(
                    c,
                    romane,
                    STAND
                    | {"hands": ((16 * yawn + 6, -92 - 56 * yawn + rub), (46, -100)), "nod": -10 * yawn, "elbow": 1},
                    blink=yawn > 0.5,
                    mouth=yawn,
                )
        else:
            ride(c, side.cyclist, x, t, 654, 1.45, look=romane | HELMET, bike=TEAL)
        if t < 2.4:
            fading = 1 - ease(t, 2, 2.4)
            weather.darkness(c, 0.75 * fading)
            c.saveLayerAlpha(None, round(255 * fading))
            with at(c, 640, 360, 1.7):
                things.alarm_clock(c, "2:00" if t < 1.1 else "7:00")
            c.restore()

    return draw


@scene("san-veille")
def long_day(stage):
    c = stage.back
    box(c, 0, 0, 1280, 590, "#DCD0BC")
    box(c, 0, 590, 1280, 130, "#A9805A")
    box(c, 0, 580, 1280, 12, "#8C6845")
    box(c, 90, 90, 380, 290, "#F4F1EA", 6)
    box(c, 1040, 130, 190, 454, "#6B4A36", 4)
    disc(c, 1062, 370, 9, "#E0C36A")
    samia = LINA | {"bag": None, "height": 170, "top": "#9C4F7C"}
    hour = Curve((0.4, 6), (5, 23))
    leave = Curve((5.8, 640), (8, 900), end=60)

    def draw(c, t):
        now = hour(t)
        light = min(1.0, max(0.0, (now - 5.5) / 2)) * min(1.0, max(0.0, (21.5 - now) / 2))
        box(c, 108, 108, 344, 254, "#141C33")
        box(c, 108, 108, 344, 254, "#BFE1F2" + f"{round(255 * light):02X}")
        c.save()
        c.clipRect(skia.Rect.MakeXYWH(108, 108, 344, 254))
        course = (now - 6) / 16
        disc(c, 100 + 360 * course, 370 - 210 * sin(3.14159 * min(1, max(0, course))), 30, "#F9D65C")
        street.hedge(c, 90, 380, 400, 70, "#3E6340" if light < 0.5 else "#5F9750")
        c.restore()
        box(c, 274, 108, 12, 254, "#F4F1EA")
        with at(c, 700, 210, 1.5):
            things.clock(c, now % 12, 72)
        with at(c, 900, 210):
            street.tag(c, f"{int(now)} h", 0, 0, 54)
        yawn = during(t, 4.2, 5.6, 0.5)
        look = samia | {"tired": t > 3}
        if t < 5.8:
            hand = (40 - 26 * yawn, -96 - 40 * yawn + 3 * sin(t * 6) * (1 - yawn))
            with at(c, 640, 690, 1.9, flip=t < 3.6):
                person(c, look, STAND | {"hands": (hand, None), "nod": -8 * yawn}, blink=yawn > 0.6, mouth=yawn)
        else:
            walk(c, look, leave, t, 690, 1.9, hold={"hands": ((34, -92), None), "nod": 12})
            with at(c, leave(t) + 70, 690 - 172, 0.3):
                things.keys(c)
        weather.darkness(c, 0.28 * (1 - light))

    return draw


@scene("san-cyclo-somnolence")
def sleepy_moped(stage):
    view = View(height=1.4, horizon=290)

    def draw(c, t):
        shut = max(during(t, 2.4, 3.4, 0.45), during(t, 4.8, 6.2, 0.55))
        gone = 8 * t
        s = 1.1 * during(t, 4.6, 7.2, 1.0)
        view.land(c, "night", "#2C4034")
        view.road(c, -5.2 - s, 2.2 - s, asphalt="#3A414D", edges=True)
        view.dashes(c, -1.5 - s, gone)
        for k in range(7, -1, -1):
            z = k * 12 + 12 - gone % 12
            if z > 2.4:
                for x in (3.4 - s, -6.4 - s):
                    with view.at(c, x, z):
                        box(c, -7, -100, 14, 100, WHITE, 4)
                        box(c, -7, -84, 14, 22, "#D8412F")
        c.drawPath(path("M470 720 L600 300 L690 300 L830 720 Z"), glow("#FFF3C460", 640, 640, 420))
        weather.darkness(c, 0.15)
        _moped_bar(c, 3 * sin(t * 1.4) + 7 * (s / 1.1))
        if shut > 0.01:
            _eyelids(c, shut)

    return draw


def _moped_bar(c, turn):
    """The handlebar of a moped, its mirrors and dial, and two gloved hands."""
    with at(c, 640, 670, turn=turn):
        for sign in (-1, 1):
            trace(c, f"M{sign * 210} -20 L{sign * 270} -150", "#23272F", 9)
            oval(c, sign * 282, -172, 120, 78, "#23272F")
            oval(c, sign * 282, -172, 102, 62, "#4C5A78")
            limb(c, "#3F5E78", 90, (sign * 420, 130), (sign * 340, 40))
        box(c, -330, -34, 660, 26, "#23272F", 13)
        box(c, -110, -90, 220, 150, "#2B3440", 44)
        with at(c, 0, -24, 0.86):
            disc(c, 0, 0, 74, "#15181F")
            needle(c, 0.62)
        for sign in (-1, 1):
            limb(c, "#15181F", 62, (sign * 326, 22), (sign * 282, -16))
            for k in range(4):
                limb(
                    c, "#2B303A" if k % 2 else "#23272F", 20, (sign * (240 + 20 * k), -46), (sign * (244 + 20 * k), -8)
                )


def _eyelids(c, shut):
    """The dark of two eyelids that close, over the whole picture."""
    for part, alpha in ((1.0, "90"), (0.86, "B0"), (0.72, "F2")):
        high = 330 * shut * part
        shape(c, f"M0 0 H1280 V{high:.0f} Q640 {high * 1.25:.0f} 0 {high:.0f} Z", "#0A0D14" + alpha)
        shape(c, f"M0 720 H1280 V{720 - high:.0f} Q640 {720 - high * 1.1:.0f} 0 {720 - high:.0f} Z", "#0A0D14" + alpha)
