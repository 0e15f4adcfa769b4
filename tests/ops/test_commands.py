"""Every command of the operators: found in `manage.py help`, explained, and clear when something is wrong."""

import io
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.urls import reverse
from django.utils import timezone

from esr.core import keyring, logs
from establishments.models import News, SessionDates
from exams.models import Question
from tests.conftest import StrictClient
from tests.factories import ExamFactory, MembershipFactory, SittingFactory

OURS = sorted(name for name, app in get_commands().items() if app == "esr.ops")


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def parsers(parser):
    yield parser
    for action in parser._actions:
        if hasattr(action, "choices") and isinstance(action.choices, dict):
            for name, child in action.choices.items():
                if hasattr(child, "_actions"):
                    assert next(choice.help for choice in action._choices_actions if choice.dest == name), name
                    yield from parsers(child)


def unexplained(command) -> list[str]:
    """Arguments without help, and a command without."""
    faults = [] if len(command.help) > 30 and command.help.endswith(".") else ["the command"]
    for parser in parsers(command.create_parser("manage.py", "x")):
        for action in parser._actions:
            if not action.help and not action.__class__.__name__.endswith("SubParsersAction"):
                faults.append(action.dest)
    return faults


def test_what_an_operator_needs_is_there():
    assert OURS == [
        "archive_session", "attestation_keys", "bank", "build_media", "create_administrator", "demo", "end_sessions",
        "generate_nation", "inventory", "load_bank", "load_calendar", "load_directory", "load_finess", "load_texts",
        "log_keys", "mock_provider", "neutralise", "purge", "sbom", "seal_keys", "verify_attestation",
    ]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_a_command_and_its_arguments_are_explained(name):
    assert unexplained(load_command_class("esr.ops", name)) == []


def test_an_unexplained_argument_is_noticed():
    command = load_command_class("esr.ops", "purge")
    command.add_arguments = lambda parser: parser.add_argument("--secretly")
    assert unexplained(command) == ["secretly"]


# What changes nothing that was there, with the reason: everything else that writes shows first what it would do.
SHOWS_NOTHING_FIRST = {
    "archive_session": "writes a new file",
    "create_administrator": "makes one account, or refuses",
    "demo": "an installation of its own",
    "generate_nation": "an empty database",
    "inventory": "a document that the repository keeps",
    "mock_provider": "writes nothing",
    "sbom": "writes a new file",
    "verify_attestation": "writes nothing",
}


@pytest.mark.parametrize("name", OURS)
def test_what_writes_shows_first_what_it_would_do(name):
    parser = load_command_class("esr.ops", name).create_parser("manage.py", name)
    flags = {flag for one in parsers(parser) for action in one._actions for flag in action.option_strings}
    assert bool(flags & {"--dry-run", "--wet-run"}) != (name in SHOWS_NOTHING_FIRST)


def test_a_dry_run_of_texts_and_of_the_bank_changes_nothing(db):
    assert "would be there" in run("load_texts", "--dry-run")
    assert run("load_bank", "--dry-run").startswith("Would be: ")
    assert (News.objects.count(), Question.objects.count()) == (0, 0)


def test_a_dry_run_takes_no_key(tmp_path, settings):
    key = logs.new_key(2025)
    settings.LOG_KEYS, settings.LOG_KEYS_FILE = keyring.Keyring([key]), tmp_path / "log_keys"
    settings.LOG_KEYS_FILE.write_text(f"{key.entry}\n")
    assert f"{key.kid} would be taken away" in run("log_keys", "retire", "2025", "--force", "--dry-run")
    assert settings.LOG_KEYS_FILE.read_text() == f"{key.entry}\n"
    assert "left" in run("log_keys", "retire", "2025", "--force")
    assert settings.LOG_KEYS_FILE.read_text() == ""


ERRORS = [
    (("archive_session", "0750655E", "/nulle/part"), "No establishment"),
    (("attestation_keys", "create", "26"), "four digits"),
    (("bank", "import", "/nulle/part.zip"), "/nulle/part.zip"),
    (("bank", "export", "/nulle/part/banque.zip"), "/nulle/part/banque.zip"),
    (("build_media", "--wet-run"), "--prune"),
    (("build_media", "nulle-part"), "nulle-part"),
    (("create_administrator", "x", "--academy", "99"), "No academy"),
    (("end_sessions", "personne@example.org"), "No account"),
    (("generate_nation", "--establishments", "0"), "au moins un"),
    (("inventory", "--write", "--document", "/nulle/part.md"), "/nulle/part.md"),
    (("load_calendar", "/nulle/part.csv"), "/nulle/part.csv"),
    (("load_directory", "/nulle/part.csv"), "/nulle/part.csv"),
    (("load_finess", "/nulle/part.csv"), "/nulle/part.csv"),
    (("load_texts", "/nulle/part.toml"), "/nulle/part.toml"),
    (("log_keys", "retire", "2001"), "no key of 2001"),
    (("mock_provider", "academic", "--port", "1"), "MOCK_PROVIDER_SECRET"),
    (("neutralise", "nulle-part", "--year", "2026"), "No question"),
    (("purge", "--wet-run", "--year", "2999"), "is not over"),
    (("sbom", "--lock", "/nulle/part.txt"), "/nulle/part.txt"),
    (("sbom", "--output", "/nulle/part.json"), "/nulle/part.json"),
    (("seal_keys", "retire", "2001"), "no key of 2001"),
    (("verify_attestation", "n'importe quoi"), "Not verified"),
]


