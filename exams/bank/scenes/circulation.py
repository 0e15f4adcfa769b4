"""Scenes of « circulation »."""

from math import sin

from .kit import above, ahead, plan, side, signs, street, weather
from .kit.actors import RIDER_PLAN, drive, pedal, ride, slowing, stroll, walk
from .kit.ahead import View
from .kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, polygon, shade, text, trace
from .kit.motion import Curve, Route, blink, ease, wave
from .kit.people import AWA, DAD, LEO, LINA, MUM, OLD, SAMI, TOM, facing, person, walking
from .kit.people import above as seen_from_above
from .kit.plan import LANE, P
from .registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("circ-auto-sas-velo")
def sas(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 400 H1290", "M1180 -10 V730")
    plan.dashes(c, "M0 400 H640")
    plan.line(c, "M640 400 H900")
    plan.zebra(c, 975, 400, 2 * LANE)
    plan.stop_line(c, 690, 468)
    plan.stop_line(c, 900, 468)
    plan.bike_mark(c, 795, 468, 1.5)
    for x, width in ((20, 260), (320, 300), (660, 270)):
        plan.flat_roof(c, x, -60, width, 220, ("#C9C3BA", "#D3B9A2", "#BFC8C9")[x % 3])
    for x in (120, 420, 660):
        plan.tree(c, x, 680)
    with at(c, 880, 600, 1.1):
        signs.traffic_light(c, "red")
    stage.freeze = 7.2
    grey, cross = Curve((0, -0.1), (7.2, 0.475), start=0.16, end=0.02), Curve((0, 0), (4, 1))
    along, across = Route("M0 468 H1000"), Route("M1248 840 V-120")

    def draw(c, t):
        drive(c, above.car, across, cross, t, colour=TEAL)
        x, y, _ = along(max(grey(t), 0))
        with at(c, x if grey(t) > 0 else grey(t) * 1000, y, P):
            above.car(c, "#98A1AB", brake=t > 2.4)

    return draw


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


@scene("circ-cyclo-piste")
def moped_and_cycle_path(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 250 H1290", pavement=0)
    plan.dashes(c, "M0 250 H1280")
    plan.line(c, "M0 120 H1280")
    plan.line(c, "M0 380 H600 M790 380 H1280")
    plan.roads(c, "M-10 490 H1290", width=110, pavement=0, asphalt=plan.CYCLE)
    polygon(c, plan.ASPHALT, (600, 380), (790, 380), (760, 440), (640, 440))
    plan.dashes(c, "M0 490 H1280", 40, 40, 4)
    for x in (250, 1000):
        plan.bike_mark(c, x, 516, 0.8)
    for x in (80, 330, 500, 900, 1150):
        disc(c, x, 410, 22, "#6FA65A")
        disc(c, x - 5, 405, 14, shade("#6FA65A", 0.14))
    for x in (140, 420, 980):
        plan.tree(c, x, 640)
    plan.roof(c, 640, 590, 240, 160)
    plan.sign_from_above(c, signs.cycle_path, 560, 600, 1.3)
    way, track = Route("M-400 318 H1400"), Route("M-200 516 H1500")
    gaps = ((0.32, 0.85, RED), (0.19, 0.725, "#E9E6DC"), (0.06, 0.60, BLUE))
    queue = [(Curve((0, start), (5, stop), end=0), colour) for start, stop, colour in gaps]
    noe, girl = Curve((0, 0.1), (5.6, 0.455), (8, 0.5), end=0.01), Curve((0, 0.02), (8, 0.86))

    def draw(c, t):
        for part, colour in queue:
            drive(c, above.car, way, part, t, colour=colour, brake=slowing(part, t))
        drive(c, above.moped, way, noe, t, RIDER_PLAN, look=TOM | MOTO, brake=slowing(noe, t))
        pedal(c, above.cyclist, LINA | HELMET, track, girl, t)

    return draw


@scene("circ-edpm-ville")
def scooter_in_town(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c)
    street.road(c)
    box(c, 0, 470, 900, 46, plan.CYCLE)
    trace(c, "M0 516 H900", WHITE, 5, (40, 26))
    for x in (190, 740):
        with at(c, x, 493):
            c.scale(0.8, 0.42)
            signs.bike(c, WHITE)
    with at(c, 1080, 470, 1.25):
        signs.pole(c, signs.speed(50))
    malo = SAMI | RED_HELMET
    old, mother = Curve((0, 1150), (8, 760)), Curve((0, -60), (8, 260))
    car, bike = Curve((0, -300), (5, 1600)), Curve((2.6, 1500), (8, -500))

    def draw(c, t):
        walk(c, OLD, old, t, 456, 1.1)
        walk(c, MUM, mother, t, 458, 1.1)
        ride(c, side.car, bike, t, street.FAR_LANE + 12, 1.0, left=True, colour=TEAL, driver=DAD)
        ride(c, side.car, car, t, street.NEAR_LANE, 1.15, colour="#F4BE3B", driver=MUM)
        with at(c, 520, 704, 1.55):
            side.kick_scooter(c)
        with at(c, 488, 708, 1.55):
            facing(c, malo, back=True, hands={1: (36, -108)}, gaze=wave(t, 4))
        if 1.2 < t < 6.8:
            look = (420, 700, 1050)[int((t - 1.2) // 1.9) % 3]
            y = (430, 480, 560)[int((t - 1.2) // 1.9) % 3]
            trace(c, f"M500 440 L{look} {y}", "#FFFFFFB0", 5, (14, 14))
            disc(c, look, y, 9, WHITE)

    return draw


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
