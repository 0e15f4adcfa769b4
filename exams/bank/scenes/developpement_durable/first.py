"""Scenes of « développement durable »."""

import skia

from exams.bank.scenes.kit import above, plan, side, street, things, weather
from exams.bank.scenes.kit.actors import drive, ride, slowing, walk
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, ring, text
from exams.bank.scenes.kit.motion import Curve, Route, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, OLD, SAMI, person, walking
from exams.bank.scenes.registry import scene

MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("dd-covoiturage")
def three_cars(stage):
    k = 0.36
    c = stage.back
    plan.ground(c)
    drives = (150, 400, 650)
    plan.roads(c, "M-10 470 H1290", width=220, pavement=60)
    for x in drives:
        plan.line(c, f"M{x} 220 V380", 80, "#C9C3B4")
    plan.dashes(c, "M0 470 H1280")
    for x, colour in zip(drives, ("#C4694B", "#7D6A5A", "#A9573F")):
        plan.roof(c, x - 100, 60, 200, 150, colour)
        plan.tree(c, x + 118, 290, 0.26)
    plan.flat_roof(c, 900, 40, 340, 220, "#E3CFAE")
    box(c, 900, 268, 340, 90, "#D8D2C6")
    box(c, 960, 318, 220, 14, "#3F5E78", 3)
    text(c, "COLLÈGE", 1070, 170, 46, "#8A6A3E")
    for x in (90, 340, 620, 900):
        plan.tree(c, x, 670)
    people = ((MUM, LEO, "#D8412F"), (DAD, LINA, "#F4BE3B"), (OLD, SAMI, "#2F6FB3"))
    stops = (640, 840, 1040)
    cars = []
    for i, (x, stop) in enumerate(zip(drives, stops)):
        way = Route(f"M{x} 230 V440 Q{x} 524 {x + 84} 524 H{stop}")
        start = (2 - i) * 0.8
        cars.append((way, Curve((start, 0), (start + 5.2, 1), end=0), people[i]))

    def draw(c, t):
        for way, part, (adult, pupil, colour) in cars:
            x, y, turn = way(part(t))
            with at(c, x, y, turn=turn):
                weather.smoke(c, -86, 20, t, "#DADDDF", rise=26, drift=-50)
            drive(
                c,
                above.car,
                way,
                part,
                t,
                k * 1.15,
                colour=colour,
                aboard=(adult, pupil, None, None),
                brake=slowing(part, t),
            )

    return draw


@scene("dd-cyclo-echappement")
def loud_exhaust(stage):
    c = stage.back
    street.sky(c, "evening")
    street.fronts(c, dark=True, seed=1)
    street.road(c)
    weather.darkness(c, 0.32)
    x = Curve((0, -160), (8, 1120))
    panes = [(k, wx, wy) for k, (wx, wy) in enumerate(_PANES)]

    def draw(c, t):
        for k, wx, wy in panes:
            if t > 1.4 + k * 0.62:
                street.window(c, wx, wy, 44, 62, lit=True)
                weather.shine(c, wx + 22, wy + 30, 70, "#FFD98A50")
        weather.waves(
            c, x(t) - 120, street.NEAR_LANE - 40, t, turn=200, spread=130, count=4, start=30, step=52, colour="#FF7A4D"
        )
        ride(c, side.moped, x, t, street.NEAR_LANE, 1.25, look=LINA | MOTO, beam=True, loud=True)
        grown = ease(t, 5.2, 6)
        if grown:
            with at(c, 300, 250, grown):
                disc(c, 6, 8, 196, "#10182850")
                disc(c, 0, 0, 190, WHITE)
                c.save()
                c.clipPath(skia.Path.Circle(0, 0, 186))
                box(c, -200, -200, 400, 400, "#5B6472")
                with at(c, 190, 130, 3):
                    side.moped_alone(c, loud=True)
                weather.smoke(c, -140, 30, t, "#3A3F47", rise=50, drift=-70)
                c.restore()
                ring(c, 0, 0, 190, "#FF7A4D", 8)
                street.tag(c, "non homologué", 0, 150, 30, WHITE, "#D8412F")

    return draw