@pytest.mark.parametrize(("arguments", "said"), ERRORS, ids=[" ".join(arguments) for arguments, _ in ERRORS])
def test_what_is_wrong_is_said_in_a_line(db, monkeypatch, settings, arguments, said):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "Rondpoint-2026!")
    monkeypatch.delenv("MOCK_PROVIDER_SECRET", raising=False)
    settings.EMBEDDED = True
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert said in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_each_command_that_takes_something_is_tried_with_what_is_wrong():
    assert {arguments[0] for arguments, _ in ERRORS} == set(OURS) - {"demo", "load_bank"}  # tests of their own


# --- The calendar -----------------------------------------------------------------------------------------------------

HEADER = "categorie;annee;premier_jour;dernier_jour\n"


@pytest.fixture
def calendar(tmp_path):
    def write(text: str):
        (tmp_path / "calendrier.csv").write_text(text)
        return str(tmp_path / "calendrier.csv")

    return write


def test_the_calendar_is_loaded_and_loading_again_changes_nothing(db, calendar):
    file = calendar(HEADER + "EN;2027;2027-03-01;2027-06-30\nAGRI;2027;2027-02-01;2027-06-30\n")
    assert "2 dates would change" in run("load_calendar", file, "--dry-run")
    assert SessionDates.objects.count() == 0
    assert "2 dates changed" in run("load_calendar", file)
    assert SessionDates.objects.get(category="EN", year=2027).closes_on == date(2027, 6, 30)
    assert "0 dates changed" in run("load_calendar", file)
    assert "du 02/03/2027" in run("load_calendar", calendar(HEADER + "EN;2027;2027-03-02;2027-06-30\n"))


def test_a_calendar_with_faults_loads_nothing_and_names_each_line(db, calendar):
    lines = [
        "EN;2027;2027-03-01;2027-06-30",
        "XX;2027;2027-03-01;2027-06-30",
        "AGRI;2027;2027-06-30;2027-03-01",
        "EN;2027;2027-03-01;2027-06-30",
        "MARI;2027;demain;2027-06-30",
        "MILI;2027;2026-12-01;2027-06-30",
    ]
    with pytest.raises(CommandError) as refused:
        run("load_calendar", calendar(HEADER + "\n".join(lines)))
    told = str(refused.value).splitlines()
    assert [line.partition(" : ")[0] for line in told] == [
        "Ligne 3", "Ligne 4", "Ligne 5", "Ligne 6", "Ligne 7", "Nothing was loaded.",
    ]  # fmt: skip
    assert SessionDates.objects.count() == 0
    with pytest.raises(CommandError, match="colonnes attendues"):
        run("load_calendar", calendar("a;b\n1;2\n"))


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_somebody_is_signed_out_of_every_device_and_nobody_else(db, establishment):
    user, other = (MembershipFactory(establishment=establishment).user for _ in range(2))
    clients = []
    for who in (user, user, other):
        clients.append(StrictClient())
        clients[-1].force_login(who)
    assert "2 sessions would end" in run("end_sessions", user.email)
    assert clients[0].get(reverse("account")).status_code == 200
    assert "2 sessions ended" in run("end_sessions", user.email, "--wet-run")
    assert [client.get(reverse("account")).status_code for client in clients] == [302, 302, 200]
    assert "1 sessions ended" in run("end_sessions", "--all", "--wet-run")
    assert Session.objects.count() == 0


# --- Archive, keys ----------------------------------------------------------------------------------------------------


def test_an_archive_is_written_for_an_establishment(db, establishment, tmp_path):
    with pytest.raises(CommandError, match="rien à archiver"):
        run("archive_session", establishment.identifier, str(tmp_path))
    begun = timezone.now() - timedelta(hours=5)
    answers = {str(n): {"c": "A", "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"} for n in range(1, 21)}
    exam = ExamFactory(establishment=establishment, starts_at=begun, exam_questions__count=20)
    SittingFactory(exam=exam, closed=True, responses=answers)
    text = run("archive_session", establishment.identifier.lower(), str(tmp_path))
    (file,) = tmp_path.glob("*")
    assert str(file) in text
    assert file.name == f"archive-0750655e-{establishment.current_year}.zip"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="already there"):
        run("archive_session", establishment.identifier, str(tmp_path))


def test_log_keys_are_made_named_and_retired(settings, tmp_path):
    settings.LOG_KEYS_FILE = tmp_path / "log_keys"
    old, new = logs.new_key(2025), logs.new_key(date.today().year)
    settings.LOG_KEYS = keyring.Keyring([old, new])
    text = run("log_keys", "create", "2030")
    assert "2030" in text
    kept = keyring.read_keys(settings.LOG_KEYS_FILE.read_text(), logs.LogKey).keys
    assert [key.year for key in kept] == [2025, new.year, 2030]
    assert not [key for key in kept if key.entry.partition(":")[2] in text]
    assert run("log_keys", "list").splitlines() == [f"2025  {old.kid}  names", f"{new.year}  {new.kid}  names"]
    assert run("log_keys", "name", "login", "Chef@Example.org").strip() == logs.pseudonym("login", "chef@example.org")
    with pytest.raises(CommandError, match="not over"):
        run("log_keys", "retire", str(new.year))
    run("log_keys", "retire", "2025")
    assert [key.year for key in keyring.read_keys(settings.LOG_KEYS_FILE.read_text(), logs.LogKey).keys] == [new.year]
