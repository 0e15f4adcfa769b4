"""Scenes of « circulation »: what drivers meet, and what others must understand of them."""

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, slowing
from exams.bank.scenes.kit.ahead import car_from, dashboard, needle
from exams.bank.scenes.kit.close_up import close_up
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    WHITE,
    YELLOW,
    at,
    box,
    disc,
    glow,
    polygon,
    text,
)
from exams.bank.scenes.kit.lane import InLane
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LEO, LINA, TOM, facing
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("circ-auto-urgence")
def fire_engine_at_the_crossing(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 260 H1290", "M560 -10 V730")
    plan.dashes(c, "M0 260 H420 M700 260 H1290")
    plan.dashes(c, "M560 0 V120 M560 400 V730")
    plan.stop_line(c, 628, 412, turn=-90)
    plan.stop_line(c, 712, 192, turn=180)
    for x, y in ((60, -60), (760, -90), (60, 500), (860, 500)):
        plan.flat_roof(c, x, y, 260, 150 if y < 0 else 170)
    for x, y, state in ((735, 440, "green"), (735, 105, "red")):
        with at(c, x, y, 1.05):
            signs.traffic_light(c, state)
    stage.freeze = 6.6
    up, west = Route("M628 900 V470"), Route("M1700 192 H760")
    car, rush = Curve((0, 0), (8, 1)), Curve((1.4, 0), (8, 0.94))

    def draw(c, t):
        drive(c, above.car, up, car, t, colour="#F4F3EC")
        x, y, _ = west(rush(t))
        with at(c, x, y, P, turn=180):
            _fire_engine(c, t)
        weather.waves(c, x - 150, y, t, turn=180, spread=70, colour="#2F6FB3")

    return draw


def _fire_engine(c, t):
    """A fire engine from above, 8 m long, its blue lights flashing."""
    box(c, -400, -112, 800, 240, "#10182838", 24)
    box(c, -400, -122, 640, 244, RED, 12)
    box(c, 250, -122, 150, 244, RED, 34)
    box(c, 344, -104, 40, 208, above.GLASS, 14)
    box(c, -340, -30, 520, 60, "#C9CED3", 6)
    for k in range(9):
        box(c, -330 + k * 58, -30, 10, 60, "#8D949C")
    for y in (-104, 84):
        box(c, -390, y, 620, 20, "#F4E04D")
    for sign in (-1, 1):
        lit = blink(t + (0.2 if sign > 0 else 0), 0.4)
        disc(c, 300, sign * 74, 26, "#5BA8FF" if lit else "#1F3E66")
        if lit:
            c.drawCircle(300, sign * 74, 150, glow("#5BA8FFC0", 300, sign * 74, 150))


@scene("circ-auto-giratoire")
def who_goes_first(stage):
    c = stage.back
    plan.ground(c)
    plan.roundabout(c, 640, 290, 180)
    plan.stop_line(c, 690, 545, 92, turn=-90, broken=True)
    plan.sign_from_above(c, signs.give_way, 850, 600, 1.1)
    plan.sign_from_above(c, signs.roundabout, 970, 600, 1.1)
    ringway = Route(plan.turning(640, 290, 180, 300, -330))
    ahead_of = Route("M690 900 V645")
    turn, come = Curve((0, 0.05), (8, 0.98)), Curve((0, 0), (4, 1), end=0)

    def draw(c, t):
        drive(c, above.car, ringway, turn, t, colour=RED)
        drive(c, above.car, ahead_of, come, t, colour=BLUE, brake=slowing(come, t))

    return draw


@scene("circ-auto-ligne-continue")
def solid_line(stage):
    view = InLane(height=1.25, horizon=290)
    speed = Curve((0, 0.5), (6, 0.34), end=0)

    def draw(c, t):
        gone = 12 * t
        view.land(c)
        view.road(c, -3.4, 3.4, edges=True)
        view.patch(c, -0.1, 0.1, 0, 300, WHITE)
        view.trees(c, gone, 8)
        with view.at(c, 1.7, 22 - 14.5 * ease(t, 0, 6.5)):
            car_from(c, "#8E98A3")
        dashboard(c, lambda c: needle(c, speed(t), ""))

    return draw


@scene("circ-auto-feu-orange")
def amber(stage):
    view = InLane(height=1.3, horizon=290)
    gone = Curve((0, 0), (6, 22), (7.2, 25), end=0)

    def draw(c, t):
        z = 40 - gone(t)
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2.4)
        view.dashes(c, 0, gone(t))
        view.town(c, gone(t), -7, 7)
        view.zebra(c, -3.4, 3.4, z + 1)
        view.patch(c, 0.1, 3.3, z - 0.4, z + 0.2, WHITE)
        for k, look in ((4.4, LEO), (5.1, AWA)):
            with view.at(c, k, z + 2.4):
                facing(c, look, gaze=-0.8)
        with view.at(c, 4, z), at(c, 0, 0, 1.8):
            signs.light_pole(c, "green" if t < 3.2 else "amber", height=250)
        dashboard(c, lambda c: needle(c, 0.28, "50"), skin="#8A5638", sleeve="#F0B63F")

    return draw


