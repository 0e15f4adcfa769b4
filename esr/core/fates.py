"""How a row says whose it is and of which year, so that one engine deletes what an app's `purge.py` calls PURGED.

Most models need nothing: a foreign key `establishment` and a number `year` are taken as they stand, and a row that
points to a PURGED row goes with it. A model with neither says in `MARKS` of its `purge.py` how it is known.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """`year` names the field of a session; or `instant` that of a moment, whose local year counts.

    `establishment` names the field with the establishment's key, which may be kept `as_text`. Rows without one
    belong to nobody, and to the year of the platform's own clock.
    """

    establishment: str = ""
    year: str = ""
    instant: str = ""
    as_text: bool = False

    def __post_init__(self):
        if bool(self.year) == bool(self.instant):
            raise ValueError("A mark has a year or an instant")
        if self.year and not self.establishment:
            raise ValueError("The year of a session is an establishment's")
