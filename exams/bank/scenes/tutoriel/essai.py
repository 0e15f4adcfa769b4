"""The scene of the tutorial's trial question."""

from exams.bank.scenes.kit import side, street
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ink import RED
from exams.bank.scenes.kit.motion import Curve
from exams.bank.scenes.kit.people import MUM, SAMI
from exams.bank.scenes.registry import scene


@scene("essai-rue")
def street_with_passers_by(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    car, bike = Curve((0.4, 1540), (3.8, -280)), Curve((2.8, -140), (8, 1180))

    def draw(c, t):
        ride(c, side.car, car, t, street.FAR_LANE, 1, left=True, colour=RED, driver=MUM)
        ride(c, side.cyclist, bike, t, street.NEAR_LANE, 1.2, look=SAMI | {"helmet": "#F4BE3B"})

    return draw
