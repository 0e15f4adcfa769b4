"""Scenes of « comportement citoyen »: e-scooters, mopeds and cars."""

from math import sin

from exams.bank.scenes.kit import above, civic, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import RIDER_PLAN, drive, pedal, ride, slowing, stroll, walk
from exams.bank.scenes.kit.ink import BLUE, GREEN, RED, TEAL, WHITE, at, box, disc, limb, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease
from exams.bank.scenes.kit.people import DAD, LINA, MUM, OFFICER, SAMI, TOM, facing, head
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


@scene("cit-auto-place-reservee")
def reserved_place(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, plan.ASPHALT)
    box(c, 0, 0, 1280, 60, plan.PAVING)
    box(c, 0, 660, 1280, 60, plan.PAVING)
    for x in range(60, 1280, 150):
        plan.line(c, f"M{x} 60 V250", 5)
    for x in (60, 210, 360, 510, 660, 854, 1004, 1154):
        plan.line(c, f"M{x} 470 V660", 5)
    civic.blue_place(c, 664, 472, 190, 188)
    for x, y, colour in (
        (135, 150, TEAL),
        (285, 150, "#98A1AB"),
        (585, 150, RED),
        (885, 150, "#F4BE3B"),
        (1035, 150, "#E9E6DC"),
    ):
        with at(c, x, y, P, -90):
            above.car(c, colour)
    for x, colour in (
        (135, "#E9E6DC"),
        (285, GREEN),
        (435, BLUE),
        (585, "#7A5AA8"),
        (929, "#98A1AB"),
        (1079, TEAL),
        (1229, RED),
    ):
        with at(c, x, 566, P, 90):
            above.car(c, colour)
    for x in (60, 480, 900, 1220):
        plan.tree(c, x, 30, 0.3)
    arrow = Route("M-160 380 H1000")
    part = Curve((0, 0), (4.6, 0.68), end=0)
    stage.camera = lambda t: (640 + 130 * ease(t, 3, 5), 360 + 110 * ease(t, 3, 5), 1 + 0.45 * ease(t, 3, 5))

    def draw(c, t):
        drive(c, above.car, arrow, part, t, colour="#F08A3C", brake=t > 3, right=t > 2 and blink(t))

    return draw


