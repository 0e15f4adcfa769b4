"""Scenes of « comportement citoyen »: people on foot."""

from math import sin

import skia

from exams.bank.scenes.kit import above, civic, plan, side, signs, street
from exams.bank.scenes.kit.actors import drive, ride, stroll, walk
from exams.bank.scenes.kit.ink import RED, TEAL, WHITE, at, limb, trace
from exams.bank.scenes.kit.motion import Curve, Route, ease, wave
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, SAMI, TOM, facing
from exams.bank.scenes.registry import scene


@scene("cit-canne-blanche")
def white_cane(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    street.zebra(c, 700)
    with at(c, 930, 470, 1.2):
        signs.pole(c, signs.crossing)
    street.lamp_post(c, 120, street.WALK)
    blind = DAD | {"dark_glasses": True, "top": "#8C7A5B", "hair": "#8D8D8A"}
    arrive, follow = Curve((0, 620), (2.4, 770), end=0), Curve((0, 60), (6.4, 520), (7.2, 545), end=0)
    cars = [(Curve((0.2, -300), (4.2, 1600)), TEAL), (Curve((4, -300), (8, 1600)), "#F4BE3B")]
    back = Curve((1, 1600), (5.6, -400))

    def draw(c, t):
        walk(c, SAMI | {"bag": "#3C6E71"}, follow, t, street.WALK, 1.25)
        if t < 2.4:
            walk(c, blind, arrive, t, street.WALK, 1.25, hold={"hands": ((24, -84), None)})
            _cane(c, arrive(t) + 30, 24 * sin(t * 6))
        else:
            gaze = wave(t - 2.4, 2.4)
            with at(c, 770, street.WALK, 1.25):
                facing(c, blind, gaze=gaze, hands={1: (26, -86)})
            _cane(c, 803, 10 * sin(t * 3))
        ride(c, side.car, back, t, street.FAR_LANE, 1.0, left=True, colour=RED, driver=MUM)
        for x, colour in cars:
            ride(c, side.car, x, t, street.NEAR_LANE + 4, 1.1, colour=colour, driver=DAD)

    return draw


def _cane(c, x, swing):
    """A white cane from a hand above x to the ground, its tip swung sideways."""
    limb(c, "#8D949C", 7, (x, street.WALK - 106), (x + 26 + swing, street.WALK + 2))
    limb(c, WHITE, 5, (x, street.WALK - 106), (x + 26 + swing, street.WALK + 2))
    limb(c, RED, 5, (x + 22 + swing * 0.85, street.WALK - 14), (x + 26 + swing, street.WALK + 2))


@scene("cit-pieton-temoin")
def knocked_bike(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    for x in (900, 1010):
        trace(c, f"M{x} 500 V420 Q{x} 400 {x + 20} 400 H{x + 30} Q{x + 50} 400 {x + 50} 420 V500", "#8D949C", 7)
    back = Curve((0.3, 520), (2.9, 655), (5, 655), (7.4, -420), start=30, end=-600)
    stage.camera = lambda t: (725, 430, 1.25)
    hit, sofiane = 2.75, SAMI | {"bag": "#F4BE3B"}

    def draw(c, t):
        fall = ease(t, hit, hit + 0.7) ** 2
        with at(c, 975 + 20 * fall, 506 + 10 * fall, 1.05):
            c.concat(skia.Matrix.MakeAll(1, -0.25 * fall, 0, 0, 1 - 0.62 * fall, 0, 0, 0, 1))
            side.bicycle(c, "#3FA06B", basket=True)
        x = back(t)
        with at(c, x, 560, 1.0, flip=True):
            side.van(c, rolled=x, driver=MUM | {"top": "#39424E"}, brake=2.6 < t < 5.2)
        if hit < t < hit + 0.5:
            for turn in (-60, -20, 20, 60):
                with at(c, 946, 440, turn=turn):
                    limb(c, "#F4BE3B", 6, (26, 0), (48, 0))
        gaze = -1 if t > 5.6 else -0.4
        lift = ease(t, hit + 0.2, hit + 0.8)
        with at(c, 1165, 700, 1.45):
            facing(c, sofiane, back=True, gaze=gaze, hands={1: (24 + 4 * lift, -78 - 60 * lift)})

    return draw


@scene("cit-pieton-trottoir-large")
def narrow_pavement(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 600 H1290", width=300, pavement=190)
    plan.dashes(c, "M0 590 H1280")
    for k, x in enumerate(range(-40, 1280, 345)):
        plan.flat_roof(c, x, -90, 341, 320, civic.ROOFS[k])
    for x in range(10, 1280, 95):
        limb(c, "#C4BDB0", 2, (x, 240), (x, 440))
    stage.camera = lambda t: (640, 400, 1.5)
    friends = (LEO, LINA, TOM, AWA, SAMI)
    ways = [Route(f"M{120 - 14 * (k % 2)} {267 + 41 * k} H900") for k in range(5)]
    group, dad = Curve((0, 0.06), (8, 0.56), end=0.05), Curve((0, 0.06), (8, 0.34), end=0.02)
    father = Route("M1230 345 H300")
    cars = (
        (Route("M-300 672 H1700"), Curve((0, 0), (5, 1)), RED),
        (Route("M1500 530 H-300"), Curve((1.5, 0), (7, 1)), TEAL),
    )

    def draw(c, t):
        for way, part, colour in cars:
            drive(c, above.car, way, part, t, colour=colour)
        for look, way in zip(friends, ways):
            stroll(c, look | {"height": 150}, way, group, t, 0.56)
        stroll(c, DAD, father, dad, t, 0.6, arms=((24, -15), (24, 15)))
        x, y, turn = father(dad(t))
        with at(c, x - 62, y, 0.66, turn):
            civic.pushchair_above(c)

    return draw
