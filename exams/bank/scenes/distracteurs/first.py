"""Scenes of « distracteurs »."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride, slowing, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, limb, oval, pen, ring, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, SAMI, SIT, STAND, TOM, facing, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("dis-auto-message")
def text_message(stage):
    view = View(height=1.3)

    def draw(c, t):
        gone = 10 * t
        down = during(t, 2.6, 6.6, 0.7)
        c.save()
        c.translate(-60 * down, -190 * down)
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2.4)
        view.town(c, gone, -5.8, 5.8)
        view.dashes(c, -0.1, gone)
        for k in range(9, -1, -1):
            z = k * 6.5 + 6.5 - gone % 6.5
            if z > 2.2:
                with view.at(c, 2.5, z):
                    ahead.car_from(c, (RED, TEAL, "#E9E6DC", BLUE)[(k + int(gone // 6.5)) % 4])
        box(c, -10, 560, 1400, 460, "#3A414D")
        ahead.dashboard(c, lambda c: ahead.needle(c, 0.42, "50"), turn=2 * sin(t * 2))
        with at(c, 842, 690, 0.92, turn=-7):
            things.phone(c, things.message, lit=t > 1.6)
            if 1.6 < t < 2.8:
                weather.buzz(c, 0, -90, t, 3)
        c.restore()
        if 2.9 < t < 6.6:
            count = min(3, int(t - 2.9))
            with at(c, 1080, 380):
                disc(c, 4, 8, 96, "#10182850")
                disc(c, 0, 0, 92, WHITE)
                ring(c, 0, 0, 84, "#2F4858", 8)
                arc = min(1.0, (t - 2.9) / 3)
                c.drawArc(skia.Rect.MakeLTRB(-84, -84, 84, 84), -90, 360 * arc, False, pen("#D8412F", 10))
                box(c, -12, -116, 24, 22, "#2F4858", 4)
                text(c, f"{count} s", 0, 20, 58)

    return draw


@scene("dis-edpm-appel")
def ringing(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.fronts(c, 300, seed=2)
    street.fronts(c, 1300, 1060, seed=5)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    oval(c, 760, 470, 520, 70, street.PAVING)
    for x in (360, 1010):
        street.tree(c, x, 452, 270)
    street.bench(c, 740, 470)
    box(c, 0, 520, 1280, 160, plan.CYCLE)
    box(c, 0, 520, 1280, 6, WHITE)
    box(c, 0, 674, 1280, 6, WHITE)
    trace(c, "M0 600 H1280", WHITE, 5, (50, 40))
    for x in (200, 1120):
        with at(c, x, 640):
            c.scale(0.9, 0.45)
            signs.bike(c, WHITE)
    gabriel, other = Curve((0, 60), (8, 780)), Curve((1.5, 1440), (8, 330))
    rider = TOM | {"helmet": TEAL, "bag": None}

    def draw(c, t):
        ride(c, side.cyclist, other, t, 590, 1.1, left=True, look=MUM | {"helmet": RED}, bike="#7A5AA8", basket=True)
        ride(c, side.scooter, gabriel, t, 664, 1.35, look=rider)
        if t > 1.8:
            x, y = gabriel(t) - 14, 664 - 118
            box(c, x - 10, y - 20, 20, 34, "#15181F", 4)
            box(c, x - 7, y - 15, 14, 24, "#9FE0C8", 2)
            weather.buzz(c, x, y, t - 1.8, 1.5)

    return draw


@scene("dis-passagers-ballon")
def ball_in_car(stage):
    view = View(height=1.3, horizon=250)

    def draw(c, t):
        gone = 7 * t
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2.4)
        view.town(c, gone, -5.8, 5.8)
        view.dashes(c, -0.4, gone)
        if (z := 70 - gone) > 3:
            view.zebra(c, -3.4, 3.4, z)
        _cabin(c)
        fly = (t * 0.62) % 2
        going = fly < 1
        u = fly if going else 2 - fly
        x = 330 + 620 * u
        y = 420 - 330 * (1 - (2 * u - 1) ** 2) ** 0.8 * 0.98
        for flip, px, look in ((False, 200, LEO | {"bag": None, "height": 140}), (True, 1080, LINA | {"height": 140})):
            lift = 18 * max(0, 1 - 4 * (u if not flip else 1 - u))
            with at(c, px, 880, 3.3, flip=flip):
                person(
                    c,
                    look,
                    SIT | {"hip": (0, -62), "hands": ((36, -112 - lift), (32, -104 - lift))},
                    mouth=0.6 + 0.4 * sin(t * 9),
                )
                limb(c, "#23272F", 5, (-10, -112), (12, -64))
        with at(c, x, max(y, 84)):
            things.ball(c, 50, t * 200)

    return draw


def _cabin(c):
    """The inside of a car from the back: roof, pillars, dashboard, front seats, the driver on the left."""
    dark, trim = "#2B303A", "#3A414D"
    shape(c, "M0 0 H1280 V720 H1130 L1060 130 Q640 60 220 130 L150 720 H0 Z", dark)
    shape(c, "M0 230 L140 210 L100 470 L0 480 Z", "#9CC3D2")
    shape(c, "M1280 230 L1140 210 L1180 470 L1280 480 Z", "#9CC3D2")
    shape(c, "M170 400 Q640 350 1110 400 L1130 720 H150 Z", trim)
    shape(c, "M170 400 Q640 350 1110 400 L1112 416 Q640 366 168 416 Z", "#4C5462")
    box(c, 570, 112, 170, 50, "#1F242D", 16)
    box(c, 577, 118, 156, 38, "#9FB4C0", 12)
    ring(c, 440, 440, 92, "#15181F", 16)
    with at(c, 440, 640, 2.1):
        facing(c, MUM, back=True, hands={-1: (-34, -96), 1: (34, -96)})
    for x in (440, 850):
        box(c, x - 110, 470, 220, 300, "#5B6472", 50)
        box(c, x - 62, 400 if x == 850 else 432, 124, 84, "#515A67", 26)
    with at(c, 440, 640, 2.1):
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(-30, -190, 30, -128))
        facing(c, MUM, back=True)
        c.restore()


@scene("dis-pieton-video")
def video_on_crossing(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=1)
    street.road(c)
    street.zebra(c, 620)
    with at(c, 870, 470, 1.2):
        signs.pole(c, signs.crossing)
    walkin = Curve((0, 240), (3.4, 715), end=0)
    down = Curve((3.4, 478), (8, 600), end=20)
    car = Curve((2, -420), (6.4, 230), (8, 300), end=0)
    karim = SAMI | {"bag": "#3C6E71"}

    def draw(c, t):
        if t < 3.4:
            walk(c, karim, walkin, t, street.WALK, 1.25, hold={"nod": 30, "hands": ((26, -112), (24, -108))})
            with at(c, walkin(t) + 38, street.WALK - 144, 0.16, turn=-20):
                things.phone(c)
        else:
            size = 1.25 + (down(t) - 478) / 600
            with at(c, 715, down(t), size):
                facing(c, karim, t * 0.7, 1, hands={-1: (-7, -104), 1: (7, -104)}, nod=1)
                with at(c, 0, -112, 0.12):
                    box(c, -65, -125, 130, 250, "#15181F", 20)
        ride(c, side.car, car, t, street.NEAR_LANE + 6, 1.15, colour=RED, driver=DAD, brake=slowing(car, t) and t > 2.1)
        box(c, 1046, 62, 176, 308, "#FFFFFFA0", 40)
        with at(c, 1134, 216, 1.15):
            things.phone(c, things.film(t))

    return draw


@scene("dis-velo-ecouteurs")
def earphones(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    box(c, 0, 470, 1280, 46, plan.CYCLE)
    trace(c, "M0 516 H1280", WHITE, 5, (40, 26))
    bus, car = Curve((0, 1700), (6, -700)), Curve((0.6, -300), (5, 1700))
    manon = AWA | {"bag": "#7A5AA8"}

    def draw(c, t):
        ride(c, side.bus, bus, t, street.FAR_LANE + 14, 0.86, left=True, driver=DAD)
        ride(c, side.car, car, t, street.NEAR_LANE - 24, 1.05, colour=TEAL, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        with at(c, 0, 706, 1.9):
            street.bike_rack(c, 372, 0, 4, 84)
        with at(c, 760, 716, 2.0):
            side.bicycle(c, "#E9783F", basket=True)
        lift = 8 * sin(t * 2.2)
        with at(c, 430, 716, 2.0):
            nod = 10 + 14 * ease(t, 2, 3) - 18 * during(t, 4.4, 6, 0.5)
            person(c, manon, STAND | {"nod": nod, "hands": ((36, -104 - lift / 2), None)})
            hx, hy = 36, -104 - lift / 2
            trace(
                c,
                f"M{hx} {hy} Q{hx + 2} {hy + 20} {hx - 8} {hy + 34} M{hx} {hy} Q{hx + 14} {hy + 12} {hx + 8 + lift / 3} {hy + 30}",
                WHITE,
                2,
            )
            disc(c, hx - 8, hy + 36, 3.6, WHITE)
            disc(c, hx + 8 + lift / 3, hy + 32, 3.6, WHITE)

    return draw
