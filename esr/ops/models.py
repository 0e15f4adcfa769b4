from django.db import models

from establishments.models import Establishment


class Purge(models.Model):
    """The ledger: what one transaction deleted, in numbers. It names nobody and is kept for ever.

    `files` are those that the rows had, until they are gone as well: then the row is finished. The row without an
    establishment stands for what is nobody's, and for what lies outside the database.
    """

    year = models.PositiveSmallIntegerField("session et les précédentes")
    establishment = models.BigIntegerField("établissement", null=True)  # its key: an establishment may be deleted
    counts = models.JSONField("lignes effacées", default=dict)
    files = models.JSONField("fichiers à effacer", default=list)
    began_at = models.DateTimeField("commencé le")
    finished_at = models.DateTimeField("terminé le", null=True)

    class Meta:
        verbose_name = "purge"
        ordering = ["-began_at", "-pk"]
        indexes = [models.Index(fields=["year"], name="purges_to_finish", condition=models.Q(finished_at=None))]

    def __str__(self):
        return f"{self.year} {self.establishment or '–'}"


class Clock(models.Model):
    """One row: when the platform last read its clock, and since when it has gone on without a leap."""

    seen_at = models.DateTimeField("vue le")
    steady_since = models.DateTimeField("sans saut depuis")

    class Meta:
        verbose_name = "horloge"

    def __str__(self):
        return f"{self.seen_at:%d/%m/%Y %H:%M}"


class Reminder(models.Model):
    """When an establishment was last told by e-mail to archive its session."""

    establishment = models.OneToOneField(Establishment, models.CASCADE, verbose_name="établissement")
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "rappel"

    def __str__(self):
        return f"{self.establishment_id} {self.sent_at:%d/%m/%Y}"
