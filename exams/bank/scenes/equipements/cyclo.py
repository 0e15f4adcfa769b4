"""Scenes of « équipements »: people on mopeds."""

from exams.bank.scenes.kit import side, street, things
from exams.bank.scenes.kit.ink import at, box, limb, shadow
from exams.bank.scenes.kit.motion import during, ease
from exams.bank.scenes.kit.people import LINA, STAND, TOM, person
from exams.bank.scenes.registry import scene


@scene("equ-cyclo-a-deux")
def two_on_moped(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    with at(c, 640, 560, 1.9):
        shadow(c, 0, 2, 230, 20)
        limb(c, "#4A515C", 6, (-8, -22), (-16, 0))
        side.moped_alone(c)
    box(c, 0, 590, 1280, 140, "#F6EEDD")
    box(c, 0, 590, 1280, 6, "#DCCFB8")
    nina, paul = LINA | {"top": "#7A5AA8", "bottom": "#3D5E8C"}, TOM | {"top": "#3A414D", "bottom": "#3D5E8C"}
    objects = (things.boots, things.motor_helmet, things.gloves, things.airbag_vest)

    def draw(c, t):
        with at(c, 340, 566, 1.75):
            person(c, nina, STAND | {"nod": 6 + 8 * during(t, 2, 4)})
        with at(c, 930, 566, 1.8, flip=True):
            person(c, paul, STAND | {"nod": 4 + 8 * during(t, 3, 6)})
        for k, thing in enumerate(objects):
            come = ease(t, 0.8 + k * 1.5, 1.7 + k * 1.5)
            x = 1500 + (220 + k * 280 - 1500) * come
            with at(c, x, 706, 0.82):
                shadow(c, 0, 2, 210, 18)
                thing(c)

    return draw
