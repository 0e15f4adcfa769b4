"""Defences that hold because something is nowhere in the code, and those of passwords (docs/security.md)."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from esr.core.text import clean
from establishments import actions
from establishments.auth import SecondFactorAdapter
from establishments.models import News, Resource, User
from tests.conftest import SECRET, StrictClient
from tests.factories import PASSWORD, CandidateFactory, EstablishmentFactory

APPS = ("esr", "establishments", "candidates", "exams", "certificates", "stats")
SOURCES = [path for app in APPS for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))
HOSTILE = "<script>alert(1)</script>\"'><img src=x>&lt;b&gt;"


def calls(source: str) -> list[tuple[str, ast.Call]]:
    """(dotted name, call) of every call in a module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found.append((ast.unparse(node.func), node))
    return found


def offenders(look) -> list[str]:
    """Where `look(name, call)` finds something, in all of our modules."""
    return [
        f"{path.relative_to(settings.BASE_DIR)}:{call.lineno}"
        for path in SOURCES
        for name, call in calls(path.read_text())
        if look(name, call)
    ]


def shell(name: str, call: ast.Call) -> bool:
    if name.startswith("os.") and name.split(".")[1] in ("system", "popen"):
        return True
    return name.startswith("subprocess.") and (
        any(word.arg == "shell" for word in call.keywords) or isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    )


def dynamic(name: str, call: ast.Call) -> bool:
    foreign = ("pickle.", "marshal.", "shelve.", "yaml.")
    return name in ("eval", "exec", "compile", "Template", "engine.from_string") or name.startswith(foreign)


def built_statement(name: str, call: ast.Call) -> bool:
    runs = name.endswith((".execute", ".executemany")) or name in ("RawSQL", "Func") or name.endswith(".extra")
    return runs and bool(call.args) and not isinstance(call.args[0], ast.Constant)


# Names that stand for expressions of our own where they are used.
_WRITTEN_DOWN = {"pattern"}


def built_expression(name: str, call: ast.Call) -> bool:
    """A regular expression that is neither written down nor made of constants of the module."""
    if not (name.startswith("re.") and name != "re.escape" and call.args):
        return False
    made = call.args[0]
    if isinstance(made, ast.Constant):
        return False
    if isinstance(made, ast.Attribute | ast.Name) and ast.unparse(made).split(".")[0] in _WRITTEN_DOWN:
        return False
    names = {node.id for node in ast.walk(made) if isinstance(node, ast.Name)} - {"len"}
    return not all(each.strip("_").isupper() for each in names)


def unchecked(name: str, call: ast.Call) -> bool:
    return any(
        word.arg in ("verify", "OIDC_VERIFY_SSL") and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in call.keywords
    )


def follows(name: str, call: ast.Call) -> bool:
    if name not in ("requests.get", "requests.post", "requests.request", "self.session.request"):
        return False
    said = {word.arg: word.value for word in call.keywords}
    return not ("timeout" in said and ast.unparse(said.get("allow_redirects", ast.Constant(True))) == "False")


def weak(name: str, call: ast.Call) -> bool:
    hashing = name.rsplit(".", 1)[-1] in ("md5", "sha1", "MD5", "SHA1")
    return hashing and not any(word.arg == "usedforsecurity" for word in call.keywords)


def test_no_command_goes_through_a_shell():
    assert offenders(shell) == []


def test_no_code_is_made_at_run_time():
    assert offenders(dynamic) == []


def test_no_statement_is_put_together_from_words():
    # The nation's constraints and indexes, as PostgreSQL itself writes them, in a database made to be measured; and
    # what passes on the statements that its callers write out.
    found = {where.partition(":")[0] for where in offenders(built_statement)}
    assert found == {"esr/ops/nation.py", "esr/core/statements.py"}


def test_no_expression_is_built_from_words():
    # Names of a PDF's own resources, each through re.escape.
    assert {where.partition(":")[0] for where in offenders(built_expression)} == {"esr/core/imposition.py"}


def test_no_certificate_goes_unchecked():
    assert offenders(unchecked) == []


def test_calls_to_services_follow_no_redirect():
    assert offenders(follows) == []


def test_no_weak_hash_guards_anything():
    assert offenders(weak) == []


@pytest.mark.parametrize(
    ("look", "source"),
    [
        (shell, "subprocess.run('ls', shell=True)"),
        (shell, "subprocess.run(['ls'], shell=True)"),
        (shell, "subprocess.run(f'ls {name}')"),
        (shell, "os.system('ls')"),
        (dynamic, "eval(text)"),
        (dynamic, "pickle.loads(data)"),
        (dynamic, "Template(text)"),
        (built_statement, "cursor.execute(f'SELECT {name}')"),
        (built_statement, "cursor.execute('SELECT ' + name)"),
        (built_expression, "re.search(typed, text)"),
        (built_expression, "re.compile(f'{typed}x')"),
        (unchecked, "requests.get(address, verify=False)"),
        (follows, "requests.get(address, timeout=5)"),
        (follows, "requests.get(address, allow_redirects=False)"),
        (weak, "hashlib.md5(data)"),
    ],
)
def test_what_must_not_be_is_noticed(look, source):
    ((name, call),) = calls(source)
    assert look(name, call)


