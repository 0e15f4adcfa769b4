from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from candidates.models import Candidate
from candidates.siecle.file import MAX_UPLOAD
from esr.core.fields import TextField
from esr.core.searches import Forgotten
from esr.core.text import clean
from establishments.enums import Attestation
from establishments.models import Establishment
from establishments.queries import session_dates
from exams import rules
from exams.enums import ExamKind, IncidentCategory, Outcome, Reason, SittingState, Theme
from exams.models import Exam, ExamQuestion, Sitting
from exams.queries import ORDERS, Asked, candidate_lines, divisions, found, sitting_of_code

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
    # The exam whose candidates are ticked to begin with; one that is gone ticks nobody.
    like = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

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
        return {name: getattr(exam, name) for name in cls.base_fields if name != "like"} | {
            "starts_at": timezone.localtime(exam.starts_at)
        }

    def clean_starts_at(self):
        """In the session's dates, not in the past (E7: what has begun cannot be changed any more)."""
        starts_at = self.cleaned_data["starts_at"].replace(second=0, microsecond=0)
        try:
            local = starts_at.astimezone(self.establishment.zone)
        except OverflowError as error:  # the first or last day of all, in another zone
            raise ValidationError(self.fields["starts_at"].error_messages["invalid"]) from error
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


class TrainingLikeForm(forms.Form):
    """In an address: the exam whose candidates a training is for, and the themes it is about.

    Gives `initial_of_training` for ExamForm.
    """

    like = forms.ModelChoiceField(queryset=Exam.objects.none())
    themes = forms.MultipleChoiceField(choices=Theme, required=False)

    def __init__(self, *args, establishment: Establishment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["like"].queryset = Exam.objects.of(establishment)

    @property
    def initial_of_training(self) -> dict:
        exam = self.cleaned_data["like"]
        return {
            "kind": ExamKind.TRAINING,
            "attestation": exam.attestation,
            "name": f"Entraînement – {exam.name}"[: ExamForm.base_fields["name"].max_length],
            "timed": True,
            "themes": self.cleaned_data["themes"],
            "like": exam.pk,
        }


class ChooseCandidatesForm(forms.Form):
    """The ticked candidates: at least one, and only those that `choices` (queries) allows; of others it says why not.

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
        self.listed = {str(choice.candidate.pk): choice for choice in choices}
        self.fields["candidates"].choices = [(key, key) for key in self.listed]

    def clean_candidates(self):
        chosen = [self.listed[key] for key in self.cleaned_data["candidates"]]
        if refused := [choice for choice in chosen if not choice.can_be_chosen]:
            raise ValidationError(
                [f"{choice.candidate} ne peut pas passer cette épreuve : {choice.information}." for choice in refused]
            )
        return [choice.candidate for choice in chosen]


class MarksForm(forms.Form):
    """« Note » of each candidate of an exam without internet: 0 to 20, "abs", or nothing yet.

    Gives `results` for actions.type_results: what this person changed; somebody else may be typing as well. `rows` are
    (sitting, field) pairs. A candidate whose answers are typed has no field: the mark follows from them.
    """

    ABSENT_WORDS = ("abs", "absent", "absente", "a")

    def __init__(self, *args, sittings: Iterable[Sitting], **kwargs):
        super().__init__(*args, **kwargs)
        self.sittings = [sitting for sitting in sittings if sitting.state != SittingState.VOID]
        for sitting in self.sittings:
            if not sitting.responses:
                self.fields[self._name(sitting)] = TextField(
                    label=f"Note de {sitting.candidate}",
                    max_length=10,
                    required=False,
                    initial=self._shown(sitting),
                    widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "off", "size": 4}),
                )

    @staticmethod
    def _name(sitting: Sitting) -> str:
        return f"note-{sitting.pk}"

    @staticmethod
    def _shown(sitting: Sitting) -> str:
        if sitting.state == SittingState.ABSENT:
            return "abs"
        return "" if sitting.mark is None else str(sitting.mark)

    @property
    def rows(self):
        return [(s, self[self._name(s)] if self._name(s) in self.fields else None) for s in self.sittings]

    def clean(self):
        cleaned = super().clean()
        results = {}
        for sitting in self.sittings:
            name = self._name(sitting)
            # What the page showed comes along: an untouched field says nothing, even where somebody else typed since.
            if name in cleaned and cleaned[name] != self.data.get(f"{name}-avant", self._shown(sitting)):
                try:
                    results[sitting.pk] = self._result(cleaned[name])
                except ValueError:
                    self.add_error(
                        name, f"{sitting.candidate} : écrivez une note entière de 0 à {rules.QUESTIONS}, ou « abs »."
                    )
        cleaned["results"] = results
        return cleaned

    def _result(self, typed: str) -> int | str | None:
        """Raises ValueError."""
        if not typed:
            return None
        if typed.lower().rstrip(".") in self.ABSENT_WORDS:
            return "absent"
        mark = int(typed.removesuffix(f"/{rules.QUESTIONS}"))
        if not 0 <= mark <= rules.QUESTIONS:
            raise ValueError(typed)
        return mark


class TypedAnswersForm(forms.Form):
    """One candidate's grid: for each question the letters that are ticked on paper. Gives `answers`."""

    def __init__(self, *args, sitting: Sitting, rows: Iterable[ExamQuestion], **kwargs):
        super().__init__(*args, **kwargs)
        self.numbers = []
        for row in rows:
            self.numbers.append(row.number)
            letters = [p.letter for p in row.question.propositions.all()]
            self.fields[f"q{row.number}"] = forms.MultipleChoiceField(
                label=f"Question {row.number}",
                choices=[(letter, letter) for letter in letters],
                required=False,
                initial=list(sitting.responses.get(str(row.number), {}).get("c", "")),
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self):
        cleaned = super().clean()
        cleaned["answers"] = {number: "".join(sorted(cleaned.get(f"q{number}", []))) for number in self.numbers}
        return cleaned


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
        self.exam = Exam.objects.select_related("establishment").filter(number=_digits(cleaned["number"])).first()
        if self.exam is None or not self.exam.is_open_at(timezone.now()):
            self.wrong("number", "Ce numéro ne correspond à aucune épreuve : vérifiez-le sur votre feuille.")
        elif self.exam.is_offline:
            self.add_error("number", "Cette épreuve se passe sur papier, dans la salle : aucun appareil n’est utile.")


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


_NO_DIVISION, _NO_RESULT = "(sans)", "aucun"


class CandidateListForm(forms.Form):
    """What the list of candidates is asked for: words, filters, a column to sort by.

    A value that is none of the list's is as good as none: an old address shows too much rather than nothing.
    """

    q = TextField(
        label="Rechercher (nom, ASSR2, Admis, etc)",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "fr-input"}),
    )
    classe = forms.ChoiceField(label="Classe", required=False)
    epreuve = forms.ChoiceField(label="Épreuve", required=False)
    resultat = forms.ChoiceField(label="Résultat", required=False)
    tps = forms.ChoiceField(
        label="Tps +",
        choices=[("", "Tous"), ("oui", "Avec tiers-temps"), ("non", "Sans tiers-temps")],
        required=False,
    )
    tri = forms.ChoiceField(required=False)

    def __init__(self, *args, divisions: Iterable[str], attestations: Iterable[Attestation], **kwargs):
        super().__init__(*args, **kwargs)
        named = [(name or _NO_DIVISION, name or "Sans classe") for name in divisions]
        self.fields["classe"].choices = [("", "Toutes"), *named]
        self.fields["epreuve"].choices = [("", "Toutes"), *((a.value, a.label) for a in attestations)]
        settled = (Outcome.ADMITTED, Outcome.FAILED, Outcome.ABSENT, Outcome.TECHNICAL_ABSENCE)
        labels = [*(outcome.label for outcome in settled), "Épreuve"]
        self.fields["resultat"].choices = [("", "Tous"), *((name, name) for name in labels), (_NO_RESULT, "Aucun")]
        self.fields["tri"].choices = [(order, order) for column in ORDERS for order in (column, f"-{column}")]

    def asked(self) -> Asked:
        self.full_clean()
        values = self.cleaned_data
        return Asked(
            text=values.get("q", ""),
            division={"": None, _NO_DIVISION: ""}.get(values.get("classe", ""), values.get("classe")),
            attestation=values.get("epreuve") or None,
            result={"": None, _NO_RESULT: ""}.get(values.get("resultat", ""), values.get("resultat")),
            extra_time={"oui": True, "non": False}.get(values.get("tps", "")),
            order=values.get("tri") or "candidat",
        )

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "classe", "epreuve", "resultat", "tps"))


