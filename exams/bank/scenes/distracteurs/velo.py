"""Scenes of « distracteurs », à vélo et en trottinette."""

from math import sin

from exams.bank.scenes.kit import plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, oval, trace
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, MUM, STAND, TOM, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("dis-velo-ecouteurs")
def earphones(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    box(c, 0, 470, 1280, 46, plan.CYCLE)
    trace(c, "M0 516 H1280", WHITE, 5, (40, 26))
    bus, car = Curve((0, 1700), (6, -700)), Curve((0.6, -300), (5, 1700))
    manon = AWA | {"bag": "#7A5AA8"}

    def draw(c, t):
        ride(c, side.bus, bus, t, street.FAR_LANE + 14, 0.86, left=True, driver=DAD)
        ride(c, side.car, car, t, street.NEAR_LANE - 24, 1.05, colour=TEAL, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        with at(c, 0, 706, 1.9):
            street.bike_rack(c, 372, 0, 4, 84)
        with at(c, 760, 716, 2.0):
            side.bicycle(c, "#E9783F", basket=True)
        lift = 8 * sin(t * 2.2)
        with at(c, 430, 716, 2.0):
            nod = 10 + 14 * ease(t, 2, 3) - 18 * during(t, 4.4, 6, 0.5)
            person(c, manon, STAND | {"nod": nod, "hands": ((36, -104 - lift / 2), None)})
            hx, hy = 36, -104 - lift / 2
            trace(
                c,
                f"M{hx} {hy} Q{hx + 2} {hy + 20} {hx - 8} {hy + 34} M{hx} {hy} Q{hx + 14} {hy + 12} {hx + 8 + lift / 3} {hy + 30}",
                WHITE,
                2,
            )
            disc(c, hx - 8, hy + 36, 3.6, WHITE)
            disc(c, hx + 8 + lift / 3, hy + 32, 3.6, WHITE)

    return draw


@scene("dis-edpm-appel")
def ringing(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.fronts(c, 300, seed=2)
    street.fronts(c, 1300, 1060, seed=5)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    oval(c, 760, 470, 520, 70, street.PAVING)
    for x in (360, 1010):
        street.tree(c, x, 452, 270)
    street.bench(c, 740, 470)
    box(c, 0, 520, 1280, 160, plan.CYCLE)
    box(c, 0, 520, 1280, 6, WHITE)
    box(c, 0, 674, 1280, 6, WHITE)
    trace(c, "M0 600 H1280", WHITE, 5, (50, 40))
    for x in (200, 1120):
        with at(c, x, 640):
            c.scale(0.9, 0.45)
            signs.bike(c, WHITE)
    gabriel, other = Curve((0, 60), (8, 780)), Curve((1.5, 1440), (8, 330))
    rider = TOM | {"helmet": TEAL, "bag": None}

    def draw(c, t):
        ride(c, side.cyclist, other, t, 590, 1.1, left=True, look=MUM | {"helmet": RED}, bike="#7A5AA8", basket=True)
        ride(c, side.scooter, gabriel, t, 664, 1.35, look=rider)
        if t > 1.8:
            x, y = gabriel(t) - 14, 664 - 118
            box(c, x - 10, y - 20, 20, 34, "#15181F", 4)
            box(c, x - 7, y - 15, 14, 24, "#9FE0C8", 2)
            weather.buzz(c, x, y, t - 1.8, 1.5)

    return draw
