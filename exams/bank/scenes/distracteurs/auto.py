"""Scenes of « distracteurs », en voiture."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, things, weather
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, limb, pen, ring, shape, text
from exams.bank.scenes.kit.motion import during
from exams.bank.scenes.kit.people import LEO, LINA, MUM, SIT, facing, person
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
