from django.db import models
from django.db.models import F, Q

from establishments.enums import Attestation
from establishments.models import Establishment
from establishments.scoping import OfEstablishment


class WeekFiguresQuerySet(OfEstablishment):
    year_path = "year"


class WeekFigures(models.Model):
    """How many people of one establishment had their exam of one attestation in one week, and what became of them.

    Each person of a session and an attestation is in one week only (`queries.people_by_week`), so that weeks add up to
    the year and establishments to their academy. The numbers are exact, whatever their size: what may be shown of them
    is said by `queries.figures_of_academies` alone.
    """

    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="week_figures", verbose_name="établissement"
    )
    year = models.PositiveSmallIntegerField("session")
    attestation = models.CharField("attestation", max_length=5, choices=Attestation)
    week = models.DateField("lundi de la semaine")
    registered = models.PositiveIntegerField("inscrits")
    present = models.PositiveIntegerField("présents")
    admitted = models.PositiveIntegerField("admis")
    # All rows of an establishment are written together.
    counted_at = models.DateTimeField("comptés le")

    objects = WeekFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffres d’une semaine"
        verbose_name_plural = "chiffres par semaine"
        ordering = ["establishment", "year", "attestation", "week"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "year", "attestation", "week"], name="week_figures_once_a_week"
            ),
            models.CheckConstraint(
                condition=Q(registered__gte=1, present__lte=F("registered"), admitted__lte=F("present")),
                name="admitted_were_present_and_registered",
            ),
        ]

    def __str__(self):
        return f"{self.attestation} {self.week:%d/%m/%Y}"
