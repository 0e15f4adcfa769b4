"""Scenes of « circulation »: people on foot."""

from math import sin

from exams.bank.scenes.kit import above, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, ride, stroll
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, at, box, disc, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, OLD, person, walking
from exams.bank.scenes.kit.people import above as seen_from_above
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("circ-car-scolaire")
def school_bus(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 1010, 230)
    street.house(c, 60, 220, "#E5D2C0", "#7D5A4A")
    street.tree(c, 360, 440, 240)
    street.tree(c, 930, 440, 200)
    street.road(c, pavements=False)
    bus, doors = 540, Curve((0, 1), (4.2, 1), (5.6, 0), end=0)
    out = Curve((0.6, 850), (2.6, 905), (4.2, 990), end=0)
    down = Curve((0.6, 630), (2.2, 704), (4.2, 704))
    facing_car, behind = Curve((0, 1700), (8, 820)), Curve((0, -420), (8, -60), end=10)
    sofia = LINA | {"bag": "#D8412F", "height": 150}

    def draw(c, t):
        ride(c, side.car, facing_car, t, street.FAR_LANE - 14, 0.72, left=True, colour=RED, driver=DAD)
        with at(c, behind(t), street.NEAR_LANE, 0.8):
            side.car(c, "#8E98A3", behind(t), driver=MUM, brake=t > 4)
        with at(c, bus, street.NEAR_LANE, 0.8):
            side.bus(c, "#F2F0E8", driver=OLD, doors=doors(t), stripe="#2F6FB3")
        if t > 0.6:
            scale = 0.88 + 0.12 * ease(t, 0.6, 2.2)
            with at(c, out(t), down(t), scale, flip=t > 5.6 and blink(t - 5.6, 2)):
                person(c, sofia, walking(out(t) / 108, min(1, out.speed(t) / 60)))

    return draw