@scene("circ-auto-sens-interdit-panneau")
def no_entry(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c, two_ways=False)
    weather.darkness(c, 0.12)
    box(c, 628, 330, 24, 400, "#8D949C", 6)
    box(c, 628, 330, 9, 400, "#B5BBC1", 4)

    def draw(c, t):
        with at(c, 640, 300, 4.4 + 0.3 * ease(t, 0, 4), turn=wave(t, 4, -1.4, 1.4)):
            signs.no_entry(c)

    return draw


@scene("circ-auto-tunnel")
def tunnel_breakdown(stage):
    view = InLane(height=1.3, horizon=310)
    gone = Curve((0, 0), (5, 46), end=0)

    def draw(c, t):
        box(c, 0, 0, 1280, 720, "#2A2E36")
        for x in (-4.6, 4.6):
            view.wall(c, x, 0.9, 200, 0, 5, "#7A7468" if x < 0 else "#86806F")
        polygon(
            c, "#3A3C42", view.spot(-4.6, 1, 5), view.spot(4.6, 1, 5), view.spot(4.6, 200, 5), view.spot(-4.6, 200, 5)
        )
        view.road(c, -4, 4, asphalt="#4A4F59", edges=True)
        view.dashes(c, 0, gone(t))
        for k in range(9):
            z = k * 12 + 12 - gone(t) % 12
            for x in (-4.4, 4.4):
                px, py = view.spot(x, z, 4.4)
                size = 90 / z
                box(c, px - size * 3, py - size, size * 6, size * 2, "#FFE9A8", size)
        z = 54 - gone(t)
        with view.at(c, 4.3, z):
            box(c, -10, -260, 120, 240, "#3FA06B", 6)
            box(c, 16, -170, 70, 150, "#E9F5EC", 4)
            text(c, "SOS", 50, -196, 44, WHITE)
        dashboard(c, lambda c: needle(c, 0.3 * (1 - ease(t, 1, 5)), ""))
        on = t > 4 and blink(t, 0.8)
        for x in (740, 900):
            polygon(
                c,
                "#5BE39B" if on else "#24443A",
                (x - 22 if x < 800 else x + 22, 640),
                (x + 10 if x < 800 else x - 10, 616),
                (x + 10 if x < 800 else x - 10, 664),
            )

    return draw


