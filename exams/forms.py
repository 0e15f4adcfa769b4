from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from esr.core.fields import TextField
from establishments.models import Establishment
from establishments.queries import session_dates
from exams import rules
from exams.enums import ExamKind, IncidentCategory, Reason, Theme
from exams.models import Exam
from exams.queries import sitting_of_code

# A class in one go; more are loaded in several.
MAX_RESULT_FILES = 60


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


class ActForm(forms.Form):
    """What a button of the supervisor does to the time of one candidate, or of everybody.

    Gives `answer_time` for the acts that give time, None for the two others.
    """

    PAUSE, CONTINUE = "pause", "reprendre"
    TIMES = {str(time // timedelta(seconds=1)): time for time in rules.GIVEN_ANSWER_TIMES}

    act = forms.ChoiceField(choices=[(act, act) for act in (PAUSE, CONTINUE, *TIMES)])

    def clean(self):
        cleaned = super().clean()
        cleaned["answer_time"] = self.TIMES.get(cleaned.get("act"))
        return cleaned


class PresenceForm(forms.Form):
    """« Présents »: the ticked sittings, and those that were ticked when the page was shown.

    Gives `arrived` and `missing`, what this person changed; somebody else may be ticking on another device.
    """

    present = forms.MultipleChoiceField(required=False)
    was_present = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, exam: Exam, **kwargs):
        super().__init__(*args, **kwargs)
        keys = [(str(key), key) for key in exam.sittings.order_by().values_list("pk", flat=True)]
        for field in self.fields.values():
            field.choices = keys

    def clean(self):
        cleaned = super().clean()
        present, before = (set(map(UUID, cleaned.get(name, []))) for name in ("present", "was_present"))
        cleaned["arrived"], cleaned["missing"] = present - before, before - present
        return cleaned


class IncidentForm(forms.Form):
    """« Noter un incident », about one candidate or about the room."""

    category = forms.ChoiceField(
        label="Catégorie", choices=[("", "Choisissez une catégorie"), *IncidentCategory.choices]
    )
    text = TextField(
        label="Ce qui s’est passé (facultatif)",
        max_length=rules.INCIDENT_TEXT_MAX,
        required=False,
        multiline=True,
        help_text="Les faits en quelques mots, sans détail médical. Les comptes de l’établissement peuvent lire cette "
        "note ; les candidats ne la voient pas.",
    )


class ReasonForm(forms.Form):
    """A decision that is kept with its reason."""

    reason = forms.ChoiceField(label="Motif", choices=[("", "Choisissez un motif"), *Reason.choices])


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    """Several uploaded files: each must be there and not be empty, as for one. Gives a list."""

    def clean(self, data, initial=None):
        return [super(_ManyFilesField, self).clean(file, initial) for file in data or [None]]


class ResultFilesForm(forms.Form):
    """« Page de restauration des résultats »: result files, and the head's reason once the correction is open."""

    files = _ManyFilesField(
        label="Fichiers de résultat",
        widget=_ManyFiles(attrs={"accept": ".esr"}),
        allow_empty_file=True,  # refused as any other file that is none of ours
        help_text=f"Un ou plusieurs fichiers .esr, {MAX_RESULT_FILES} au plus en une fois.",
        error_messages={"required": "Choisissez au moins un fichier de résultat."},
    )
    reason = forms.ChoiceField(
        label="Motif (le corrigé est ouvert aux candidats)",
        choices=[("", "Choisissez un motif"), *Reason.choices],
        error_messages={"required": "Choisissez un motif : il est gardé dans l’historique du candidat."},
    )

    def __init__(self, *args, asks_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]

    def clean_files(self):
        files = self.cleaned_data["files"]
        if len(files) > MAX_RESULT_FILES:
            raise ValidationError(
                f"Vous avez choisi {len(files)} fichiers. Chargez-les en plusieurs fois, {MAX_RESULT_FILES} au plus."
            )
        return files


def _digits(value: str) -> str:
    return "".join(value.split()).replace("-", "")


class _DoorForm(forms.Form):
    """A form that somebody may guess at: `wait` refuses without looking, `was_wrong` tells what is to be counted."""

    def __init__(self, *args, wait: timedelta | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.wait = wait
        self.was_wrong = False

    def clean(self):
        cleaned = super().clean()
        if self.wait:
            minutes = -(-self.wait // timedelta(minutes=1))
            self._errors.clear()
            raise ValidationError(
                f"Trop d’essais sur cet appareil. Attendez {minutes} minute{'s' if minutes > 1 else ''} avant de "
                "recommencer, ou appelez la personne qui surveille."
            )
        if not self.errors:
            self.look_up(cleaned)
        return cleaned

    def wrong(self, field: str, message: str) -> None:
        self.was_wrong = True
        self.add_error(field, message)


class NumberForm(_DoorForm):
    number = TextField(
        label="Numéro de l'épreuve",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )

    def look_up(self, cleaned):
        self.exam = Exam.objects.filter(number=_digits(cleaned["number"])).first()
        if self.exam is None:
            self.wrong("number", "Ce numéro ne correspond à aucune épreuve : vérifiez-le sur votre feuille.")


class CodeForm(_DoorForm):
    """The code; of a `watched` exam the birth date as well, and one message whichever of them is wrong."""

    code = TextField(
        label="Code d'accès",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}),
    )

    born = forms.DateField(
        label="Date de naissance",
        help_text="Format attendu : JJ/MM/AAAA",
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y"],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={
            "required": "Pour cette épreuve, saisissez aussi votre date de naissance.",
            "invalid": "Écrivez la date comme 03/04/2012.",
        },
    )

    def __init__(self, *args, exam: Exam, watched: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.exam = exam
        if not watched:
            del self.fields["born"]

    def look_up(self, cleaned):
        code, born = _digits(cleaned["code"]).upper(), cleaned.get("born")
        self.sitting = sitting_of_code(self.exam, code, born)
        if self.sitting is None and born:
            self.wrong("code", "Ce code et cette date de naissance ne vont pas ensemble : vérifiez l’un et l’autre.")
        elif self.sitting is None:
            self.wrong("code", "Ce code n’est pas celui d’un candidat de cette épreuve : vérifiez-le.")
