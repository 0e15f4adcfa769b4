"""The road as somebody sees it who drives on the right of a two-way road."""

from dataclasses import dataclass

from .ahead import View


@dataclass(frozen=True)
class InLane(View):
    """An eye ``aside`` metres right of the middle of the road: x is counted from that middle."""

    aside: float = 1.5

    def spot(self, x: float, z: float, y: float = 0) -> tuple[float, float]:
        return super().spot(x - self.aside, z, y)
