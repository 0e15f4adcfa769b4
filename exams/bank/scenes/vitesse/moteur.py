"""Scenes of « vitesse »: mopeds and cars."""

from math import sin

from exams.bank.scenes.kit import above, ahead, plan, signs, street, things, weather
from exams.bank.scenes.kit.actors import drive
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, limb, oval, polygon
from exams.bank.scenes.kit.motion import Curve, Route, ease
from exams.bank.scenes.kit.people import DAD
from exams.bank.scenes.registry import scene


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