class _CandidatesField(forms.ModelMultipleChoiceField):
    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError as error:  # a key that is larger than any of SQLite's
            raise ValidationError("Un des candidats choisis n’existe pas : vérifiez votre sélection.") from error


class SelectionForm(forms.Form):
    """The candidates ticked on the list, or with `found` all those that the list shows for the address `asked`.

    `words_of` gives the words searched for behind that address's parameters, or raises `searches.Forgotten`.
    Gives a queryset of at least one candidate of this establishment and year. Never everyone by mistake.
    """

    candidates = _CandidatesField(Candidate.objects.none(), required=False)
    found = forms.BooleanField(required=False)
    asked = TextField(max_length=2000, required=False)

    def __init__(
        self,
        *args,
        establishment: Establishment,
        year: int,
        now: datetime,
        words_of: Callable[[QueryDict], str],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.establishment, self.year, self.now, self.words_of = establishment, year, now, words_of
        self.fields["candidates"].queryset = Candidate.objects.ever_of(establishment).of_year(year)

    def clean(self):
        fields = super().clean()
        if not self.errors and fields["found"]:
            fields["candidates"] = self.fields["candidates"].queryset.filter(pk__in=self._found(fields["asked"]))
        if not self.errors and not fields["candidates"] and not fields.get("everyone"):
            raise ValidationError("Cochez au moins un candidat de votre liste.")
        return fields

    def _found(self, address: str) -> list[int]:
        asked = QueryDict(address, mutable=True)
        try:
            asked["q"] = self.words_of(asked)
        except Forgotten as error:
            raise ValidationError(str(error)) from error
        lines = candidate_lines(self.establishment, self.year, self.now)
        form = CandidateListForm(asked, divisions=divisions(lines), attestations=Attestation)
        return [line.candidate.pk for line in found(lines, form.asked())]


class SelectionActionForm(SelectionForm):
    """What to do with the selection; a change gives the candidates' field and its new value."""

    CHANGES = {
        "tps-oui": ("Ajouter le tiers-temps", "extra_time", True),
        "tps-non": ("Retirer le tiers-temps", "extra_time", False),
        "siecle-oui": ("Résultat à exporter vers SIECLE BEE", "export_to_siecle", True),
        "siecle-non": ("Résultat à ne pas exporter vers SIECLE BEE", "export_to_siecle", False),
    }
    DELETE = "supprimer"

    action = forms.ChoiceField(
        label="Pour les candidats sélectionnés",
        widget=forms.Select(attrs={"class": "fr-select"}),
        error_messages={"required": "Choisissez d’abord ce qu’il faut faire des candidats sélectionnés."},
    )

    def __init__(self, *args, establishment: Establishment, **kwargs):
        super().__init__(*args, establishment=establishment, **kwargs)
        self.changes = self.CHANGES | {
            f"attestation-{a.value}": (f"Attestation : {a.label}", "attestation", a.value)
            for a in establishment.attestations
        }
        self.fields["action"].choices = [
            ("", "Choisir une action"),
            *((name, label) for name, (label, _, _) in self.changes.items()),
            (self.DELETE, "Supprimer les candidats"),
        ]


class SiecleImportForm(forms.Form):
    """« Importer depuis SIECLE BEE » where the school brings its own export; the files are read by the gateway."""

    file = forms.FileField(
        label="Export des élèves",
        help_text="ExportXML_ElevesSansAdresses.zip, ou le fichier XML qu’il contient, tel que SIECLE BEE l’a produit.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip,.xml,application/zip,application/xml,text/xml"}),
        error_messages={"required": "Choisissez d’abord l’export des élèves fait dans SIECLE BEE."},
    )
    nomenclature = forms.FileField(
        label="Nomenclature (facultatif)",
        help_text="Nomenclature.xml, ou son zip : utile si votre établissement a ses propres codes de formation (MEF).",
        allow_empty_file=True,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".zip,.xml,application/zip,application/xml,text/xml"}),
    )
    possible = forms.BooleanField(
        label="Proposer aussi les élèves que seule leur année de naissance désigne",
        help_text=(
            "14 ans dans l’année pour l’ASSR1, 16 ans ou plus pour l’ASSR2, sans être en 5e ni en 3e. L’export ne dit "
            "pas s’ils ont déjà l’attestation."
        ),
        required=False,
    )

    def _small_enough(self, name: str):
        file = self.cleaned_data[name]
        if file and file.size > MAX_UPLOAD:
            raise ValidationError(
                f"Ce fichier dépasse {MAX_UPLOAD // 1024 // 1024} Mo : ce n’est pas l’export attendu. Chargez celui "
                "que SIECLE BEE a produit."
            )
        return file

    def clean_file(self):
        return self._small_enough("file")

    def clean_nomenclature(self):
        return self._small_enough("nomenclature")

    @property
    def files_read(self) -> list[bytes]:
        """The bytes of the pupils' export, then of the nomenclature if there is one."""
        uploads = (self.cleaned_data["file"], self.cleaned_data["nomenclature"])
        return [upload.read() for upload in uploads if upload]

    @property
    def filename(self) -> str:
        return clean(self.cleaned_data["file"].name)[:200]


class SiecleConfirmForm(forms.Form):
    """A button that asks SIECLE BEE, or sends to it: there is nothing to fill in."""
