"""Scenes of « circulation »: people on bicycles."""

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street
from exams.bank.scenes.kit.actors import drive, pedal, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, polygon, shade, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink
from exams.bank.scenes.kit.people import AWA, DAD, LINA, MUM, SAMI
from exams.bank.scenes.kit.plan import P
from exams.bank.scenes.registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("circ-passage-niveau")
def level_crossing(stage):
    view = View(height=3.0, horizon=215, centre=600)
    c = stage.back
    view.land(c)
    for x in (120, 420, 880, 1150):
        with at(c, x, 226, 0.3):
            ahead.tree(c)
    view.road(c, -3.2, 3.2, edges=True)
    gone = Curve((0, 0), (6, 9.2), (8, 9.8), end=0)
    closing = Curve((2.6, 1), (8, 0.28), end=-0.1)

    def draw(c, t):
        z = 18.5 - gone(t)
        view.dashes(c, 0, gone(t))
        for track in (z + 1.8, z + 5):
            view.patch(c, -80, 80, track - 0.5, track + 2.1, "#B5A78F")
            view.patch(c, -3.2, 3.2, track - 0.5, track + 2.1, "#8B8F98")
            for rail in (track, track + 1.5):
                view.patch(c, -80, 80, rail, rail + 0.14, "#4A515C")
        view.patch(c, 0.2, 3, z - 1.6, z - 1.2, WHITE)
        with view.at(c, -3.9, z + 8):
            box(c, -8, -110, 16, 110, "#4A515C")
            with at(c, 0, -100):
                signs.barrier(c, closing(t))
        with view.at(c, 3.9, z):
            box(c, -8, -120, 16, 120, "#4A515C")
            with at(c, 0, -100, flip=True):
                signs.barrier(c, closing(t), 350)
        with view.at(c, 4.5, z):
            box(c, -5, -330, 10, 330, "#8D949C")
            with at(c, 0, -310, 1.1):
                signs.saint_andrew(c)
            with at(c, 0, -225, 0.9):
                signs.railway_light(c, t > 1.2 and blink(t, 0.9))
        with view.at(c, 1.2, 4.6):
            ahead.cyclist_from(c, SAMI | HELMET | {"bag": "#3C6E71"}, gone(t) * 0.3)

    return draw


