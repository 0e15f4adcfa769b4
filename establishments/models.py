from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from establishments import rules
from establishments.enums import Academy, Attestation, Category, FaqKind, IdentifierKind, Role, Status
from establishments.scoping import OfEstablishment


def is_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"« {value} » n’est pas un fuseau horaire connu (exemple : Indian/Reunion).")


class Establishment(models.Model):
    """A school, training centre or institution that organises exams."""

    identifier_kind = models.CharField("type d’identifiant", max_length=10, choices=IdentifierKind)
    identifier = models.CharField("numéro/identifiant de l’établissement", max_length=30, unique=True)
    name = models.CharField("nom de l’établissement", max_length=200)
    email = models.EmailField("adresse mail")
    category = models.CharField("catégorie", max_length=4, choices=Category)
    status = models.CharField("statut de l’établissement", max_length=10, choices=Status)
    academy = models.CharField("académie", max_length=2, choices=Academy)
    department = models.CharField("département", max_length=60)
    region = models.CharField("région", max_length=60)
    address = models.CharField("adresse postale", max_length=200)
    postal_code = models.CharField("code postal", max_length=10)
    city = models.CharField("commune", max_length=100)
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris", validators=[is_time_zone])
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "établissement"
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def attestations(self) -> list[Attestation]:
        return [Attestation(value) for value in rules.attestations_of(self.category)]

    def year_at(self, moment) -> int:
        """The session (calendar year) that `moment` belongs to where the establishment is."""
        return moment.astimezone(self.zone).year

    @property
    def current_year(self) -> int:
        return self.year_at(timezone.now())


class User(AbstractUser):
    """Someone who signs in. What they may do in a school is a Membership; academies and the nation use the admin."""

    first_name = None
    last_name = None
    email = models.EmailField("adresse mail", unique=True, null=True, blank=True)
    academy = models.CharField("académie administrée", max_length=2, choices=Academy, blank=True)

    objects = UserManager()

    class Meta:
        verbose_name = "compte"

    def clean(self):
        super().clean()
        # Several accounts have no address; an empty string would be one shared address.
        self.email = self.email or None


class MembershipQuerySet(OfEstablishment):
    def heads(self):
        return self.filter(role=Role.HEAD)

    def supervisors(self):
        return self.filter(role=Role.SUPERVISOR)


class Membership(models.Model):
    """One person's role in one establishment."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="compte")
    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="memberships", verbose_name="établissement"
    )
    role = models.CharField("rôle", max_length=10, choices=Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "establishment"],
                name="one_role_per_establishment",
                violation_error_message="Ce compte a déjà un rôle dans cet établissement.",
            )
        ]

    def __str__(self):
        return f"{self.user} : {self.get_role_display()}"


class SessionDates(models.Model):
    """The national calendar: when exams of one category may be created in one year."""

    category = models.CharField("catégorie", max_length=4, choices=Category)
    year = models.PositiveSmallIntegerField("session")
    opens_on = models.DateField("premier jour")
    closes_on = models.DateField("dernier jour")

    class Meta:
        verbose_name = "dates de session"
        verbose_name_plural = "dates de session"
        ordering = ["-year", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "year"],
                name="one_calendar_per_category_and_year",
                violation_error_message="Les dates de cette catégorie sont déjà fixées pour cette session.",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_on__lte=models.F("closes_on")),
                name="calendar_opens_before_it_closes",
                violation_error_message="Le premier jour doit précéder le dernier.",
            ),
        ]

    def __str__(self):
        return f"{self.get_category_display()} {self.year}"


class NewsQuerySet(models.QuerySet):
    def published(self, now):
        return self.filter(published_at__lte=now)


class News(models.Model):
    """« Actualités » of the home page."""

    title = models.CharField("titre", max_length=150)
    text = models.TextField("texte")
    published_at = models.DateTimeField("publiée le", default=timezone.now)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = "actualité"
        ordering = ["-published_at"]

    def __str__(self):
        return self.title


class FaqEntry(models.Model):
    """One question of the technical (« Aide ») or regulatory (home page) FAQ."""

    kind = models.CharField("rubrique", max_length=10, choices=FaqKind)
    position = models.PositiveSmallIntegerField("rang", default=0)
    question = models.CharField("question", max_length=200)
    answer = models.TextField("réponse")

    class Meta:
        verbose_name = "question fréquente"
        verbose_name_plural = "questions fréquentes"
        ordering = ["kind", "position", "pk"]

    def __str__(self):
        return self.question
