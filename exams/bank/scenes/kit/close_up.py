"""A closer look: a whole scene, still ground and movers alike, drawn larger around a point."""

from collections.abc import Callable
from functools import wraps

import skia

from exams.bank.scenes.stage import HEIGHT, WIDTH, Drawing, Stage

from .ink import at


def close_up(x: float, y: float, zoom: float) -> Callable[[Callable[[Stage], Drawing]], Callable[[Stage], Drawing]]:
    """Draw the decorated scene ``zoom`` times larger, (x, y) being at the centre of the picture."""
    left, top = WIDTH / 2 - zoom * x, HEIGHT / 2 - zoom * y

    def larger(setting: Callable[[Stage], Drawing]) -> Callable[[Stage], Drawing]:
        @wraps(setting)
        def closer(stage: Stage) -> Drawing:
            stage.back.translate(left, top)
            stage.back.scale(zoom, zoom)
            draw = setting(stage)

            def drawn(c: skia.Canvas, t: float) -> None:
                with at(c, left, top, zoom):
                    draw(c, t)

            return drawn

        return closer

    return larger
