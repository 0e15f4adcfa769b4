"""Scenes of « équipements »: people on mopeds."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, side, street, things, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.close import appear, dotted, garage, medallion
from exams.bank.scenes.kit.ink import (
    at,
    box,
    disc,
    fill,
    limb,
    oval,
    path,
    pen,
    shade,
    shadow,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, LINA, SAMI, STAND, TOM, facing, person
from exams.bank.scenes.registry import scene

VIEW = View(height=1.45)
_OPENING = "M70 120 Q640 -30 1210 120 Q1262 330 1200 560 Q640 690 80 560 Q18 330 70 120 Z"
_MASK = skia.Path(path(_OPENING))
_MASK.setFillType(skia.PathFillType.kInverseWinding)


@scene("equ-cyclo-a-deux")
def two_on_moped(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    with at(c, 640, 560, 1.9):
        shadow(c, 0, 2, 230, 20)
        limb(c, "#4A515C", 6, (-8, -22), (-16, 0))
        side.moped_alone(c)
    box(c, 0, 590, 1280, 140, "#F6EEDD")
    box(c, 0, 590, 1280, 6, "#DCCFB8")
    nina, paul = LINA | {"top": "#7A5AA8", "bottom": "#3D5E8C"}, TOM | {"top": "#3A414D", "bottom": "#3D5E8C"}
    objects = (things.boots, things.motor_helmet, things.gloves, things.airbag_vest)

    def draw(c, t):
        with at(c, 340, 566, 1.75):
            person(c, nina, STAND | {"nod": 6 + 8 * during(t, 2, 4)})
        with at(c, 930, 566, 1.8, flip=True):
            person(c, paul, STAND | {"nod": 4 + 8 * during(t, 3, 6)})
        for k, thing in enumerate(objects):
            come = ease(t, 0.8 + k * 1.5, 1.7 + k * 1.5)
            x = 1500 + (220 + k * 280 - 1500) * come
            with at(c, x, 706, 0.82):
                shadow(c, 0, 2, 210, 18)
                thing(c)

    return draw


@scene("equ-cyclo-visiere")
def scratched_visor(stage):
    c = stage.front
    for k in range(46):
        x, y = (k * 293) % 1160 + 60, (k * 179) % 560 + 80
        long, bow = 60 + k * 37 % 150, (k * 13) % 30 - 15
        trace(c, f"M{x} {y} Q{x + long / 2} {y + bow - 16} {x + long} {y + bow}", "#FFFFFF3C", 2 + k % 3 * 0.7)
    c.drawPath(_MASK, fill("#0B0E14"))
    c.drawPath(path(_OPENING), pen("#2A2F38", 12))
    walker = DAD | {"top": "#3A4252", "bottom": "#2A303D", "shoes": "#3A4050", "hair": "#1B1714", "bag": "#454E60"}

    def draw(c, t):
        gone = 3.5 * t
        VIEW.land(c, "night", grass="#1B2A26")
        VIEW.road(c, -4.6, 2.2, asphalt="#2C3340", edges=True)
        VIEW.dashes(c, -1.2, gone)
        if (z := 33 - gone) > 2:
            with VIEW.at(c, 2.8, z):
                facing(c, walker, t, 1, back=True)
        z = 70 - 7 * t
        if z > 4:
            with VIEW.at(c, -2.9, z):
                ahead.car_from(c, "#2A3448", front=True)
            for side_ in (-0.7, 0.7):
                x, y = VIEW.spot(-2.9 + side_, z, 0.7)
                near = min(1.3, 40 / z)
                weather.shine(c, x, y, 60 + 110 * near, "#FFF3C4C8")
                for turn in (8, 52, 97, 141):
                    with at(c, x, y, turn=turn):
                        oval(c, 0, 0, 300 + 260 * near, 5 + 4 * near, "#FFF3C458")
        weather.rain(c, t, 0.7)

    return draw


@scene("equ-cyclo-vetements")
def hot_day(stage):
    c = stage.back
    street.sky(c)
    disc(c, 1130, 110, 74, "#FFE08A")
    disc(c, 1130, 110, 54, "#FFC93C")
    street.hills(c)
    street.house(c, 40, 320)
    box(c, 0, street.FRONT, 1280, 300, "#DCCFB8")
    box(c, 0, 690, 1280, 40, "#C9BB9F")
    trace(c, "M720 610 V330 H1190 V610", "#4A515C", 8)
    for x in (720, 1190):
        box(c, x - 40, 606, 80, 10, "#4A515C", 4)
    for x, garment in ((785, _tee), (910, _jacket), (1030, _trousers), (1135, _shorts)):
        trace(c, f"M{x - 26} 362 L{x} 336 L{x + 26} 362", "#8D949C", 4)
        with at(c, x, 358):
            garment(c)
    box(c, 440, 640, 250, 60, "#B9AE9A", 6)
    for x, size, thing in ((505, 0.42, things.motor_helmet), (630, 0.46, things.gloves)):
        with at(c, x, 638, size):
            thing(c)
    sofiane = SAMI | {"top": "#F6EEDD", "bag": None, "bottom": "#8FB4C8"}
    come = Curve((0, -90), (3.2, 330), end=0)

    def draw(c, t):
        with at(c, 150, 690, 1.7):
            side.moped_alone(c, "#D8412F")
        walk(c, sofiane, come, t, 706, 1.75, hold={"nod": 6 * sin(t) * (t > 3.2)})
        with at(c, 610, 250):
            _thermometer(c, ease(t, 0.5, 5))

    return draw


def _tee(c):
    shape(c, "M-22 0 Q0 14 22 0 L58 22 L46 54 L32 46 V120 H-32 V46 L-46 54 L-58 22 Z", "#7FB7D8")


def _jacket(c):
    shape(c, "M-24 0 H24 L54 18 L66 118 H42 L36 60 L38 138 H-38 L-36 60 L-42 118 H-66 L-54 18 Z", "#2F3A4F")
    for sign in (-1, 1):
        oval(c, sign * 46, 30, 28, 26, "#4A5876")
        oval(c, sign * 54, 88, 22, 30, "#4A5876")
    trace(c, "M0 6 V136", "#C9CED3", 4)
    box(c, -38, 92, 76, 10, "#DDE4E8")


def _trousers(c):
    shape(c, "M-34 0 H34 L40 190 H10 L0 56 L-10 190 H-40 Z", "#3D5E8C")
    for sign in (-1, 1):
        oval(c, sign * 24, 112, 24, 38, shade("#3D5E8C", -0.25))


def _shorts(c):
    shape(c, "M-32 0 H32 L38 70 H6 L0 36 L-6 70 H-38 Z", "#E9783F")


def _thermometer(c, heat):
    """A thermometer whose column rises with ``heat`` (0 to 1)."""
    box(c, -34, -150, 68, 250, "#FFFFFF", 34)
    box(c, -10, -126, 20, 180, "#E4E8E6", 10)
    high = 60 + 105 * heat
    box(c, -10, 54 - high, 20, high + 6, "#D8412F", 10)
    disc(c, 0, 66, 24, "#D8412F")
    for k in range(6):
        limb(c, "#5B6472", 3, (16, -110 + k * 28), (25, -110 + k * 28))


@scene("equ-cyclo-papiers")
def new_moped(stage):
    c = stage.back
    garage(c)
    shadow(c, 600, 690, 500, 36)
    with at(c, 600, 686, 2.6):
        limb(c, "#4A515C", 6, (-8, -22), (-16, 0))
        side.moped_alone(c, "#2F6FB3")
        trace(c, "M-38 -92 L-34 -56", "#D8412F", 9)
        shape(c, "M-40 -94 Q-66 -116 -60 -92 Z M-40 -94 Q-16 -118 -18 -92 Z", "#D8412F")
    enzo = TOM | {"height": 162}
    come = Curve((0, -80), (2.4, 190), end=0)

    def draw(c, t):
        walk(c, enzo, come, t, 704, 2.2, hold={"hands": ((24, -70), None)})
        with at(c, come(t) + 62, 704 - 118, 0.42):
            things.motor_helmet(c)
        for k, thing in enumerate((_contract, _top_case, _plate, _screen)):
            with at(c, 410 + k * 235, 170):
                medallion(c, thing, 98, appear(t, 1.8 + k * 1.3))

    return draw


def _contract(c):
    box(c, -44, -62, 88, 124, "#F7F8F6", 6)
    box(c, -44, -62, 88, 30, "#2F6FB3", 6)
    for y in (-18, 0, 18):
        box(c, -32, y, 64, 7, "#B9C0C7", 3)
    trace(c, "M-6 48 Q8 30 14 46 Q22 54 34 38", "#23305A", 4)


def _top_case(c):
    shape(c, "M-62 46 V0 Q-60 -44 0 -46 Q60 -44 62 0 V46 Z", "#3A414D")
    box(c, -64, 2, 128, 10, "#15181F")
    box(c, -14, 0, 28, 22, "#9AA3AD", 5)


def _plate(c):
    box(c, -72, -44, 144, 88, "#15181F", 10)
    box(c, -68, -40, 136, 80, "#FFFFFF", 8)
    box(c, -68, -40, 20, 80, "#00549F", 6)
    text(c, "AB", 10, -4, 34)
    text(c, "123 C", 10, 32, 34)


def _screen(c):
    box(c, -66, -46, 132, 92, "#15181F", 14)
    box(c, -56, -36, 112, 72, "#DCEBD0", 6)
    trace(c, "M-40 24 L-10 -4 L14 8 L42 -22", "#2F6FB3", 7)


@scene("equ-cyclo-controles")
def checking_moped(stage):
    c = stage.back
    garage(c)
    shadow(c, 700, 664, 640, 40)
    with at(c, 700, 660, 3.4):
        limb(c, "#4A515C", 6, (-8, -22), (-16, 0))
        side.moped_alone(c, "#7A5AA8")
    salome = AWA | {"cut": "short", "helmet": "#D8412F", "full_face": True, "gloves": "#2A2F38"}
    come = Curve((0, -80), (2.4, 220), end=0)

    def draw(c, t):
        walk(c, salome, come, t, 690, 2.35, hold={"nod": 14 * ease(t, 2.2, 3)})
        for k, (x, y, radius) in enumerate(((911, 575, 104), (877, 361, 48), (806, 302, 46))):
            dotted(c, x, y, radius, t, 2.6 + k * 1.5)

    return draw
