"""The page « Restauration des résultats »: every case of delivery, 9, through the real view."""

import json
import logging
import random
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from esr.core import keyring
from exams import actions, protocol, queries, rules, sealing
from exams.enums import FileOutcome
from exams.forms import MAX_RESULT_FILES
from exams.models import Exam, Sitting
from tests.exams.conftest import TOKEN
from tests.exams.sealed import b64, body_of, file_of, seal, sealed_by
from tests.exams.test_delivery import enter, post
from tests.exams.test_sealing import Forger
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

REFERENCE = re.compile(f"[{rules.CODE_ALPHABET}]{{{rules.CODE_LENGTH}}}$")


@pytest.fixture
def begun(sitting):
    """The first candidate's device has begun, and eleven right answers of it have arrived."""
    now = timezone.now()
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    items = [protocol.Item(q, 1, letters, True, 900) for q, letters in key_of(sitting).items() if q <= 11]
    actions.save_answers(sitting=sitting, epoch=1, items=items, now=now)
    sitting.refresh_from_db()
    return sitting


def key_of(sitting) -> dict[int, str]:
    return actions.answer_key(sitting.exam)


def whole(sitting, right: int) -> bytes:
    """The file of a device that holds all twenty answers, the first `right` of them right."""
    answers = [(q, letters if q <= right else "") for q, letters in key_of(sitting).items()]
    return file_of(sitting, settings.SEAL_KEYS, *answers)


def load(client, exam, *contents: bytes, **fields):
    files = [SimpleUploadedFile(f"fichier-{n}.esr", content) for n, content in enumerate(contents)]
    return client.post(reverse("exam_restoration", args=[exam.pk]), {"files": files, **fields})


def outcomes(response) -> list[str]:
    return [result["loaded"].outcome for result in response.context["results"]]


def lines(response) -> list[str]:
    """What each line of the table says, the file's name and the reference left out."""
    assert response.status_code == 200
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode(), re.DOTALL)[1:]
    texts = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    return [REFERENCE.sub("", text).partition(" ")[2] for text in texts]


def events(sitting) -> list[tuple]:
    return [(event.kind, event.detail) for event in sitting.events.all()][1:]


# --- What is restored -----------------------------------------------------------------------------------------------


def test_a_whole_file_gives_the_mark(supervisor_client, begun):
    response = load(supervisor_client, begun.exam, whole(begun, 13))
    assert lines(response) == [
        f"{begun.candidate} Résultat restauré 9 réponses récupérées · Note : 13/20 "
        "Rien d’autre à faire : la note est sur la page de l’épreuve."
    ]
    begun.refresh_from_db()
    assert (begun.state, begun.mark) == ("closed", 13)
    assert [begun.responses[str(q)]["o"] for q in (11, 12)] == ["live", "file"]
    assert events(begun) == [
        ("file_loaded", {"epoch": 1, "answers": 9}),
        ("closed", {"epoch": 1, "answers": 20}),
    ]


def test_a_file_with_holes_leaves_the_decision_to_the_school(supervisor_client, begun):
    content = file_of(begun, settings.SEAL_KEYS, (12, "A"), (13, "B"))
    response = load(supervisor_client, begun.exam, content)
    assert outcomes(response) == [FileOutcome.INCOMPLETE]
    assert "2 réponses récupérées sur 20" in lines(response)[0]
    begun.refresh_from_db()
    assert (begun.state, begun.mark, len(begun.responses)) == ("running", None, 13)


def test_the_same_file_again_is_already_handled(supervisor_client, begun):
    content = whole(begun, 13)
    assert outcomes(load(supervisor_client, begun.exam, content, content)) == ["restored", "handled"]
    before = Sitting.objects.values().get(pk=begun.pk), events(begun)
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["handled"]
    assert (Sitting.objects.values().get(pk=begun.pk), events(begun)) == before


def test_a_final_answer_of_the_device_wins(supervisor_client, begun):
    """The file was made with developer tools: right where the device had sent something else."""
    held = begun.responses
    lie = [(q, "ABC"[n % 3], 900, True, 1) for n, q in enumerate(range(1, 12))]
    content = file_of(begun, settings.SEAL_KEYS, *lie, (12, "A"))
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["incomplete"]
    begun.refresh_from_db()
    assert {q: response for q, response in begun.responses.items() if q != "12"} == held


