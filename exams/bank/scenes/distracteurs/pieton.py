"""Scenes of « distracteurs », à pied."""

from exams.bank.scenes.kit import side, signs, street, things
from exams.bank.scenes.kit.actors import ride, slowing, walk
from exams.bank.scenes.kit.ink import BLUE, RED, at, box
from exams.bank.scenes.kit.motion import Curve
from exams.bank.scenes.kit.people import DAD, SAMI, facing
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


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
