from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from esr.core.fields import TextField
from establishments.models import Establishment
from establishments.queries import session_dates
from exams import rules
from exams.enums import ExamKind, Theme
from exams.models import Exam


class ExamForm(forms.Form):
    """« Nouvelle épreuve », and its change while it is « À venir » (handbook 5.1). Times are the establishment's."""

    kind = forms.ChoiceField(label="Type d'épreuve", choices=ExamKind)
    attestation = forms.ChoiceField(label="Épreuve")
    name = TextField(label="Nom de l'épreuve", max_length=100, help_text="Exemple : 3B, 5D, Candidats absents le 15/05")
    starts_at = forms.DateTimeField(
        label="Date planifiée",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Indiquez une date et une heure, par exemple 31/05/2026 09:30."},
    )
    place = TextField(
        label="Lieu de l'examen (facultatif)",
        max_length=100,
        required=False,
        help_text="Imprimé sur les convocations. Exemple : salle informatique",
    )
    convocation_text = TextField(
        label="Informations complémentaires à ajouter sur la convocation (facultatif)",
        max_length=rules.CONVOCATION_TEXT_MAX,
        required=False,
        multiline=True,
        help_text=f"Imprimé sur les convocations ({rules.CONVOCATION_TEXT_MAX} caractères maximum)",
    )
    timed = forms.BooleanField(
        label="Entraînement chronométré",
        required=False,
        initial=True,
        help_text="Sans chronomètre, le bouton « Suivant » permet de passer à la question suivante.",
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes de l’entraînement",
        choices=Theme,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun thème coché : les neuf thèmes.",
    )

    def __init__(self, *args, establishment: Establishment, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.establishment = establishment
        self.now = now
        self.fields["starts_at"].help_text = (
            f"Heure locale de votre établissement ({establishment.time_zone}). Un examen est valable trois heures à "
            "partir de cette heure, un entraînement trois jours."
        )
        self.fields["attestation"].choices = [(a.value, a.label) for a in establishment.attestations]

    @classmethod
    def initial_of(cls, exam: Exam) -> dict:
        """The exam's fields as the form's initial values."""
        return {name: getattr(exam, name) for name in cls.base_fields} | {
            "starts_at": timezone.localtime(exam.starts_at)
        }

    def clean_starts_at(self):
        """In the session's dates, not in the past (E7: what has begun cannot be changed any more)."""
        starts_at = self.cleaned_data["starts_at"].replace(second=0, microsecond=0)
        local = starts_at.astimezone(self.establishment.zone)
        opens, closes = session_dates(self.establishment, local.year)
        if not opens <= local.date() <= closes:
            raise ValidationError(
                f"Pour votre établissement, les épreuves de {local.year} ont lieu du {opens:%d/%m/%Y} au "
                f"{closes:%d/%m/%Y} : choisissez une date comprise entre ces deux jours."
            )
        if starts_at < self.now.replace(second=0, microsecond=0):
            raise ValidationError("Cette date est passée : choisissez une date et une heure à venir.")
        return starts_at

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") != ExamKind.TRAINING:
            cleaned["themes"], cleaned["timed"] = [], True
        return cleaned


class ChooseCandidatesForm(forms.Form):
    """The ticked candidates: at least one, and only those that `choices` (queries) allows.

    Gives a list of Candidate.
    """

    candidates = forms.MultipleChoiceField(
        error_messages={
            "required": "Choisissez au moins un candidat.",
            "invalid_choice": "Un des candidats choisis ne peut pas passer cette épreuve : vérifiez votre sélection.",
        },
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.allowed = {str(choice.candidate.pk): choice.candidate for choice in choices if choice.can_be_chosen}
        self.fields["candidates"].choices = [(key, key) for key in self.allowed]

    def clean_candidates(self):
        return [self.allowed[key] for key in self.cleaned_data["candidates"]]


class DeleteForm(forms.Form):
    """A destructive act: the box on its confirm page."""

    understood = forms.BooleanField(
        label="J’ai compris que ces données seront définitivement perdues",
        error_messages={"required": "Cochez la case pour confirmer la suppression."},
    )


def _digits(value: str) -> str:
    return "".join(value.split()).replace("-", "")


class NumberForm(forms.Form):
    number = TextField(
        label="Numéro de l'épreuve",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )

    def clean_number(self):
        number = _digits(self.cleaned_data["number"])
        exam = Exam.objects.select_related("establishment").filter(number=number).first()
        if exam is None:
            raise ValidationError("Ce numéro ne correspond à aucune épreuve : vérifiez-le sur votre feuille.")
        self.exam = exam
        return number


class CodeForm(forms.Form):
    code = TextField(
        label="Code d'accès",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}),
    )

    def __init__(self, *args, exam: Exam, **kwargs):
        super().__init__(*args, **kwargs)
        self.exam = exam

    def clean_code(self):
        code = _digits(self.cleaned_data["code"]).upper()
        sitting = self.exam.sittings.filter(access_code=code).first()
        if sitting is None:
            raise ValidationError("Ce code n’est pas celui d’un candidat de cette épreuve : vérifiez-le.")
        self.sitting = sitting
        return code