@scene("circ-pieton-camionnette")
def van_hides(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 360 H1290", pavement=130)
    plan.dashes(c, "M0 360 H1280")
    plan.zebra(c, 800, 360, 2 * LANE, 130)
    for x, width in ((-30, 340), (330, 330), (680, 320), (1020, 300)):
        plan.flat_roof(c, x, -90, width, 170, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    for x in (180, 1100):
        plan.tree(c, x, 690)
    for x in (330, 560, 960):
        plan.tree(c, x, 590, 0.2)
    awa, red = Route("M1010 575 L800 575 L765 530"), Route("M-220 388 H900")
    step, coming = Curve((0.3, 0), (5, 0.98), end=0), Curve((0, 0), (7, 0.5), (8, 0.53), end=0)
    stage.freeze = 7.6

    def draw(c, t):
        drive(c, above.car, red, coming, t)
        with at(c, 596, 438, P):
            above.van(c)
        stroll(c, AWA, awa, step, t)

    return draw


@scene("circ-pieton-endroit")
def where_to_cross(stage):
    k = 0.32
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 350 H1290", width=212, pavement=110)
    plan.dashes(c, "M0 350 H1280", 44, 40, 5)
    plan.zebra(c, 1090, 350, 212, 100)
    for x, width in ((-30, 300), (300, 330), (660, 300), (990, 320)):
        plan.flat_roof(c, x, -60, width, 176, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    plan.flat_roof(c, 60, 590, 330, 200, "#E2C9A6")
    plan.awning(c, 100, 566, 216, 44, "#B5763A")
    text(c, "BOULANGERIE", 225, 660, 30, "#6B4526")
    for x in (520, 760, 960):
        plan.tree(c, x, 660, 0.34)
    hugo = Route("M240 590 V484")
    out, far = Curve((0.2, 0), (2, 1), end=0), Curve((0, 0), (4.6, 1))
    right, left = Route("M-160 403 H1440"), Route("M1440 297 H-160")
    near = Curve((2.4, 0), (7.6, 1))
    boy, friend = LEO | {"bag": None}, LINA

    def draw(c, t):
        drive(c, above.car, left, far, t, k, colour=TEAL)
        drive(c, above.car, right, near, t, k, colour="#E9E6DC")
        stroll(c, boy, hugo, out, t, 0.72)
        with at(c, 400, 216, 0.72, 90):
            seen_from_above(c, friend, arms=((6, -21), (26, 30 + 12 * sin(t * 8))))
        if t > 3:
            grown = 280 + 720 * ease(t, 3, 4.4)
            trace(c, f"M280 520 H{grown}", "#2F6FB3", 6, (18, 12))
            if t > 4.2:
                polygon(c, "#2F6FB3", (1000, 506), (1030, 520), (1000, 534))
                street.tag(c, "30 m", 650, 520, 34, "#2F6FB3")

    return draw


@scene("circ-pieton-feu")
def light_turns_red(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M640 -10 V730", width=300, pavement=150)
    plan.dashes(c, "M640 0 V230 M640 490 V720")
    plan.zebra(c, 640, 350, 300, 150, 90)
    plan.stop_line(c, 565, 240, 150, 90)
    plan.stop_line(c, 715, 462, 150, -90)
    for y, high in ((-30, 230), (230, 240), (500, 250)):
        plan.flat_roof(c, -60, y, 350, high - 16, ("#C9C3BA", "#D3B9A2", "#BFC8C9")[y % 3])
        plan.flat_roof(c, 990, y, 350, high - 16, ("#CFC3D6", "#C9D3D0", "#E2C9A6")[y % 3])
    with at(c, 850, 570, 1.1):
        signs.traffic_light(c, "red")
    with at(c, 430, 130, 1.1):
        signs.traffic_light(c, "red")
    nadia = Route("M350 350 H860")
    part = Curve((0.6, 0), (6.6, 0.74), start=0.05)
    stage.freeze = 6.6

    def draw(c, t):
        for x, y, turn, colour in (
            (715, 572, -90, RED),
            (715, 790, -90, "#E9E6DC"),
            (565, 128, 90, TEAL),
            (565, -80, 90, "#F4BE3B"),
        ):
            with at(c, x, y, P * 1.05, turn):
                above.car(c, colour, brake=True)
        stroll(c, LINA | {"top": "#E9783F"}, nadia, part, t, 0.92)
        for x, y in ((436, 470), (846, 230)):
            with at(c, x, y, 1.15):
                signs.walk_light(c, t < 5.2)

    return draw


@scene("circ-pieton-tram")
def tramway(stage):
    c = stage.back
    plan.ground(c)
    box(c, 0, 150, 1280, 390, "#B9C7A2")
    box(c, 0, 0, 1280, 150, plan.PAVING)
    box(c, 0, 540, 1280, 200, plan.PAVING)
    for y in (278, 412):
        plan.tram_tracks(c, y)
    box(c, 770, 150, 160, 390, "#CFC8BA")
    for y in (278, 412):
        for dy in (-31, 31):
            box(c, 770, y + dy - 3, 160, 6, "#8A9096")
    for y in (210, 346, 478):
        plan.dashes(c, f"M770 {y} H930", 16, 12, 5)
    for x in (120, 330, 560, 1100):
        plan.tree(c, x, 56, 0.3)
        plan.tree(c, x + 60, 690, 0.3)
    for x in (740, 960):
        with at(c, x, 560):
            disc(c, 0, 0, 7, "#4A515C")
    lou, rails = Route("M1000 690 L850 640 L850 570"), Route("M-900 412 H1400")
    part, tram = Curve((0, 0), (5, 0.92), end=0), Curve((0, 0.36), (8, 0.62), end=0.005)
    stage.freeze = 7.6

    def draw(c, t):
        front, y, _ = rails(tram(t))
        drive(c, above.tram, rails, tram, t)
        weather.waves(c, front - 10, y - 50, t, turn=-60, spread=90, count=3)
        weather.waves(c, front - 10, y + 50, t, turn=60, spread=90, count=3)
        stroll(c, AWA, lou, part, t, 0.9)

    return draw