def test_each_file_stands_on_its_own(supervisor_client, begun):
    """Good, bad, of somebody else, good: in one go, in order, each with its own result."""
    other = begun.exam.sittings.exclude(pk=begun.pk).first()
    actions.start_sitting(sitting=other, token=TOKEN, now=timezone.now())
    contents = [whole(begun, 13), b"notes de la salle", b"", whole(other, 4)]
    response = load(supervisor_client, begun.exam, *contents)
    assert outcomes(response) == ["restored", "unreadable", "unreadable", "restored"]
    assert [result["name"] for result in response.context["results"]] == [f"fichier-{n}.esr" for n in range(4)]
    assert dict(begun.exam.sittings.filter(state="closed").values_list("pk", "mark")) == {begun.pk: 13, other.pk: 4}


def test_the_file_of_a_device_that_was_taken_over(supervisor_client, begun):
    now = timezone.now()
    content = file_of(begun, settings.SEAL_KEYS, (12, "A", 1, False, 9), (13, "A"))
    Sitting.objects.filter(pk=begun.pk).update(takeover_until=now + timedelta(minutes=1))
    taken = actions.start_sitting(sitting=begun, token="u" * 43, now=now)
    actions.save_answers(sitting=taken, epoch=2, items=[protocol.Item(12, 1, "B", False, 9)], now=now)
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["incomplete"]
    begun.refresh_from_db()
    assert [begun.responses[q]["c"] for q in ("12", "13")] == ["B", "A"]


# --- What is refused ------------------------------------------------------------------------------------------------


def test_a_closed_sitting_stays_as_it_is(supervisor_client, begun):
    actions.grade_as_it_stands(sitting=begun, reason="device", by=by(supervisor_client), now=timezone.now())
    assert outcomes(load(supervisor_client, begun.exam, whole(begun, 20))) == ["closed"]
    begun.refresh_from_db()
    assert (begun.mark, len(begun.responses)) == (11, 11)
    assert events(begun)[-1] == ("file_refused", {"cause": "closed"})


def by(client):
    from establishments.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_a_sitting_that_never_began(supervisor_client, sitting):
    assert outcomes(load(supervisor_client, sitting.exam, whole(sitting, 20))) == ["never_started"]
    sitting.refresh_from_db()
    assert (sitting.state, sitting.responses) == ("not_started", {})


def test_a_technical_absence(supervisor_client, begun):
    user, now = by(supervisor_client), timezone.now()
    actions.declare_technical_absence(sitting=begun, reason="power", by=user, now=now)
    assert outcomes(load(supervisor_client, begun.exam, whole(begun, 20))) == ["void"]
    actions.lift_technical_absence(sitting=begun, by=user, now=now)
    assert outcomes(load(supervisor_client, begun.exam, whole(begun, 20))) == ["restored"]


def test_an_epoch_that_was_never_given(supervisor_client, begun):
    content = file_of(begun, settings.SEAL_KEYS, (12, "A"), epoch=2)
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["unreadable"]


@pytest.fixture
def after_the_correction(begun):
    """Yesterday's exam."""
    yesterday = timezone.now() - timedelta(days=1)
    Exam.objects.filter(pk=begun.exam_id).update(starts_at=yesterday, ends_at=yesterday + timedelta(hours=3))
    Sitting.objects.filter(pk=begun.pk).update(started_at=yesterday)
    begun.refresh_from_db()
    return begun


def test_after_the_correction_a_supervisor_asks_the_head(supervisor_client, after_the_correction):
    sitting = after_the_correction
    response = load(supervisor_client, sitting.exam, whole(sitting, 13), reason="network")
    assert outcomes(response) == ["late"]
    assert "remettez-le au chef d’établissement" in lines(response)[0]
    sitting.refresh_from_db()
    assert (sitting.state, len(sitting.responses)) == ("running", 11)
    assert events(sitting) == [("file_refused", {"cause": "late"})]


def test_after_the_correction_the_head_says_why(head_client, after_the_correction):
    sitting = after_the_correction
    content = whole(sitting, 13)
    response = load(head_client, sitting.exam, content)
    assert response.context["form"].errors == {
        "reason": ["Choisissez un motif : il est gardé dans l’historique du candidat."]
    }
    assert outcomes(response) == []
    assert outcomes(load(head_client, sitting.exam, content, reason="network")) == ["restored"]
    assert events(sitting)[0] == ("file_loaded", {"epoch": 1, "answers": 9, "reason": "network"})


def test_before_the_correction_nobody_is_asked_why(head_client, begun):
    page = head_client.get(reverse("exam_restoration", args=[begun.exam_id])).content.decode()
    assert "Motif" not in page
    assert outcomes(load(head_client, begun.exam, whole(begun, 13), reason="network")) == ["restored"]
    assert events(begun)[0] == ("file_loaded", {"epoch": 1, "answers": 9})


