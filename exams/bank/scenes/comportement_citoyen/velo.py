"""Scenes of « comportement citoyen »: cyclists."""

from math import sin

from exams.bank.scenes.kit import above, plan, side, street
from exams.bank.scenes.kit.actors import drive, pedal, ride, walk
from exams.bank.scenes.kit.ink import BLUE, TEAL, at, box, limb, polygon, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease
from exams.bank.scenes.kit.people import AWA, CHILD, LINA, OLD
from exams.bank.scenes.kit.plan import P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("cit-bus-clignotant")
def bus_leaves(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", pavement=150)
    plan.dashes(c, "M0 330 H1280")
    polygon(c, plan.ASPHALT, (380, 464), (470, 530), (1040, 530), (1130, 464))
    trace(c, "M500 470 L560 524 L620 470 L680 524 L740 470 L800 524 L860 470 L920 524 L980 470", "#F4BE3B", 5)
    for x, width in ((-40, 320), (310, 330), (670, 300), (1000, 320)):
        plan.flat_roof(c, x, -110, width, 160, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    box(c, 640, 560, 230, 54, "#7FA6B8", 8)
    box(c, 650, 568, 210, 38, "#A9CBD8", 6)
    for x in (120, 330, 1120):
        plan.tree(c, x, 660)
    zoe, other = Route("M-130 430 H700"), Route("M1420 262 H-160")
    bike, car = Curve((0, 0), (5.5, 0.42), (8, 0.5), start=0.11, end=0.015), Curve((1, 0), (8, 0.62))
    doors = Curve((0, 1), (1.4, 1), (2.4, 0), end=0)

    def draw(c, t):
        drive(c, above.car, other, car, t, colour=TEAL)
        for x in (640, 930):
            box(c, x, 540, 60, 20 * doors(t) + 1, "#C98F1E", 4)
        with at(c, 760, 492, P):
            above.bus(c, left=t > 2.6 and blink(t, 0.7))
        pedal(c, above.cyclist, LINA | HELMET | {"top": "#E9783F"}, zoe, bike, t)

    return draw


@scene("cit-velo-trottoir")
def bike_on_pavement(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    street.tree(c, 1170, 470, 260)
    box(c, 640, 318, 56, 112, "#6B4A36", 3)
    old, chair = Curve((0, 180), (8, 420)), Curve((0, 1200), (8, 1030))
    child = Curve((1.6, 668), (3, 668), (5, 600), (8, 560), end=0)
    chloe = Curve((0, 1360), (3.2, 900), (4.6, 840), end=0)
    girl = LINA | {"helmet": "#E58AA0", "height": 150, "top": "#7A5AA8", "bag": "#F4BE3B"}

    def draw(c, t):
        if t > 1.6:
            walk(c, CHILD, child, t, 434 + 24 * ease(t, 1.6, 3), 1.15, left=True)
        ride(c, side.wheelchair, chair, t, 466, 1.15, left=True, look=AWA)
        walk(c, OLD, old, t, 470, 1.2, hold={"lean": 12, "hands": ((30, -84), None)})
        step = 6 * sin(t * 5)
        limb(c, "#7A5A40", 6, (old(t) + 36, 370), (old(t) + 46 + step, 470))
        if t < 4.6:
            ride(c, side.cyclist, chloe, t, 556, 1.2, left=True, look=girl, bike="#E58AA0")
        else:
            with at(c, 840, 556, 1.2, flip=True):
                side.cyclist(
                    c,
                    girl,
                    500 / 1.2,
                    bike="#E58AA0",
                    stopped=True,
                    pose=side.foot_down() | {"nod": -26 * ease(t, 4.8, 5.6)},
                )

    return draw
