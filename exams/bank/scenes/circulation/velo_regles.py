"""Scenes of « circulation »: the rules that people on bicycles meet."""

from math import sin

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, stroll, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.close_up import close_up
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, YELLOW, at, box, limb, polygon, text, trace
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LEO, LINA, MUM, OLD, SAMI, TOM, facing
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}


@scene("circ-velo-portiere")
@close_up(620, 400, 1.4)
def along_parked_cars(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", width=2 * LANE + 110, pavement=70)
    plan.dashes(c, "M0 270 H1280")
    plan.line(c, "M0 412 H1280", 4)
    for x in (60, 330, 700, 1000, 1220):
        plan.tree(c, x, 690)
    cars = ((150, BLUE, None), (420, "#E9E6DC", None), (720, "#4C8C7A", DAD), (1010, YELLOW, None))
    way, roll = Route("M-160 350 H1200"), Curve((0, 0), (8, 0.6), end=0.03)

    def draw(c, t):
        for x, colour, who in cars:
            with at(c, x, 462, P * 1.1):
                above.car(c, colour, aboard=(who,) if who else (), left=bool(who) and t > 3.4 and blink(t, 0.7))
        pedal(c, above.cyclist, LINA | HELMET, way, roll, t, 0.68)

    return draw


@scene("circ-velo-tourner-gauche")
@close_up(690, 370, 1.15)
def turning_left(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 400 H1290", "M900 -10 V730")
    plan.dashes(c, "M0 400 H740 M1060 400 H1280")
    plan.dashes(c, "M900 0 V240 M900 560 V720")
    for x, y in ((300, 160), (560, 130), (1150, 150), (300, 660), (600, 650), (1160, 650)):
        plan.tree(c, x, y)
    way, behind = Route("M-100 500 H1200"), Route("M-500 468 H1200")
    roll, follow = Curve((0, 0), (8, 0.48), end=0.03), Curve((0.5, 0), (8, 0.36), end=0.02)

    def draw(c, t):
        drive(c, above.car, behind, follow, t, colour=RED)
        pedal(c, above.cyclist, TOM | HELMET, way, roll, t, 0.66)
        if t > 2:
            x, y, _ = way(roll(t))
            trace(c, f"M{x + 70} {y - 10} Q880 {y - 30} 930 240 V90", "#FFFFFFD0", 8, (26, 20))
            polygon(c, "#FFFFFFD0", (908, 96), (952, 96), (930, 56))

    return draw


@scene("circ-velo-stop")
def stop_sign(stage):
    view = View(height=1.5, horizon=300)
    gone = Curve((0, 0), (7, 19), end=0.6)
    stage.freeze = 7

    def draw(c, t):
        z = 25 - gone(t)
        view.land(c)
        view.road(c, -3.2, 3.2, edges=True)
        view.dashes(c, 0, gone(t))
        view.patch(c, -60, 60, z + 3, z + 9, ahead.ASPHALT)
        view.trees(c, gone(t), 9)
        view.patch(c, 0.1, 3.1, z + 0.6, z + 1.4, WHITE)
        with view.at(c, 4.3, z + 1):
            signs.pole(c, signs.stop, height=260, size=1)
        ahead.handlebar(c, brake=t > 3.4)

    return draw


@scene("circ-velo-cedez")
def give_way(stage):
    view = View(height=1.5, horizon=300)
    gone, car = Curve((0, 0), (8, 28), end=1), Curve((3, -26), (6.2, 26))

    def draw(c, t):
        z = 33 - gone(t)
        view.land(c)
        view.road(c, -3.2, 3.2, edges=True)
        view.dashes(c, 0, gone(t))
        view.patch(c, -60, 60, z + 3, z + 9, ahead.ASPHALT)
        view.trees(c, gone(t), 10)
        with view.at(c, car(t), z + 7.2):
            c.scale(1.5, 1.5)
            side.car(c, TEAL, car(t) * 66, driver=MUM)
        for k in range(6):
            view.patch(c, 0.15 + k * 0.5, 0.45 + k * 0.5, z + 0.8, z + 1.4, WHITE)
        with view.at(c, 4.2, z + 1):
            signs.pole(c, signs.give_way, height=260, size=1)
        ahead.handlebar(c, skin="#C98A5B", sleeve="#6BA368", brake=t > 5)

    return draw


@scene("circ-velo-deux-de-front")
@close_up(620, 390, 1.35)
def side_by_side(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 370 H1290", width=250, pavement=0)
    plan.dashes(c, "M0 370 H1280")
    for x, y in ((210, 190), (420, 180), (700, 200), (960, 180), (330, 580), (620, 570), (900, 590)):
        plan.tree(c, x, y, 0.34)
    inner, outer, lane = (Route(f"M{x} {y} H{x + 1200}") for x, y in ((330, 402), (316, 458), (-120, 430)))
    other = Route("M1500 308 H-300")
    roll, follow, oncoming = Curve((0, 0), (8, 0.44)), Curve((0, 0), (6.6, 0.47), end=0.04), Curve((1, 0), (6, 1))
    stage.freeze = 7.4

    def draw(c, t):
        drive(c, above.car, other, oncoming, t, colour=TEAL)
        pedal(c, above.cyclist, LINA | HELMET | {"top": "#E9783F"}, inner, roll, t, 0.5)
        pedal(c, above.cyclist, TOM | RED_HELMET, outer, roll, t, 0.5)
        drive(c, above.car, lane, follow, t, colour=YELLOW, beam=3.6 < t < 5.8 and blink(t, 0.6))
        if 3.6 < t < 6.6:
            weather.waves(c, lane(follow(t))[0] + 90, 430, t, count=3, start=16, step=14, colour="#F4BE3B")

    return draw


@scene("circ-velo-pieton-engage")
def somebody_crosses(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=6)
    street.road(c)
    street.zebra(c, 770, 210)
    with at(c, 1060, 482, 1.1):
        signs.pole(c, signs.crossing)
    lady = OLD | {"top": "#7A5AA8", "cut": "bun", "hair": "#D9D9D6"}
    bike = Curve((0.6, -200), (6.4, 520), end=40)
    cross = Curve((0.6, 486), (8, 630))
    stage.freeze = 6.2

    def draw(c, t):
        size = 0.95 + 0.25 * ease(cross(t), 486, 640)
        with at(c, 880 - (cross(t) - 486) * 0.05, cross(t), size):
            facing(c, lady, t * 0.7, 0.7 if t > 0.6 else 0)
        ride(c, side.cyclist, bike, t, street.NEAR_LANE + 6, 1.35, look=AWA | HELMET, bike="#E9783F")

    return draw


@scene("circ-velo-piste-panneau")
def round_blue_sign(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    street.cycle_track(c)
    weather.darkness(c, 0.12)
    box(c, 628, 330, 24, 400, "#8D949C", 6)
    box(c, 628, 330, 9, 400, "#B5BBC1", 4)

    def draw(c, t):
        with at(c, 640, 300, 4.6 + 0.25 * ease(t, 0, 4), turn=1.4 * sin(t * 1.5)):
            signs.cycle_path(c)

    return draw


@scene("circ-velo-couloir-bus")
@close_up(500, 400, 1.3)
def bus_lane(stage):
    c = stage.back
    plan.ground(c, plan.PAVING)
    plan.roads(c, "M-10 340 H1290", width=3 * LANE, pavement=0)
    plan.line(c, "M0 272 H1280", 8)
    plan.dashes(c, "M0 408 H300")
    plan.line(c, "M360 408 H1280", 12)
    for x in (520, 830):
        text(c, "BUS", x, 500, 74, plan.LINE)
    for x in (90, 380, 720):
        plan.flat_roof(c, x, 30, 240, 76)
        plan.tree(c, x + 60, 640, 0.36)
    bus, way = Route("M-500 474 H1900"), Route("M-150 452 H150 Q220 450 290 436")
    roll, step = Curve((0, 0.24), (5, 1)), Curve((1.6, 0), (6.6, 1), end=0.06)
    lane, go = Route("M-300 340 H1600"), Curve((1.2, 0.1), (7, 1))
    stage.freeze = 6.6

    def draw(c, t):
        drive(c, above.bus, bus, roll, t, colour="#2D8C8C")
        drive(c, above.car, lane, go, t, colour=YELLOW)
        pedal(c, above.cyclist, LEO | HELMET | {"bag": None}, way, step, t, 0.62)

    return draw


@scene("circ-velo-depassement-marge")
@close_up(600, 420, 1.35)
def overtaken(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 360 H1290", width=2 * LANE + 90)
    plan.dashes(c, "M0 360 H1280")
    for x in (80, 360, 640, 920, 1200):
        plan.roof(c, x - 80, 20, 170, 110)
        plan.tree(c, x, 660)
    way, car = Route("M100 490 H1500"), Route("M-400 440 H100 C300 440 430 396 640 396 H1500")
    roll, follow = Curve((0, 0), (8, 0.5)), Curve((0, 0), (8, 0.5))

    def draw(c, t):
        pedal(c, above.cyclist, AWA | HELMET | {"bag": None}, way, roll, t, 0.7)
        drive(c, above.car, car, follow, t, P * 1.1, colour=RED, left=t > 2.4 and blink(t, 0.7))
        if t > 4.4:
            x, y, _ = way(roll(t))
            limb(c, "#F4BE3B", 6, (x - 6, y - 34), (x - 6, y - 84))
            polygon(c, "#F4BE3B", (x - 18, y - 42), (x + 6, y - 42), (x - 6, y - 24))
            polygon(c, "#F4BE3B", (x - 18, y - 76), (x + 6, y - 76), (x - 6, y - 94))
            street.tag(c, "? m", x + 60, y - 64, 34)

    return draw


@scene("circ-velo-trottoir-petit")
def child_on_pavement(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=7)
    street.road(c)
    box(c, 0, 640, 1280, 80, street.PAVING)
    box(c, 0, 634, 1280, 10, "#B8B0A2")
    rania = CHILD | RED_HELMET
    bike, dad, man = Curve((0, 140), (8, 620)), Curve((0, 20), (8, 480)), Curve((0.5, 1340), (8, 930))
    car = Curve((1, -300), (4.5, 1600))

    def draw(c, t):
        ride(c, side.car, car, t, street.NEAR_LANE - 40, 0.95, colour=TEAL, driver=MUM)
        walk(c, OLD, man, t, 700, 1.3)
        walk(c, DAD, dad, t, 696, 1.35)
        ride(c, side.cyclist, bike, t, 712, 1.08, look=rania | {"height": 150}, bike="#D8557A")
        if t > 2:
            street.tag(c, "7 ans", bike(t), 480, 32)

    return draw


@scene("circ-velo-priorite-droite")
@close_up(690, 360, 1.1)
def turning_right(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", "M820 -10 V730")
    plan.dashes(c, "M0 330 H660 M980 330 H1280")
    plan.zebra(c, 820, 560, 2 * LANE, 100, turn=90)
    for x, y in ((250, 130), (520, 110), (1100, 120), (300, 640), (540, 640), (1120, 640)):
        plan.tree(c, x, y)
    way, people = Route("M-80 410 H760"), Route("M640 560 H1010")
    roll = Curve((0, 0), (7.4, 0.78), end=0)
    with at(c, 752, 98, P, 90):
        above.car(c, RED)

    def draw(c, t):
        pedal(c, above.cyclist, SAMI | HELMET, way, roll, t, 0.66, arm="right" if t > 1.5 else None)
        for k, look in ((0, MUM), (0.16, CHILD)):
            stroll(c, look, people, Curve((2.4, k), (9, 0.82 + k)), t)

    return draw


@scene("circ-velo-traverser-route")
@close_up(640, 380, 1.2)
def crossing_with_a_bike(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 270 H1290", width=372, pavement=50)
    plan.roads(c, "M640 720 V520", width=90, pavement=0, asphalt=plan.PAVING)
    plan.dashes(c, "M0 178 H560 M720 178 H1280 M0 362 H560 M720 362 H1280")
    for y in (265, 275):
        plan.line(c, f"M0 {y} H560 M720 {y} H1280", 4)
    plan.zebra(c, 640, 270, 372, 130)
    for x in (90, 330, 900, 1160):
        plan.tree(c, x, 620)
    ride_, left, right = Route("M640 800 V560"), Route("M1500 132 H-300"), Route("M-300 408 H1500")
    roll = Curve((0.2, 0), (3.4, 1), end=0)
    cars = (
        (left, Curve((0.5, 0), (4, 1)), TEAL),
        (right, Curve((2.2, 0), (5.6, 1)), YELLOW),
        (left, Curve((4, 0), (8, 1)), RED),
    )

    def draw(c, t):
        for way, go, colour in cars:
            if go.times[0] < t < go.times[-1]:
                drive(c, above.car, way, go, t, colour=colour)
        pedal(c, above.cyclist, LINA | HELMET | {"bag": None}, ride_, roll, t, 0.66)

    return draw


@scene("circ-velo-rails-mouilles")
def wet_rails(stage):
    view = View(height=1.5, horizon=280)
    gone = Curve((0, 0), (7.4, 10.4), end=0.8)
    stage.freeze = 7.4

    def draw(c, t):
        z = 14.2 - gone(t)
        view.land(c, "rain", grass="#8B9488")
        view.road(c, -4, 4, pavement=2.4, asphalt="#545D6C")
        _slanting(c, view, z - 0.5, 2.5, "#8E959D")
        for rail in (z, z + 1.44):
            _slanting(c, view, rail - 0.12, 0.28, "#3E4651")
            _slanting(c, view, rail, 0.1, "#E6EEF3")
        view.trees(c, gone(t), 8.5)
        weather.rain(c, t)
        ahead.handlebar(c, skin="#C98A5B", sleeve="#F4BE3B")

    return draw


def _slanting(c, view, z, deep, colour):
    """A strip on the ground that crosses the road at a slant, z metres ahead on the axis."""
    slope = 0.22
    right = [min(40, (near - 0.9) / slope) for near in (z, z + deep)]
    left = [(-40, z + 40 * slope), (-40, z + deep + 40 * slope)]
    near, far = ((right[0], z - right[0] * slope), (right[1], z + deep - right[1] * slope))
    polygon(c, colour, *(view.spot(x, ahead_of) for x, ahead_of in (left[0], near, far, left[1])))
