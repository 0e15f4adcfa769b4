"""Scenes of « comportement citoyen »: cyclists."""

from math import sin

from exams.bank.scenes.kit import above, ahead, civic, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, PURPLE, RED, TEAL, WHITE, at, box, limb, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, during, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, OLD, SAMI, TOM, Pose, facing, person, walking
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


@scene("cit-velo-ambulance")
def ambulance_behind(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 350 H1290")
    plan.dashes(c, "M0 350 H1280")
    civic.town_row(c, -130, 190)
    civic.town_row(c, 600, 190)
    for x in (230, 560, 930):
        plan.tree(c, x, 552, 0.28)
    way, other = Route("M-240 428 H1300"), Route("M1500 280 H-300")
    nour, rescue = Curve((0, 0.3), (8, 0.72)), Curve((0.6, 0), (5.4, 0.33), (8, 0.48))
    stage.camera = lambda t: (500 + 35 * t, 360, 1.3)
    cars = ((Curve((0, 0.1), (8, 1.1)), TEAL), (Curve((1.6, 0), (8, 0.8)), "#F4BE3B"))

    def draw(c, t):
        for part, colour in cars:
            drive(c, above.car, other, part, t, colour=colour)
        drive(c, civic.ambulance, way, rescue, t, flash=blink(t, 0.5))
        x, y, _ = way(rescue(t))
        for turn in (-52, 52):
            weather.waves(c, x + 70, y, t, start=70, step=20, turn=turn, spread=44)
        pedal(c, above.cyclist, AWA | HELMET | {"top": "#E9783F", "cut": "short"}, way, nour, t, 0.66)

    return draw


@scene("cit-velo-traversee-ecole")
def school_crossing(stage):
    view = View(height=1.6, horizon=285)
    way = Curve((0, 0), (8, 9.5), end=0.9)
    warden = MUM | {"vest": "#E8F04A", "top": "#2F6FB3", "cut": "bun"}
    pupils = [(CHILD, 0.2, "#3C6E71"), (CHILD | {"skin": "#8A5638", "hair": "#1D1512", "top": "#F4BE3B"}, 1.6, RED)]
    pupils += [(CHILD | {"top": "#3FA06B", "hair": "#2B1D18", "cut": "long"}, 3.0, PURPLE), (CHILD, 4.8, BLUE)]
    steps = [
        (look | {"bag": bag}, Curve((start, -5.4), (start + 5.2, 1.8), (start + 7, 4.6))) for look, start, bag in pupils
    ]
    ahead.handlebar(stage.front, sleeve="#3FA06B", skin="#C98A5B")

    def draw(c, t):
        gone = way(t)
        z = 14.2 - gone
        view.land(c)
        view.road(c, -3.2, 3.2, pavement=2.6)
        view.town(c, gone, -5.8, 5.8)
        view.dashes(c, 0, gone, 2, 3)
        view.zebra(c, -3.2, 3.2, z - 1.4, 2.8)
        with view.at(c, 3.9, z - 2):
            signs.pole(c, signs.children, height=250, size=1)
        for look, x in steps:
            with view.at(c, x(t), z + 0.4):
                person(c, look, walking(x(t) / 2.1, min(1, abs(x.speed(t)))))
        with view.at(c, 0.3, z - 0.9):
            facing(c, warden, hands={-1: (-70, -118), 1: (70, -118)}, gaze=wave(t, 3))

    return draw


@scene("cit-velo-chantier")
def roadworks_man(stage):
    view = View(height=1.6, horizon=285, centre=600)
    way = Curve((0, 0), (8, 15.5), end=1.2)
    flip = Curve((3, 1), (3.35, 0), (3.7, 1))
    worker = TOM | {"vest": "#F2A922", "top": "#F2A922", "helmet": "#F4F3EC", "height": 178}
    ahead.handlebar(stage.front, sleeve="#E58AA0", skin="#E9B48E")

    def draw(c, t):
        gone = way(t)
        view.land(c)
        view.road(c, -3.4, 3.4, edges=True)
        view.trees(c, gone, 9, 16)
        view.dashes(c, 0, gone, 3, 4)
        with view.at(c, 2, 29 - gone):
            civic.digger(c)
        for k in range(9, -1, -1):
            z = 21.5 + k * 1.5 - gone
            if z > 2:
                with view.at(c, max(0.3, 3 - k * 0.6), z):
                    signs.cone(c)
        z = 21 - gone
        with view.at(c, 0.2, z):
            facing(c, worker, hands={-1: (-34, -96)})
            with at(c, -38, 0):
                civic.paddle(c, t > 3.35, flip(t))
        if 11 - gone > 2:
            with view.at(c, 4.4, 11 - gone):
                signs.pole(c, signs.roadworks, height=220, size=1.2)

    return draw


@scene("cit-velo-insultes")
def angry_driver(stage):
    stage.world(1900)
    c = stage.back
    street.sky(c, width=1900)
    street.fronts(c, 1900, seed=1)
    street.road(c, 1900)
    stage.camera = lambda t: (640 + 70 * t, 360, 1)
    lilou, car = Curve((0, 560), (8, 1260)), Curve((0, 120), (2, 330), (8, 930))
    girl = LINA | HELMET | {"top": "#F0B63F"}
    strollers = (
        (DAD, Curve((0, 1450), (8, 1150))),
        (OLD, Curve((0, 700), (8, 980))),
        (MUM, Curve((0, 1250), (8, 1420))),
    )

    def draw(c, t):
        for look, x in strollers:
            walk(c, look, x, t, 462, 1.05)
        x = car(t)
        ride(c, side.car, car, t, street.NEAR_LANE, 1.05, colour=RED, driver=DAD | {"top": "#39424E"})
        honk = 1.2 < t < 2.6 or 5.4 < t < 6.8
        if honk:
            weather.waves(c, x + 220, street.NEAR_LANE - 80, t, turn=-10, colour="#F4BE3B")
        glance = 32 * during(t, 2.6, 5.4, 0.5)
        with at(c, lilou(t), street.NEAR_LANE + 6, 1.2):
            turn = lilou(t) / 1.2
            side.cyclist(c, girl, turn, bike="#7A5AA8", pose=side.pedalling(turn / 62, look_back=glance, upright=8))
        grow = ease(t, 1.6, 2)
        if grow:
            civic.angry(c, x + 130, street.NEAR_LANE - 270, 0.1 + 0.9 * grow)

    return draw


@scene("cit-velo-responsable")
def careless_cyclist(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    street.road(c)
    street.zebra(c, 690, 180)
    with at(c, 900, 470, 1.15):
        signs.pole(c, signs.crossing)
    jules = Curve((0, -120), (3.9, 640), (4.7, 660), end=0)
    down = Curve((0.4, 470), (4, 640))
    man, hit = DAD | {"top": "#8C7A5B", "hair": "#8D8D8A"}, 4.0
    boy = TOM | {"helmet": RED, "top": "#4C6FBF", "height": 152}

    def draw(c, t):
        for look, x in ((SAMI, 300), (AWA, 390)):
            with at(c, x, 466, 1.05):
                facing(c, look | {"bag": None}, hands={1: (34 + 8 * sin(t * 9), -170)} if t < hit else None, gaze=0.6)
        x = jules(t)
        glance = 40 * during(t, 1, 4, 0.5)
        if t < hit:
            _crosser(c, man, down, t)
        else:
            _fallen(c, man, 792, 668, ease(t, hit, hit + 0.7))
        with at(c, x, 652, 1.2):
            pose = side.foot_down() if t > 4.7 else side.pedalling(x / 74, look_back=glance, upright=10)
            side.cyclist(c, boy, x / 1.2, bike="#3FA06B", pose=pose)
        if hit < t < hit + 0.7:
            for turn in range(0, 360, 45):
                with at(c, 740, 560, turn=turn):
                    limb(c, "#F4BE3B", 7, (30, 0), (58, 0))
        if t > 6:
            _cost(c, 1100, 210, ease(t, 6, 6.4))

    return draw


def _crosser(c, look, down, t):
    """A man who comes down the crossing, nearer and larger."""
    y = down(t)
    with at(c, 770, y, 1.05 + (y - 470) * 0.0009):
        facing(c, look, t * 0.9, 0.8)


def _fallen(c, look, x, y, part):
    """A man who sits down on the road, holding his leg."""
    with at(c, x, y, 1.2, flip=True):
        hip = (-10 - 24 * part, -86 + 68 * part)
        feet = ((6 + 40 * part, -2), (2 + 34 * part, -2))
        hands = ((20 * part + 6, -78 + 44 * part), (14, -70 + 36 * part))
        person(c, look, Pose(hip=hip, lean=-14 + 34 * part, nod=10, feet=feet, hands=hands, knee=1))


def _cost(c, x, y, grow):
    """A thought of money and a question mark."""
    with at(c, x, y, 0.2 + 0.8 * grow):
        street.bubble(c, 0, 0, 300, 150, -60)
        box(c, -112, -44, 130, 80, "#8FB8A0", 8)
        box(c, -102, -34, 110, 60, "#C9DDC9", 6)
        text(c, "€", -47, 16, 56, "#2F6A4B")
        text(c, "?", 78, 38, 110, "#F08A3C")


@scene("cit-velo-voie-verte")
def greenway(stage):
    view = View(height=1.6, horizon=285)
    way = Curve((0, 0), (5, 15), (8, 20.5), end=1.6)
    family = [
        (DAD, -0.95, 24.0),
        (MUM, 1.25, 24.4),
        (CHILD, 0.2, 23.2),
        (CHILD | {"top": "#F4BE3B", "cut": "long"}, -0.25, 25),
    ]
    ahead.handlebar(stage.front, sleeve="#4C6FBF", skin="#8A5638")

    def draw(c, t):
        gone = way(t)
        view.land(c, grass="#8DB868")
        view.road(c, -1.9, 1.9, asphalt="#B9B2A4")
        view.trees(c, gone, 4.2, 8)
        view.dashes(c, 0, gone, 1, 3, 0.08)
        if 12 - gone > 1.6:
            with view.at(c, 2.6, 12 - gone):
                signs.pole(c, _greenway_sign, height=230, size=0.95)
        for look, x, start in sorted(family, key=lambda entry: -entry[2]):
            sway = 0.22 * sin(t * 1.4) if look.height < 140 else 0
            with view.at(c, x + sway, start + 0.9 * t - 4 - gone):
                facing(c, look, t * 0.95 + x, 0.7, back=True)

    return draw


def _greenway_sign(c):
    """C115: a greenway, for people on foot and on bicycles."""
    box(c, -48, -48, 96, 96, WHITE, 9)
    box(c, -45, -45, 90, 90, signs.SIGN_BLUE, 7)
    with at(c, -18, 34, 0.72):
        signs.walker(c, WHITE)
    with at(c, 17, 12, 0.5):
        signs.bike(c, WHITE)
