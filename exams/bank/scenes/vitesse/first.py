"""Scenes of « vitesse »."""

from math import sin

from exams.bank.scenes.kit import above, ahead, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, stroll
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, limb, oval, polygon, shade, text
from exams.bank.scenes.kit.motion import Curve, Route, ease
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, OLD, SAMI
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("vit-auto-arret")
def stopping_distance(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 340 H1290")
    plan.dashes(c, "M0 340 H1280")
    for x, width in ((-40, 320), (310, 330), (670, 300), (1000, 320)):
        plan.flat_roof(c, x, -110, width, 180, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    for x in (80, 620, 860):
        plan.tree(c, x, 680)
    way = Route("M-200 408 H1000")
    part = Curve((0, 0), (1.6, 0.35), (3.2, 0.62), (6.4, 0.865), end=0, start=0.21)
    ball = Route("M1130 120 L1140 560")
    roll = Curve((1.4, 0), (7, 1), end=0)
    flags = ((1.6, "danger vu", "#D8412F"), (3.2, "début du freinage", "#F08A3C"), (6.5, "voiture arrêtée", "#2F6FB3"))

    def draw(c, t):
        drive(c, above.car, way, part, t, 0.46, colour=TEAL, brake=t > 3.2)
        if t > 1.4:
            x, y, _ = ball(roll(t))
            oval(c, x + 5, y + 9, 46, 40, "#10182838")
            with at(c, x, y):
                things.ball(c, 22, roll(t) * 700)
        for k, (when, words, colour) in enumerate(flags):
            if t > when:
                x = way(part(when))[0] + 97
                drop = 40 * (1 - ease(t, when, when + 0.4))
                limb(c, colour, 6, (x, 480 - drop), (x, 590 - drop))
                polygon(c, colour, (x - 9, 480 - drop), (x + 9, 480 - drop), (x, 462 - drop))
                street.tag(c, words, x, 612 + 52 * (k % 2) - drop, 30, WHITE, colour)

    return draw


@scene("vit-autoroute-pluie")
def wet_motorway(stage):
    view = View(height=1.3, horizon=290, centre=560)
    gone = Curve((0, 0), (7, 150))
    wet = Curve((2.5, 0), (4.2, 1), (8, 1))

    def draw(c, t):
        rain = wet(t)
        view.land(c, "rain" if rain > 0.4 else "day", "#86A868")
        view.road(c, -5.6, 4, edges=True, asphalt="#69717D" if rain < 0.5 else "#525C6B")
        view.patch(c, 4.3, 7, 0, 300, "#7B838E")
        view.dashes(c, -1.9, gone(t), 3, 10, 0.18)
        if rain > 0.3:
            for z in (6, 9, 14, 22):
                view.patch(c, -4.6 + z % 4, -1.5 + z % 4, z, z * 1.12, "#C4D3DE40")
        for side_x in (-6.6, 8):
            view.wall(c, side_x, 0.9, 200, 0.45, 0.85, "#B5BBC1")
        view.trees(c, gone(t), 15, 18, 150)
        for x, z, colour in ((-3.8, 30 - 1.2 * t, BLUE), (0.9, 19 - 0.4 * t, RED)):
            with view.at(c, x, z):
                ahead.car_from(c, colour, spray=rain > 0.4)
                if rain > 0.4:
                    weather.shine(c, -70, -70, 60, "#FF3B2B90")
                    weather.shine(c, 70, -70, 60, "#FF3B2B90")
        sign = 50 - gone(t)
        if sign > 1.6:
            with view.at(c, 5.4, sign):
                signs.pole(c, signs.speed(130), height=330, size=1.5)
        if rain:
            weather.rain(c, t, rain * 0.6)
            for k in range(int(30 * rain)):
                x, y = (k * 263) % 1240 + 20, (k * 149) % 500 + 40
                r = 3 + k % 4
                if (t * 0.9 + k * 0.13) % 1.4 > 0.35:
                    oval(c, x, y, r * 1.6, r * 2.2, "#EAF3F880")
            if t > 3.2:
                ahead.wiper(c, t - 3.2)
        ahead.dashboard(
            c, lambda c: things.question_mark(c, 84), turn=1.5 * sin(t * 1.4), skin=DAD.skin, sleeve=DAD.top
        )

    return draw


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
