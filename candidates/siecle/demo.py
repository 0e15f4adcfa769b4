"""SIECLE BEE of the demonstration: invented pupils for any establishment, always the same ones, and no network."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from candidates.siecle.gateway import Export, Progress, Pupil, Result, Sent

_NAMES = "ABADIE BERGER CARON DELMAS ESTEVE FERRAND GUILLOT HAMON IMBERT JOUBERT LACROIX MAILLARD NAVARRO".split()
_FIRST_NAMES = "Inès Malo Aya Tom Zoé Noé Lina Adam Éva Sacha Chloé".split()
# Level → MEF, age reached in the school year's second half, attestations held.
_CLASSES = (
    ("5A", "10110001110", 13, ()),
    ("5B", "10110001110", 13, ()),
    ("4A", "10210001110", 14, ("ASSR1",)),
    ("3A", "10310019110", 15, ("ASSR1",)),
    ("3B", "10310019110", 15, ("ASSR1",)),
)
_PER_CLASS = 24


class DemoGateway:
    """One button, an answer at once; results are taken and forgotten."""

    from_files = False
    is_remote = False

    def read(self, uai: str, files: Sequence[bytes], progress: Progress) -> Export:
        year = timezone.localdate().year
        pupils = [
            _pupil(rank, year, *of_class)
            for place, of_class in enumerate(_CLASSES)
            for rank in range(place * _PER_CLASS, (place + 1) * _PER_CLASS)
        ]
        return Export(uai=uai, pupils=pupils, school_year=str(year), knows_held=True)

    def send(self, uai: str, year: int, results: Sequence[Result]) -> Sent:
        return Sent()


def _pupil(rank: int, year: int, division: str, mef: str, age: int, held: Sequence[str]) -> Pupil:
    # One in 4e missed the ASSR1, one in 3e has no INE yet, one in 5e has left.
    return Pupil(
        siecle_id=str(880001 + rank),
        ine="" if rank == 80 else f"{880000000 + 37 * rank}{'ABCDEFGHJK'[rank % 10]}D",
        last_name=_NAMES[rank % len(_NAMES)],
        first_name=_FIRST_NAMES[(rank * 3 + rank // 13) % len(_FIRST_NAMES)],
        birth_date=(date(year - age, 1, 2) + timedelta(days=rank * 29 % 360)).strftime("%d/%m/%Y"),
        sex="2" if rank % 2 == 0 else "1",
        mef=mef,
        status="ST",
        divisions=[division],
        left_on=date(year, 1, 5).strftime("%d/%m/%Y") if rank == 17 else "",
        held=() if rank == 60 else held,
    )
