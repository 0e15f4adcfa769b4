"""Scenes of « vitesse »: bicycles and e-scooters."""

from math import sin

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import pedal, ride, stroll
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, TEAL, WHITE, at, box, shade, text
from exams.bank.scenes.kit.motion import Curve, Route
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, OLD, SAMI
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
