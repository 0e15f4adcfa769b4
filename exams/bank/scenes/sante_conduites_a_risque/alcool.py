"""Scenes of « santé et conduites à risque » : alcohol."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, side, street, things, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ahead import View, car_from
from exams.bank.scenes.kit.ink import (
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
    ring,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, blink, during, ease
from exams.bank.scenes.kit.people import (
    AWA,
    DAD,
    LEO,
    LINA,
    MUM,
    OFFICER,
    OLD,
    SAMI,
    SIT,
    STAND,
    TOM,
    facing,
    lying,
    person,
    walking,
)
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


def _breathalyser(c, words):
    """A breathalyser 120 wide and 210 high, centred, its mouthpiece on top."""
    box(c, -16, -150, 32, 60, "#DDE6EA", 8)
    box(c, -60, -105, 120, 210, "#2B3440", 22)
    box(c, -44, -86, 88, 70, "#BFE6C8", 8)
    text(c, words, 0, -34, 46, "#1E2430")
    disc(c, 0, 40, 26, "#F08A3C")


@scene("san-alcool-taux")
def breath_test(stage):
    c = stage.back
    street.sky(c, "evening")
    street.fronts(c, dark=True, lit=4, seed=1)
    street.road(c)
    street.lamp_post(c, 250, 480, lit=True)
    weather.darkness(c, 0.18)
    weather.shine(c, 296, 150, 200, "#FFE9A880")
    come = Curve((0.2, -60), (2.4, 566), end=0)

    def draw(c, t):
        with at(c, 700, 600, 1.6, flip=True):
            side.car(c, "#8E98A3", driver=MUM)
        reach = ease(t, 2.2, 3.2)
        hand = (20 + 34 * reach, -92 - 16 * reach)
        hold = {"hands": (hand, (18, -90)), "nod": 6} if t > 2.2 else None
        walk(c, OFFICER, come, t, 660, 1.6, hold=hold)
        if t > 2.4:
            with at(c, come(t) + 1.73 * hand[0] + 14, 660 + 1.73 * hand[1] - 6, 0.2, turn=60):
                _breathalyser(c, "")
        grown = ease(t, 3.4, 4)
        if grown:
            with at(c, 1080, 300, grown):
                things.badge(c, lambda c: None, 190)
                with at(c, 0, 20, 1.15):
                    _breathalyser(c, "." * (1 + int(t * 2) % 3) if t < 6 else "?")

    return draw


def _accompanied(c):
    """The disc of accompanied driving, radius 20: two people side by side."""
    disc(c, 0, 0, 20, WHITE)
    ring(c, 0, 0, 19, RED, 2.4)
    for x, tone in ((-7, "#1E2430"), (7, "#1E2430")):
        disc(c, x, -6, 4, tone)
        shape(c, f"M{x - 6.4} 11 Q{x - 6.4} -1 {x} -1 Q{x + 6.4} -1 {x + 6.4} 11 Z", tone)


@scene("san-alcool-accompagnateur")
def supervisor(stage):
    c = stage.back
    street.sky(c)
    street.front(c, -10, 560, 400, "#D9B79A", shop="RESTAURANT", awning="#7A5AA8")
    street.fronts(c, 1300, 550, seed=2)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    for x in (690, 1130):
        box(c, x, 440, 7, 190, WHITE)
    with at(c, 910, 620, 1.75):
        car_from(c, TEAL)
        with at(c, 50, -112, 1.7):
            _accompanied(c)
    father = DAD | {"top": "#5B7A52"}
    camille, come = LINA | {"bag": None, "top": "#E9783F"}, Curve((0.2, 760), (2.4, 560), end=0)

    def draw(c, t):
        drink = during(t, 2.4, 5.6, 0.9)
        hand = (38 - 12 * drink, -86 - 36 * drink)
        with at(c, 170, 690, 1.75):
            side.seat(c, "#7A5A40")
            person(c, father, SIT | {"hands": (hand, (36, -80)), "nod": -12 * drink})
            with at(c, hand[0] + 5, hand[1] + 6, 0.24, turn=-70 * drink):
                things.wine_glass(c, 0.5 if t < 4 else 0)
        box(c, 216, 560, 210, 14, "#8C5A34", 6)
        box(c, 312, 570, 16, 124, "#7A4C2A")
        with at(c, 352, 562, 0.52):
            things.bottle(c)
        reach = ease(t, 2.8, 3.6)
        hold = {"hands": ((20 + 22 * reach, -92 - 26 * reach), None), "nod": 4} if t > 2.4 else None
        walk(c, camille, come, t, 700, 1.7, hold=hold, left=True)
        if t > 2.6:
            with at(c, come(t) - 1.7 * (20 + 22 * reach), 700 - 1.7 * (88 + 26 * reach), 0.26):
                things.keys(c)

    return draw


@scene("san-alcool-lendemain")
def morning_after(stage):
    c = stage.back
    box(c, 0, 0, 1280, 590, "#CBD3DC")
    box(c, 0, 590, 1280, 130, "#A9805A")
    box(c, 0, 580, 1280, 12, "#8C6845")
    box(c, 90, 120, 250, 230, "#F4F1EA", 6)
    box(c, 1010, 150, 200, 434, "#6B4A36", 4)
    box(c, 1026, 166, 168, 416, "#3A2F2A", 3)
    with at(c, 1120, 596, 1.6, flip=True):
        person(c, SAMI | {"bag": "#E9783F", "height": 158}, STAND)
    box(c, 830, 470, 110, 124, "#8C5A34", 6)
    uncle = OLD | {"hair": "#33261F", "top": "#5A7D9A", "tired": True, "cut": "short", "height": 176}

    def draw(c, t):
        dawn = ease(t, 1.2, 3.4)
        box(c, 104, 134, 222, 202, "#141C33")
        box(c, 104, 134, 222, 202, "#BFE1F2" + f"{round(255 * dawn):02X}")
        box(c, 208, 134, 12, 202, "#F4F1EA")
        _bed(c)
        up = ease(t, 4, 4.8)
        if t < 4.2:
            with at(c, 560, 500, 1.6):
                lying(c, uncle, mouth=0.25 * (1 + sin(t * 3)))
            box(c, 520, 478, 220, 56, "#7A5AA8", 20)
        else:
            rub = during(t, 4.4, 6.2, 0.4)
            take = ease(t, 6.2, 7)
            hand = (14 + 10 * take + 3 * sin(t * 14) * rub, -78 - 56 * rub - 14 * take)
            with at(c, 680, 626, 1.6):
                person(c, uncle, SIT | {"hands": (hand, (26, -60)), "nod": 14 * rub, "lean": 10 * (1 - up)})
                if take > 0.3:
                    with at(c, hand[0] + 4, hand[1] + 10, 0.16):
                        things.keys(c)
        if t < 6.8:
            with at(c, 900, 456, 0.4):
                things.keys(c)
        if t < 4:
            weather.darkness(c, 0.5 * (1 - dawn))
        hour = 3 + 4 * dawn
        with at(c, 620, 200, 0.9):
            things.alarm_clock(c, f"{int(hour)}:{int(hour % 1 * 60):02d}")

    return draw


def _bed(c):
    """A bed from the side, its pillow on the left."""
    box(c, 350, 400, 22, 200, "#7A4C2A", 6)
    box(c, 770, 470, 20, 130, "#7A4C2A", 6)
    box(c, 360, 540, 420, 34, "#8C5A34", 4)
    box(c, 366, 496, 410, 50, "#F4F1EA", 14)
    box(c, 376, 470, 110, 40, "#FFFFFF", 18)


def _cup(c, t):
    weather.smoke(c, 0, -26, t, "#B9AFA4", rise=56, drift=14, puffs=3)
    ring(c, 40, 8, 16, "#E9E6DC", 8)
    shape(c, "M-38 -20 H38 L30 44 H-30 Z", "#E9E6DC")
    oval(c, 0, -20, 76, 18, "#4A2F20")


def _shower(c, t):
    trace(c, "M-44 50 V-40 Q-44 -58 -26 -58 H0 V-44", "#9AA3AD", 10)
    shape(c, "M-30 -28 Q0 -56 30 -28 Z", "#7B838D")
    for k in range(5):
        fall = (t * 1.3 + k * 0.37) % 1
        limb(c, "#6FB4E0", 5, (-22 + k * 11, -20 + fall * 58), (-22 + k * 11, -10 + fall * 58))


def _bread(c, t):
    with at(c, 0, 4, turn=-24 + 4 * sin(t * 2)):
        box(c, -62, -22, 124, 44, "#C98F4E", 22)
        for x in (-34, -6, 22):
            limb(c, "#F1DDB4", 7, (x, 10), (x + 14, -10))


def _hours(c, t):
    things.clock(c, 1 + t * 0.6, 52)


@scene("san-alcool-remedes")
def false_remedies(stage):
    c = stage.back
    c.drawRect(skia.Rect.MakeXYWH(0, 0, 1280, 720), fade("#EADFCB", "#DCCBAA", 0, 0, 0, 460))
    box(c, 0, 540, 1280, 180, "#B5834F")
    box(c, 0, 534, 1280, 14, "#C9955E")
    for y in (590, 660):
        trace(c, f"M0 {y} Q640 {y + 14} 1280 {y - 6}", "#A37342", 4)
    with at(c, 540, 640, 1.7):
        oval(c, 0, 0, 76, 14, "#10182830")
        things.wine_glass(c, 0)
    with at(c, 760, 600, 0.95):
        oval(c, 0, 90, 120, 18, "#10182830")
        things.keys(c)
    ideas = (_cup, _shower, _bread, _hours)

    def draw(c, t):
        for k, idea in enumerate(ideas):
            grown = ease(t, 0.5 + 0.8 * k, 1.1 + 0.8 * k)
            if grown:
                with at(c, 196 + 296 * k, 230 + 8 * sin(t * 1.6 + k), 1.5 * grown):
                    things.badge(c, lambda c, idea=idea: idea(c, t), 82)

    return draw


@scene("san-alcool-effets")
def after_a_few(stage):
    view = View(height=1.25, horizon=290)
    walker_look = AWA | {"bag": "#E9783F"}

    def draw(c, t):
        gone, s = 5.7 * t, 0.8 * sin(t * 1.3) * min(1, t / 2)
        view.land(c, "evening", "#5D7560")
        view.road(c, -5 - s, 2.2 - s, pavement=2.6, asphalt="#565E6B")
        view.town(c, gone, -7.6 - s, 4.8 - s, dark=True)
        view.dashes(c, -1.4 - s, gone)
        z = 54 - gone
        view.zebra(c, -5 - s, 2.2 - s, z)
        x = 4.6 - 1.7 * min(1, t / 7)
        with view.at(c, x - s, z + 1.4):
            facing(c, walker_look, t * 0.8, 0.6 if t < 7 else 0, gaze=-0.6)
        ahead.dashboard(c, lambda c: ahead.needle(c, 0.36, ""), turn=-26 * sin(t * 1.3 + 0.9))
        with at(c, 1090, 196):
            things.badge(c, lambda c: None, 110, "#4C6470")
            with at(c, 0, 74, 1.25):
                things.wine_glass(c, max(0, 0.7 - 0.2 * t))

    return draw


@scene("san-alcool-velo")
def by_bike(stage):
    c = stage.back
    street.sky(c, "night")
    street.front(c, 0, 470, 380, "#7A6470", shop="CAFÉ", dark=True, lit=(1, 4))
    street.fronts(c, 1300, 480, dark=True, lit=5, seed=1)
    box(c, 0, street.FRONT, 1280, 300, "#8A8678")
    weather.darkness(c, 0.3)
    weather.shine(c, 200, 380, 260, "#FFD98A70")
    street.bike_rack(c, 800, 640, 3, 90)
    brother = TOM | {"height": 180, "top": "#D8557A", "tired": True, "bag": None}
    x = Curve((0.4, 260), (5, 720), end=0)

    def draw(c, t):
        with at(c, 890, 668, 1.75, flip=True):
            side.bicycle(c, "#4CA39A")
        with at(c, 420, 622, 1.5, flip=t < 2):
            person(c, LEO | {"bag": None, "height": 150}, STAND | {"nod": 4})
        sway = sin(t * 2.6) * (1 - ease(t, 4.6, 5.4))
        reach = ease(t, 5, 6)
        with at(c, x(t) + 16 * sway, 690, 1.75, turn=5 * sway):
            hold = {"hands": ((30 + 22 * reach, -88 - 14 * reach), (8, -84)), "nod": 10, "lean": 8 * reach}
            person(c, brother, walking(t * 0.6, 0.75 * (1 - ease(t, 4.6, 5))) | hold)

    return draw


@scene("san-cyclo-passager-alcool")
def pillion(stage):
    c = stage.back
    street.sky(c, "evening")
    street.front(c, 0, 620, 300, "#8A7A6A", floors=2, dark=True, lit=(0, 2, 3), door=0.72, name="SALLE DES FÊTES")
    street.fronts(c, 1300, 640, dark=True, lit=4, seed=3)
    box(c, 0, street.FRONT, 1280, 300, "#A29C90")
    weather.darkness(c, 0.12)
    box(c, 60, 520, 250, 90, "#7A7268", 6)
    box(c, 50, 508, 270, 18, "#8F877B", 6)
    for k, (x, turn) in enumerate(((100, 0), (150, 0), (214, 82))):
        with at(c, x, 510 if not turn else 502, 0.55, turn=turn):
            _can(c, ("#C98F1E", "#C98F1E", "#C98F1E")[k])
    karim = SAMI | {"bag": None, "top": "#3F5E78", "height": 176, "tired": True}
    lise, come = LINA | {"bag": "#7A5AA8", "top": "#E58AA0"}, Curve((0.2, 1340), (2.6, 960), end=0)

    def draw(c, t):
        reach = ease(t, 2.8, 3.8)
        lean = 4 * sin(t * 1.7)
        hand = (22 + 22 * reach, -100 - 22 * reach)
        with at(c, 560, 690, 1.85):
            pose = side.on_moped() | {
                "hands": (hand, (31, -108)),
                "lean": 8 + 18 * reach + lean * (1 - reach),
                "feet": ((10, 0), (22, -34)),
            }
            side.moped(c, karim, colour="#8E3B46", pose=pose)
            with at(c, hand[0] + 10, hand[1] + 24, 0.2):
                things.motor_helmet(c, "#4C6FBF")
        walk(c, lise, come, t, 696, 1.75, left=True, hold={"nod": 8} if t > 2.8 else None)

    return draw


def _can(c, colour):
    """A can, 40 wide and 66 high, standing on y = 0."""
    box(c, -20, -66, 40, 66, colour, 7)
    box(c, -16, -70, 32, 6, "#C9CED3", 3)
    box(c, -20, -46, 40, 22, "#F6EEDD")


@scene("san-conducteur-sobre")
def who_drives(stage):
    c = stage.back
    street.sky(c)
    street.house(c, 40, 330)
    street.tree(c, 470, 452, 250)
    street.fronts(c, 1300, 760, seed=2)
    street.road(c)
    adults = (
        (MUM, 420, False),
        (DAD | {"top": "#E9783F"}, 620, False),
        (OLD | {"hair": "#5B3A26", "top": TEAL}, 830, True),
    )

    def draw(c, t):
        with at(c, 640, 666, 1.4):
            side.car(c, "#4C6FBF")
        lift = ease(t, 0.8, 1.8)
        for k, (look, x, flip) in enumerate(adults):
            turned = flip if k != 1 else t > 4.2
            with at(c, x, 712, 1.7, flip=turned):
                hand = ((30, -96 - 34 * lift), None) if k == 1 else ((24, -100 + 8 * sin(t * 2 + k)), None)
                person(
                    c,
                    look,
                    STAND | {"hands": hand, "nod": 4 * sin(t * 1.4 + k)},
                    mouth=0.4 * max(0, sin(t * 4 + 2 * k)),
                )
                if k == 1:
                    with at(c, 34, -104 - 34 * lift, 0.34):
                        things.keys(c)
        grown = ease(t, 1.8, 2.6)
        if grown:
            with at(c, 660, 170, grown):
                _party(c, t)

    return draw


def _party(c, t):
    """A thought bubble: a house lit at night, music, a question mark."""
    street.bubble(c, 0, 0, 480, 250, -60)
    box(c, -216, -104, 432, 208, "#27325A", 24)
    box(c, -170, -20, 190, 110, "#8A7A8F")
    polygon(c, "#5B4A5E", (-196, -18), (-75, -88), (46, -18))
    for x in (-150, -56):
        box(c, x, 8, 56, 44, "#FFD98A", 3)
    for k in range(3):
        rise = (t * 0.5 + k / 3) % 1
        with at(c, -130 + 56 * k, -30 - 40 * rise, 0.5):
            things.note(c, ("#F4BE3B", "#E58AA0", "#8FD0E0")[k])
    with at(c, 130, 4):
        things.question_mark(c, 150)


@scene("san-alcool-assurance")
def who_pays(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=6)
    street.road(c)
    box(c, 716, 200, 20, 440, "#6B7480", 4)
    box(c, 0, 640, 1280, 90, street.PAVING)
    box(c, 0, 636, 1280, 9, "#B8B0A2")
    driver = DAD | {"top": "#7A5AA8", "tired": True}
    passenger, walker_look = LINA | {"bag": None}, OLD | {"top": "#6BA368"}
    hurt = {"hip": (0, -20), "lean": 10, "knee": 1, "feet": ((56, 0), (44, 0))}

    def draw(c, t):
        with at(c, 430, 640, 1.35):
            side.car(c, "#D8412F", hazard=blink(t))
            polygon(c, "#8C2A20", (150, -94), (196, -78), (206, -34), (178, -40), (186, -62), (160, -70))
            polygon(c, "#5B1E18", (168, -84), (182, -70), (170, -52), (192, -44), (200, -60))
        weather.smoke(c, 690, 550, t, "#DDE3E6", rise=110, drift=-30, puffs=4)
        with at(c, 130, 706, 1.55):
            person(c, passenger, SIT | hurt | {"hands": ((24, -56), (20, -54)), "nod": 14 + 4 * sin(t * 2)})
        with at(c, 1160, 706, 1.55, flip=True):
            person(c, walker_look, SIT | hurt | {"hands": ((34, -30), (30, -28)), "nod": 18 + 4 * sin(t * 1.6)})
        lift = ease(t, 1, 2)
        with at(c, 830, 706, 1.6):
            hand = (28, -86 - 24 * lift)
            person(c, driver, STAND | {"hands": (hand, (26, -84 - 22 * lift)), "nod": 18})
            polygon(
                c, WHITE, (24, -96 - 24 * lift), (50, -104 - 24 * lift), (54, -80 - 24 * lift), (28, -72 - 24 * lift)
            )
        grown = ease(t, 2.4, 3.2)
        if grown:
            with at(c, 1060, 226, 1.12 * grown):
                box(c, -124, -152, 260, 320, "#10182830", 8)
                box(c, -130, -160, 260, 320, WHITE, 8)
                box(c, -130, -160, 260, 58, "#2F6FB3", 8)
                text(c, "ASSURANCE", 0, -120, 34, WHITE)
                for y in (-76, -48, 116, 140):
                    box(c, -104, y, 208, 8, "#C9CED3", 4)
                with at(c, 0, 40):
                    things.question_mark(c, 160, RED)

    return draw
