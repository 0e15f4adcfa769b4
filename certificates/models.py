from django.db import models

from certificates.enums import Copy
from exams.models import Sitting


class Issue(models.Model):
    """One copy of an attestation was made for the first time: who did it and when, without names or content.

    The local day of `at` is the date on the paper; printing again that day adds no row.
    """

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="issues")
    copy = models.CharField("exemplaire", max_length=9, choices=Copy)
    at = models.DateTimeField("le")
    account = models.BigIntegerField("compte", null=True)

    class Meta:
        verbose_name = "délivrance d’attestation"
        verbose_name_plural = "délivrances d’attestation"
        ordering = ["at", "pk"]
        constraints = [
            # Handbook 8 and 10.3.
            models.UniqueConstraint(
                fields=["sitting", "copy"],
                name="one_original_and_one_duplicate",
                violation_error_message="Cet exemplaire a déjà été délivré.",
            )
        ]

    def __str__(self):
        return f"{self.get_copy_display()} {self.at:%d/%m/%Y}"