_PANES = ((68, 222), (186, 56), (500, 146), (414, 230), (706, 86), (622, 172), (880, 246), (1000, 60), (1096, 146))


@scene("dd-moteur-attente")
def idling(stage):
    c = stage.back
    street.sky(c)
    street.school(c, 300, 680)
    street.tree(c, 150, 440, 300)
    street.tree(c, 1120, 440, 320)
    street.road(c)
    box(c, 180, 598, 560, 6, WHITE)
    for x in (180, 734):
        box(c, x, 598, 6, 80, WHITE)
    text(c, "P", 640, 664, 44, WHITE)
    pupils = (
        (LEO, 1.0, -80, 150),
        (AWA | {"bag": "#7A5AA8"}, 0.0, -220, 170),
        (SAMI | {"bag": "#3C6E71"}, 0.5, 1400, -160),
        (LINA, 0, 640, 90),
    )
    walks = [(look, Curve((0, start), (8, start + speed * 8))) for look, _, start, speed in pupils]

    def draw(c, t):
        with at(c, 640, 226):
            things.clock(c, 16.55 + ease(t, 0.5, 7.5) * 10 / 60, 50)
        for look, x in walks:
            walk(c, look, x, t, street.WALK, 1.1)
        weather.smoke(c, 216, 628, t, "#DADDDF", rise=90, drift=-130, puffs=6)
        weather.smoke(c, 216, 628, t + 0.5, "#DADDDF", rise=60, drift=-90, puffs=4)
        with at(c, 462, 656, 1.2):
            side.car(c, BLUE, driver=DAD)

    return draw


@scene("dd-trajet-college")
def way_to_school(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 300 H1290", "M560 -10 V520", "M900 -10 V520", width=90, pavement=26)
    plan.roof(c, 60, 60, 220, 150)
    plan.tree(c, 330, 110, 0.3)
    with at(c, 170, 232):
        disc(c, 0, 0, 15, RED)
        disc(c, 0, 0, 6, WHITE)
    plan.flat_roof(c, 980, 30, 270, 190, "#E3CFAE")
    text(c, "COLLÈGE", 1115, 140, 38, "#8A6A3E")
    with at(c, 1115, 240):
        disc(c, 0, 0, 15, BLUE)
        disc(c, 0, 0, 6, WHITE)
    for x, y in ((420, 90), (700, 100), (790, 190), (440, 430), (700, 430), (80, 420), (1080, 420), (1200, 400)):
        plan.tree(c, x, y, 0.24)
    box(c, 0, 500, 1280, 220, "#F6EEDD")
    box(c, 0, 500, 1280, 6, "#DCCFB8")
    path = Route("M170 250 V300 H1115 V256")
    look = LINA | {"top": "#E9783F", "bag": "#3C6E71"}

    def draw(c, t):
        for k in range(int(64 * ease(t, 0.2, 2))):
            x, y, _ = path(k / 64)
            disc(c, x, y, 6, "#D8412F")
        if t > 1.6:
            street.tag(c, "1,5 km", 730, 300, 40)
        for k, x in enumerate((150, 440, 790, 1120)):
            grown = ease(t, 2.2 + k * 1.2, 2.7 + k * 1.2)
            if not grown:
                continue
            with at(c, x, 695, grown):
                if k == 0:
                    with at(c, 0, 0, 1.05):
                        person(c, look, walking(t * 0.9))
                elif k == 1:
                    with at(c, 0, 0, 0.72):
                        side.car(c, TEAL, t * 150, driver=MUM)
                elif k == 2:
                    with at(c, 0, 0, 0.98):
                        side.cyclist(c, look | {"helmet": BLUE}, t * 120)
                else:
                    with at(c, 0, 0, 0.98):
                        side.moped(c, look | MOTO, t * 120)

    return draw
