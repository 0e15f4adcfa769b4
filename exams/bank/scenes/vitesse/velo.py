"""Scenes of « vitesse »: bicycles and e-scooters."""

from math import sin

import skia

from exams.bank.scenes.kit import above, ahead, plan, side, signs, speeding, street, things, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, stroll
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, fill, limb, polygon, shade, text
from exams.bank.scenes.kit.motion import Curve, Route, ease
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, OLD, SAMI, person, walking
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("vit-edpm-compteur")
def scooter_speed(stage):
    view = View(height=1.7, horizon=290)
    gone = Curve((0, 0), (7, 62), start=2.5, end=15)

    def draw(c, t):
        view.land(c)
        view.road(c, -2, 2, asphalt=plan.CYCLE)
        view.patch(c, -2.1, -1.95, 0, 200, WHITE)
        view.patch(c, 1.95, 2.1, 0, 200, WHITE)
        view.dashes(c, 0, gone(t), 1.5, 2.5, 0.1)
        for k in range(5, -1, -1):
            z = k * 18 + 12 - gone(t) % 18
            if z > 2:
                with at(c, *view.spot(1, z)):
                    c.scale(14 / z, 5.4 / z)
                    signs.bike(c, WHITE)
        view.trees(c, gone(t), 5.2, 9)

        def screen(c):
            if t < 4.6:
                c.saveLayerAlpha(None, 90)
                for k, dy in enumerate((-16, 0, 16)):
                    text(c, str((int(t * 23) * 7 + k * 31) % 90 + 10), 0, 20 + dy, 58, "#BFF0DC")
                c.restore()
            else:
                things.question_mark(c, 84, "#BFF0DC")

        with at(c, 1.2 * sin(t * 20), 0):
            ahead.scooter_bar(c, screen)

    return draw


@scene("vit-velo-pluie")
def downhill_in_rain(stage):
    c = stage.back
    street.sky(c, "rain")
    slope = 6.5
    with at(c, 640, 430, 1.16, slope), at(c, -640, -400):
        for k, x in enumerate(range(-80, 1360, 210)):
            street.front(
                c,
                x,
                206,
                300 + 40 * (k % 3),
                shade(street.WALLS[k % 6], -0.16),
                floors=3,
                shop="" if k % 3 == 1 else None,
            )
        with at(c, -100, 0):
            street.road(c, 1500, wet=True)
        street.zebra(c, 900, 150)
        with at(c, 1090, 474, 1.1):
            signs.pole(c, signs.crossing)
    malik, car = Curve((0, -60), (8, 390), start=80, end=40), Curve((0, 420), (8, 740), start=90, end=6)
    look = SAMI | {"helmet": "#D8412F", "top": "#F4BE3B"}

    def draw(c, t):
        with at(c, 640, 430, 1.16, slope), at(c, -640, -400):
            ride(c, side.car, car, t, street.NEAR_LANE - 8, 0.95, colour=TEAL, driver=MUM, brake=t > 3.4)
            x = malik(t)
            with at(c, x, street.NEAR_LANE + 4, 1.15):
                side.cyclist(c, look, x / 1.15, pose=side.pedalling(0.2) | {"lean": 18, "nod": -6})
                weather.smoke(c, -50, -10, t * 2, "#DCE6EC", rise=20, drift=-50, puffs=4)
        weather.rain(c, t)

    return draw


