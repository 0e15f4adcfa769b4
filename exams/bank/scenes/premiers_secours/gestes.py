"""Scenes of « premiers secours »: protecting, alerting, and the first gestures."""

import skia

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ink import (
    BLUE,
    GREEN,
    RED,
    TEAL,
    WHITE,
    at,
    box,
    disc,
    limb,
    oval,
    polygon,
    shade,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, blink, ease, wave
from exams.bank.scenes.kit.people import (
    AWA,
    CALL,
    DAD,
    KNEEL,
    LEO,
    LINA,
    MUM,
    OLD,
    SAMI,
    SIT,
    STAND,
    TOM,
    lying,
    person,
)
from exams.bank.scenes.registry import scene

SITTING = {"hip": (0, -20), "lean": 8, "nod": 10, "feet": ((60, 0), (48, 0)), "knee": 1}


def on_its_side(c, x, y, size, colour="#E9783F"):
    """A bicycle lying on the ground around (x, y)."""
    with at(c, x, y, size):
        oval(c, 0, -16, 210, 40, "#10182838")
        c.save()
        c.rotate(-9)
        c.scale(1, 0.42)
        side.bicycle(c, colour)
        c.restore()


def kneeling(down: float, hands) -> object:
    """From standing (0) to kneeling (1), the hands as given once down."""
    return KNEEL | {
        "hip": (-12 * down, -86 + 42 * down),
        "lean": 28 * down,
        "nod": 18 * down,
        "feet": ((-44 * down, 0), (10 * down, 0)),
        "soles": (60 * down, 0),
        "hands": hands if down > 0.7 else (None, None),
    }


@scene("sec-proteger-d-abord")
def protect_first(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.tree(c, 140, 440, 240)
    street.tree(c, 1120, 440, 260)
    street.road(c, pavements=False)
    ines, x = LINA | {"bag": "#7A5AA8"}, Curve((0, 20), (4, 300), end=0)
    far = Curve((2, 1700), (8, 1240), end=-30)

    def draw(c, t):
        on = blink(t)
        with at(c, 700, street.FAR_LANE + 40, 1.05, turn=4):
            side.car(c, "#8E98A3", hazard=on)
        with at(c, 980, street.NEAR_LANE - 4, 1.1, turn=-3, flip=True):
            side.car(c, RED, hazard=on)
        weather.smoke(c, 820, 560, t, "#B9C0C7", rise=110, puffs=5)
        if t > 2:
            ride(c, side.car, far, t, street.FAR_LANE - 20, 0.8, left=True, colour=TEAL, driver=MUM, beam=True)
        walk(c, ines, x, t, 712, 1.4, hold={"nod": wave(t, 3, -8, 4)} if t > 4 else None)

    return draw


@scene("sec-numero-114")
def board_of_numbers(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#D9D3C4")
    for y in range(0, 720, 60):
        limb(c, "#CCC5B3", 3, (0, y), (1280, y))
    box(c, 258, 58, 780, 612, "#10182828", 20)
    box(c, 250, 46, 780, 612, WHITE, 20)
    box(c, 250, 46, 780, 118, RED, 20)
    box(c, 250, 110, 780, 54, RED)
    text(c, "URGENCES", 640, 130, 74, WHITE)
    for k, number in enumerate(("15", "17", "18", "112")):
        x, y = 312 + k % 2 * 350, 200 + k // 2 * 132
        box(c, x, y, 306, 104, "#E4EAEE", 16)
        text(c, number, x + 153, y + 76, 70, "#5B6270")

    def draw(c, t):
        grown = 1 + 0.04 * wave(t, 1.6) * ease(t, 1.4, 2)
        lit = ease(t, 1, 1.8)
        with at(c, 640, 556, grown):
            box(c, -330, -76, 660, 140, "#E4EAEE", 20)
            if lit:
                box(c, -330, -76, 660, 140, "#F4BE3B" + f"{round(255 * lit):02X}", 20)
            text(c, "114", -70, 36, 108)
            if lit:
                text(c, "?", 170, 40, 120 * lit, RED)

    return draw


@scene("sec-numeros-15-18")
def european_number(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#BFE1F2")
    for outline, colour in (
        ("M420 330 Q500 260 600 300 Q690 280 740 340 L720 470 Q640 560 520 520 Q420 470 420 330 Z", "#93B86F"),
        ("M330 470 Q400 440 470 480 L460 600 Q380 650 310 600 Z", "#A9C68A"),
        ("M740 300 Q900 180 1080 240 L1120 420 Q980 520 740 470 Z", "#A9C68A"),
        ("M620 520 L700 500 L790 650 L740 670 Z", "#93B86F"),
        ("M330 150 Q400 110 440 180 L420 270 L340 250 Z", "#93B86F"),
        ("M620 130 Q760 30 860 110 L800 230 L680 240 Z", "#A9C68A"),
        ("M980 520 Q1080 500 1120 560 L1060 650 L960 620 Z", "#93B86F"),
    ):
        shape(c, outline, colour)
        trace(c, outline, "#FFFFFF90", 5)

    def draw(c, t):
        shown = ease(t, 0.6, 1.6)

        def screen(c):
            box(c, -57, -111, 114, 222, "#23304A")
            for k in range(3):
                y = -66 + k * 62
                box(c, -46, y - 22, 92, 48, "#3FA06B" if int(t * 1.2) % 3 == k else "#5B6270", 14)
                text(c, "1 ? ?", 0, y + 12, 30, WHITE)

        with at(c, 640, 370 + 260 * (1 - shown), 2.2):
            things.phone(c, screen)

    return draw


@scene("sec-dire-lieu")
def where_are_you(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    box(c, 410, 120, 230, 66, "#1F4E8C", 6)
    trace(c, "M417 127 H633 V179 H417 Z", "#3FA06B", 4)
    text(c, "12, RUE DU LAC", 525, 163, 24, WHITE)
    on_its_side(c, 930, 660, 1.4, TEAL)
    hurt, timeo = TOM | {"helmet": BLUE, "bag": None}, SAMI | {"bag": "#E9783F"}

    def draw(c, t):
        with at(c, 760, 690, 1.5):
            person(c, hurt, SIT | SITTING | {"hands": ((44, -30), (40, -30)), "nod": wave(t, 3, 6, 16)})
        look = ease(t, 2.4, 3.4)
        with at(c, 440, 700, 1.6):
            person(c, timeo, CALL | {"nod": 8 - 34 * look}, mouth=0.5 * max(0, wave(t, 0.5)))
            with at(c, 12, -150, 0.11, turn=8):
                things.phone(c)

    return draw


@scene("sec-saignement")
def bleeding_arm(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=7)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    on_its_side(c, 1010, 640, 1.5, "#7A5AA8")
    clara, boy = LINA | {"helmet": RED, "bag": None, "top": "#E9C6A0"}, LEO | {"bag": None}
    come = Curve((0.2, 120), (2.6, 470), end=0)

    def draw(c, t):
        with at(c, 700, 690, 1.75):
            person(c, clara, SIT | SITTING | {"hands": ((36, -66), (30, -60)), "nod": 20}, mouth=0.4)
            limb(c, "#B5271F", 10, (20, -64), (34, -66))
            for k in range(3):
                drop = (t * 0.8 + k / 3) % 1
                disc(c, 28, -58 + drop * 54, 3.4 * (1 - drop) + 1, "#B5271F")
            oval(c, 28, 0, 18 + 26 * ease(t, 0, 8), 6, "#B5271F")
        if t < 2.6:
            walk(c, boy, come, t, 690, 1.75)
        else:
            down = ease(t, 2.6, 3.6)
            with at(c, 470, 690, 1.75):
                person(c, boy, kneeling(down, ((28, -40), (24, -36))))

    return draw


@scene("sec-inconscient-respire")
def breathing(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=1)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    street.bench(c, 1080, 500)
    man, girl = OLD | {"top": "#5A7D9A"}, AWA | {"bag": None}

    def draw(c, t):
        oval(c, 760, 682, 380, 26, "#10182830")
        with at(c, 760, 676, 1.75):
            c.scale(1, 1 + 0.05 * wave(t, 2.6))
            lying(c, man)
        down = ease(t, 0.4, 1.6)
        bow = ease(t, 2, 3)
        with at(c, 520, 690, 1.7):
            pose = kneeling(down, ((58, -30), (52, -26))) | {"lean": 28 * down + 22 * bow, "nod": 20 + 20 * bow}
            person(c, girl, pose)
        for k in range(3):
            part = (t / 2.6 + k / 3) % 1
            if part < 0.5 and t > 2.6:
                x, y = 640 - 50 * part, 610 - 60 * part
                trace(c, f"M{x} {y} Q{x + 10} {y - 10} {x + 20} {y}", "#FFFFFFC0", 4)

    return draw


@scene("sec-ne-respire-pas")
def cardiac_arrest(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    box(c, 0, street.FRONT, 1280, 300, "#C9C3BA")
    box(c, 0, 700, 1280, 20, "#F4BE3B")
    box(c, 900, 200, 12, 300, "#4A515C")
    box(c, 820, 170, 170, 60, "#2F4858", 6)
    text(c, "TRAM", 905, 212, 34, WHITE)
    woman, boy, friend = MUM, TOM | {"bag": None}, LINA | {"bag": RED}

    def draw(c, t):
        fall = ease(t, 0.4, 1.3)
        if fall < 1:
            with at(c, 700, 690, 1.75, turn=-80 * fall):
                person(c, woman, STAND | {"nod": 20 * fall})
        else:
            oval(c, 740, 682, 380, 26, "#10182830")
            with at(c, 740, 676, 1.75):
                lying(c, woman)
        if t > 1.6:
            down = ease(t, 2.4, 3.4)
            with at(c, 520 - 160 * (1 - ease(t, 1.6, 2.4)), 690, 1.7):
                person(c, boy, kneeling(down, ((56, -34), (50, -30))))
        reach = ease(t, 3.6, 4.6)
        with at(c, 1080, 690, 1.7, flip=True):
            person(c, friend, STAND | {"hands": ((8 + 14 * reach, -84 - 34 * reach), None), "nod": 18 * reach})
            if reach > 0.3:
                with at(c, 8 + 14 * reach, -94 - 34 * reach, 0.13, turn=-14):
                    things.phone(c)

    return draw


@scene("sec-defibrillateur")
def defibrillator(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#E6DCC8")
    for y in range(0, 720, 60):
        limb(c, "#D9CDB6", 3, (0, y), (1280, y))
    box(c, 450, 330, 380, 350, "#C9CED3", 16)
    box(c, 480, 360, 320, 290, "#EAF2F6", 8)
    box(c, 540, 430, 200, 160, "#F4BE3B", 22)
    box(c, 566, 456, 148, 70, "#23304A", 8)
    disc(c, 606, 560, 16, "#3FA06B")
    polygon(c, "#D8412F", (668, 540), (652, 566), (664, 566), (658, 584), (680, 556), (668, 556))
    box(c, 520, 40, 240, 250, GREEN, 10)
    shape(c, "M640 250 C540 170 560 90 610 96 Q636 100 640 126 Q644 100 670 96 C720 90 740 170 640 250 Z", WHITE)
    polygon(c, GREEN, (652, 116), (612, 176), (636, 176), (622, 222), (670, 158), (644, 158))

    def draw(c, t):
        disc(c, 790, 346, 10, "#5BE39B" if blink(t, 1) else "#24443A")
        shine = ease(t, 2, 5)
        polygon(
            c,
            "#FFFFFF38",
            (480 + 240 * shine, 360),
            (540 + 240 * shine, 360),
            (500 + 240 * shine, 650),
            (440 + 240 * shine, 650),
        )

    return draw


@scene("sec-ne-pas-deplacer")
def do_not_move(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    box(c, 1120, 300, 22, 390, "#6B7480")
    witness = DAD | {"top": "#6BA368"}
    x = Curve((0.3, -80), (3.2, 470), end=0)

    def draw(c, t):
        with at(c, 830, 660, 1.75):
            side.car(c, BLUE, hazard=blink(t), passenger=None)
            polygon(c, shade(BLUE, -0.3), (176, -70), (212, -60), (206, -30), (184, -34))
            c.save()
            c.clipPath(skia.Path.Rect(skia.Rect.MakeLTRB(-30, -142, 80, -92)))
            with at(c, 14, -6, 0.9):
                hold = wave(t, 2, -2, 2)
                person(c, MUM, SIT | {"hip": (0, -62), "hands": ((-2, -128 + hold), (32, -70)), "elbow": -1, "nod": 14})
            c.restore()
        weather.smoke(c, 1120, 560, t, "#DDE3E6", rise=90, puffs=4)
        bend = ease(t, 3.2, 4.2)
        hold = {"lean": 22 * bend, "nod": 8 * bend, "hands": ((40 * bend, -104), None)} if t > 3.2 else None
        walk(c, witness, x, t, 706, 1.65, hold=hold, left=False)

    return draw


@scene("sec-autoroute-glissiere")
def behind_the_rail(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    box(c, 0, 450, 1280, 170, street.ASPHALT)
    for x in range(-40, 1280, 150):
        box(c, x, 498, 84, 6, street.LINE)
    box(c, 0, 556, 1280, 7, street.LINE)
    vest = {"vest": "#F4E04D", "bag": None}
    truck = Curve((2.6, -600), (6.4, 1900))
    father, girl = Curve((2, 420), (4.6, 330), end=0), Curve((3, 520), (5.6, 450), end=0)

    def draw(c, t):
        ride(c, side.truck, truck, t, 520, 0.62, driver=OLD)
        with at(c, 720, 640, 1.1):
            side.car(c, "#8E98A3", hazard=blink(t), door=ease(t, 0.6, 1.4))
        if t > 2:
            walk(c, DAD | vest, father, t, 662, 1.15, left=True)
        if t > 3:
            walk(c, LINA | vest | {"height": 148}, girl, t, 664, 1.15, left=True)
        for x in range(-60, 1340, 130):
            box(c, x, 640, 16, 62, "#8D949C")
        box(c, 0, 640, 1280, 18, "#C9CED3")
        box(c, 0, 647, 1280, 4, "#9AA3AD")

    return draw


@scene("sec-parler-rassurer")
def stay_with_her(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=0)
    box(c, 0, street.FRONT, 1280, 300, street.PAVING)
    street.bike_rack(c, 1000, 500, 3)
    lou, hurt = AWA | {"bag": None, "top": "#D8557A"}, MUM | {"top": "#5A7D9A"}

    def draw(c, t):
        oval(c, 760, 682, 380, 26, "#10182830")
        with at(c, 760, 676, 1.75):
            lying(c, hurt, asleep=False, mouth=0.3 * max(0, wave(t, 1.3)))
        down = ease(t, 0.4, 1.6)
        with at(c, 520, 690, 1.7):
            person(c, lou, kneeling(down, ((26, -36), (22, -32))) | {"nod": 18 * down + wave(t, 2.4, -5, 5)})
        with at(c, 190, 694, 1.5):
            shape(c, "M-52 0 Q-56 -22 -30 -26 L34 -26 Q54 -24 52 0 Z", "#3C6E71")
            trace(c, "M-40 -10 H44 M-30 -18 H36", "#2A4F51", 3)
        with at(c, 306, 692, 1.1):
            box(c, -18, -92, 36, 92, "#6FB4E0", 10)
            box(c, -10, -108, 20, 18, "#2F4858", 4)
        with at(c, 372, 692, 1.1):
            disc(c, 0, -20, 21, RED)
            limb(c, "#6B4A36", 4, (0, -40), (4, -50))

    return draw
