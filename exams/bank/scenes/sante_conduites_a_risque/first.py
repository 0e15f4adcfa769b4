"""Scenes of « santé et conduites à risque »."""

from math import sin

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    WHITE,
    at,
    box,
    disc,
    fade,
    limb,
    oval,
    polygon,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, blink, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, LINA, MUM, PHONE_UP, SAMI, SIT, STAND, TOM, person, walking
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


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


@scene("san-velo-defi")
def wheelie_dare(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    axel = TOM | HELMET | {"top": "#6BA368"}
    friends = ((LEO, 110), (AWA, 230), (SAMI, 350))
    near = [(Curve((0.2, -320), (3.4, 1600)), RED), (Curve((4.4, -320), (7.6, 1600)), "#F4BE3B")]
    far = [(Curve((1.4, 1600), (5, -320)), TEAL)]

    def draw(c, t):
        for x, colour in far:
            ride(c, side.car, x, t, street.FAR_LANE - 6, 0.95, left=True, colour=colour, driver=DAD)
        for x, colour in near:
            ride(c, side.car, x, t, street.NEAR_LANE - 20, 1.05, colour=colour, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        for k, (look, x) in enumerate(friends):
            bob = 6 * abs(sin(t * 3 + k))
            with at(c, x, 712 - bob, 1.6):
                if k == 1:
                    person(c, look, PHONE_UP | {"nod": 4, "hands": ((34, -128), None)})
                    with at(c, 40, -136, 0.13, turn=4):
                        things.phone(c)
                else:
                    point = (46, -122 + 6 * sin(t * 4 + k))
                    person(c, look, STAND | {"hands": (point, None)}, mouth=0.6 * abs(sin(t * 5 + k)))
        with at(c, 760, 712, 1.6, flip=t < 4.2):
            nod = -10 if t < 4.2 else -4
            side.cyclist(c, axel, 60, stopped=True, bike="#3A6FB0", pose=side.foot_down() | {"nod": nod})
        grown = ease(t, 1.2, 2)
        if grown:
            with at(c, 1070, 210, grown):
                street.bubble(c, 0, 0, 340, 300, -90)
                with at(c, -40, 110, 1.15, turn=-36), at(c, 50, 0):
                    side.bicycle(c, "#3A6FB0", t * 200)
                    person(c, axel, side.pedalling(1.4) | {"lean": 8})

    return draw


@scene("san-velo-sommeil")
def sleepy_rider(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 380, seed=0)
    street.house(c, 60, 330)
    street.fronts(c, 1300, 520, seed=3)
    street.tree(c, 460, 460, 260)
    street.road(c)
    romane = LINA | {"tired": True, "bag": "#7A5AA8", "top": "#E58AA0"}
    x = Curve((4.4, 300), (8, 630), start=60)

    def draw(c, t):
        with at(c, 1180, street.NEAR_LANE - 10, 0.92):
            side.truck(c, driver=DAD, right=t > 5 and blink(t, 0.7), brake=t > 5)
        if t < 4.4:
            with at(c, 350, 650, 1.45):
                side.bicycle(c, TEAL)
            yawn = during(t, 2.5, 4.2, 0.4)
            rub = 5 * sin(t * 12) * yawn
            with at(c, 268, 658, 1.45):
                person(
                    c,
                    romane,
                    STAND
                    | {"hands": ((16 * yawn + 6, -92 - 56 * yawn + rub), (46, -100)), "nod": -10 * yawn, "elbow": 1},
                    blink=yawn > 0.5,
                    mouth=yawn,
                )
        else:
            ride(c, side.cyclist, x, t, 654, 1.45, look=romane | HELMET, bike=TEAL)
        if t < 2.4:
            fading = 1 - ease(t, 2, 2.4)
            weather.darkness(c, 0.75 * fading)
            c.saveLayerAlpha(None, round(255 * fading))
            with at(c, 640, 360, 1.7):
                things.alarm_clock(c, "2:00" if t < 1.1 else "7:00")
            c.restore()

    return draw