@scene("vit-zone-rencontre")
def shared_street(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#CBBFAE")
    for row, y in enumerate(range(110, 620, 34)):
        for x in range(-40 + 32 * (row % 2), 1280, 64):
            box(c, x, y, 61, 31, shade("#CBBFAE", 0.06 if (x // 32 + row) % 3 else -0.05), 3)
    box(c, 0, 356, 1280, 8, shade("#CBBFAE", -0.16))
    for k, x in enumerate(range(-40, 1280, 300)):
        plan.flat_roof(c, x, -70, 296, 180, ("#D3B9A2", "#C9C3BA", "#CFC3D6", "#C9D3D0", "#E2C9A6")[k])
        plan.flat_roof(c, x, 612, 296, 180, ("#C9D3D0", "#E2C9A6", "#C9C3BA", "#D3B9A2", "#CFC3D6")[k])
    for x in (500, 1080):
        plan.awning(c, x, 108, 168, 44, ("#C8452F", "#2D8C8C")[x % 2])
        plan.awning(c, x - 160, 572, 168, 44, "#7A5AA8")
    for x, y in ((640, 190), (980, 540)):
        plan.tree(c, x, y, 0.28)
    plan.sign_from_above(c, signs.home_zone, 300, 540, 1.45)
    ways = (
        (MUM, Route("M1200 240 L420 300"), Curve((0, 0.05), (8, 0.7))),
        (CHILD, Route("M1200 290 L420 350"), Curve((0, 0.05), (8, 0.7))),
        (DAD, Route("M520 420 L1260 380"), Curve((0, 0), (8, 0.72))),
        (OLD, Route("M1040 560 L1000 170"), Curve((0, 0), (8, 0.4))),
        (AWA, Route("M760 150 L700 560"), Curve((0, 0.1), (8, 0.9))),
    )
    noa, enter = Route("M-120 440 H700"), Curve((0, 0), (6, 0.4), (8, 0.46), end=0.02)

    def draw(c, t):
        for look, way, part in ways:
            stroll(c, look, way, part, t, 1.0)
        pedal(c, above.cyclist, LINA | HELMET | {"top": "#E9783F"}, noa, enter, t, 0.78)

    return draw


@scene("vit-zone-30")
def thirty_zone(stage):
    view = View(height=1.6, horizon=285, centre=540)
    way = Curve((0, 0), (7, 17.5))
    child = CHILD | {"top": "#F4BE3B"}
    ahead.handlebar(stage.front, sleeve="#3FA06B", skin="#E9B48E")

    def draw(c, t):
        gone = way(t)
        view.land(c)
        view.road(c, -2.8, 2.8, pavement=2.6)
        view.town(c, gone, -5.4, 5.4, near=3)
        for z in (48, 9):
            if z - gone > 2:
                with view.at(c, -4.6, z - gone):
                    ahead.tree(c)
        z = 25 - gone
        with view.at(c, -3.7 + 0.3 * sin(t * 2), z):
            person(c, child, walking(t * 1.2, 0.5))
        with view.at(c, -3.1, z - 0.2, 0.3 * abs(sin(t * 4))):
            things.ball(c, 14, t * 90)
        with view.at(c, 3.1, 22 - gone):
            signs.pole(c, signs.zone(30), height=260, size=1.15)

    return draw


@scene("vit-velo-virage")
def bend_ahead(stage):
    c = stage.back
    plan.ground(c, "#9DB87C")
    road = "M-10 200 H830 Q1010 200 1010 390 V730"
    plan.roads(c, road, pavement=0)
    plan.line(c, "M-10 70 H830 Q1140 70 1140 390 V730")
    plan.line(c, "M-10 330 H820 Q880 330 880 400 V730")
    plan.dashes(c, road)
    _rocks(c)
    for x, y in ((90, 20), (330, 30), (640, 16), (1200, 90), (1235, 330), (1220, 600), (150, 640), (420, 670)):
        plan.tree(c, x, y, 0.36, "#5F9750")
    plan.sign_from_above(c, speeding.steep, 190, 405, 1.25)
    plan.sign_from_above(c, signs.bend, 470, 405, 1.25)
    way, up = Route("M-140 266 H800 Q946 266 946 400 V800"), Route("M1076 900 V390 Q1076 136 830 136 H-200")
    iris, car = Curve((0, 0), (4, 0.26), (7.4, 0.62), start=0.04, end=0.13), Curve((2, 0), (8, 0.42))
    stage.freeze = 7.3

    def draw(c, t):
        drive(c, above.car, up, car, t, colour=RED)
        x, y, _ = way(iris(t))
        for k in range(3):
            long = 30 + 110 * ease(t, 2, 7)
            limb(c, "#FFFFFF90", 4, (x - 70 - 16 * k, y - 26 + 26 * k), (x - 70 - long - 16 * k, y - 26 + 26 * k))
        pedal(c, above.cyclist, LINA | HELMET | {"top": "#E58AA0"}, way, iris, t, 0.72)

    return draw


def _rocks(c):
    """A wall of rock inside the bend, that hides the way out."""
    polygon(c, "#6E6A63", (860, 420), (700, 360), (560, 352), (540, 430), (600, 720), (862, 720))
    for x, y, w, h, tone in (
        (590, 380, 130, 110, 0), (700, 392, 150, 120, 0.12), (640, 490, 150, 110, 0.2), (770, 500, 92, 130, 0.05),
        (620, 610, 140, 110, 0.1), (740, 630, 120, 90, 0.22),
    ):  # fmt: skip
        box(c, x, y, w, h, shade("#8E887E", tone), 26)


@scene("vit-velo-aire-pietonne")
def pedestrian_street(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#D6C3B0")
    for row, y in enumerate(range(0, 720, 36)):
        for x in range(-40 + 22 * (row % 2), 1280, 44):
            box(c, x, y, 41, 33, shade("#D6C3B0", 0.08 if (x // 22 + row) % 3 else -0.06), 3)
    for k, x in enumerate(range(-40, 1280, 330)):
        plan.flat_roof(c, x, -100, 326, 190, ("#C9D3D0", "#D3B9A2", "#CFC3D6", "#C9C3BA")[k])
        plan.flat_roof(c, x, 630, 326, 190, ("#D3B9A2", "#C9C3BA", "#C9D3D0", "#E2C9A6")[k])
        plan.awning(c, x + 60, 88, 192, 42, ("#2D8C8C", "#C8452F", "#7A5AA8", "#2D8C8C")[k])
    for x, y in ((620, 560), (740, 540), (880, 568), (1010, 546)):
        disc(c, x + 6, y + 10, 50, "#10182828")
        for k in range(8):
            c.drawArc(
                skia.Rect.MakeLTRB(x - 48, y - 48, x + 48, y + 48), k * 45, 45, True, fill(RED if k % 2 else WHITE)
            )
    disc(c, 820, 330, 78, "#B5AEA1")
    disc(c, 820, 330, 64, "#8FC3DA")
    disc(c, 820, 330, 18, "#D8D2C6")
    plan.sign_from_above(c, signs.pedestrian_area, 330, 560, 1.4)
    ways = (
        (MUM, Route("M1210 210 L520 250"), Curve((0, 0), (8, 0.7))),
        (DAD, Route("M480 160 L1240 170"), Curve((0, 0), (8, 0.6))),
        (AWA, Route("M1180 430 L960 460 L560 400"), Curve((0, 0), (8, 0.6))),
        (OLD, Route("M620 440 L700 250"), Curve((0, 0), (8, 0.5))),
        (CHILD, Route("M1000 280 L940 420 L700 470"), Curve((1, 0), (6, 1), end=0)),
    )
    ball = Route("M960 300 L890 430 L620 480")
    roll = Curve((0.4, 0), (5.6, 1), end=0)
    lena, enter = Route("M-120 350 H700"), Curve((0, 0), (6, 0.42), (8, 0.5), end=0.02)

    def draw(c, t):
        for look, way, part in ways:
            stroll(c, look, way, part, t, 0.9)
        x, y, _ = ball(roll(t))
        with at(c, x, y):
            things.ball(c, 15, roll(t) * 900)
        pedal(c, above.cyclist, LINA | {"helmet": "#7A5AA8", "top": "#3FA06B"}, lena, enter, t, 0.74)

    return draw


@scene("vit-edpm-gravillons")
def gravel_and_hole(stage):
    view = View(height=1.65, horizon=285)
    way = Curve((0, 0), (8, 24))

    def draw(c, t):
        gone = way(t)
        view.land(c)
        view.road(c, -1.9, 1.9, asphalt=plan.CYCLE)
        for x in (-1.95, 1.85):
            view.patch(c, x, x + 0.12, 0, 200, WHITE)
        view.dashes(c, 0, gone, 1.5, 2.5, 0.1)
        view.trees(c, gone, 5.2, 10)
        speeding.gravel(c, view, 25 - gone, 38 - gone, -1.8, 1.8)
        speeding.hole(c, view, 0.35, 29.6 - gone)
        with at(c, 1.2 * sin(t * 22), 0):
            ahead.scooter_bar(c, lambda c: text(c, "25", 0, 20, 58, "#BFF0DC"), skin="#E9B48E", sleeve="#D8412F")

    return draw
