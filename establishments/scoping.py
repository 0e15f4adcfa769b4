"""Everything of a school is read through its establishment: scope first, then get.

Another school's object is then the same 404 as a key that never existed.
"""

from django.db import models


class OfEstablishment(models.QuerySet):
    """QuerySet of a model owned by an establishment; `establishment_path` says how it gets there."""

    establishment_path = "establishment"

    def of(self, establishment):
        return self.filter(**{self.establishment_path: establishment})
