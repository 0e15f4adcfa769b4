"""Scenes of « comportement citoyen »: e-scooters, mopeds and cars."""

from exams.bank.scenes.kit import above, plan, side, signs, street
from exams.bank.scenes.kit.actors import RIDER_PLAN, drive, ride, slowing, walk
from exams.bank.scenes.kit.ink import BLUE, GREEN, TEAL, WHITE, at, box, disc, limb, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, ease
from exams.bank.scenes.kit.people import DAD, MUM, TOM
from exams.bank.scenes.kit.plan import P
from exams.bank.scenes.registry import scene

MOTO = {"helmet": "#2F6FB3", "full_face": True}


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
