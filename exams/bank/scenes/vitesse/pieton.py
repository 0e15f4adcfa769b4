"""Scenes of « vitesse »: people on foot, and passengers."""

from math import sin

from exams.bank.scenes.kit import ahead, side, speeding, street, things
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, GREEN, WHITE, at, box, disc, limb, oval, shade, shape, trace
from exams.bank.scenes.kit.motion import Curve, ease, wave
from exams.bank.scenes.kit.people import AWA, DAD, Look, facing
from exams.bank.scenes.registry import scene

DUMMY = Look(skin="#F4BE3B", hair="#23272F", top="#F08A3C", bottom="#3A414D", cut="bald")


@scene("vit-passager-chute")
def as_a_fall(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    box(c, 0, 440, 1280, 280, street.GRASS)
    box(c, 0, 600, 1280, 120, street.ASPHALT)
    with at(c, 0, 198):
        street.front(c, 960, 290, 590, "#E3C4B3", floors=5)
    speeding.crash_wall(c, 570, 640)
    with at(c, 826, 640, 0.5, flip=True):
        side.car(c, GREEN)
    with at(c, 1020, 640, 0.62):
        for x in (-18, 18):
            limb(c, "#F4BE3B", 7, (x, 0), (x, -46))
        box(c, -24, -52, 48, 9, "#F4BE3B", 2)
        limb(c, "#F4BE3B", 7, (-20, -46), (-24, -96))
    car = Curve((0, -180), (7.2, 470))
    stage.freeze = 7.2

    def draw(c, t):
        ride(c, side.car, car, t, 648, 0.46, colour=BLUE, driver=DUMMY)
        speeding.arrow_up(c, 1175, 636, 375 + 215 * wave(t, 5))

    return draw


@scene("vit-pieton-verglas")
def icy_street(stage):
    c = stage.back
    street.sky(c, "rain")
    street.fronts(c, seed=4)
    x, k = 0, 4
    while x < 1280:
        wide, height = (210, 180, 250, 190)[k % 4], (330, 380, 300, 410)[(k * 3) % 4]
        box(c, x - 8, street.FRONT - height - 26, wide + 16, 22, "#F4F8FA", 10)
        x, k = x + wide, k + 1
    street.road(c)
    box(c, 0, street.FRONT, 1280, street.KERB - street.FRONT - 8, "#EDF3F6")
    box(c, 0, street.NEAR + 8, 1280, 60, "#EDF3F6")
    box(c, 0, street.KERB, 1280, street.NEAR - street.KERB, "#A9C2D2")
    street.zebra(c, 760, 180)
    for k in range(30):
        oval(c, (k * 197) % 1280, street.KERB + 16 + (k * 61) % 150, 150, 9, "#E9F4FA90")
        limb(
            c,
            "#FFFFFFB0",
            3,
            ((k * 271) % 1280, street.KERB + 20 + (k * 47) % 140),
            ((k * 271) % 1280 + 60, street.KERB + 14 + (k * 47) % 140),
        )
    car = Curve((0, -260), (4, 220), (8, 470), end=40)
    coat = AWA | {"top": "#D8412F", "cut": "short", "gloves": "#F4F3EC"}

    def draw(c, t):
        slide = 2.2 * sin(t * 3) * ease(t, 3.2, 4.4)
        with at(c, car(t), street.NEAR_LANE - 6, 1.1, slide):
            side.car(c, BLUE, min(car(t), 150), driver=DAD, brake=t > 3.2)
        if t > 3.4:
            for k in range(3):
                limb(c, "#FFFFFFC0", 4, (car(t) - 280 - 30 * k, 640 + 10 * k), (car(t) - 240, 640 + 10 * k))
        with at(c, 930, 706, 1.5):
            facing(c, coat, back=True, gaze=-1)
            shape(c, "M-17 -154 C-18 -182 18 -182 17 -154 Z", "#2D8C8C")
            disc(c, 0, -178, 7, WHITE)
            box(c, -19, -160, 38, 9, shade("#2D8C8C", 0.3), 4)
            trace(c, "M-15 -138 Q0 -128 15 -138", "#F4BE3B", 9)
        speeding.snow(c, t)

    return draw


@scene("vit-passager-retard")
def in_a_hurry(stage):
    view = View(height=1.3, horizon=285, centre=560)
    gone, speed = Curve((0, 0), (3, 60), (8, 175)), Curve((0, 80), (2.4, 80), (4.6, 90), (8, 90))

    def draw(c, t):
        view.land(c)
        view.road(c, -4.9, 1.9, edges=True)
        view.dashes(c, -1.5, gone(t), 3, 7)
        view.trees(c, gone(t), 8, 16)
        dial = lambda c: ahead.needle(c, speed(t) / 130, f"{round(speed(t))}")  # noqa: E731
        ahead.dashboard(c, dial, turn=1.2 * sin(t), skin="#8A5638", sleeve="#5A7D9A")
        street.tag(c, "10 km", 230, 120, 46, WHITE, "#2F6FB3")
        if t > 3.4:
            with at(c, 1010, 190, 0.3 + 0.7 * ease(t, 3.4, 3.9)):
                things.clock(c, 8.4 + t / 60, 96)
                with at(c, 120, 70):
                    things.badge(c, lambda c: things.question_mark(c, 64, "#F08A3C"), 44)

    return draw