def test_a_late_restoration_needs_its_reason_wherever_it_comes_from(after_the_correction):
    with pytest.raises(actions.Late):
        actions.restore_sitting(
            sitting=after_the_correction, epoch=1, items=[protocol.Item(12, 1, "A", True)], by=None, now=timezone.now()
        )


# --- One text -------------------------------------------------------------------------------------------------------


def foreign_files(sitting) -> dict[str, bytes]:
    """Files that are none of this exam's, each wrong in its own way."""
    keys, exam = settings.SEAL_KEYS, sitting.exam
    key = keys.sealing(exam.year)
    same_school = SittingFactory(exam__establishment=exam.establishment, state="running", epoch=1)
    other_school = SittingFactory(state="running", epoch=1, candidate__last_name="CANARI")
    other = exam.sittings.exclude(pk=sitting.pk).first()
    body = body_of(sitting.pk, exam.rescue_code, (12, "A"))
    return {
        "empty": b"",
        "too long": b"A" * (sealing.MAX_BYTES + 1),
        "text": b"\xff\xfe notes",
        "plain JSON": json.dumps(body).encode(),
        "altered": b".".join((*file_of(sitting, keys, (12, "A")).split(b".")[:2], b64(b"0" * 200))),
        "unknown key": sealed_by(sealing.new_key(exam.year), body),
        "another exam of the school": file_of(same_school, keys, (1, "A")),
        "another school": file_of(other_school, keys, (1, "A")),
        "no HMAC": seal(body, b"", kid=key.kid, point=key.point),
        "another candidate's HMAC": sealed_by(key, body, of=other.pk),
        "question 21": sealed_by(key, body_of(sitting.pk, exam.rescue_code, (21, "A"))),
        "wrong code": file_of(sitting, keys, (12, "A"), code="000000"),
    }


def test_one_text_for_every_file_that_is_not_recognised(supervisor_client, begun, caplog):
    contents = foreign_files(begun)
    before = list(Sitting.objects.order_by("pk").values())
    with caplog.at_level(logging.WARNING):
        response = load(supervisor_client, begun.exam, *contents.values())
    assert outcomes(response) == ["unreadable"] * len(contents)
    assert len(set(lines(response))) == 1
    assert lines(response)[0].startswith("– Refusé : fichier non reconnu Vérifiez que")
    assert list(Sitting.objects.order_by("pk").values()) == before
    page, log = response.content.decode(), caplog.text
    for result in response.context["results"]:
        assert page.count(result["loaded"].reference) == log.count(result["loaded"].reference) == 1
    steps = re.findall(r": ([a-z ]+) \(exam", log)
    assert steps == [
        "size", "size", "alphabet", "alphabet", "seal", "key id", "sitting",
         "sitting", "mac", "mac", "schema", "code",
    ]  # fmt: skip
    assert [detail["cause"] for _, detail in events(begun)] == ["mac", "mac", "schema", "code"]
    names = [begun.candidate.last_name, "CANARI", "fichier-", str(begun.pk), begun.exam.rescue_code]
    assert [name for name in names if name in log] == []
    assert "CANARI" not in page


VIEWED = 2_000


def test_two_thousand_forged_files_through_the_page(supervisor_client, begun):
    """P8 where the files come in: altered ones of the real sitting, and forged ones; none enters, one text."""
    rng = random.Random(8)
    genuine = file_of(begun, settings.SEAL_KEYS, (12, "A"))
    forger = Forger(8)  # of keys that this platform never had
    key = settings.SEAL_KEYS.sealing(begun.exam.year)
    other = begun.exam.sittings.exclude(pk=begun.pk).first()
    body = body_of(begun.pk, begun.exam.rescue_code, (12, "A"))

    def altered() -> bytes:
        content = bytearray(genuine)
        place = rng.randrange(len(content))
        content[place] = rng.choice([c for c in b"ABab01-_." if c != content[place]])
        return bytes(content)

    def stolen() -> bytes:
        return rng.choice([sealed_by(key, body, of=other.pk), sealed_by(key, body, epoch=7), b64(genuine)])

    before = Sitting.objects.values().get(pk=begun.pk)
    texts, seen = set(), 0
    while seen < VIEWED:
        contents = [rng.choices([altered, forger, stolen], [6, 2, 2])[0]() for _ in range(50)]
        response = load(supervisor_client, begun.exam, *contents)
        assert set(outcomes(response)) == {"unreadable"}
        texts.update(lines(response))
        seen += len(contents)
    assert len(texts) == 1
    assert Sitting.objects.values().get(pk=begun.pk) == before
    assert outcomes(load(supervisor_client, begun.exam, genuine)) == ["incomplete"]


