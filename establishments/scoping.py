"""Everything of a school is read through its establishment: scope first, then get.

Another school's object is then the same 404 as a key that never existed. So is one of a session that is over: access
closes at the establishment's own midnight of 1 January (handbook 10), hours before the purge deletes what is behind it.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OfEstablishment(models.QuerySet):
    """QuerySet of a model owned by an establishment; `establishment_path` says how it gets there.

    With a `year_path` its rows belong to a session, which closes.
    """

    establishment_path = "establishment"
    year_path = ""

    def of(self, establishment, now: datetime | None = None):
        """What the establishment's people may see at `now`: nothing of a session that is over where it is.

        The clock is read here when no instant is given, so that whoever forgets it meets a closed door.
        """
        rows = self.ever_of(establishment)
        return rows.filter(self.is_open(establishment, now or timezone.now())) if self.year_path else rows

    def ever_of(self, establishment):
        """What is there of the establishment, of whatever session: for work on one session that is named."""
        return self.filter(**{self.establishment_path: establishment})

    def is_open(self, establishment, now: datetime) -> Q:
        return Q(**{f"{self.year_path}__gte": establishment.year_at(now)})
