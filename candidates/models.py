from django.db import models

from candidates import rules
from candidates.enums import ImportSource, Sex
from establishments.enums import Attestation
from establishments.models import Establishment
from establishments.scoping import OfEstablishment


class CandidateQuerySet(OfEstablishment):
    year_path = "year"

    def of_year(self, year: int):
        return self.filter(year=year)


class Candidate(models.Model):
    """A person who may sit exams of one session in one establishment.

    The session is a calendar year; a pupil met again next year is a new row, because everything personal of a year
    goes on 1 January.
    """

    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="candidates", verbose_name="établissement"
    )
    year = models.PositiveSmallIntegerField("session")
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance")
    division = models.CharField("classe", max_length=40, blank=True)
    sex = models.CharField("sexe", max_length=1, choices=Sex, blank=True, default=Sex.UNKNOWN)
    identifier = models.CharField("INE / identifiant candidat", max_length=20)
    attestation = models.CharField("attestation", max_length=5, choices=Attestation)
    extra_time = models.BooleanField("candidat avec tiers-temps", default=False)
    export_to_siecle = models.BooleanField("résultat du candidat à exporter vers SIECLE BEE", default=False)
    # SIECLE BEE's own number of the pupil (ELEVE_ID), and whether an import met them there.
    siecle_id = models.CharField("numéro dans SIECLE BEE", max_length=20, blank=True)
    in_siecle = models.BooleanField("connu de SIECLE BEE", default=False)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "candidat"
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "year", "identifier"],
                name="one_candidate_per_identifier",
                violation_error_message="Un candidat de votre liste porte déjà cet INE / identifiant.",
            )
        ]

    def __str__(self):
        return f"{self.last_name} {self.first_name}"

    @property
    def has_ine(self) -> bool:
        return not rules.is_platform_identifier(self.identifier)


class ImportDraftQuerySet(OfEstablishment):
    year_path = "year"


class ImportDraft(models.Model):
    """A file read and checked, waiting for its confirmation: what the preview showed is what gets written.

    `rows` holds one object per accepted line: the candidate's columns as JSON values, dates in ISO form; `errors`,
    `set_aside` and `notes` are the rest of the reading (`rules.Reading`). SIECLE BEE's errors are pupils refused, while
    the others go on. A file with errors cannot be confirmed: `table` keeps its lines, [number, cells], titles first,
    for the report that is corrected and loaded again.
    """

    establishment = models.ForeignKey(Establishment, models.CASCADE, verbose_name="établissement")
    year = models.PositiveSmallIntegerField("session")
    filename = models.CharField("fichier", max_length=200)
    source = models.CharField("source", max_length=10, choices=ImportSource, default=ImportSource.CSV)
    rows = models.JSONField("lignes")
    errors = models.JSONField("élèves refusés", default=list)
    set_aside = models.JSONField("élèves non concernés", default=list)
    notes = models.JSONField("remarques", default=list)
    table = models.JSONField("contenu du fichier", default=list)
    created_at = models.DateTimeField("déposé le", auto_now_add=True)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "import en attente"
        verbose_name_plural = "imports en attente"
        ordering = ["-created_at"]

    def __str__(self):
        return self.filename

    @property
    def is_refused(self) -> bool:
        return bool(self.errors) and self.source == ImportSource.CSV
