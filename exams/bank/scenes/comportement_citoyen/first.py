"""Scenes of « comportement citoyen »."""

from math import sin

from exams.bank.scenes.kit import above, plan, side, signs, street
from exams.bank.scenes.kit.actors import RIDER_PLAN, drive, pedal, ride, slowing, walk
from exams.bank.scenes.kit.ink import BLUE, GREEN, RED, TEAL, WHITE, at, box, disc, limb, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, OLD, SAMI, TOM, facing
from exams.bank.scenes.kit.plan import P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}
MOTO = {"helmet": "#2F6FB3", "full_face": True}


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


@scene("cit-cyclo-retroviseur")
def broken_mirror(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 360 H1290", width=400, pavement=90)
    plan.dashes(c, "M0 300 H1280")
    plan.bays(c, 30, 462, 6)
    plan.line(c, "M0 462 H1280", 4)
    for x, width in ((-40, 320), (310, 330), (670, 300), (1000, 320)):
        plan.flat_roof(c, x, -130, width, 180, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    for x in (150, 520, 900):
        plan.tree(c, x, 700)
    for x, colour in ((136, "#98A1AB"), (346, "#E9E6DC"), (766, TEAL), (1186, BLUE)):
        with at(c, x, 514, P):
            above.car(c, colour)
    way = Route("M-120 438 H1100")
    enzo = Curve((0, 0), (3.4, 0.60), (5.6, 0.85), end=0)
    hit = 3.25
    stage.camera = lambda t: (640 + 90 * ease(t, 1.8, 3), 360 + 60 * ease(t, 1.8, 3), 1 + 0.4 * ease(t, 1.8, 3))

    def draw(c, t):
        with at(c, 556, 514, P):
            above.car(c, GREEN)
        with at(c, 560, 352, P):
            above.bus(c, "#F4BE3B", brake=True)
        fall = ease(t, hit, hit + 0.8)
        if t < hit:
            box(c, 574, 466, 12, 10, "#2A6E4A", 3)
        else:
            with at(c, 586 + 40 * fall, 464 - 10 * fall, 1 + 0.5 * (1 - fall), 300 * fall):
                box(c, -9, -7, 18, 14, "#2A6E4A", 4)
                box(c, -6, -4, 12, 8, "#CFE6EE", 2)
            for k in range(5):
                disc(c, 590 + fall * (14 + 9 * k), 470 + (k % 3 - 1) * 9 * fall, 2.5, "#E9F2F5")
        if hit < t < hit + 0.5:
            for turn in range(0, 360, 60):
                with at(c, 580, 462, turn=turn):
                    limb(c, "#F4BE3B", 4, (18, 0), (32, 0))
        drive(c, above.moped, way, enzo, t, RIDER_PLAN, look=TOM | MOTO, brake=slowing(enzo, t))
        if t > 5.8:
            x, y, _ = way(enzo(t))
            trace(c, f"M{x - 20} {y - 30} Q{x - 70} {y - 64} {x - 110} {y - 30}", "#F4BE3B", 5)
            polygon(c, "#F4BE3B", (x - 122, y - 38), (x - 100, y - 44), (x - 112, y - 18))

    return draw


@scene("cit-edpm-depot")
def parked_scooter(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 480, seed=3)
    wall = "#DCCDB6"
    box(c, 440, 110, 640, 320, wall)
    box(c, 430, 98, 660, 20, "#A8977B", 3)
    for x in range(470, 1060, 118):
        street.window(c, x, 150, 80, 90)
    box(c, 600, 56, 320, 44, "#2F4858", 4)
    text(c, "MÉDIATHÈQUE", 760, 88, 32, WHITE)
    box(c, 620, 316, 100, 114, "#7FA6B8", 3)
    limb(c, "#4A6070", 4, (670, 318), (670, 428))
    street.fronts(c, 1400, 1090, seed=1)
    street.road(c)
    polygon(c, "#BDB5A6", (740, 446), (720, 418), (800, 418), (1010, 446))
    trace(c, "M730 392 V420 M800 392 V420 M1000 416 V444 M730 380 H800 L1000 408", "#6B7480", 6)
    box(c, 90, 452, 260, 30, "#8FB8A0", 3)
    trace(c, "M90 452 H350 V483 H90 Z", WHITE, 4)
    for x in (120, 200, 280):
        trace(c, f"M{x} 474 V420 Q{x} 404 {x + 20} 404 Q{x + 40} 404 {x + 40} 420 V474", "#8D949C", 6)
    with at(c, 226, 474, 0.95):
        side.kick_scooter(c)
    with at(c, 60, 476, 1.1):
        signs.pole(c, signs.plate("P"), height=190, size=0.9)
    camille = MUM | {"top": "#E9783F", "cut": "bun", "helmet": TEAL, "height": 165}
    roll, push = Curve((0, 1380), (3.4, 880), end=0), Curve((4.2, 880), (7, 650), (8, 630), end=0)
    pram = Curve((0, 330), (8, 470), end=10)

    def draw(c, t):
        walk(c, DAD, pram, t, 456, 1.1, hold={"hands": ((30, -98), (30, -98))})
        with at(c, pram(t) + 96, 456, 1.1):
            side.pushchair(c, pram(t) / 1.1)
        if t < 4.2:
            ride(c, side.scooter, roll, t, 540, 1.2, left=True, look=camille)
        else:
            up = 540 - 50 * ease(t, 4.2, 5)
            with at(c, push(t) - 40, up, 1.2, flip=True):
                side.kick_scooter(c, push(t))
            walk(c, camille, push, t, up, 1.2, left=True, hold={"hands": ((58, -106), (58, -106)), "lean": 6})

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
