"""P19: codes are not guessed, and guessing locks nobody out.

A campaign is the worst day: a program at the door that forgets its cookies, in the same school as the pupils, whose
guesses hold every code of the exam from some moment on — luck that nobody has, so that a door without its watch opens.
A guess in ten comes with a birth date; the others are refused for want of one once the exam is watched.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from exams import actions, queries, rules
from exams.auth import EXAM_COOKIE, WRONG_CODES
from exams.forms import CodeForm
from exams.models import Exam, Sitting
from exams.views import candidate as pages
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

ADDRESS = "192.0.2.7"  # of the school's only way out
ALPHABET = rules.CODE_ALPHABET


def make_class(count: int) -> list[Sitting]:
    """An exam with so many candidates, born over two years, never on a 1 January."""
    exam = ExamFactory()
    people = CandidateFactory.build_batch(count, establishment=exam.establishment, year=exam.year)
    for n, person in enumerate(people):
        person.birth_date = date(2011 + n % 2, 1 + n % 12, 2 + n % 26)
    Candidate.objects.bulk_create(people)
    chance = random.Random(5)
    codes = {"".join(chance.choices(ALPHABET, k=rules.CODE_LENGTH)) for _ in range(count)}
    assert len(codes) == count
    Sitting.objects.bulk_create(
        Sitting(exam=exam, candidate=person, access_code=code, order=[])
        for person, code in zip(Candidate.objects.of(exam.establishment), sorted(codes), strict=True)
    )
    return list(exam.sittings.select_related("exam", "candidate"))


def tries(client: Client, sitting: Sitting, code: str):
    """Type a code, and the birth date if the page asks for it."""
    response = client.post(reverse("exam_code"), {"code": code})
    if response.status_code == 200 and b'name="born"' in response.content:
        response = client.post(reverse("exam_code"), {"code": code, "born": f"{sitting.candidate.birth_date:%d/%m/%Y}"})
    return response


def pupil_enters(sitting: Sitting, errors: int) -> bool:
    """A pupil at a computer of the school, who errs so many times first."""
    client = Client(REMOTE_ADDR=ADDRESS)
    number, code = sitting.exam.number, sitting.access_code
    for typed in [number[::-1] + "0"] * (errors == 2) + [number]:
        client.post(reverse("exam_number"), {"number": typed})
    for typed in [code[:-1] + "Z"] * errors:
        tries(client, sitting, typed)
    return tries(client, sitting, code).headers.get("Location") == reverse("exam_identity")


@dataclass
class Campaign:
    """`guesses` tries, the first of every `http` over HTTP and the others by what the page calls."""

    sittings: list[Sitting]
    guesses: int
    lucky_from: int
    http: int
    hits: int = 0
    entered: int = 0
    watched: bool = False

    def __post_init__(self):
        self.exam = self.sittings[0].exam
        self.client = Client(REMOTE_ADDR=ADDRESS)
        self.cookie = signing.dumps(self.exam.number, salt=EXAM_COOKIE)
        chance = random.Random(7)
        codes = ["".join(chance.choices(ALPHABET, k=rules.CODE_LENGTH)) for _ in range(self.guesses)]
        places = chance.sample(range(self.lucky_from, self.guesses), len(self.sittings))
        for place, sitting in zip(places, self.sittings, strict=True):
            codes[place] = sitting.access_code
        pupils = iter(chance.sample(self.sittings, len(self.sittings)))
        for n, code in enumerate(codes):
            posted = {"code": code} | ({"born": "01/01/2012"} if n % 10 == 0 else {})
            self.hits += self.by_http(posted) if n % self.http == 0 else self.by_form(posted)
            if n * len(self.sittings) // self.guesses != (n + 1) * len(self.sittings) // self.guesses:
                self.entered += pupil_enters(next(pupils), n % 3)

    def by_http(self, posted: dict[str, str]) -> bool:
        self.client.cookies.clear()
        self.client.cookies[EXAM_COOKIE] = self.cookie
        response = self.client.post(reverse("exam_code"), posted)
        return response.status_code == 302

    def by_form(self, posted: dict[str, str]) -> bool:
        now = timezone.now()
        self.watched = self.watched or queries.wrong_codes(self.exam, now).watched  # for a day: longer than this lasts
        form = CodeForm(posted, exam=self.exam, watched=self.watched)
        if form.is_valid():
            return True
        if form.was_wrong and not self.watched:
            actions.note_wrong_code(exam=self.exam, now=now)
            self.exam.refresh_from_db(fields=["wrong_codes", "wrong_codes_since"])
        return False

    @property
    def result(self) -> tuple[int, int]:
        return self.hits, self.entered


def small() -> Campaign:
    """Sixty pupils: watched from 500 wrong codes on."""
    return Campaign(make_class(60), guesses=2_000, lucky_from=800, http=10)


@pytest.mark.postgresql  # once is enough for so many; the small campaign goes over both databases
@pytest.mark.django_db
def test_a_hundred_thousand_guesses_hit_nothing_and_six_hundred_pupils_enter():
    campaign = Campaign(make_class(600), guesses=100_000, lucky_from=4_000, http=50)
    assert campaign.result == (0, 600)
    # Counting has stopped where the watch began.
    assert Exam.objects.get().wrong_codes == rules.wrong_codes_allowed(600) == 3_200


@pytest.mark.django_db
def test_a_small_campaign_ends_the_same_way():
    assert small().result == (0, 60)


@pytest.mark.django_db
def test_the_campaign_notices_a_limit_per_address(monkeypatch):
    wrong = Counter()

    def wait(request, cookie, now):
        return timedelta(minutes=5) if wrong[request.META["REMOTE_ADDR"]] >= rules.CODE_TRIES.tries else None

    def note_wrong(request, response, cookie, now):
        wrong[request.META["REMOTE_ADDR"]] += 1

    monkeypatch.setattr(pages, "wait", wait)
    monkeypatch.setattr(pages, "note_wrong", note_wrong)
    hits, entered = small().result
    assert hits == 0
    assert entered < 10  # the class is locked out


@pytest.mark.django_db
def test_the_campaign_notices_a_door_without_its_watch(monkeypatch):
    monkeypatch.setattr(rules, "wrong_codes_allowed", lambda registered: 10**9)
    assert small().result == (60, 60)


# --- One device ---------------------------------------------------------------------------------------------------


@pytest.fixture
def at_the_door(db, client):
    """A candidate before the field for the code."""
    sitting = SittingFactory(access_code="ACDEFGHJ")
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    return sitting


@pytest.fixture
def clock(monkeypatch):
    """What the pages take for now; `clock(minutes=5)` moves on."""
    moment = [timezone.now()]

    def move(**kwargs):
        moment[0] += timedelta(**kwargs)

    monkeypatch.setattr("django.utils.timezone.now", lambda: moment[0])
    return move


def type_code(client, code: str, **more):
    return client.post(reverse("exam_code"), {"code": code, **more})


def says(response) -> str:
    """The page without what differs at each call."""
    return " ".join(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).split())


def test_after_ten_wrong_codes_a_device_waits_and_then_goes_on(client, at_the_door, clock):
    for _ in range(rules.CODE_TRIES.tries):
        assert "pas celui d’un candidat" in says(type_code(client, "WRONG"))
        clock(seconds=10)
    clock(seconds=60)
    refused = type_code(client, at_the_door.access_code)
    # The first was 160 s ago: it frees a try in 140 s.
    assert "Trop d’essais sur cet appareil. Attendez 3 minutes avant de recommencer" in says(refused)
    assert 'name="code"' in says(refused)
    clock(seconds=139)
    assert "Attendez 1 minute avant" in says(type_code(client, at_the_door.access_code))
    clock(seconds=2)
    assert type_code(client, at_the_door.access_code).status_code == 302


def test_a_device_that_waits_counts_nothing_against_the_exam(client, at_the_door):
    for _ in range(30):
        type_code(client, "WRONG")
    assert Exam.objects.get().wrong_codes == rules.CODE_TRIES.tries


def test_a_right_code_clears_what_went_before(client, at_the_door):
    for _ in range(2):
        for _ in range(rules.CODE_TRIES.tries - 1):
            type_code(client, "WRONG")
        assert type_code(client, at_the_door.access_code).status_code == 302


def test_after_twenty_wrong_numbers_a_device_waits_and_nothing_is_looked_up(
    client, at_the_door, clock, django_assert_num_queries
):
    number = at_the_door.exam.number
    for _ in range(rules.NUMBER_TRIES.tries):
        assert "aucune épreuve" in says(client.post(reverse("exam_number"), {"number": "99999999"}))
    with django_assert_num_queries(0):
        good, bad = (says(client.post(reverse("exam_number"), {"number": n})) for n in (number, "99999999"))
    assert "Attendez 10 minutes" in good
    assert good.replace(number, "") == bad.replace("99999999", "").replace(number, "")
    clock(minutes=10, seconds=1)
    assert client.post(reverse("exam_number"), {"number": number}).status_code == 302


def test_what_the_device_carries_names_nobody(client, at_the_door, clock):
    """The instants of its last errors, no more of them than the limit asks for, however long it errs."""
    begun = int(timezone.now().timestamp())
    for _ in range(25):
        type_code(client, at_the_door.access_code[:-1])
        clock(minutes=1)
    carried = signing.loads(client.cookies[WRONG_CODES].value, salt=WRONG_CODES)
    assert carried == [begun + 60 * n for n in range(25)][-rules.CODE_TRIES.tries :]
    assert client.cookies[WRONG_CODES]["httponly"] is True


@pytest.mark.parametrize("forged", ["", "x", "[1,2,3]"])
def test_a_forged_count_counts_for_nothing(client, at_the_door, forged):
    client.cookies[WRONG_CODES] = forged
    assert type_code(client, at_the_door.access_code).status_code == 302


# --- A watched exam -----------------------------------------------------------------------------------------------


@pytest.fixture
def watched(at_the_door):
    allowed = rules.wrong_codes_allowed(1)
    Exam.objects.update(wrong_codes=allowed, wrong_codes_since=timezone.now())
    at_the_door.exam.refresh_from_db()
    return at_the_door


def test_the_last_wrong_code_allowed_begins_the_watch(client, at_the_door):
    allowed = rules.wrong_codes_allowed(1)
    Exam.objects.update(wrong_codes=allowed - 1, wrong_codes_since=timezone.now())
    assert b'name="born"' not in client.get(reverse("exam_code")).content
    type_code(client, "WRONG")
    assert b'name="born"' in client.get(reverse("exam_code")).content


def test_a_watched_exam_asks_for_the_birth_date(client, watched):
    page = says(client.get(reverse("exam_code")))
    assert "Date de naissance" in page
    assert "JJ/MM/AAAA" in page
    for typed in ("03/04/2012", "3/4/2012", "03-04-2012", "03 04 2012", "03042012", "03.04.2012"):
        assert type_code(client, watched.access_code, born=typed).headers.get("Location") == reverse("exam_identity")


def test_a_watched_exam_says_the_same_whichever_is_wrong(client, watched):
    """Right code or not, known birth date or not: one page but for what was typed, by as many queries."""
    seen = set()
    for code, born in (
        (watched.access_code, "04/04/2012"),
        ("ACDEFGHK", "03/04/2012"),
        ("ACDEFGHK", "04/04/2012"),
    ):
        client.cookies.pop(WRONG_CODES, None)
        with CaptureQueriesContext(connection) as asked:
            response = type_code(client, code, born=born)
        assert response.status_code == 200
        seen.add((says(response).replace(code, "").replace(born, ""), len(asked)))
    assert len(seen) == 1
    assert "ne vont pas ensemble" in seen.pop()[0]


def test_without_a_birth_date_a_watched_exam_looks_nothing_up(client, watched):
    pages_seen = {says(type_code(client, code)).replace(code, "") for code in (watched.access_code, "ACDEFGHK")}
    assert len(pages_seen) == 1
    assert "saisissez aussi votre date de naissance" in pages_seen.pop()


def test_a_guess_at_a_watched_exam_writes_nothing(client, watched):
    with CaptureQueriesContext(connection) as asked:
        type_code(client, "WRONG", born="01/01/2012")
    assert not [q for q in asked if not q["sql"].startswith("SELECT")]


def test_the_watch_ends_after_a_day(client, watched, clock):
    clock(days=1, seconds=1)
    client.post(reverse("exam_number"), {"number": watched.exam.number})
    assert b'name="born"' not in client.get(reverse("exam_code")).content
    type_code(client, "WRONG")
    assert Exam.objects.get().wrong_codes == 1


def test_a_right_code_is_not_counted(client, at_the_door):
    type_code(client, at_the_door.access_code)
    assert Exam.objects.get().wrong_codes == 0


def test_the_exams_page_learns_what_was_tried(client, at_the_door, clock):
    exam, now = at_the_door.exam, timezone.now()
    assert queries.wrong_codes(exam, now) == queries.WrongCodes(0, None, watched=False)
    for _ in range(3):
        type_code(client, "WRONG")
        clock(minutes=1)
    exam.refresh_from_db()
    assert queries.wrong_codes(exam, now) == queries.WrongCodes(3, now, watched=False)
    many = rules.wrong_codes_allowed(1)
    Exam.objects.update(wrong_codes=many)
    exam.refresh_from_db()
    assert queries.wrong_codes(exam, now) == queries.WrongCodes(many, now, watched=True)
    assert queries.wrong_codes(exam, now + timedelta(days=1)) == queries.WrongCodes(0, None, watched=False)


def test_one_exams_wrong_codes_are_not_anothers(client, watched):
    other = SittingFactory(access_code="ACDEFGHJ")
    client.post(reverse("exam_number"), {"number": other.exam.number})
    assert type_code(client, other.access_code).status_code == 302
