from django.db import models

from certificates.enums import Copy, DownloadKind
from establishments.models import Establishment
from establishments.scoping import OfEstablishment
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


class DownloadQuerySet(OfEstablishment):
    year_path = "year"

    def last(self, kind: str):
        """The download that holds the latest state of the data, or None."""
        return self.filter(kind=kind).order_by("-as_of", "-at").first()


class Download(models.Model):
    """That an establishment took a copy of what it has to keep; written once, by the POST that answered with the file.

    `as_of` is the instant of the data in it: an archive may be taken days after it was made. `account` is the key of
    the user who took it.
    """

    establishment = models.ForeignKey(Establishment, models.CASCADE, verbose_name="établissement")
    year = models.PositiveSmallIntegerField("session")
    kind = models.CharField("contenu", max_length=10, choices=DownloadKind)
    at = models.DateTimeField("téléchargé le")
    as_of = models.DateTimeField("état du")
    account = models.BigIntegerField("compte")

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = "téléchargement"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["establishment", "year", "kind"])]

    def __str__(self):
        return self.get_kind_display()