# Ways to make markup of text; board.js compares with one and writes with none.
_WRITES_MARKUP = re.compile(
    r"\.innerHTML\s*\+?=(?!=)|outerHTML\s*=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__|"
    r"createContextualFragment|setAttribute\(\s*[\"']on"
)


def test_scripts_write_text_as_text():
    assert len(SCRIPTS) > 20
    assert [str(path) for path in SCRIPTS if _WRITES_MARKUP.search(path.read_text())] == []


@pytest.mark.parametrize(
    "line", ["a.innerHTML = name;", "a.insertAdjacentHTML('x', y)", "eval(x)", "o.__proto__.x = 1"]
)
def test_a_script_that_writes_markup_is_noticed(line):
    assert _WRITES_MARKUP.search(line)


def test_hostile_text_is_shown_as_text(head_client, establishment):
    CandidateFactory(establishment=establishment, last_name=HOSTILE[:60], first_name=HOSTILE[:40])
    News.objects.create(title=HOSTILE, text=HOSTILE, published_at=timezone.now())
    for name in ("candidate_list", "home"):
        page = head_client.get(reverse(name)).content.decode()
        assert "&lt;script&gt;" in page, name
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_resource_is_a_web_address():
    for address in ("javascript:alert(1)", "data:text/html,x", "//example.org"):
        with pytest.raises(ValidationError):
            Resource(title="x", address=address).full_clean()
    Resource(title="x", address="https://example.org/livret.pdf").full_clean()


def test_an_address_carries_no_second_header():
    with pytest.raises(BadHeaderError):
        EmailMessage(subject="x\nBcc: a@example.org", to=["b@example.org"]).message()
    assert "\n" not in clean("chef@example.org\r\nBcc: a@example.org")


def test_a_repeated_field_is_read_once(head_client, establishment):
    fields = {"last_name": ["UN", "DEUX"], "first_name": "Léa", "birth_date": ["2012-01-01", "2012-02-02"], "sex": "F"}
    fields |= {"attestation": "ASSR1", "division": "5A"}
    head_client.post(reverse("candidate_add"), fields)
    assert list(Candidate.objects.values_list("last_name", flat=True)) == ["DEUX"]
    assert head_client.get(reverse("exam_number"), {"number": "12345678"}).status_code == 200


# --- Passwords --------------------------------------------------------------------------------------------------------


@pytest.fixture
def head(db):
    """The account of a school that opened it itself, with its confirmed address."""
    fields = EstablishmentFactory.build(identifier="0750655E", email="ce.0750655e@example.org").__dict__
    names = "identifier_kind identifier name email category status academy department region address postal_code city"
    actions.create_establishment(head_password=PASSWORD, **{name: fields[name] for name in names.split()})
    return User.objects.get(email="ce.0750655e@example.org")


def test_password_fields_help_password_managers(db, client, head_client):
    pages = [client.get("/login"), head_client.get(reverse("account_change_password"))]
    fields = [
        field for page in pages for field in re.findall(r"<input[^>]*type=\"password\"[^>]*>", page.content.decode())
    ]
    assert len(fields) == 4
    for field in fields:
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "onpaste" not in field
    assert not [path for path in SCRIPTS if re.search(r"paste.{0,40}preventDefault", path.read_text())]


def test_a_password_of_two_hundred_characters_signs_in(client, head):
    long = "Rondpoint-2026! " * 12 + "fin é"
    head.set_password(long)
    head.save()
    client.post("/login", {"login": head.email, "password": long[:-1]})
    assert "_auth_user_id" not in client.session
    client.post("/login", {"login": head.email, "password": long})
    assert client.session["_auth_user_id"] == str(head.pk)


def test_an_old_password_still_signs_in(client, head):
    long_ago = timezone.now() - timedelta(days=3000)
    User.objects.filter(pk=head.pk).update(date_joined=long_ago, last_login=long_ago)
    client.post("/login", {"login": head.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(head.pk)


def test_a_reset_password_still_asks_for_the_code(client, head, mailoutbox):
    head.authenticator_set.create(type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
    client.post(reverse("account_reset_password"), {"email": head.email})
    link = re.search(r"https?://[^/]+(/mot-de-passe/oublie/\S+)", mailoutbox[0].body).group(1)
    page = client.get(link, follow=True)
    new = {"password1": "Autre-rondpoint-7!", "password2": "Autre-rondpoint-7!"}
    client.post(page.redirect_chain[-1][0], new)
    assert "_auth_user_id" not in client.session
    other = StrictClient()
    answer = other.post("/login", {"login": head.email, "password": new["password1"]})
    assert answer["Location"].startswith("/login/code/")
    assert "_auth_user_id" not in other.session


def test_passwords_are_hashed_slowly():
    from django.conf import global_settings

    from esr import settings as own

    assert not hasattr(own, "PASSWORD_HASHERS")
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        hasher = get_hasher()
        assert hasher.algorithm == "pbkdf2_sha256"
        assert hasher.iterations >= 600_000
        assert len(hasher.salt()) >= 22


def test_every_source_is_looked_at():
    assert {Path(path).parts[len(settings.BASE_DIR.parts)] for path in SOURCES} == set(APPS)
    assert len(SOURCES) > 150