# --- Keys by year ---------------------------------------------------------------------------------------------------


def test_a_file_of_a_key_that_was_replaced_still_opens(supervisor_client, begun, settings):
    content = whole(begun, 13)
    settings.SEAL_KEYS = keyring.Keyring([sealing.new_key(begun.exam.year), *settings.SEAL_KEYS.keys])
    assert queries.seal_of(begun)["kid"] != settings.SEAL_KEYS.keys[1].kid
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["restored"]


def test_a_file_of_a_retired_key_is_refused(supervisor_client, begun, settings):
    content = whole(begun, 13)
    settings.SEAL_KEYS = keyring.Keyring([sealing.new_key(begun.exam.year)])
    assert outcomes(load(supervisor_client, begun.exam, content)) == ["unreadable"]


# --- What a device is given -----------------------------------------------------------------------------------------


def test_a_device_is_given_its_own_key_and_no_code(client, sitting):
    enter(client, sitting)
    Exam.objects.filter(pk=sitting.exam_id).update(rescue_code="739204")
    page = client.get(reverse("exam_player")).content.decode()
    start = page.index('<script id="player-data"')
    data = json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])
    assert data["rescue"] == {
        "salt": sitting.exam.number,
        "iterations": 50_000,
        "hash": sealing.code_check(sitting.exam.number, "739204"),
    }
    standing = post(client, "sitting_start", {"token": TOKEN}).json()
    key = settings.SEAL_KEYS.sealing(sitting.exam.year)
    assert standing["seal"] == {
        "kid": key.kid,
        "point": keyring.encode(key.point),
        "key": keyring.encode(key.sitting_key(sitting.pk, 1)),
    }
    again = post(client, "sitting_resume", {}, sitting.pk).json()
    assert again["seal"] == standing["seal"]
    assert "739204" not in page + json.dumps(standing)


def test_without_a_key_of_the_year_there_is_no_file(client, sitting, settings):
    settings.SEAL_KEYS = keyring.Keyring([sealing.new_key(sitting.exam.year - 1)])
    enter(client, sitting)
    assert post(client, "sitting_start", {"token": TOKEN}).json()["seal"] is None


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head_client", "supervisor_client"])
def test_the_code_is_for_head_and_supervisor(request, who, exam):
    client = request.getfixturevalue(who)
    Exam.objects.filter(pk=exam.pk).update(rescue_code="739204")
    for name in ("exam_restoration", "exam_codes"):
        assert client.get(reverse(name, args=[exam.pk])).content.decode().count("739204") == 1
    assert "739204" not in client.get(reverse("exam_detail", args=[exam.pk])).content.decode()


def test_another_school_s_exam_is_not_there(other_head_client, begun):
    url = reverse("exam_restoration", args=[begun.exam_id])
    assert other_head_client.get(url).status_code == 404
    assert load(other_head_client, begun.exam, whole(begun, 13)).status_code == 404


def test_no_file_and_too_many_files_say_so(supervisor_client, begun):
    response = load(supervisor_client, begun.exam)
    assert response.context["form"].errors == {"files": ["Choisissez au moins un fichier de résultat."]}
    response = load(supervisor_client, begun.exam, *[whole(begun, 13)] * (MAX_RESULT_FILES + 1))
    assert response.context["form"].errors == {
        "files": [f"Vous avez choisi {MAX_RESULT_FILES + 1} fichiers. Chargez-les en plusieurs fois, 60 au plus."]
    }
    begun.refresh_from_db()
    assert begun.state == "running"


def test_a_training_is_restored_by_the_supervisor_at_any_time(supervisor_client, establishment):
    now = timezone.now()
    exam = ExamFactory(
        establishment=establishment, kind="training", starts_at=now - timedelta(days=2), exam_questions__count=20
    )
    candidate = CandidateFactory(establishment=establishment, year=exam.year)
    sitting = SittingFactory(exam=exam, candidate=candidate)
    actions.start_sitting(sitting=sitting, token=TOKEN, now=now)
    assert outcomes(load(supervisor_client, exam, whole(sitting, 7))) == ["restored"]
    sitting.refresh_from_db()
    assert sitting.mark == 7
