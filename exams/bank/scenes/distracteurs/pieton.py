"""Scenes of « distracteurs »: people on foot."""

from math import sin

from exams.bank.scenes.kit import side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride, slowing, walk
from exams.bank.scenes.kit.close import headphones, shelter, skull
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, at, box, disc
from exams.bank.scenes.kit.motion import Curve, ease
from exams.bank.scenes.kit.people import (
    AWA,
    DAD,
    LEO,
    LINA,
    MUM,
    SAMI,
    STAND,
    TOM,
    facing,
    person,
    stride_length,
    walking,
)
from exams.bank.scenes.registry import scene


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


@scene("dis-pieton-groupe")
def chatting_friends(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    street.zebra(c, 620)
    with at(c, 905, 472, 1.2):
        signs.pole(c, signs.crossing)
    stage.camera = lambda t: (660, 440, 1.32)
    car = Curve((3.4, -200), (6.6, 250), (8, 330), end=0)
    friends = ((655, SAMI, 3.4, 1), (792, TOM | {"bag": "#D8412F"}, 3.9, -1))

    def draw(c, t):
        with at(c, 722, 478, 1.25):
            facing(c, LINA | {"bag": "#7A5AA8"}, gaze=0.9 * sin(t * 1.6), hands={1: (26, -104 - 10 * sin(t * 4))})
        for x, look, start, gaze in friends:
            y = Curve((start, 480), (8, 572), end=18)
            going = t > start
            with at(c, x, y(t), 1.25 + (y(t) - 478) / 600):
                facing(
                    c,
                    look,
                    y(t) / 60,
                    0.8 if going else 0,
                    gaze=gaze,
                    hands={-gaze: (-28 * gaze, -100 + 8 * sin(t * 5))},
                )
        street.tag(c, "Sarah", 722, 240, 24)
        ride(c, side.car, car, t, street.NEAR_LANE + 6, 1.15, colour=TEAL, driver=MUM)

    return draw


@scene("dis-pieton-casque-audio")
def loud_music(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    street.cycle_track(c)
    stage.camera = lambda t: (640, 420, 1.35)
    yanis, bike = Curve((0, 460), (8, 860)), Curve((0, 40), (8, 640))
    look = SAMI | {"top": "#4C6FBF", "bag": "#D8412F"}

    def draw(c, t):
        with at(c, yanis(t), 476, 1.25):
            pose = walking(yanis(t) / 1.25 / stride_length(165), 0.8)
            person(c, look, pose)
            x, y = skull(look, pose)
            with at(c, x, y):
                headphones(c)
            for k in range(4):
                part = (t * 0.35 + k / 4) % 1
                with at(c, x - 10 - 30 * sin(part * 5 + k), y - 18 - 70 * part, 0.55 * (1 - part * 0.4)):
                    things.note(c, ("#7A5AA8", "#D8412F")[k % 2])
        ride(c, side.cyclist, bike, t, 512, 1.2, look=AWA | {"helmet": BLUE}, bike="#E9783F")
        if t > 2.4:
            weather.waves(c, bike(t) + 50, 512 - 128, t, turn=-10, start=14, step=20, colour="#C8102E")

    return draw


@scene("dis-pieton-message-passage")
def message_at_crossing(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    street.road(c)
    street.zebra(c, 520)
    with at(c, 800, 472, 1.2):
        signs.pole(c, signs.crossing)
    come = Curve((0, 300), (2.4, 615), end=0)
    car = Curve((1.2, -300), (6, 1700))
    chloe = LINA | {"bag": "#3C6E71", "top": "#E58AA0"}
    stage.camera = lambda t: (680, 420, 1.2)

    def draw(c, t):
        if t < 2.4:
            walk(c, chloe, come, t, 478, 1.3)
        else:
            up = ease(t, 3.6, 4.4)
            with at(c, 615, 480, 1.3):
                facing(c, chloe, hands={1: (23 - 12 * up, -78 - 26 * up)} if up else None, nod=0.9 * up)
                if up > 0.3:
                    box(c, 5, -118, 12, 22, "#15181F", 3)
        ride(c, side.car, car, t, street.NEAR_LANE + 6, 1.15, colour=RED, driver=DAD)
        box(c, 916, 182, 196, 324, "#FFFFFFB0", 40)
        with at(c, 1014, 344, 1.15):
            things.phone(c, things.message, lit=t > 2.8)
            if t > 2.8:
                weather.buzz(c, 0, 0, t - 2.8, 4.2)

    return draw


@scene("dis-pieton-jeu")
def waiting_for_bus(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    bus = Curve((2.6, -700), (6.6, 560), end=0)
    noe = LEO | {"height": 150}

    def draw(c, t):
        ride(c, side.bus, bus, t, street.NEAR_LANE - 10, 0.95, driver=DAD)
        box(c, 0, 640, 1280, 90, street.PAVING)
        box(c, 0, 636, 1280, 9, "#B8B0A2")
        with at(c, 780, 700, 1.75):
            shelter(c)
        up = ease(t, 1, 1.8)
        with at(c, 300, 708, 1.95):
            person(c, noe, STAND | {"nod": 20 * up, "hands": ((20 + 6 * up, -84 - 32 * up), None)})
            if up > 0.2:
                with at(c, 24, -118 * up * 150 / 165 + 2, 0.13, turn=-20):
                    things.phone(c)
        box(c, 482, 116, 196, 324, "#FFFFFFB0", 40)
        with at(c, 580, 278, 1.15):
            things.phone(c, _game(t), lit=up > 0.5)

    return draw


def _game(t):
    """Screen: a game of bricks."""

    def draw(c):
        box(c, -57, -111, 114, 222, "#2B1D58")
        for k in range(4):
            box(c, -50 + k * 27, -96 + 8 * (k % 2), 20, 14, ("#F4BE3B", "#E2574C", "#5BE39B", "#4CB0E2")[k], 3)
        box(c, -18 + 26 * sin(t * 2.4), 78, 38, 10, "#FFFFFF", 5)
        disc(c, 34 * sin(t * 2.1), 10 + 56 * sin(t * 3.3), 8, "#FFFFFF")

    return draw
