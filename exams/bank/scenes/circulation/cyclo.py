"""Scenes of « circulation »: mopeds."""

import skia

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street, things
from exams.bank.scenes.kit.actors import RIDER_PLAN, drive, pedal, slowing
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.close_up import close_up
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    WHITE,
    YELLOW,
    at,
    box,
    disc,
    limb,
    polygon,
    shade,
    text,
    trace,
)
from exams.bank.scenes.kit.lane import InLane
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease, wave
from exams.bank.scenes.kit.people import LINA, MUM, SAMI, STAND, TOM, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}
MOTO = {"helmet": "#D8412F", "full_face": True}


def moped_bar(c, *, blinker=False):
    """The handlebar of a moped at the bottom of the picture, with its left mirror empty at (250, 470)."""
    limb(c, "#2B303A", 9, (330, 690), (262, 520))
    box(c, 140, 400, 230, 140, "#15181F", 46)
    with at(c, 640, 700):
        box(c, -330, -52, 660, 26, "#2A2F38", 13)
        box(c, -110, -124, 220, 150, "#20252E", 36)
        disc(c, 0, -66, 48, "#15181F")
        disc(c, -72, -98, 9, "#5BE39B" if blinker else "#24443A")
        for sign in (-1, 1):
            limb(c, "#2A2F38", 76, (sign * 420, 120), (sign * 330, 10))
            for k in range(4):
                limb(
                    c, "#3A414D" if k % 2 else "#2A2F38", 22, (sign * (240 + k * 22), -66), (sign * (246 + k * 22), -22)
                )


@scene("circ-cyclo-am")
def what_it_takes(stage):
    c = stage.back
    street.sky(c)
    street.house(c, 40, 330)
    street.tree(c, 1180, 440, 280)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    lea = LINA | {"bag": None, "top": "#E9783F"}

    def draw(c, t):
        with at(c, 760, 690, 1.9):
            side.moped_alone(c, TEAL)
        with at(c, 450, 694, 1.75):
            person(c, lea, STAND | {"hands": ((26, -84), None), "nod": wave(t, 4, -8, 6)})
            with at(c, 34, -80, 0.2):
                things.motor_helmet(c, RED)
        for k, (x, drawing) in enumerate(((540, _card), (800, _signed), (1060, _key))):
            shown = ease(t, 1.6 + k, 2.2 + k)
            if shown:
                with at(c, x, 160, shown):
                    things.badge(c, drawing, 96)
        street.tag(c, "14 ans", 440, 350, 36)

    return draw


def _card(c):
    box(c, -66, -42, 132, 84, "#E8A9B8", 10)
    box(c, -56, -30, 40, 52, "#F7F1E4", 4)
    disc(c, -36, -12, 12, "#C98A5B")
    for y in (-24, -6, 12):
        box(c, -6, y, 62, 9, "#A85C72", 3)
    text(c, "AM", 32, 40, 26, "#7A2F45")


def _signed(c):
    box(c, -48, -62, 96, 124, WHITE, 4)
    for y in (-44, -28, -12, 4):
        box(c, -36, y, 72, 6, "#B9C0C7", 3)
    trace(c, "M-34 40 Q-20 16 -10 40 Q0 52 8 34 Q20 24 34 42", BLUE, 5)


def _key(c):
    with at(c, 0, -28, 0.9):
        things.keys(c)


@scene("circ-cyclo-clignotant")
def turning_order(stage):
    view = InLane(height=1.45, horizon=280)
    gone = Curve((0, 0), (8, 35))

    def draw(c, t):
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2)
        view.dashes(c, 0, gone(t))
        side_road = 55 - gone(t)
        view.town(c, gone(t), -7, 7, near=side_road + 11)
        for x0, x1 in ((-60, -3.4), (3.4, 60)):
            view.patch(c, x0, x1, side_road, side_road + 11, ahead.PAVING)
            view.patch(c, x0, x1, side_road + 2, side_road + 9, ahead.ASPHALT)
        view.town(c, gone(t), -7, 7, far=side_road)
        moped_bar(c)
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(152, 412, 358, 528))
        box(c, 152, 412, 206, 50, "#BFE1F2")
        box(c, 152, 460, 206, 70, street.ASPHALT)
        size = 0.14 + 0.42 * ease(t, 0.5, 7)
        with at(c, 262, 478 + 44 * ease(t, 0.5, 7), size):
            car_from(c, "#2F6FB3", front=True)
        c.restore()

    return draw