@scene("circ-auto-angle-mort-camion")
@close_up(640, 380, 1.3)
def blind_spot(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 300 H1290", "M1120 300 V730", width=2 * LANE + 40)
    plan.dashes(c, "M0 300 H930")
    plan.stop_line(c, 950, 376, 150)
    for x in (160, 360, 560, 760):
        plan.tree(c, x, 610)
    way, roll = Route("M-60 436 H560"), Curve((0.2, 0), (6, 1), end=0)

    def draw(c, t):
        with at(c, 690, 352, P * 0.95):
            above.truck(c, right=blink(t, 0.8), brake=True)
        drive(c, above.scooter, way, roll, t, 0.62, look=AWA | HELMET)

    return draw


@scene("circ-auto-dos-ane")
def speed_bump(stage):
    view = InLane(height=1.4, horizon=285)
    gone = Curve((0, 0), (6, 27), end=2)

    def draw(c, t):
        z = 30 - gone(t)
        view.land(c)
        view.road(c, -3, 3, pavement=2)
        view.dashes(c, 0, gone(t))
        view.town(c, gone(t), -6, 6)
        view.patch(c, -3, 3, z + 8, z + 11, "#7C8593")
        for k in range(3):
            view.patch(c, -2.6 + k * 2, -1.6 + k * 2, z + 8, z + 9.4, WHITE)
        with view.at(c, 3.6, z + 3):
            signs.pole(c, signs.bump, height=250, size=1.1)
        ahead.handlebar(c, skin="#2A2F38", sleeve="#3C6E71", bell=False)

    return draw


@scene("circ-auto-priorite-losange")
def priority_road(stage):
    view = InLane(height=1.25, horizon=290)
    gone = Curve((0, 0), (8, 46))

    def draw(c, t):
        z = 54 - gone(t)
        view.land(c)
        view.road(c, -3.4, 3.4, edges=True)
        view.patch(c, 3.4, 60, z + 16, z + 23, ahead.ASPHALT)
        view.dashes(c, 0, gone(t))
        view.trees(c, gone(t), 12)
        with view.at(c, 7.5, z + 18.5, flip=True):
            side.car(c, RED, driver=DAD)
        with view.at(c, 4.6, z):
            signs.pole(c, signs.priority_road, height=240, size=1.2)
        dashboard(c, lambda c: needle(c, 0.4, "80"), sleeve="#3F7CAC")

    return draw


@scene("circ-auto-chantier-homme")
def works_ahead(stage):
    view = InLane(height=1.25, horizon=290)
    gone = Curve((0, 0), (8, 15.5), end=1)

    def draw(c, t):
        z = 24 - gone(t)
        view.land(c)
        view.road(c, -3.4, 3.4, edges=True)
        view.dashes(c, 0, gone(t))
        view.trees(c, gone(t), 10)
        with view.at(c, 4.1, z + 15):
            facing(c, TOM | {"vest": "#F08A3C", "helmet": YELLOW, "bag": None}, back=True)
        for k in range(7, -1, -1):
            far = z + 3 + k * 3
            if far > 2.2:
                with view.at(c, 3.1 - min(k, 4) * 0.5, far):
                    signs.cone(c)
        if z > 1.6:
            with view.at(c, 4.4, z):
                signs.pole(c, signs.roadworks, height=260, size=1.7)
        dashboard(c, lambda c: needle(c, 0.4 - 0.12 * ease(t, 3, 8), ""), sleeve="#4C6FBF")

    return draw


@scene("circ-auto-passage-enfants")
def child_wants_to_cross(stage):
    view = InLane(height=1.25, horizon=290)
    gone = Curve((0, 0), (7, 29.5), end=0.6)
    step = Curve((0.5, 6.2), (3.4, 4.1), end=0)

    def draw(c, t):
        z = 36 - gone(t)
        view.land(c)
        view.road(c, -3.2, 3.2, pavement=2.6)
        view.dashes(c, 0, gone(t))
        view.town(c, gone(t), -7, 7)
        view.zebra(c, -3.2, 3.2, z)
        with view.at(c, 5.5, z + 3.5):
            signs.pole(c, signs.children, height=240, size=0.9)
        with view.at(c, step(t), z + 1.4):
            facing(c, CHILD | {"bag": "#7A5AA8"}, t, 0.8 if t < 3.2 else 0, gaze=-0.9 * ease(t, 3, 3.8))
        dashboard(c, lambda c: needle(c, 0.18, "30"), skin="#C98A5B", sleeve="#2D8C8C")

    return draw


@scene("circ-auto-distance-bus-scolaire")
def stopped_school_bus(stage):
    view = InLane(height=1.3, horizon=290)
    gone = Curve((0, 0), (8, 19.5), end=0)

    def draw(c, t):
        z = 28 - gone(t)
        view.land(c)
        view.road(c, -3.4, 3.4, edges=True)
        view.dashes(c, 0, gone(t))
        view.trees(c, gone(t), 11)
        with view.at(c, 2.5, z):
            for x in (-112, 72):
                box(c, x, -40, 40, 40, above.TYRE, 8)
            box(c, -132, -300, 264, 284, YELLOW, 22)
            box(c, -112, -280, 224, 116, "#3B4A5E", 12)
            box(c, -120, -56, 240, 26, "#C98F1E", 6)
            box(c, -84, -150, 168, 40, WHITE, 6)
            text(c, "ENFANTS", 0, -120, 34)
            for x in (-108, 108):
                disc(c, x, -84, 17, "#FFA91F" if blink(t, 0.8) else "#8A5A18")
        for k, look in ((0, LINA | {"bag": RED, "height": 150}), (1, LEO | {"height": 146})):
            out = ease(t, 2 + k, 4.4 + k)
            if out:
                with view.at(c, 4.3 + 0.3 * k, z - 0.6 - k):
                    facing(c, look, t * 0.9, 0.6 * (out < 1), gaze=-0.8)
        dashboard(c, lambda c: needle(c, 0.32 * (1 - 0.8 * ease(t, 2, 8)), ""), skin="#DDA47A", sleeve="#5A7D9A")

    return draw


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
