"""The inventory of data: every table, every field and what becomes of it, from the models and the apps' `purge.py`.

What the machine knows (tables, fields, fate) is generated; what it cannot know, whose data they are, stands in
PERSONAL, and a table that is not in it is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from esr.ops import purging

# Around the generated part of docs/homologation.md.
BEGIN, END = "<!-- inventory: manage.py inventory --write -->", "<!-- end of inventory -->"

# Tables of Django's and allauth's, of which no `purge.py` of ours speaks: content, whose data, what becomes of them.
FRAMEWORK = {
    "sessions.Session": ("session ouverte", "personnel : compte, moment", "12 heures au plus ; toutes à la purge"),
    "account.EmailAddress": ("adresse vérifiée d’un compte", "personnel : email", "avec le compte"),
    "account.EmailConfirmation": ("lien de vérification", "", "avec le compte"),
    "mfa.Authenticator": ("second facteur d’un compte", "personnel : secret (chiffré)", "avec le compte"),
    "admin.LogEntry": ("historique de l’administration", "personnel : compte ; jamais de candidat", "conservée"),
    "auth.Group": ("vide", "", "conservée"),
    "auth.Permission": ("droits de Django", "", "conservée"),
    "contenttypes.ContentType": ("tables de Django", "", "conservée"),
}

# Whose data the fields of a table are, in the words of the data-protection record; "" where it holds nobody's.
PERSONAL = {
    "candidates.Candidate": "candidat : last_name, first_name, birth_date, sex, division, identifier, siecle_id, "
    "attestation, extra_time",
    "candidates.ImportDraft": "candidat : rows, errors, set_aside, table (une liste avant sa confirmation)",
    "certificates.Download": "personnel : account",
    "certificates.Issue": "candidat, par sitting ; personnel : account",
    "core.Job": "candidat : file (documents produits, une semaine) ; arguments tient des clés",
    "core.Mail": "personnel : sealed (message à un compte, chiffré ; 24 heures au plus)",
    "establishments.AccountRequest": "personnel : email, message",
    "establishments.AuthorisedEstablishment": "",
    "establishments.Contact": "",
    "establishments.Establishment": "",
    "establishments.FaqEntry": "",
    "establishments.Identity": "personnel : issuer, subject",
    "establishments.Membership": "personnel : user",
    "establishments.News": "",
    "establishments.Resource": "",
    "establishments.SessionDates": "",
    "establishments.SignIn": "personnel : user, door, at",
    "establishments.SignUp": "personnel : fields (adresse de l’établissement), password (haché)",
    "establishments.User": "personnel : username, email, password (haché), last_login",
    "exams.BankImport": "personnel : account",
    "exams.DeletedSitting": "candidat : outcome",
    "exams.Exam": "",
    "exams.ExamQuestion": "personnel : neutralised_by",
    "exams.ExportedResult": "candidat : ine, siecle_id, outcome",
    "exams.Incident": "candidat : text (saisi par le surveillant) ; personnel : account",
    "exams.Proposition": "",
    "exams.Question": "",
    "exams.QuestionFigures": "",
    "exams.SiecleExport": "",
    "exams.Sitting": "candidat : access_code, responses, mark, present, started_at, closed_at",
    "exams.SittingEvent": "candidat, par sitting ; personnel : account",
    "ops.Clock": "",
    "ops.Purge": "",
    "ops.Reminder": "",
    "stats.WeekFigures": "candidat : registered, present, admitted (effectifs exacts, jusqu’à une personne)",
}


@dataclass(frozen=True)
class Table:
    """One model: its label, its French name, its fields, what becomes of it, and whose data it holds."""

    label: str
    name: str
    fields: tuple[str, ...]
    fate: str
    personal: str


def tables() -> list[Table]:
    """Every table of our own, by label. Raises KeyError for one of which PERSONAL says nothing."""
    found = []
    for module in purging.modules():
        for fate, models in (("purgée le 1er janvier", module.PURGED), ("conservée", module.KEPT)):
            found += [_table(model, fate) for model in models]
    return sorted(found, key=lambda table: table.label)


def foreign_tables() -> Iterable[str]:
    """Labels of the tables that are not ours."""
    ours = {table.label for table in tables()}
    return sorted(model._meta.label for model in apps.get_models() if model._meta.label not in ours)


def _table(model: type[Model], fate: str) -> Table:
    fields = tuple(field.name for field in model._meta.concrete_fields if not field.primary_key)
    return Table(model._meta.label, str(model._meta.verbose_name), fields, fate, PERSONAL[model._meta.label])


def markdown() -> str:
    """The inventory as docs/homologation.md holds it."""
    lines = ["| table | contenu | champs | données de personnes | devenir |", "|---|---|---|---|---|"]
    lines += [
        f"| {t.label} | {t.name} | {', '.join(t.fields)} | {t.personal or 'aucune'} | {t.fate} |" for t in tables()
    ]
    for label in foreign_tables():
        what, personal, fate = FRAMEWORK[label]
        lines.append(f"| {label} | {what} | (Django, allauth) | {personal or 'aucune'} | {fate} |")
    return "\n".join(lines) + "\n"


def renewed(text: str) -> str:
    """A document with its part between BEGIN and END written afresh. Raises ValueError when it has no such part."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document has no part between « {BEGIN} » and « {END} »")
    return f"{before}{begin}\n{markdown()}{end}{after}"
