"""Scenes of « santé et conduites à risque » : dares, races and bad habits."""

from math import sin

from exams.bank.scenes.kit import above, civic, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import drive, ride, stroll, walk
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, limb, polygon, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, OLD, PHONE_UP, SAMI, SIT, STAND, TOM, facing, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}
MOTO = {"helmet": BLUE, "full_face": True, "bag": None}


@scene("san-velo-defi")
def wheelie_dare(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    axel = TOM | HELMET | {"top": "#6BA368"}
    friends = ((LEO, 110), (AWA, 230), (SAMI, 350))
    near = [(Curve((0.2, -320), (3.4, 1600)), RED), (Curve((4.4, -320), (7.6, 1600)), "#F4BE3B")]
    far = [(Curve((1.4, 1600), (5, -320)), TEAL)]

    def draw(c, t):
        for x, colour in far:
            ride(c, side.car, x, t, street.FAR_LANE - 6, 0.95, left=True, colour=colour, driver=DAD)
        for x, colour in near:
            ride(c, side.car, x, t, street.NEAR_LANE - 20, 1.05, colour=colour, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        for k, (look, x) in enumerate(friends):
            bob = 6 * abs(sin(t * 3 + k))
            with at(c, x, 712 - bob, 1.6):
                if k == 1:
                    person(c, look, PHONE_UP | {"nod": 4, "hands": ((34, -128), None)})
                    with at(c, 40, -136, 0.13, turn=4):
                        things.phone(c)
                else:
                    point = (46, -122 + 6 * sin(t * 4 + k))
                    person(c, look, STAND | {"hands": (point, None)}, mouth=0.6 * abs(sin(t * 5 + k)))
        with at(c, 760, 712, 1.6, flip=t < 4.2):
            nod = -10 if t < 4.2 else -4
            side.cyclist(c, axel, 60, stopped=True, bike="#3A6FB0", pose=side.foot_down() | {"nod": nod})
        grown = ease(t, 1.2, 2)
        if grown:
            with at(c, 1070, 210, grown):
                street.bubble(c, 0, 0, 340, 300, -90)
                with at(c, -40, 110, 1.15, turn=-36), at(c, 50, 0):
                    side.bicycle(c, "#3A6FB0", t * 200)
                    person(c, axel, side.pedalling(1.4) | {"lean": 8})

    return draw


@scene("san-video-bus")
def behind_the_bus(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    street.road(c)
    rear = Curve((2.8, 430), (8, 640), start=0)
    come = Curve((0, -120), (2.2, 358), end=0)
    nabil = SAMI | {"helmet": BLUE, "bag": None}

    def draw(c, t):
        with at(c, rear(t) + 522, 606, 0.95):
            side.bus(
                c, "#E9E6DC", rear(t) / 0.95, driver=DAD, stripe="#2D8C8C", brake=t < 2.6, left=t < 3.4 and blink(t)
            )
        trace(c, f"M{rear(t) + 2} 462 H{rear(t) - 10} V516 H{rear(t) + 2}", "#4A515C", 6)
        x = come(t) + rear(t) - 430
        hold = ease(t, 2.2, 2.8)
        turn = x / 1.35 / 62 if t < 2.2 else 0.4
        pose = side.pedalling(turn) | {"lean": 26 + 12 * hold, "hands": ((38 + 24 * hold, -102 - 14 * hold), side.GRIP)}
        with at(c, x, 644, 1.35):
            side.cyclist(c, nabil, x / 1.35, bike="#D8412F", pose=pose)
        for k, (look, x) in enumerate(((LEO, 90), (LINA | {"bag": None}, 210))):
            with at(c, x, 714 - 5 * abs(sin(t * 3 + k)), 1.5):
                point = (46, -124 + 8 * sin(t * 4 + k))
                person(c, look, STAND | {"hands": (point, None)}, mouth=0.6 * abs(sin(t * 5 + k)))
        with at(c, 1010, 714, 1.65, flip=True):
            person(c, AWA | {"top": "#7A5AA8"}, STAND | {"hands": ((22, -92), None), "nod": 4})
            with at(c, 26, -98, 0.15, turn=-10):
                things.phone(c)

    return draw


@scene("san-cyclo-course")
def race_offer(stage):
    c = stage.back
    plan.ground(c, "#7F9468")
    plan.roads(c, "M-20 380 H1300", width=2 * plan.LANE)
    plan.dashes(c, "M330 380 H1300")
    civic.town_row(c, -60, 190)
    civic.town_row(c, 620, 190)
    box(c, 900, 120, 150, 130, plan.PAVING)
    box(c, 915, 118, 120, 20, "#4A515C")
    plan.line(c, "M500 384 V514", 10)
    weather.darkness(c, 0.24)
    stage.camera = lambda t: (600, 390, 1.2)
    out = Route("M975 140 V214")
    roll, step = Curve((3.2, 0), (8, 1), start=0), Curve((0, 0), (8, 1))
    walker_way = Route("M1140 566 L1000 534")
    ryan_way, part = Route("M-60 448 H200"), Curve((0, 0), (2.2, 1), end=0)
    friends = ((TOM | MOTO | {"helmet": RED}, 408), (SAMI | MOTO | {"helmet": "#F4BE3B"}, 488))

    def draw(c, t):
        drive(c, above.car, out, roll, t, 0.42, colour="#C9CED3", beam=t > 3)
        stroll(c, MUM | {"top": "#E9783F"}, walker_way, step, t)
        for k, (look, y) in enumerate(friends):
            with at(c, 412 + 5 * abs(sin(t * 4 + k)), y, 0.62):
                above.moped(c, look, ("#8E3B46", "#3C6E71")[k], beam=True)
            weather.smoke(c, 346, y, t + k, "#B9C0C7", rise=10, drift=-50, puffs=3)
        drive(c, above.moped, ryan_way, part, t, 0.62, look=LEO | MOTO, colour="#7A5AA8", beam=True, brake=t > 1.2)
        if t > 2.6:
            _challenge(c, 440, 250, 1.2 * ease(t, 2.6, 3.2))

    return draw


def _challenge(c, x, y, grown):
    """A speech balloon with a chequered flag and a question mark."""
    with at(c, x, y, grown):
        polygon(c, WHITE, (-60, 50), (-10, 50), (-60, 112))
        box(c, -130, -76, 260, 136, WHITE, 34)
        limb(c, "#4A515C", 7, (-84, 40), (-84, -56))
        for row in range(4):
            for column in range(5):
                box(c, -80 + column * 19, -56 + row * 15, 19, 15, "#1E2430" if (row + column) % 2 else "#E9E6DC")
        with at(c, 76, -8):
            things.question_mark(c, 96, RED)


@scene("san-cyclo-sans-permis")
def no_licence(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    street.zebra(c, 690)
    with at(c, 930, 470, 1.2):
        signs.pole(c, signs.crossing)
    noah = TOM | {"helmet": "#4C6FBF", "full_face": True, "bag": None, "height": 160}
    man = OLD | {"hair": "#6B4A2A", "top": "#6BA368"}
    x, step = Curve((0, -200), (3.2, 400)), Curve((0.4, 470), (3.2, 530))
    hurt = SIT | {"hip": (0, -20), "lean": 10, "knee": 1, "feet": ((56, 0), (44, 0)), "nod": 16}

    def draw(c, t):
        before = t < 3
        if before:
            with at(c, 790, step(t), 1.3):
                facing(c, man, t * 0.9, 0.8)
        else:
            with at(c, 850, 640, 1.6, flip=True):
                person(c, man, hurt | {"hands": ((34 + 3 * sin(t * 3), -30), (30, -26))})
        shocked = ease(t, 4.2, 5.2)
        pose = side.on_moped() | {"hands": ((30 - 22 * shocked, -108 - 34 * shocked), (31, -108)), "nod": 10 * shocked}
        if not before:
            pose |= {"feet": ((6, 0), (26, -34))}
        with at(c, x(t) if before else 500, street.NEAR_LANE, 1.55):
            side.moped(c, noah, x(t) / 1.55, colour="#E58AA0", brake=not before, pose=pose)
        grown = ease(t, 5, 5.8)
        if grown:
            with at(c, 400, 170, grown):
                street.bubble(c, 0, 0, 330, 210, 60)
                _no_card(c)
        weather.darkness(c, during(t, 2.4, 3.6, 0.55))

    return draw


def _no_card(c):
    """A driving licence, pink, with a red cross over it."""
    box(c, -122, -72, 244, 144, "#E9B7C6", 14)
    box(c, -104, -40, 70, 88, "#F6EEDD", 4)
    disc(c, -69, -8, 19, "#C9A58E")
    shape(c, "M-98 48 Q-98 18 -69 18 Q-40 18 -40 48 Z", "#8C9AA8")
    text(c, "PERMIS AM", 36, -38, 25, "#5B3A4A")
    for y in (-14, 8, 30):
        box(c, -18, y, 118, 9, "#C98FA3", 4)
    limb(c, RED, 13, (-112, -62), (112, 62))
    limb(c, RED, 13, (112, -62), (-112, 62))


@scene("san-pieton-habitude")
def every_morning(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=0)
    street.road(c)
    street.zebra(c, 640)
    for x in (610, 930):
        box(c, x, 300, 9, 190, "#4A515C", 3)
    with at(c, 614, 300, 1.05):
        signs.walk_light(c, False)
    box(c, 884, 250, 9, 10, "#4A515C")
    idris, run = AWA | {"cut": "short", "bag": "#E9783F", "top": "#4C6FBF"}, Curve((0.2, -60), (4.6, 560), end=0)
    car = Curve((2.6, -420), (8, 330), end=60)

    def draw(c, t):
        ride(c, side.car, car, t, street.NEAR_LANE + 4, 1.15, colour=RED, driver=MUM)
        walk(c, idris, run, t, street.WALK + 8, 1.35, run=run.speed(t) > 60, left=False)
        grown = ease(t, 1.6, 2.4)
        if grown:
            with at(c, 250, 112, 0.86 * grown):
                street.bubble(c, 0, 0, 420, 220, 90)
                _calendar(c, int(max(0, t - 2.2) * 2.4))

    return draw


def _calendar(c, done):
    """A page of calendar where ``done`` days have been ticked."""
    box(c, -180, -98, 360, 196, "#F6EEDD", 10)
    box(c, -180, -98, 360, 40, "#2D8C8C", 10)
    for day in range(15):
        x, y = -156 + day % 5 * 65, -46 + day // 5 * 48
        box(c, x, y, 52, 38, WHITE, 5)
        if day < done:
            trace(c, f"M{x + 13} {y + 19} L{x + 23} {y + 30} L{x + 42} {y + 8}", "#2A2F38", 5)


@scene("san-velo-colere")
def angry_start(stage):
    c = stage.back
    street.sky(c)
    street.school(c, 60, 640)
    street.fronts(c, 1300, 760, seed=4)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    street.bike_rack(c, 860, 610, 4, 76)
    chloe, other = LINA | {"top": "#D8557A", "bag": "#3C6E71"}, TOM | {"bag": "#6B4A36"}
    x = Curve((1.6, 430), (4.8, 868), end=0)

    def draw(c, t):
        with at(c, 1030, 664, 1.7, flip=True):
            side.bicycle(c, "#F0B63F")
        fists = 5 * sin(t * 11) * (1 if t < 1.6 else 0.3)
        with at(c, 210, 690, 1.7, flip=t > 3):
            person(
                c,
                other,
                STAND | {"hands": ((36, -96 + fists), None), "nod": -4},
                mouth=0.7 * abs(sin(t * 7)) if t < 2.4 else 0,
            )
        grab = ease(t, 4.8, 5.8)
        hold = {"hands": ((30 + 22 * grab, -80 - 20 * grab), (14, -74)), "nod": 14, "lean": 8}
        if t < 1.6:
            with at(c, 430, 690, 1.7, flip=True):
                person(
                    c, chloe, STAND | {"hands": ((38, -104 + fists), (30, -90)), "nod": 4}, mouth=0.8 * abs(sin(t * 8))
                )
        else:
            walk(c, chloe, x, t, 690, 1.7, hold=hold, left=False)
        civic.angry(c, x(t) + 150, 300 + 6 * sin(t * 9), 0.92 + 0.04 * sin(t * 12))

    return draw
