"""P4: nothing of the key reaches a candidate before the correction opens.

Every address of the site but the administration's is asked as a candidate, in every state of a sitting, and the bytes
are looked at in two ways. Explanations, notes and competences carry a canary, which must not be there. And with other
expected answers, other explanations and another mark in the database, the same bytes must come back: no order, no name
and no number depends on the key.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core import signing
from django.db import transaction
from django.urls import reverse

from exams.auth import EXAM_COOKIE, SITTING_COOKIE
from exams.bank import build, source, speech
from exams.enums import ExamKind, QuestionUse, SittingState
from exams.models import Exam, Proposition, Question, Sitting
from exams.queries import player, practice
from exams.views import delivery
from tests.conftest import StrictClient
from tests.factories import ExamFactory
from tests.test_rights import ADMIN, TOKEN, School, address, make_school, patterns

CANARY = "CANARI-7f3a"
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # ten o'clock in Paris: no correction is open
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SECRETS = [CANARY, "Savoir secret", '"expected":', '"explanation":', '"mark":', r"\b[0-9]{1,2}/20\b", r"attendues? :"]

# --- The room -----------------------------------------------------------------------------------------------------


@dataclass
class Room:
    school: School
    client: StrictClient

    @property
    def sitting(self) -> Sitting:
        return self.school.running

    def has_questions_for(self, use: str) -> None:
        Question.objects.update(use=use)

    def becomes(self, *, exam: dict, sitting: dict) -> None:
        Exam.objects.filter(pk=self.school.exam.pk).update(**exam)
        Sitting.objects.filter(pk=self.sitting.pk).update(**sitting)

    def has_key(self, letter: str, text: str, mark: int) -> None:
        """Another key for every question, as many answers as before; another mark if there is one."""
        Proposition.objects.update(expected=False)
        Proposition.objects.filter(letter=letter).update(expected=True)
        Question.objects.update(
            explanation=f"{CANARY} {text}", notes=f"{CANARY} {text}", competence=f"Savoir secret {text}"
        )
        Sitting.objects.filter(state=SittingState.CLOSED).update(mark=mark)


@pytest.fixture
def room(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    school = make_school("0750655E", "01")
    school.exam, school.sitting = school.running.exam, school.running
    other = ExamFactory(establishment=school.establishment)
    client = StrictClient()
    client.cookies[EXAM_COOKIE] = signing.dumps(other.number, salt=EXAM_COOKIE)
    client.cookies[SITTING_COOKIE] = signing.dumps(str(school.running.pk), salt=SITTING_COOKIE)
    room = Room(school, client)
    room.has_questions_for(QuestionUse.EXAM)  # what is for training too is anybody's on the public site
    room.has_key("A", "un", 17)
    return room


def given(count: int) -> dict:
    """Answers to the first questions, all of them right by the first key."""
    return {
        str(q): {"c": "A", "e": 1, "s": 2, "f": True, "l": False, "at": 0, "o": "live"} for q in range(1, count + 1)
    }


ACTIVE = {"starts_at": NOW - HOUR, "ends_at": NOW + 2 * HOUR}
FUTURE = {"starts_at": NOW + HOUR, "ends_at": NOW + 4 * HOUR}
PAST = {"starts_at": NOW - 4 * HOUR, "ends_at": NOW - HOUR}
WAITING = {"state": "not_started", "epoch": 0, "token_hash": "", "started_at": None, "responses": {}}
RUNNING = {"state": "running", "responses": given(7)}
CLOSED = {"state": "closed", "responses": given(20), "closed_at": NOW - 30 * MINUTE, "mark": 17}
STATES = {
    "early": (FUTURE, WAITING),
    "not started": (ACTIVE, WAITING),
    "absent": (PAST, WAITING),
    "running": (ACTIVE, RUNNING),
    "all answers but the last": (ACTIVE, RUNNING | {"responses": given(19)}),
    "paused": (ACTIVE, RUNNING | {"paused_at": NOW - MINUTE}),
    "on another device": (ACTIVE, RUNNING | {"epoch": 2, "token_hash": "0" * 64}),
    "interrupted": (PAST, RUNNING),
    "technical absence": (PAST, RUNNING | {"state": "void"}),
    "closed": (ACTIVE, CLOSED),
    "closed, and the exam is over": (PAST, CLOSED),
}
KINDS = {
    "exam": {"kind": ExamKind.EXAM},
    "timed training": {"kind": ExamKind.TRAINING, "timed": True},
    "untimed training": {"kind": ExamKind.TRAINING, "timed": False},
}
# A training is corrected at once.
CASES = [(k, s) for k, s in product(KINDS, STATES) if k == "exam" or not s.startswith("closed")]

# --- The crawl ----------------------------------------------------------------------------------------------------

FINAL = [{"q": q, "seq": 9, "choices": "A", "final": True, "t": 900} for q in range(1, 21)]
BODIES = {
    "sitting_start": [{"token": "t" * 43}],
    "sitting_save": [
        {"epoch": 1, "items": FINAL[:1]},
        {"epoch": 1, "items": FINAL},
        {"epoch": 2, "items": FINAL},
        {"epoch": 1, "items": [{"q": 99}]},
    ],
    "sitting_finish": [{"epoch": 1, "held": {}}, {"epoch": 1, "held": {"20": 9}}, {"epoch": 2, "held": {}}],
}


def bodies(name: str) -> list[bytes]:
    return [b"", *(json.dumps(body).encode() for body in BODIES.get(name, [{"epoch": 1}]))]


def crawl(room: Room, *, within: str = "examen/") -> dict[tuple, bytes]:
    """(method, path, body) → all the bytes of the answer. Nothing that was posted stays.

    `within`: only addresses that begin so; "" is the site without its administration.
    """
    seen = {}
    for route, name, _ in patterns():
        if route.startswith(ADMIN) or not route.startswith(within):
            continue
        path, _ = address(route, room.school, None)
        seen["GET", path, b""] = ask(room, lambda path=path: room.client.get(path))
        for body in bodies(name):
            seen["POST", path, body] = ask(room, lambda path=path, body=body: post(room, path, body))
    return seen


def post(room: Room, path: str, body: bytes):
    bearer = {"Authorization": f"Bearer {TOKEN}{room.school.establishment.identifier}"}
    return room.client.post(path, body, content_type="application/json", headers=bearer)


def ask(room: Room, request: Callable) -> bytes:
    cookies = room.client.cookies.output(header="", sep=";")
    with transaction.atomic():
        response = request()
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    room.client.cookies = SimpleCookie(cookies)
    head = [f"{response.status_code}", *(f"{name}: {value}" for name, value in response.headers.items())]
    head += [f"Set-Cookie: {cookie.OutputString()}" for cookie in response.cookies.values()]
    return "\n".join(head).encode() + b"\n\n" + body


def leaks(seen: dict[tuple, bytes]) -> list[str]:
    text = {key: answer.decode("latin-1") for key, answer in seen.items()}
    return sorted({pattern for answer in text.values() for pattern in SECRETS if re.search(pattern, answer)})


# What is drawn anew for each answer, or comes of the machine's clock, whatever the key.
_DRAWN = re.compile(
    rb'name=\\?"csrfmiddlewaretoken\\?" value=\\?"\w+|data-(?:clock|now)="\d+"'
    rb"|^(?:Set-Cookie|Expires|Last-Modified): [^\n]*",
    re.MULTILINE,
)


def depends_on_the_key(room: Room, first: dict[tuple, bytes], **which) -> list[tuple]:
    """The requests whose answers are others than in the crawl `first` when the key is another one."""
    room.has_key("B", "deux deux", 3)
    player._known.clear()  # in life no version that was drawn changes
    second = crawl(room, **which)
    assert list(first) == list(second)
    return [key for key in first if _DRAWN.sub(b"", first[key]) != _DRAWN.sub(b"", second[key])]


@pytest.mark.parametrize(("kind", "state"), CASES)
def test_no_byte_tells_of_the_key(room, kind, state):
    exam, sitting = STATES[state]
    room.becomes(exam=exam | KINDS[kind], sitting=sitting)
    seen = crawl(room)
    assert leaks(seen) == []
    assert depends_on_the_key(room, seen) == []


@pytest.mark.parametrize("state", ["running", "closed"])
def test_no_byte_of_the_whole_site_tells_of_the_key(room, state):
    exam, sitting = STATES[state]
    room.becomes(exam=exam, sitting=sitting)
    seen = crawl(room, within="")
    assert len({path for _, path, _ in seen}) > 60
    assert leaks(seen) == []
    assert depends_on_the_key(room, seen, within="") == []


@pytest.mark.parametrize(
    ("sitting", "name", "sign"),
    [
        (RUNNING, "exam_player", b'id="player-data"'),
        (RUNNING, "sitting_resume", b'"answerMs"'),
        (RUNNING | {"responses": given(19)}, "sitting_save", b'"state": "closed"'),
        (CLOSED, "sitting_finish", b'"receipt"'),
        (CLOSED, "exam_result", b"ne sont pas encore ouverts"),
    ],
)
def test_the_crawl_has_seen_what_a_candidate_sees(room, sitting, name, sign):
    room.becomes(exam=ACTIVE, sitting=sitting)
    start = reverse(name, args=[room.sitting.pk] if name.startswith("sitting") else [])
    assert [key for key, answer in crawl(room).items() if key[1] == start and sign in answer]


def test_everything_once_the_correction_is_open(room):
    room.becomes(exam=PAST, sitting=CLOSED | {"closed_at": NOW - timedelta(days=1)})
    page = room.client.get(reverse("exam_result")).content.decode()
    assert page.count(f"{CANARY} un") == 20
    assert "17/20" in page
    assert leaks(crawl(room)) == sorted([CANARY, "Savoir secret", r"\b[0-9]{1,2}/20\b", r"attendues? :"])


# --- Controls -----------------------------------------------------------------------------------------------------


def test_an_explanation_left_in_the_players_data_is_noticed(room, monkeypatch):
    honest = player.question_data

    def careless(number, question, attestation):
        return honest(number, question, attestation) | {"explanation": question.explanation}

    monkeypatch.setattr(player, "question_data", careless)
    room.becomes(exam=ACTIVE, sitting=RUNNING)
    assert leaks(crawl(room)) == sorted([CANARY, '"explanation":'])


def test_propositions_in_a_telling_order_are_noticed(room, monkeypatch):
    honest = player.question_data

    def careless(number, question, attestation):
        player = honest(number, question, attestation)
        return player | {"propositions": sorted(player["propositions"], key=lambda p: p["letter"] != question.expected)}

    monkeypatch.setattr(player, "question_data", careless)
    room.becomes(exam=ACTIVE, sitting=RUNNING)
    seen = crawl(room)
    assert leaks(seen) == []
    assert depends_on_the_key(room, seen) == [("GET", reverse("exam_player"), b"")]


def test_an_exam_question_that_the_public_site_shows_is_noticed(room, monkeypatch):
    monkeypatch.setattr(practice, "POOL_SECONDS", 0)
    room.becomes(exam=ACTIVE, sitting=RUNNING)
    room.has_questions_for(QuestionUse.BOTH)
    seen = crawl(room, within="preparation/")
    assert CANARY in leaks(seen)
    assert depends_on_the_key(room, seen, within="preparation/") == [
        ("GET", reverse("practice_questions", args=["ASSR1"]), b"")
    ]


def test_a_receipt_made_of_the_mark_is_noticed(room, monkeypatch):
    monkeypatch.setattr(delivery, "receipt", lambda sitting: f"{hash((sitting.pk, sitting.mark)):x}")
    room.becomes(exam=ACTIVE, sitting=CLOSED)
    path = reverse("sitting_finish", args=[room.sitting.pk])
    assert {path for _, path, _ in depends_on_the_key(room, crawl(room))} == {path}


# --- Files that pages name ----------------------------------------------------------------------------------------


@pytest.fixture
def media(room, settings):
    """The media of a real question whose key carries the canary, recorded and given to every question."""
    question = secret(source.load()[0], f"{CANARY} un")
    folder = settings.MEDIA_ROOT / "bank" / build.media_key(question)
    folder.mkdir(parents=True)
    build._record(question, folder)
    Question.objects.update(media=folder.name)
    return folder


def secret(question: source.Question, text: str) -> source.Question:
    return replace(question, explanation=text, notes=text, competence=text)


def named_files(media: Path, pages: list[bytes]) -> dict[str, bytes]:
    """The static files and media that pages name, and the modules that these import."""
    found: dict[str, bytes] = {}
    todo = {match.decode() for page in pages for match in re.findall(rb'"(/(?:static|media)/[^"?#\\]+)', page)}
    while todo:
        address = todo.pop()
        if address.startswith("/media/"):
            file = media / address.rpartition("/")[2]
            content = file.read_bytes() if file.exists() else b""
        else:
            with open(finders.find(address.removeprefix("/static/")), "rb") as file:
                content = file.read()
        found[address] = content
        folder = address.rpartition("/")[0]
        if address.endswith(".js"):
            modules = re.findall(r'from "\./([\w./-]+\.js)"', content.decode())
            todo |= {f"{folder}/{module}" for module in modules} - set(found)
    return found


def test_no_file_that_a_page_names_tells_of_the_key(room, media):
    room.becomes(exam=ACTIVE, sitting=RUNNING)
    files = named_files(media, list(crawl(room).values()))
    names = {path.rpartition("/")[2] for path in files}
    assert {"media.json", "reading.vtt", "reading.m4a", "main.js", "delivery.js", "player.css"} <= names
    assert all(files[path] for path in files if path.endswith((".json", ".vtt", ".m4a")))
    real = [question.explanation.encode() for question in source.load()]
    for path, content in files.items():
        assert CANARY.encode() not in content, path
        assert not [text for text in real if text in content], path


def test_media_are_named_and_made_without_the_key(room, media):
    """Another key, another explanation: the same name, and the same words are said and written."""
    question = secret(source.load()[0], f"{CANARY} un")
    flipped = tuple(replace(p, expected=e.expected) for p, e in zip(*rotated(question.propositions), strict=True))
    other = secret(replace(question, propositions=flipped), f"{CANARY} deux deux")
    assert [p.expected for p in other.propositions] != [p.expected for p in question.propositions]
    assert build.media_key(other) == media.name
    assert speech.parts(other) == speech.parts(question)
    texts = [(media / name).read_text() for name in ("media.json", "reading.vtt")]
    assert not [text for text in texts if CANARY in text]


def rotated(propositions: tuple) -> tuple[tuple, tuple]:
    """The propositions, and themselves shifted by one."""
    return propositions, propositions[1:] + propositions[:1]


def test_the_players_data_has_these_fields_and_no_other(room):
    room.becomes(exam=ACTIVE, sitting=RUNNING)
    page = room.client.get(reverse("exam_player")).content.decode()
    start = page.index('<script id="player-data"')
    data = json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])
    kept = "audioDescription captions description media multiple propositions q reading readings"
    kept += " sources statement still"
    assert {tuple(sorted(q)) for q in data["questions"]} == {tuple(kept.split())}
    assert {tuple(sorted(source)) for q in data["questions"] for source in q["sources"]} == {("src", "type")}
    assert sorted(data["mode"]) == ["controls", "corrects", "delivers", "timed"]
    assert {tuple(sorted(p)) for q in data["questions"] for p in q["propositions"]} == {("letter", "text")}
    assert all([p["letter"] for p in q["propositions"]] == ["A", "B", "C"] for q in data["questions"])


def test_no_letter_is_a_good_bet_in_the_bank():
    """Whoever always answers the same letter fails: of the questions with one answer, none has half of them."""
    single = [q for q in source.load() if not q.several]
    for letter in range(4):
        right = sum(len(q.propositions) > letter and q.propositions[letter].expected for q in single)
        assert right < len(single) / 2, "ABCD"[letter]