@scene("circ-velo-camion-feu")
def lorry_at_light(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 380 H1290", "M1170 -10 V730", width=300)
    plan.dashes(c, "M0 380 H980")
    plan.stop_line(c, 985, 455, 150)
    for x, width in ((-40, 300), (300, 280), (620, 300)):
        plan.flat_roof(c, x, -90, width, 226, ("#C9C3BA", "#D3B9A2", "#BFC8C9")[x % 3])
    for x in (100, 420, 700):
        plan.tree(c, x, 690)
    with at(c, 960, 610, 1.1):
        signs.traffic_light(c, "red")
    lane, other, cross = Route("M-120 476 H600"), Route("M1500 306 H-300"), Route("M1242 860 V-140")
    linh, coming, going = Curve((0, 0), (6.4, 0.4), (8, 0.43), end=0.005), Curve((1, 0), (6, 1)), Curve((0, 0), (3, 1))
    stage.freeze = 8.2

    def draw(c, t):
        drive(c, above.car, cross, going, t, colour="#F4BE3B")
        drive(c, above.car, other, coming, t, colour=TEAL)
        with at(c, 690, 450, P):
            above.truck(c, right=blink(t), brake=True)
        pedal(c, above.cyclist, LINA | HELMET | {"top": "#E9783F", "bag": "#3C6E71"}, lane, linh, t)

    return draw


@scene("circ-velo-carrefour")
def crossroads(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", "M600 -10 V730", width=250)
    plan.roof(c, 60, -30, 280, 160)
    plan.roof(c, 860, -20, 320, 140, "#7D6A5A")
    plan.roof(c, 70, 580, 270, 170, "#A9573F")
    plan.roof(c, 880, 590, 280, 150)
    for x, y in ((400, 40), (1230, 640), (800, 60), (36, 540)):
        plan.tree(c, x, y, 0.36)
    up, left = Route("M662 800 V300"), Route("M1380 268 H500")
    teva, car = Curve((0, 0), (7, 0.5), start=0.09, end=0.05), Curve((0, 0), (7, 0.5), start=0.09, end=0.05)
    stage.freeze = 7

    def draw(c, t):
        drive(c, above.car, left, car, t, colour=BLUE)
        pedal(c, above.cyclist, SAMI | RED_HELMET, up, teva, t, 0.66)

    return draw


@scene("circ-velo-feu-panonceau")
def bypass_plate(stage):
    view = View(height=1.6, horizon=270, centre=520)
    c = stage.back
    view.land(c)
    view.patch(c, -60, 60, 0, 60, street.PAVING)
    view.patch(c, -3.2, 3.2, 0, 100, street.ASPHALT)
    view.patch(c, -60, 60, 9.5, 16, street.ASPHALT)
    view.patch(c, -60, -3.2, 9.2, 9.5, shade(street.PAVING, -0.18))
    view.patch(c, 3.2, 60, 9.2, 9.5, shade(street.PAVING, -0.18))
    view.town(c, 4.5, -5.2, 5.2, near=17)
    view.town(c, 2, -5.2, 5.2, far=8)
    for z in (10, 11.1, 12.2, 13.3, 14.4, 15.3):
        view.patch(c, 4.4, 7, z, z + 0.55, WHITE)
    view.patch(c, 0.1, 3, 7.4, 7.9, WHITE)
    view.dashes(c, 0, 0, 2, 3)
    with view.at(c, 3.7, 4.9):
        signs.light_pole(c, "red", plate_below=signs.red_light_bypass)
    ahead.handlebar(stage.front)
    woman, car = Curve((0.5, 1500), (5.4, 1135), end=0), Curve((1, -300), (4.4, 1700))

    def draw(c, t):
        with at(c, car(t), view.spot(0, 13.6)[1], 0.5):
            side.car(c, "#F4BE3B", car(t) / 0.5, driver=DAD)
        walk(c, MUM, woman, t, view.spot(0, 9)[1], 0.78)

    return draw


@scene("circ-velo-giratoire")
def roundabout(stage):
    k = 0.34
    c = stage.back
    plan.ground(c)
    plan.roundabout(c, 640, 320, 168, 120, 190, 50)
    for x, y, turn in ((880, 272, 180), (400, 368, 0), (592, 82, 90), (688, 558, -90)):
        plan.stop_line(c, x, y, 96, turn, broken=True)
    for outline in ("M0 320 H390", "M890 320 H1280", "M640 0 V70", "M640 570 V720"):
        plan.dashes(c, outline, 40, 36, 5)
    for x, y in ((800, 610), (1010, 170), (440, 60), (270, 460)):
        plan.sign_from_above(c, signs.give_way, x, y, 0.62)
        plan.sign_from_above(c, signs.roundabout, x + 72, y, 0.62)
    for x, y in ((150, 110), (1130, 110), (150, 620), (1150, 620)):
        plan.tree(c, x, y)
    circle = Route(plan.turning(640, 320, 168, 200, -720))
    round_trip = Curve((0, 0), (9, 1.02))
    wish = plan.turning(640, 320, 190, 68, -132)
    way = Route("M690 800 V540")
    jeanne = Curve((0, 0), (6.5, 0.5), (8.4, 0.56), end=0)
    stage.freeze = 8.6

    def draw(c, t):
        if t > 1.2:
            trace(c, wish.replace("M", "M690 560 L", 1) + " L690 90", "#F4BE3B", 7, (18, 14))
            polygon(c, "#F4BE3B", (672, 92), (708, 92), (690, 62))
        drive(c, above.car, circle, round_trip, t, k, colour=BLUE)
        pedal(c, above.cyclist, AWA | RED_HELMET, way, jeanne, t)

    return draw


def _painted_arrow(c):
    plan.arrow(c, 0, 0, -90)


def _painted_bike(c):
    signs.bike(c, WHITE)


@scene("circ-velo-sens-unique")
def one_way_street(stage):
    view = View(height=1.6, horizon=290)
    c = stage.back
    view.land(c)
    view.road(c, -2.6, 2.6, pavement=2)
    gone = Curve((0, 0), (4.5, 5), (8, 5.2), end=0)
    car = Curve((0, 60), (8, 24))

    def mark(c, z, draw):
        x, y = view.spot(1.7, z)
        with at(c, x, y):
            size = 14 / z
            c.scale(size, size * 0.42)
            draw(c)

    def draw(c, t):
        view.town(c, gone(t), -4.6, 4.6)
        start = 11 - gone(t)
        view.patch(c, -2.6, 0.85, start, start + 0.4, WHITE)
        for z in range(3, 40, 3):
            view.patch(c, 0.85, 0.95, start + z, start + z + 1.5, WHITE)
        for z in (start + 11, start + 4.6, start + 1.9):
            mark(c, z, _painted_bike if z == start + 1.9 else _painted_arrow)
        with view.at(c, -0.9, car(t) - gone(t)):
            ahead.car_from(c, RED, front=True)
        for x in (-3.2, 3.2):
            with view.at(c, x, start):
                signs.pole(c, signs.no_entry, signs.plate("SAUF", icon=True), height=290)
        ahead.handlebar(c, "#C98A5B", "#4C6FBF")

    return draw
