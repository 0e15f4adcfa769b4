from django import forms
from django.core.exceptions import ValidationError

from candidates import resources, rules
from candidates.actions import IdentifierTaken
from candidates.models import Candidate
from candidates.queries import Answer, Preview, PreviewLine
from candidates.rules import Decisions
from esr.core.fields import TextField, clean_formfield
from esr.core.spreadsheets import XLSX_TYPE
from esr.core.text import clean
from establishments.models import Establishment


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".replace(".", ",")


class ImportForm(forms.Form):
    """« Importer fichier csv »; once valid, `reading` is what `resources` read in the `content` of `filename`."""

    file = forms.FileField(
        label="Importer fichier csv",
        help_text=(
            f"Fichier CSV ou classeur Excel (.xlsx) de {resources.MAX_BYTES // 1024 // 1024} Mo et "
            f"{resources.MAX_ROWS} candidats au plus."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f".csv,.txt,.tsv,.xlsx,text/csv,text/plain,{XLSX_TYPE}"}),
        error_messages={"required": "Choisissez d’abord le fichier de votre liste."},
    )

    def __init__(self, *args, establishment: Establishment, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.establishment = establishment
        self.year = year

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > resources.MAX_BYTES:
            raise ValidationError(
                f"Ce fichier pèse {_megabytes(file.size)} Mo, pour {_megabytes(resources.MAX_BYTES)} Mo au plus. "
                "Partagez la liste en plusieurs fichiers, ou ne gardez que les colonnes demandées."
            )
        self.filename = clean(file.name)[:200]
        self.content = file.read()
        try:
            self.reading = resources.read(
                self.content, year=self.year, attestations=[a.value for a in self.establishment.attestations]
            )
        except resources.Unreadable as error:
            raise ValidationError(list(error.messages)) from error
        return file


class TriedImportForm(ImportForm):
    """The same file in the administration: tried first, then sent again with what the trial had shown."""

    seen = TextField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Fichier"


class ConfirmImportForm(forms.Form):
    """The fingerprint of the preview that the person has before their eyes, and what they decided on it."""

    seen = TextField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.TypedMultipleChoiceField(coerce=int, required=False)
    removed = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args, preview: Preview, **kwargs):
        super().__init__(*args, initial={"seen": preview.fingerprint}, **kwargs)
        self.preview = preview
        self.fields["agreed"].choices = [(line.row.line, "") for line in preview.agreements]
        self.fields["removed"].choices = [(g.candidate.pk, "") for g in preview.gone if g.can_be_removed]
        for line in preview.questions:
            self.fields[self._name(line)] = forms.ChoiceField(
                choices=[(answer.value, answer.label) for answer in line.answers], required=False
            )

    @staticmethod
    def _name(line: PreviewLine) -> str:
        return f"line-{line.row.line}"

    def questions(self) -> list[tuple[PreviewLine, str, list[tuple[Answer, bool]]]]:
        """Each line to decide about, its field's name, and its answers with the one that is ticked: nothing is
        imported of a line about which nobody decided."""
        asked = []
        for line in self.preview.questions:
            chosen = self.data.get(self._name(line)) or "skip"
            answers = [(answer, answer.value == chosen) for answer in line.answers]
            asked.append((line, self._name(line), answers))
        return asked

    def ticked(self, name: str) -> list[str]:
        return self.data.getlist(name) if self.is_bound else []

    def decisions(self) -> Decisions:
        given = {line.row.line: self.cleaned_data[self._name(line)] for line in self.preview.questions}
        return Decisions(
            choices={line: choice for line, choice in given.items() if choice},
            agreed=frozenset(self.cleaned_data["agreed"]),
            removed=frozenset(self.cleaned_data["removed"]),
        )


class CandidateForm(forms.ModelForm):
    """« Ajouter un candidat » and « Modifier un candidat » (handbook 3), in the handbook's order."""

    class Meta:
        model = Candidate
        formfield_callback = clean_formfield
        fields = [
            "last_name",
            "first_name",
            "birth_date",
            "division",
            "sex",
            "identifier",
            "attestation",
            "extra_time",
            "export_to_siecle",
        ]
        labels = {
            "last_name": "Nom",
            "first_name": "Prénom",
            "birth_date": "Date de naissance",
            "division": "Classe",
            "sex": "Sexe",
            "identifier": "INE / Identifiant candidat",
            "attestation": "Attestation",
            "extra_time": "Candidat avec tiers-temps",
            "export_to_siecle": "Résultat du candidat à exporter vers SIECLE BEE",
        }
        help_texts = {
            "birth_date": "Format attendu : JJ/MM/AAAA",
            "division": "Peut rester vide.",
            "identifier": (
                "Si SIECLE BEE ne connaît pas cet INE, le résultat du candidat ne pourra pas y être exporté. Laissez "
                "vide si le candidat n’a pas d’INE : la plateforme lui attribue un identifiant."
            ),
            "extra_time": "Un tiers de temps en plus pour répondre à chaque question.",
            "export_to_siecle": (
                "Décochez pour éditer l’attestation depuis la plateforme plutôt que depuis le livret scolaire unique."
            ),
        }
        widgets = {
            "birth_date": forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = self.instance.establishment.attestations
        self.fields["attestation"].choices = [("", "Choisir une attestation"), *((a.value, a.label) for a in allowed)]
        self.fields["identifier"].required = False
        self.fields["birth_date"].input_formats = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
        self.fields["birth_date"].error_messages["invalid"] = "Écrivez la date comme 03/04/2012."

    def clean_last_name(self):
        return self.cleaned_data["last_name"].upper()

    def clean_birth_date(self):
        born, year = self.cleaned_data["birth_date"], self.instance.year
        if not rules.is_plausible_birth_date(born, year):
            raise ValidationError(
                f"Cette personne aurait {year - born.year} ans en {year}, et un candidat a de {rules.MIN_AGE} à "
                f"{rules.MAX_AGE} ans : vérifiez l’année."
            )
        return born

    def clean_identifier(self):
        """Unique in the establishment's list of the year; an emptied platform identifier stays as it was."""
        identifier = rules.normal_identifier(self.cleaned_data["identifier"])
        if not identifier:
            return "" if self.instance.has_ine else self.instance.identifier
        mine = Candidate.objects.ever_of(self.instance.establishment).of_year(self.instance.year)
        if mine.filter(identifier=identifier).exclude(pk=self.instance.pk).exists():
            raise ValidationError(str(IdentifierTaken()))
        return identifier


class DeleteListForm(forms.Form):
    """« Supprimer la liste des candidats »: the establishment's identifier, typed, says that it is meant."""

    identifier = TextField(label="Identifiant de l’établissement", max_length=30)

    def __init__(self, *args, establishment: Establishment, **kwargs):
        super().__init__(*args, **kwargs)
        self.establishment = establishment
        self.fields["identifier"].help_text = f"Pour confirmer, saisissez {establishment.identifier}."

    def clean_identifier(self):
        identifier = rules.normal_identifier(self.cleaned_data["identifier"])
        if identifier != rules.normal_identifier(self.establishment.identifier):
            raise ValidationError(f"Ce n’est pas l’identifiant attendu : saisissez {self.establishment.identifier}.")
        return identifier
