"""The figures of weeks go with the session that they count: they hold groups of one or two people as they are, and
what is left once those are taken out could no more be added up. Academies export theirs before 1 January."""

from stats.models import WeekFigures

PURGED = [WeekFigures]
KEPT = []
