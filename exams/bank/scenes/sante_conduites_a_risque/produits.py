"""Scenes of « santé et conduites à risque » : drugs, gas and medicines."""

from math import sin

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ink import (
    WHITE,
    at,
    box,
    fade,
    oval,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, ease
from exams.bank.scenes.kit.people import DAD, STAND, TOM, person
from exams.bank.scenes.registry import scene


@scene("san-cannabis")
def stoned_driver(stage):
    c = stage.back
    street.sky(c, "evening")
    street.fronts(c, dark=True, lit=4, seed=2)
    street.road(c, two_ways=False)
    for x in (80, 560, 1040):
        box(c, x, 510, 6, 160, WHITE)
    street.lamp_post(c, 1180, 480, lit=True)
    weather.darkness(c, 0.2)
    weather.shine(c, 1226, 150, 190, "#FFE9A880")
    yann = DAD | {"tired": True, "top": "#5B7A52", "hair": "#6B4A2A"}
    jules = TOM | {"top": "#E9783F"}
    to_door, come = Curve((2.6, 300), (4.2, 560), end=0), Curve((0.5, 1400), (4.6, 1010), end=0)

    def draw(c, t):
        opened = ease(t, 4.4, 5.2)
        with at(c, 640, 610, 1.5):
            side.car(c, "#4C5A78", door=opened)
        box(c, 150, 560, 14, 90, "#4A515C")
        box(c, 120, 545, 74, 20, "#6B7480", 6)
        weather.smoke(c, 158, 545, t, "#7FC96B", rise=150, drift=40, puffs=5)
        press = 1 - ease(t, 1, 2)
        hold = {"hands": ((-34 + 6 * press, -104 - 30 * press), None), "elbow": -1, "nod": 10} if t < 2.6 else None
        if t > 4.2:
            hold = {"hands": ((40 - 10 * opened, -84), (24, -92)), "nod": 8}
        if t < 2.6:
            with at(c, 300, 690, 1.6, flip=True):
                person(c, yann, STAND | {"nod": 14, "hands": ((44, -90 + 10 * sin(t * 7) * (1 - press)), None)})
        else:
            walk(c, yann, to_door, t, 690, 1.6, hold=hold)
            if t > 3:
                with at(c, to_door(t) + 50, 690 - 148, 0.22):
                    things.keys(c)
        walk(c, jules, come, t, 690, 1.6)

    return draw


@scene("san-medicament")
def medicine(stage):
    c = stage.back
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, 720), fade("#F2E6D0", "#E3D2B4", 0, 0, 0, 420))
    for x in range(0, 1280, 128):
        for y in range(0, 400, 100):
            box(c, x + 4, y + 4, 120, 92, "#F7F1E4", 6)
    box(c, 0, 400, 1280, 320, "#B5834F")
    for y in (450, 530, 630):
        trace(c, f"M0 {y} Q640 {y + 14} 1280 {y - 6}", "#A37342", 4)
    box(c, 0, 394, 1280, 14, "#C9955E")
    turned = Curve((1.6, 0), (4, 0.86), (8, 0.86))

    def draw(c, t):
        with at(c, 1010, 560, 2):
            oval(c, 6, 0, 76, 14, "#10182830")
            things.glass(c, 0.8)
        with at(c, 260, 560, 1.5):
            oval(c, 0, 94, 110, 16, "#10182828")
            things.keys(c)
        with at(c, 640, 600, 1.5):
            things.medicine(c, turned(t))
        reach, leave = ease(t, 0.4, 1.5), ease(t, 4.4, 5.8)
        x = 1300 - 440 * reach - 560 * leave
        y = 100 + 320 * reach + 8 * sin(t * 5) * leave - 10 * leave
        with at(c, x, y, 1.25):
            things.hand(c)

    return draw
