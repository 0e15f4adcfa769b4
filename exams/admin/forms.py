"""What editors type into a question, judged by the bank's own rules, and the files they give."""

import tempfile
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from esr.core.fields import TextField
from exams import actions, queries
from exams.bank import probe, source
from exams.enums import QuestionState, RoadUser
from exams.models import ExamQuestion, Question

_FIELDS = {
    "scene.duration": "duration",
    "scene.view": "view",
    "scene.description": "scene",
    "scene.footage": "film",
    "attestations": "for_assr1",
}
_LENGTHS = {**source.LENGTHS, "scene": source.DESCRIPTION_LENGTH}
_ANY_PROPOSITIONS = [{"text": "Oui", "expected": True}, {"text": "Non", "expected": False}]


def _said(fault: source.Fault) -> str:
    return f"{fault.message[:1].upper()}{fault.message[1:]}."


class QuestionForm(forms.ModelForm):
    """The texts of one version. `film` replaces the scene by footage; it lasts as long as it lasts."""

    users = forms.MultipleChoiceField(label="Usagers", choices=RoadUser.choices, widget=forms.CheckboxSelectMultiple)
    film = forms.FileField(
        label="Vidéo tournée",
        required=False,
        help_text=(
            f"MP4 ou WebM, {source.FOOTAGE_SECONDS[0]} à {source.FOOTAGE_SECONDS[1]} secondes, "
            f"{probe.FOOTAGE_MOST // 1024 // 1024} Mo au plus : elle remplace la scène dessinée, et donne la durée. "
            "Le son n’est pas gardé."
        ),
    )
    drawn = forms.BooleanField(label="Revenir à la scène dessinée", required=False)
    # What the editor began from: if somebody else has saved since, nothing of theirs is overwritten unseen.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Question
        fields = [
            "code", "theme", "competence", "users", "for_assr1", "for_assr2", "for_asr", "for_aer", "use", "statement",
            "explanation", "notes", "scene", "view", "duration",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path: Path | None = None  # of the film, while the request lasts
        if self.instance.pk:
            text = source.dump(queries.as_source(self.instance))
            self.initial["seen"] = salted_hmac("question", text).hexdigest()
        if self.instance.users and "users" in self.fields:
            self.initial["users"] = self.instance.users.split(",")
        for name, (least, most) in _LENGTHS.items():
            if name in self.fields:
                self.fields[name].help_text = (
                    f"{least} à {most} caractères." if least else f"{most} caractères au plus."
                )
        if "duration" in self.fields:
            self.fields[
                "duration"
            ].help_text = f"D’une scène dessinée : {source.DRAWN_SECONDS[0]} à {source.DRAWN_SECONDS[1]} secondes."

    def _get_validation_exclusions(self):
        # The row holds them as one text, which `save_question` writes.
        return {*super()._get_validation_exclusions(), "users"}

    def clean_film(self):
        film = self.cleaned_data["film"]
        if film:
            # ffmpeg reads a file of its own; it goes with the form.
            self._copy = tempfile.NamedTemporaryFile()  # noqa: SIM115
            for chunk in film.chunks():
                self._copy.write(chunk)
            self._copy.flush()
            self.path = Path(self._copy.name)
            try:
                self.seconds = probe.footage_seconds(self.path)
            except probe.Unplayable as error:
                raise ValidationError(f"Ce fichier ne convient pas : {error}.") from error
        return film

    def clean(self):
        values = super().clean()
        others = Question.objects.filter(code=values.get("code") or self.instance.code).exclude(pk=self.instance.pk)
        if self.instance.pk is None and others.exists():
            self.add_error("code", "Ce code est déjà celui d’une question : choisissez-en un autre.")
        drafts = others.filter(state=QuestionState.DRAFT)
        if self.instance.pk and self.instance.state != QuestionState.DRAFT and drafts:
            self.add_error(None, actions.another_draft(drafts[0]))
        if self.instance.pk and values.get("seen") != self.initial["seen"]:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.initial["seen"]
            self.add_error(
                None,
                "Quelqu’un d’autre a enregistré cette version entre-temps. Rien de ce que vous avez tapé n’est encore "
                "enregistré : ouvrez la page dans un autre onglet pour lire ces changements, reprenez-les ici s’il le "
                "faut, puis enregistrez de nouveau.",
            )
        if self.errors:
            return values
        for fault in source.faults(self._table(_ANY_PROPOSITIONS)):
            field = _FIELDS.get(fault.field, fault.field)
            self.add_error(field if field in self.fields else None, _said(fault))
        return values

    def _table(self, propositions: list[dict]) -> dict:
        values = self.cleaned_data
        given = {name: values[name] for name in source.LENGTHS}
        return {
            **given,
            "code": values.get("code") or self.instance.code,
            "theme": values["theme"],
            "use": values["use"],
            "users": values["users"],
            "attestations": [name for name in source.ATTESTATIONS if values[f"for_{name.lower()}"]],
            "propositions": propositions,
            "scene": self._scene(),
        }

    def _scene(self) -> dict:
        values = self.cleaned_data
        kept = "" if values.get("drawn") else self.instance.footage
        scene = {"duration": values["duration"], "view": values["view"], "description": values["scene"]}
        if self.path:
            return {**scene, "duration": self.seconds, "footage": "film"}
        # The length of a film is that of the film, whatever is typed.
        return {**scene, "duration": self.initial["duration"], "footage": kept} if kept else scene

    def content(self, propositions: list[dict], footage: str = "") -> source.Question:
        """The version as text; `footage` is the name under which the film is kept."""
        table = self._table(propositions)
        if self.path:
            table["scene"]["footage"] = footage
        return source.question(table)


class PropositionForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False


class PropositionFormSet(BaseInlineFormSet):
    """Six lines at most; those left empty do not count, and letters follow the order of the others."""

    @property
    def entries(self) -> list[dict]:
        """The tables of the propositions that are written."""
        given = [form.cleaned_data for form in self.forms]
        return [{"text": row["text"], "expected": row["expected"]} for row in given if row.get("text")]

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        for form in self.forms:
            if form.cleaned_data.get("expected") and not form.cleaned_data.get("text"):
                form.add_error("text", "Cette ligne est vide : écrivez la proposition, ou décochez « attendue ».")
        written = [form for form in self.forms if form.cleaned_data.get("text")]
        wrong = []
        for fault in source.proposition_faults(self.entries):
            where = fault.field.split(".")
            if len(where) > 1:
                written[source.LETTERS.index(where[1])].add_error("text", _said(fault))
            else:
                wrong.append(_said(fault))
        if wrong:
            raise ValidationError(wrong)


class InsistForm(forms.Form):
    anyway = forms.BooleanField(label="Le faire quand même", required=False)


class BankFileForm(forms.Form):
    file = forms.FileField(label="Fichier de la banque", help_text="L’archive .zip d’un export, ou un paquet QTI 2.1.")
    retire = forms.BooleanField(label="Retirer les questions publiées que ce fichier ne contient pas", required=False)


class NeutralisedExamForm(forms.Form):
    """Which exam: by its number, among those that drew this version. Gives `row`, the question in that exam."""

    number = TextField(label="Numéro de l’épreuve", max_length=20)

    def __init__(self, *args, question: Question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        self.row = None

    def clean_number(self):
        number = "".join(self.cleaned_data["number"].split())
        rows = self.question.exam_questions.select_related("exam__establishment", "question")
        self.row = rows.filter(exam__number=number).first()
        if self.row is None or not self.row.exam.is_open_at(timezone.now()):
            raise ValidationError("Aucune épreuve de ce numéro n’a tiré cette version de la question.")
        return number


class NeutralisationForm(forms.Form):
    """The reason, and what the dry run showed: if it has changed since, it is shown again before anything is done."""

    reason = TextField(
        label="Motif (les établissements le lisent)",
        max_length=200,
        required=False,
        help_text="Exemple : panneau illisible",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, row: ExamQuestion, changes, **kwargs):
        self.shown = salted_hmac(
            "neutralise", repr([(str(c.sitting.pk), c.before, c.after) for c in changes])
        ).hexdigest()
        super().__init__(*args, initial={"seen": self.shown}, **kwargs)
        if row.neutralised_at:
            del self.fields["reason"]

    def clean_reason(self):
        if not self.cleaned_data["reason"]:
            raise ValidationError("Donnez un motif : il est gardé dans l’historique de chaque candidat concerné.")
        return self.cleaned_data["reason"]

    def clean(self):
        cleaned = super().clean()
        cleaned.setdefault("reason", "")
        if cleaned.get("seen") != self.shown:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.shown
            self.add_error(None, "Des résultats ont changé entre-temps : voici la nouvelle prévision.")
        return cleaned
