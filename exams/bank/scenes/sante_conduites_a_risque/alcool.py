"""Scenes of « santé et conduites à risque » : alcohol."""

from math import sin

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.ink import (
    RED,
    WHITE,
    at,
    box,
    disc,
    limb,
    oval,
    polygon,
    shape,
    text,
)
from exams.bank.scenes.kit.motion import Curve, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, SAMI, SIT, STAND, TOM, person, walking
from exams.bank.scenes.registry import scene


@scene("san-permis-recent")
def new_licence(stage):
    c = stage.back
    box(c, 0, 0, 1280, 560, "#E6D5BE")
    box(c, 0, 560, 1280, 160, "#A9805A")
    box(c, 0, 548, 1280, 14, "#8C6845")
    box(c, 400, 90, 420, 260, "#F4F1EA", 6)
    c.save()
    c.clipRect(skia.Rect.MakeXYWH(414, 104, 392, 232))
    box(c, 414, 104, 392, 232, "#BFE1F2")
    box(c, 414, 250, 392, 90, "#93B86F")
    with at(c, 612, 330, 1.15):
        car_from(c, RED)
        disc(c, 60, -56, 17, WHITE)
        text(c, "A", 60, -47, 26, RED)
    c.restore()
    box(c, 604, 104, 10, 232, "#F4F1EA")
    box(c, 1050, 130, 180, 424, "#6B4A36", 4)
    box(c, 1066, 146, 148, 404, "#3A2F2A", 3)
    box(c, 900, 200, 80, 10, "#7A5A40", 4)
    with at(c, 1136, 552, 1.5, flip=True):
        person(c, LINA | {"top": "#E9783F", "height": 155}, STAND)
    brother = TOM | {"height": 178, "top": "#4C6FBF"}
    leave = Curve((3.6, 560), (5.6, 850), end=0)

    def draw(c, t):
        for x, look, flip in ((250, MUM, False), (90, DAD, False)):
            with at(c, x, 640, 1.75, flip=flip):
                side.seat(c, "#7A5A40")
                person(c, look, SIT | {"hands": ((40, -84), (38, -84)), "nod": 4 * sin(t * 1.3 + x)})
        drink = 1 - ease(t, 0.8, 1.8)
        glass = (470, 508)
        if t < 3.2:
            with at(c, 560, 640, 1.75, flip=True):
                side.seat(c, "#7A5A40")
                hand = (34 - 12 * drink, -92 - 28 * drink)
                person(c, brother, SIT | {"hands": (hand, (36, -82)), "nod": -6 * drink})
            glass = (560 - hand[0] * 1.88 - 16, 640 - hand[1] * -1.88 + 26) if t < 1.8 else glass
        else:
            with at(c, 560, 640, 1.75, flip=True):
                side.seat(c, "#7A5A40")
            rise = ease(t, 3.2, 3.8)
            reach = ease(t, 5.4, 6.2)
            hold = {"hands": ((30 * reach + 8, -90 - 40 * reach), (20, -84))}
            if t < 3.6:
                with at(c, 560, 640, 1.6 + 0.15 * (1 - rise), flip=True):
                    person(
                        c,
                        brother,
                        SIT
                        | {"hip": (0, -52 - 34 * rise), "feet": ((44 - 40 * rise, -6 + 6 * rise), (40 - 42 * rise, 0))},
                    )
            else:
                walk(c, brother, leave, t, 650, 1.65, hold=hold)
                with at(c, leave(t) + 40, 650 - 148, 0.24):
                    things.keys(c)
        if t < 5.9:
            _jacket(c, 936, 226)
        elif t < 8:
            _jacket(c, leave(t) + 52, 520)
        box(c, 120, 500, 400, 20, "#8C5A34", 6)
        for x in (150, 480):
            box(c, x, 518, 18, 150, "#7A4C2A")
        oval(c, 300, 496, 110, 16, WHITE)
        oval(c, 200, 496, 80, 14, WHITE)
        with at(c, 370, 500, 0.62):
            things.bottle(c)
        with at(c, 470, 500, 0.5) if t > 1.8 else at(c, *glass, 0.5):
            things.wine_glass(c, 0.35 * drink)

    return draw


def _jacket(c, x, y):
    """A jacket that hangs from (x, y)."""
    limb(c, "#3A414D", 34, (x, y), (x, y + 104))
    for side_x in (-1, 1):
        limb(c, "#3A414D", 18, (x + 20 * side_x, y + 6), (x + 28 * side_x, y + 94))


@scene("san-retour-fete")
def after_party(stage):
    c = stage.back
    street.sky(c, "night")
    box(c, 0, street.FRONT, 1280, 300, "#2C3F38")
    box(c, 90, 90, 560, 350, "#6B6478")
    polygon(c, "#3A3448", (60, 100), (190, -10), (560, -10), (690, 100))
    box(c, 130, 200, 200, 150, "#FFD98A", 4)
    box(c, 470, 220, 100, 220, "#FFE0A0", 4)
    box(c, 430, 436, 190, 18, "#8B8496", 3)
    box(c, 410, 452, 230, 18, "#7A7386", 3)
    polygon(c, "#5B5468", (430, 470), (620, 470), (760, 720), (520, 720))
    weather.shine(c, 230, 275, 240, "#FFD98A50")
    weather.shine(c, 520, 330, 200, "#FFD98A50")
    with at(c, 1080, 640, 1.25):
        side.car(c, "#4C6FBF", pane="#35465A")
    cousin = MUM | {"top": "#D8557A", "tired": True, "height": 168}
    sacha = LEO | {"bag": None, "top": "#4C8C7A"}
    x = Curve((0.4, 520), (9, 850), end=20)

    def draw(c, t):
        c.save()
        c.clipRect(skia.Rect.MakeXYWH(130, 200, 200, 150))
        lay = ease(t, 3, 6)
        for k, look in enumerate((SAMI, AWA)):
            with at(c, 180 + k * 104, 352, 0.72, flip=bool(k)):
                person(c, look, STAND | {"lean": 26 * lay, "hands": ((34, -60 - 34 * (1 - lay)), (32, -60))})
        with at(c, 232, 336 - 60 * (1 - lay)):
            box(c, -44, -14, 88, 20 + 30 * (1 - lay), "#7FB3C9", 8)
        c.restore()
        box(c, 224, 200, 8, 150, "#6B6478")
        for k in range(4):
            age = (t * 0.35 + k / 4) % 1
            with at(c, 150 + k * 60 + 14 * sin(t * 3 + k), 190 - 150 * age, 0.8 * (1 - age * 0.4)):
                things.note(c, ("#F4BE3B", "#E58AA0", "#8FD0E0", "#B79AE0")[k])
        out = ease(t, 3.6, 5)
        with at(c, 520 + 30 * out, 446 + 16 * out, 1.15 + 0.1 * out):
            if t > 3.4:
                person(c, sacha, walking(t * 0.8, 1 - out))
                box(c, -14, -92, 8, 15, "#15181F", 2)
        if t > 0.4:
            sway = sin(t * 2.4)
            size = 1.2 + 0.35 * ease(t, 0.4, 6)
            y = 450 + 200 * ease(t, 0.4, 6)
            with at(c, x(t) + 34 * sway, y, size, turn=5 * sway):
                person(c, cousin, walking(t * 0.55, 0.8) | {"hands": ((28, -104), (-20, -96)), "nod": 8})
                shape(c, "M24 -118 L40 -118 L37 -98 L27 -98 Z", "#E24C3F")

    return draw