@scene("cit-cyclo-controle")
def gendarmes(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.road(c, pavements=False)
    for x in (560, 1180):
        street.tree(c, x, 470, 270)
    gendarme = OFFICER | {"vest": "#E8F04A"}
    mathis = Curve((0, 1440), (5.6, 780), (8, 690), end=-20)

    def draw(c, t):
        with at(c, 250, 492, 1.15):
            civic.police_car(c, blink(t, 0.6))
        with at(c, 70, 494, 1.15):
            facing(c, gendarme | {"cut": "bun", "skin": "#8A5638"})
        lift = ease(t, 1, 1.7)
        with at(c, 500, 500, 1.25):
            raised = {1: (23 + 12 * lift, -78 - 104 * lift), -1: (-23 - 40 * lift, -78 - 22 * lift)}
            facing(c, gendarme, hands=raised, gaze=1)
            box(c, -17, -190, 34, 13, "#1D2740", 5)
        with at(c, mathis(t), street.FAR_LANE, 1.25, flip=True):
            side.moped(c, TOM | MOTO, mathis(t) / 1.25, colour=RED, beam=True, brake=slowing(mathis, t))

    return draw


@scene("cit-cyclo-assurance")
def uninsured(stage):
    c = stage.back
    street.sky(c)
    box(c, 0, 120, 1280, 430, "#E3C4B3")
    box(c, 0, 108, 1280, 22, "#A8836F")
    box(c, 90, 190, 640, 360, "#7B8794", 6)
    for y in range(206, 550, 34):
        limb(c, "#65707D", 3, (96, y), (724, y))
    street.window(c, 830, 190, 110, 130)
    street.window(c, 1090, 190, 110, 130)
    box(c, 0, 550, 1280, 170, street.PAVING)
    assia = LINA | {"helmet": TEAL, "full_face": True, "top": "#3A414D", "gloves": "#23272F"}
    come, sheet = Curve((0, -60), (2.2, 250), end=0), Curve((2.8, 0), (3.6, 1), end=0)

    def draw(c, t):
        with at(c, 470, 648, 2.1):
            side.moped_alone(c, RED)
        reach = ease(t, 2, 2.9)
        walk(
            c, assia, come, t, 652, 2.1, hold={"hands": ((10 + 36 * reach, -70 - 32 * reach), None)} if t > 2 else None
        )
        if t > 2.8:
            with at(c, 980, 390 + 26 * (1 - sheet(t)), 0.5 + 0.8 * sheet(t), -3):
                civic.plain_paper(c, "Assurance")
                if t > 4.2:
                    text(c, "?", 0, 96, 190 * ease(t, 4.2, 4.7) + 1, "#F08A3CE0")

    return draw


@scene("cit-cyclo-klaxon")
def late_call(stage):
    c = stage.back
    street.sky(c, "night")
    street.fronts(c, dark=True, lit=0, seed=2)
    street.road(c)
    street.lamp_post(c, 210, street.WALK, lit=True)
    street.lamp_post(c, 1120, street.WALK, lit=True)
    weather.darkness(c, 0.3)
    for x in (258, 1168):
        weather.shine(c, x, 170, 170, "#FFE9A870")
    street.window(c, 760, 226, 60, 76, lit=True)
    with at(c, 790, 286, 1.2, flip=True):
        head(c, SAMI)
    _street_clock(c)
    erwan = Curve((0, -200), (3.2, 560), end=0)

    def draw(c, t):
        for k in range(3):
            part = (t * 0.35 + k / 3) % 1
            text(c, "Z", 420 + 40 * part, 250 - 90 * part, 26 + 16 * part, "#C9D6F0" + f"{int(230 * (1 - part)):02X}")
        x = erwan(t)
        nod = 18 * ease(t, 3.4, 4)
        with at(c, x, street.NEAR_LANE - 10 + (0.8 * sin(t * 40) if t > 3 else 0), 1.35):
            pose = side.on_moped() | {"nod": -nod}
            side.moped(c, TOM | MOTO, x / 1.35, colour=TEAL, beam=True, pose=pose)
        weather.smoke(c, x - 140, street.NEAR_LANE - 50, t, "#A9B2BF", rise=40, drift=-70)
        weather.waves(c, x - 120, street.NEAR_LANE - 60, t, turn=200, spread=60, colour="#F4BE3B")
        if t > 4.2:
            grow = ease(t, 4.2, 4.7)
            with at(c, x + 85, 292, 0.2 + 0.8 * grow):
                street.bubble(c, 0, 0, 230, 130, -70)
                with at(c, -50, 22, 2.2):
                    head(c, SAMI)
                text(c, "?", 62, 34, 90, "#F08A3C")

    return draw


def _street_clock(c):
    """A street clock that says eleven at night."""
    limb(c, "#3A414D", 8, (1000, street.WALK), (1000, 190))
    with at(c, 1000, 160):
        things.clock(c, 23, 52)
    street.tag(c, "23 h", 1000, 250, 30)


@scene("cit-passager-piste-cyclable")
def stop_on_cycle_lane(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 340 H1290", width=400)
    plan.dashes(c, "M0 270 H1280")
    plan.cycle_lane(c, "M-10 500 H1290", 78)
    for x in (120, 420, 1120):
        plan.bike_mark(c, x, 500, 0.7)
    civic.town_row(c, -110, 150)
    box(c, 500, 640, 520, 120, "#E3CFAE", 4)
    text(c, "COLLÈGE", 760, 700, 40, "#2F4858")
    for x in (130, 330, 1180):
        plan.tree(c, x, 670, 0.34)
    ways = (Route("M-160 500 H900"), Route("M-330 500 H900"))
    bikes = (Curve((0, 0), (8, 0.62), end=0.02), Curve((0, 0.05), (8, 0.5), end=0.02))
    stage.camera = lambda t: (600, 420, 1.25)
    lane, red = Route("M-420 372 H1100"), Curve((2, 0), (8, 0.56))
    other, teal = Route("M1500 205 H-300"), Curve((0, 0), (6, 1))
    out = Curve((2.2, 0), (5.6, 1), end=0)
    gaspard = Route("M752 548 L764 600 L690 616")

    def draw(c, t):
        drive(c, above.car, other, teal, t, colour=TEAL)
        drive(c, above.car, lane, red, t, colour=RED)
        for way, part, look in zip(ways, bikes, (LINA | {"helmet": BLUE}, SAMI | {"helmet": "#F4BE3B"})):
            pedal(c, above.cyclist, look, way, part, t, 0.58)
        lit = blink(t)
        with at(c, 780, 494, P):
            above.car(c, "#98A1AB", left=lit, right=lit, brake=True)
        if t > 1.4:
            with at(c, 800, 536, 1, 40 * (1 - ease(t, 5.8, 6.6)) + 2):
                box(c, -40, -3, 42, 6, "#7B838D", 2)
        if t > 2.2:
            stroll(c, TOM | {"bag": "#F08A3C"}, gaspard, out, t, 0.8)

    return draw
