import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from establishments import rules
from establishments.enums import (
    Academy,
    Attestation,
    Category,
    Door,
    FaqKind,
    IdentifierKind,
    ListSource,
    MembershipSource,
    RequestState,
    Role,
    Status,
)
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
    # An exception to the category's dates, for the year that they fall in; either may stand alone.
    opens_on = models.DateField(
        "premier jour, par exception", null=True, blank=True, help_text="Vide : le calendrier de la catégorie."
    )
    closes_on = models.DateField(
        "dernier jour, par exception", null=True, blank=True, help_text="Vide : le calendrier de la catégorie."
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "établissement"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_on__isnull=True)
                | models.Q(closes_on__isnull=True)
                | models.Q(opens_on__lte=models.F("closes_on")),
                name="exception_opens_before_it_closes",
                violation_error_message="Le premier jour doit précéder le dernier.",
            )
        ]

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

    def year_began(self, now: datetime) -> datetime:
        """The midnight of 1 January with which the session of `now` began where the establishment is."""
        return datetime(self.year_at(now), 1, 1, tzinfo=self.zone)


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
    source = models.CharField("origine", max_length=10, choices=MembershipSource, default=MembershipSource.LOCAL)
    # Of a delegation by the academic hub (DELEG-CE): the last day on which it holds; empty for all others.
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)

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

    def holds_on(self, day: date) -> bool:
        """Whether it holds on the establishment's local `day`: a delegation ends with its last one."""
        return self.valid_until is None or day <= self.valid_until


class Identity(models.Model):
    """Who somebody is for an identity provider: the pair (issuer, subject) and nothing else tells them apart."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name="compte")
    issuer = models.CharField("émetteur", max_length=200)
    subject = models.CharField("sujet", max_length=255)

    class Meta:
        verbose_name = "identité académique"
        verbose_name_plural = "identités académiques"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_identity")]

    def __str__(self):
        return f"{self.issuer}"


class SignIn(models.Model):
    """Somebody signed in, by which door and with which role; kept without address or device."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins", verbose_name="compte")
    establishment = models.ForeignKey(
        Establishment, models.SET_NULL, null=True, blank=True, related_name="sign_ins", verbose_name="établissement"
    )
    role = models.CharField("rôle", max_length=10, choices=Role, blank=True)
    door = models.CharField("porte", max_length=10, choices=Door)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "connexion"
        ordering = ["-at"]

    def __str__(self):
        return f"{self.user} {self.at:%d/%m/%Y %H:%M}"


class AuthorisedEstablishment(models.Model):
    """One line of the list of establishments that may organise exams (« habilités »), from open data or by hand."""

    identifier_kind = models.CharField("type d’identifiant", max_length=10, choices=IdentifierKind)
    identifier = models.CharField("identifiant", max_length=30)
    name = models.CharField("nom", max_length=200)
    email = models.EmailField("adresse mail", blank=True)
    category = models.CharField("catégorie", max_length=4, choices=Category)
    status = models.CharField("statut", max_length=10, choices=Status)
    academy = models.CharField("académie", max_length=2, choices=Academy, blank=True)
    department = models.CharField("département", max_length=60, blank=True)
    region = models.CharField("région", max_length=60, blank=True)
    address = models.CharField("adresse postale", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("commune", max_length=100, blank=True)
    source = models.CharField("origine", max_length=10, choices=ListSource, default=ListSource.HAND)
    is_open = models.BooleanField("habilité", default=True)
    updated_at = models.DateTimeField("mis à jour le", auto_now=True)

    class Meta:
        verbose_name = "établissement habilité"
        verbose_name_plural = "établissements habilités"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier_kind", "identifier"],
                name="authorised_once",
                violation_error_message="Cet établissement est déjà dans la liste.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.identifier})"


class SignUp(models.Model):
    """An account asked for and not yet opened: the key is what the link sent by e-mail carries (handbook 2.1).

    Nothing else knows of it, so that it holds neither the identifier nor the address: whoever follows the link sent
    to the establishment, and knows the password given here, opens the account.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authorised = models.ForeignKey(AuthorisedEstablishment, models.CASCADE, related_name="sign_ups")
    # The form's answers, as `Establishment` has them; checked again when the account is opened.
    fields = models.JSONField("réponses")
    password = models.CharField("mot de passe", max_length=128)
    created_at = models.DateTimeField("reçue le", default=timezone.now)

    class Meta:
        verbose_name = "inscription à confirmer"
        verbose_name_plural = "inscriptions à confirmer"

    def __str__(self):
        return f"{self.authorised} {self.created_at:%d/%m/%Y %H:%M}"


class AccountRequest(models.Model):
    """An establishment that is not on the list asks to be (handbook 2.1)."""

    identifier_kind = models.CharField("type d’identifiant", max_length=10, choices=IdentifierKind)
    identifier = models.CharField("identifiant", max_length=30)
    name = models.CharField("nom de l’établissement", max_length=200)
    email = models.EmailField("adresse mail")
    category = models.CharField("catégorie", max_length=4, choices=Category)
    status = models.CharField("statut", max_length=10, choices=Status)
    academy = models.CharField("académie", max_length=2, choices=Academy)
    city = models.CharField("commune", max_length=100)
    message = models.TextField("message", blank=True)
    state = models.CharField("état", max_length=10, choices=RequestState, default=RequestState.PENDING)
    reason = models.TextField("motif", blank=True)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="traitée par")

    class Meta:
        verbose_name = "demande de compte"
        verbose_name_plural = "demandes de compte"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier_kind", "identifier"],
                condition=models.Q(state="pending"),
                name="one_pending_request",
                violation_error_message="Une demande est déjà en attente pour cet établissement.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.identifier})"


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


class Resource(models.Model):
    """One line of « Ressources » on the home page: a document or a site, the handbook first of all (handbook 2.1)."""

    position = models.PositiveSmallIntegerField("rang", default=0)
    title = models.CharField("titre", max_length=150)
    address = models.URLField("adresse", help_text="Exemple : https://example.org/livret.pdf")

    class Meta:
        verbose_name = "ressource"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class Contact(models.Model):
    """Whom to write to for what (handbook 12)."""

    position = models.PositiveSmallIntegerField("rang", default=0)
    subject = models.CharField("pour quoi", max_length=150)
    text = models.TextField("précisions", blank=True)
    # Empty: the platform's own address, which the operator sets (BRAND_CONTACT).
    email = models.EmailField("adresse mail", blank=True, help_text="Vide : l’adresse d’assistance de la plateforme.")

    class Meta:
        verbose_name = "contact"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.subject