@scene("circ-cyclo-remonter-file")
@close_up(690, 400, 1.35)
def past_the_queue(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", "M1180 -10 V730")
    plan.dashes(c, "M0 330 H1010")
    plan.stop_line(c, 1030, 398)
    for x in (120, 420, 720):
        plan.flat_roof(c, x, -60, 230, 150)
        plan.tree(c, x, 640)
    with at(c, 1040, 560, 1.1):
        signs.traffic_light(c, "red")
    way = Route("M-200 396 H160 C240 396 240 438 320 438 H1200")
    roll = Curve((0, 0), (7, 0.44), end=0.03)
    queue = ((930, RED), (730, "#E9E6DC"), (530, BLUE))

    def draw(c, t):
        for k, (x, colour) in enumerate(queue):
            with at(c, x, 372, plan.P):
                above.car(c, colour, brake=True, right=k == 0 and blink(t, 0.8), aboard=(MUM, SAMI) if k == 1 else ())
        drive(c, above.moped, way, roll, t, RIDER_PLAN, look=TOM | MOTO, brake=slowing(roll, t))

    return draw


@scene("circ-cyclo-autoroute")
def motorway_ahead(stage):
    view = InLane(height=1.45, horizon=280)
    gone = Curve((0, 0), (8, 17), end=1)

    def draw(c, t):
        z = 25 - gone(t)
        view.land(c)
        view.road(c, -3.2, 3.2, edges=True)
        view.dashes(c, 0, gone(t))
        _bridge(c, view, z + 34, t)
        view.trees(c, gone(t), 10, reach=30)
        with view.at(c, 4.6, z):
            signs.pole(c, signs.motorway, height=300, size=1.9)
        moped_bar(c)
        box(c, 152, 412, 206, 116, "#9FB4C0", 36)

    return draw


def _bridge(c, view, z, t):
    """A motorway on a bridge over the road, ``z`` metres ahead, full of fast traffic."""
    for k in range(4):
        x = -90 + (t * (24 + k) + k * 48) % 180
        with view.at(c, x, z, 6.2):
            if k == 2:
                side.truck(c, BLUE, x * 100)
            else:
                side.car(c, (RED, TEAL, WHITE, YELLOW)[k], x * 100)
    with view.at(c, 0, z):
        box(c, -9000, -700, 18000, 60, "#B9C0C7")
        box(c, -9000, -620, 18000, 150, "#8D949C")
        for x in (-1500, -620, 620, 1500):
            box(c, x - 60, -480, 120, 480, "#7B838D")


@scene("circ-passage-niveau-cyclo")
def railway_light(stage):
    view = InLane(height=1.5, horizon=280)
    gone = Curve((0, 0), (6.4, 25), end=0)

    def draw(c, t):
        z = 33 - gone(t)
        view.land(c)
        view.road(c, -3, 3, edges=True)
        view.dashes(c, 0, gone(t))
        view.patch(c, -60, 60, z, z + 3.4, "#9A8F80")
        for k in (0.5, 2.2):
            view.patch(c, -60, 60, z + k, z + k + 0.25, "#5B6270")
        view.patch(c, -3, 3, z - 0.4, z + 3.8, ahead.ASPHALT)
        for k in (0.5, 2.2):
            view.patch(c, -3, 3, z + k, z + k + 0.2, "#C9CED3")
        view.trees(c, gone(t), 11)
        view.patch(c, 0.1, 2.8, z - 2.6, z - 2, WHITE)
        with view.at(c, 3.8, z - 1.4):
            box(c, -6, -300, 12, 300, "#8D949C", 3)
            with at(c, 0, -290, 1.3):
                signs.saint_andrew(c)
            with at(c, 0, -190, 1.1):
                signs.railway_light(c, lit=blink(t, 1))
        moped_bar(c)
        box(c, 152, 412, 206, 116, "#9FB4C0", 36)

    return draw


@scene("circ-cyclo-piste")
def moped_and_cycle_path(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 250 H1290", pavement=0)
    plan.dashes(c, "M0 250 H1280")
    plan.line(c, "M0 120 H1280")
    plan.line(c, "M0 380 H600 M790 380 H1280")
    plan.roads(c, "M-10 490 H1290", width=110, pavement=0, asphalt=plan.CYCLE)
    polygon(c, plan.ASPHALT, (600, 380), (790, 380), (760, 440), (640, 440))
    plan.dashes(c, "M0 490 H1280", 40, 40, 4)
    for x in (250, 1000):
        plan.bike_mark(c, x, 516, 0.8)
    for x in (80, 330, 500, 900, 1150):
        disc(c, x, 410, 22, "#6FA65A")
        disc(c, x - 5, 405, 14, shade("#6FA65A", 0.14))
    for x in (140, 420, 980):
        plan.tree(c, x, 640)
    plan.roof(c, 640, 590, 240, 160)
    plan.sign_from_above(c, signs.cycle_path, 560, 600, 1.3)
    way, track = Route("M-400 318 H1400"), Route("M-200 516 H1500")
    gaps = ((0.32, 0.85, RED), (0.19, 0.725, "#E9E6DC"), (0.06, 0.60, BLUE))
    queue = [(Curve((0, start), (5, stop), end=0), colour) for start, stop, colour in gaps]
    noe, girl = Curve((0, 0.1), (5.6, 0.455), (8, 0.5), end=0.01), Curve((0, 0.02), (8, 0.86))

    def draw(c, t):
        for part, colour in queue:
            drive(c, above.car, way, part, t, colour=colour, brake=slowing(part, t))
        drive(c, above.moped, way, noe, t, RIDER_PLAN, look=TOM | MOTO, brake=slowing(noe, t))
        pedal(c, above.cyclist, LINA | HELMET, track, girl, t)

    return draw
