"""Who may print what, of which school, and under which name the file goes."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates import actions, queries, tasks
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from exams.auth import SITTING_COOKIE
from exams.enums import ExamKind
from exams.models import Exam
from tests.certificates.reading import text_of
from tests.certificates.test_issues import Progress
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment, number="48210937", exam_questions__count=20)


def join(exam, last_name, **values):
    someone = {f"candidate__{key}": values.pop(key) for key in ("export_to_siecle", "attestation") if key in values}
    return SittingFactory(exam=exam, candidate__last_name=last_name, candidate__first_name="Lily", **someone, **values)


def said(response):
    return [str(message) for message in response.wsgi_request._messages]


def names(response, title="Nom : "):
    """Last names on the attestations, page by page."""
    return [page.split(title)[1].split()[0] for page in text_of(response.content)]


# --- Who ------------------------------------------------------------------------------------------------------------

HEAD = {"anonymous": 302, "supervisor": 403, "head": 200, "other": 404}
STAFF = {"anonymous": 302, "supervisor": 200, "head": 200, "other": 404}


@pytest.fixture
def clients(client, head_client, supervisor_client, other_head_client):
    return {
        "anonymous": client,
        "supervisor": supervisor_client,
        "head": head_client,
        "other": other_head_client,
    }


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        ("exam_convocations", "exam", HEAD),
        ("exam_convocations_to_cut", "exam", HEAD),
        ("exam_codes", "exam", STAFF),
        ("exam_codes_pdf", "exam", STAFF),
        ("exam_code_slips", "exam", STAFF),
        ("exam_attendance_sheet", "exam", STAFF),
        ("exam_attestations", "exam", HEAD),
        ("exam_correction_pdf", "exam", STAFF),
        ("candidate_duplicate", "candidate", HEAD),
        ("sitting_correction_pdf", "sitting", STAFF),
        ("attestation_model", None, {**HEAD, "other": 200}),
        ("all_attestations", None, {**HEAD, "other": 200}),
    ],
)
def test_who_may_print_what(clients, exam, name, of, expected):
    sitting = join(exam, "BAILLY", closed=True)
    keys = {"exam": [exam.pk], "candidate": [sitting.candidate_id], "sitting": [sitting.pk], None: []}
    url = reverse(name, args=keys[of])
    assert {who: client.get(url).status_code for who, client in clients.items()} == expected


@pytest.mark.parametrize(
    "name",
    [
        "exam_convocations",
        "exam_convocations_to_cut",
        "exam_codes",
        "exam_codes_pdf",
        "exam_code_slips",
        "exam_attendance_sheet",
        "exam_correction_pdf",
    ],
)
def test_an_exam_that_never_was(head_client, name):
    assert head_client.get(reverse(name, args=[999_999])).status_code == 404


def test_what_is_the_same_for_everybody_is_only_read(head_client, exam):
    assert head_client.post(reverse("exam_correction_pdf", args=[exam.pk])).status_code == 405
    assert head_client.post(reverse("exam_key_grid", args=[exam.pk])).status_code == 405


# --- What -----------------------------------------------------------------------------------------------------------


def assert_file(response, filename, kind="application/pdf"):
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert response["Cache-Control"] == "private, no-store"


def test_convocations(head_client, exam):
    join(exam, "BAILLY")
    join(exam, "ALEXANDRE", rattrapage=True)
    join(ExamFactory(establishment=exam.establishment), "AILLEURS")
    response = head_client.get(f"/epreuves/{exam.pk}/convocations.pdf")
    assert_file(response, "convocations-epreuve-48210937.pdf")
    pages = text_of(response.content)
    assert ["ALEXANDRE" in page for page in pages] == [True, False]
    assert ["BAILLY" in page for page in pages] == [False, True]
    today = timezone.localdate(timezone.now(), exam.establishment.zone)
    assert f"Le {today.day} " in pages[0]


def test_convocations_to_cut(head_client, exam):
    for name in ("ALEXANDRE", "BAILLY", "CISSÉ"):
        join(exam, name)
    response = head_client.get(f"/epreuves/{exam.pk}/convocations-a4.pdf")
    assert_file(response, "convocations-a4-epreuve-48210937.pdf")
    sheets = text_of(response.content)
    assert [[name for name in ("ALEXANDRE", "BAILLY", "CISSÉ") if name in sheet] for sheet in sheets] == [
        ["ALEXANDRE", "CISSÉ"],
        ["BAILLY"],
    ]
    page = head_client.get(reverse("exam_detail", args=[exam.pk])).content.decode()
    assert f'href="/epreuves/{exam.pk}/convocations-a4.pdf"' in page
    assert "posez la moitié gauche sur la droite" in page


@pytest.mark.parametrize("name", ["exam_convocations", "exam_convocations_to_cut"])
def test_convocations_of_nobody(head_client, exam, name):
    response = head_client.get(reverse(name, args=[exam.pk]))
    assert response.headers["Location"] == f"/epreuves/{exam.pk}/"
    assert said(response) == ["Aucun candidat n’est inscrit à cette épreuve : il n’y a pas de convocation."]


def test_access_codes_on_screen_and_on_paper(supervisor_client, exam):
    join(exam, "BAILLY", access_code="ACDEFGHJ")
    page = supervisor_client.get(f"/epreuves/{exam.pk}/codes/")
    content = page.content.decode()
    assert "4821 0937" in content
    assert "ACDE FGHJ" in content
    assert f"/epreuves/{exam.pk}/codes.pdf" in content
    assert page["Cache-Control"] == "private, no-store"
    response = supervisor_client.get(f"/epreuves/{exam.pk}/codes.pdf")
    assert_file(response, "codes-acces-epreuve-48210937.pdf")
    (page,) = text_of(response.content)
    assert "BAILLY Lily 5A ACDE FGHJ" in page


def test_slips_of_access_codes(supervisor_client, exam):
    join(exam, "BAILLY", access_code="ACDEFGHJ")
    content = supervisor_client.get(f"/epreuves/{exam.pk}/codes/").content.decode()
    assert f'href="/epreuves/{exam.pk}/codes-a-decouper.pdf"' in content
    response = supervisor_client.get(f"/epreuves/{exam.pk}/codes-a-decouper.pdf")
    assert_file(response, "codes-a-decouper-epreuve-48210937.pdf")
    (page,) = text_of(response.content)
    assert page.count("Code d'accès ACDE FGHJ") == 1


@pytest.mark.parametrize("name", ["exam_codes_pdf", "exam_code_slips"])
def test_codes_of_nobody(supervisor_client, exam, name):
    response = supervisor_client.get(reverse(name, args=[exam.pk]))
    assert response.headers["Location"] == f"/epreuves/{exam.pk}/"
    assert said(response) == ["Aucun candidat n’est inscrit à cette épreuve : il n’y a aucun code à donner."]
    page = supervisor_client.get(reverse("exam_codes", args=[exam.pk])).content.decode()
    assert reverse(name, args=[exam.pk]) not in page


@pytest.mark.parametrize("name", ["exam_codes", "exam_codes_pdf", "exam_code_slips"])
def test_an_exam_on_paper_has_no_codes(supervisor_client, establishment, name):
    exam = ExamFactory(establishment=establishment, kind=ExamKind.OFFLINE)
    join(exam, "BAILLY", access_code="")
    response = supervisor_client.get(reverse(name, args=[exam.pk]))
    assert response.headers["Location"] == f"/epreuves/{exam.pk}/"
    assert said(response) == ["Cette épreuve se passe sur papier, sans accès internet : elle n’a pas de codes d’accès."]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "name",
    [
        "exam_codes",
        "exam_codes_pdf",
        "exam_code_slips",
        "exam_attendance_sheet",
        "exam_convocations",
        "exam_convocations_to_cut",
    ],
)
def test_one_more_candidate_is_not_one_more_question_to_the_database(
    head_client, exam, django_assert_max_num_queries, count, name
):
    for number in range(count):
        join(exam, f"NOM{number}", closed=True)
    with django_assert_max_num_queries(6):
        head_client.get(reverse(name, args=[exam.pk]))


def test_the_attendance_sheet(supervisor_client, exam):
    join(exam, "BAILLY")
    join(exam, "ALEXANDRE", present=True)
    join(ExamFactory(establishment=exam.establishment), "AILLEURS")
    response = supervisor_client.get(f"/epreuves/{exam.pk}/emargement.pdf")
    assert_file(response, "emargement-epreuve-48210937.pdf")
    (page,) = text_of(response.content)
    assert "1 ALEXANDRE Lily 5A ☑ 2 BAILLY Lily 5A ☐" in page
    assert "AILLEURS" not in page


def test_attestations_of_an_exam_are_for_the_admitted_that_are_not_exported(head_client, exam):
    join(exam, "ADMIS", closed=True, mark=10)
    join(exam, "PREMIER", closed=True, mark=20)
    join(exam, "EXPORTE", closed=True, mark=20, export_to_siecle=True)
    join(exam, "ECHOUE", closed=True, mark=9)
    join(exam, "ABSENT")
    join(ExamFactory(establishment=exam.establishment), "AILLEURS", closed=True)
    response = head_client.post(f"/epreuves/{exam.pk}/attestations/")
    assert_file(response, "attestations-epreuve-48210937.pdf")
    assert names(response) == ["ADMIS", "PREMIER"]


def test_an_exam_without_attestation_says_so(head_client, exam):
    join(exam, "ECHOUE", closed=True, mark=9)
    url = reverse("exam_attestations", args=[exam.pk])
    page = head_client.get(url).content.decode()
    assert ("Aucune attestation à imprimer" in page, "Échoué (1)" in page, "Préparer le PDF" in page) == (
        True,
        True,
        False,
    )
    response = head_client.post(url)
    assert (response.headers["Location"], said(response)) == (url, ["Aucune attestation à imprimer."])


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_training_gives_no_attestation(head_client, exam, method):
    Exam.objects.filter(pk=exam.pk).update(kind="training")
    join(exam, "ADMIS", closed=True, mark=20)
    response = getattr(head_client, method)(reverse("exam_attestations", args=[exam.pk]))
    assert response.headers["Location"] == f"/epreuves/{exam.pk}/"
    assert said(response) == ["Un entraînement ne donne pas d’attestation."]


def test_one_candidate_s_attestation(head_client, exam):
    sitting = join(exam, "TEʻIHOTUʻURA-MĀʻOHI", closed=True)
    response = head_client.post(f"/candidats/{sitting.candidate_id}/attestation.pdf")
    assert_file(response, "attestation-teihotuura-maohi-lily.pdf")
    assert len(text_of(response.content)) == 1


@pytest.mark.parametrize(
    "values",
    [{"closed": True, "mark": 9}, {"closed": True, "export_to_siecle": True}, {}],
    ids=["failed", "exported", "absent"],
)
def test_whoever_has_no_attestation_is_not_found(head_client, exam, values):
    sitting = join(exam, "BAILLY", **values)
    for name in ("candidate_attestation", "candidate_duplicate"):
        assert head_client.post(reverse(name, args=[sitting.candidate_id])).status_code == 404


def test_unticking_the_export_makes_the_attestation_possible(head_client, exam):
    sitting = join(exam, "BAILLY", closed=True, export_to_siecle=True)
    url = reverse("candidate_attestation", args=[sitting.candidate_id])
    assert head_client.post(url).status_code == 404
    sitting.candidate.export_to_siecle = False
    sitting.candidate.save()
    assert head_client.post(url).status_code == 200


def test_the_correction_of_an_exam(supervisor_client, exam):
    response = supervisor_client.get(f"/epreuves/{exam.pk}/corrige.pdf")
    assert_file(response, "corrige-epreuve-48210937.pdf")
    assert "Question 20" in text_of(response.content)[-1]


def test_the_correction_of_a_candidate(supervisor_client, exam):
    sitting = join(exam, "BAILLY", closed=True)
    response = supervisor_client.get(f"/passations/{sitting.pk}/corrige.pdf")
    assert_file(response, "corrige-bailly-lily.pdf")
    assert "Lily BAILLY" in text_of(response.content)[0]


@pytest.mark.parametrize("state", ["not_started", "running"])
def test_there_is_no_correction_before_the_end(supervisor_client, exam, state):
    sitting = join(exam, "BAILLY", state=state)
    assert supervisor_client.get(reverse("sitting_correction_pdf", args=[sitting.pk])).status_code == 404
    assert supervisor_client.get(reverse("sitting_correction_pdf", args=[uuid4()])).status_code == 404


def test_the_word_model(head_client):
    response = head_client.get("/modele-attestation.docx")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert_file(response, "modele-attestation-reussite.docx", kind)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert "Collège des Mimosas" in archive.read("word/document.xml").decode()


# --- The candidate (K5) ---------------------------------------------------------------------------------------------

URL = "/examen/resultat/corrige.pdf"


@pytest.fixture
def as_candidate(client):
    from django.core import signing

    def sign_in(sitting):
        client.cookies[SITTING_COOKIE] = signing.dumps(str(sitting.pk), salt=SITTING_COOKIE)
        return client

    return sign_in


def sat(establishment, *, at, closed_at, kind=ExamKind.EXAM, **values):
    exam = ExamFactory(
        establishment=establishment, starts_at=at, kind=kind, number="48210937", exam_questions__count=20
    )
    return join(exam, "BAILLY", closed=True, closed_at=closed_at, **values)


@pytest.fixture
def clock(monkeypatch):
    def set_to(moment):
        monkeypatch.setattr("certificates.views.candidate.timezone.now", lambda: moment)

    return set_to


@pytest.mark.parametrize(
    ("hour", "minute", "second", "status"), [(10, 0, 0, 403), (17, 59, 59, 403), (18, 0, 0, 200), (23, 0, 0, 200)]
)
def test_a_candidate_reads_the_correction_from_eighteen_o_clock_local(
    as_candidate, other_establishment, clock, hour, minute, second, status
):
    zone = other_establishment.zone  # La Réunion
    day = timezone.localdate(timezone.now(), zone)
    sitting = sat(
        other_establishment,
        at=datetime(day.year, day.month, day.day, 8, tzinfo=zone),
        closed_at=datetime(day.year, day.month, day.day, 9, tzinfo=zone),
    )
    browser = as_candidate(sitting)
    clock(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC))
    assert browser.get(URL).status_code == status


def test_the_correction_waits_for_the_end_of_an_evening_exam(as_candidate, establishment, clock):
    zone = establishment.zone
    start = datetime.combine(timezone.localdate(timezone.now(), zone), datetime.min.time(), zone) + timedelta(hours=18)
    browser = as_candidate(sat(establishment, at=start, closed_at=start + timedelta(minutes=20)))
    clock(start + timedelta(hours=3) - timedelta(seconds=1))
    assert browser.get(URL).status_code == 403
    clock(start + timedelta(hours=3))
    assert browser.get(URL).status_code == 200


def test_a_training_is_corrected_at_once(as_candidate, establishment):
    now = timezone.now()
    browser = as_candidate(sat(establishment, at=now, closed_at=now, kind=ExamKind.TRAINING))
    response = browser.get(URL)
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="corrige-epreuve-48210937.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "Lily BAILLY" in text_of(response.content)[0]


def test_a_candidate_who_has_not_finished_reads_nothing(as_candidate, exam):
    assert as_candidate(join(exam, "BAILLY", state="running")).get(URL).status_code == 403


def test_a_candidate_who_is_nobody_is_asked_for_the_number(client, exam):
    response = client.get(URL)
    assert response.status_code == 302
    assert response.headers["Location"] == "/examen/"


# --- Toutes les attestations (D2) -----------------------------------------------------------------------------------

ALL = "/candidats/attestations/"


@pytest.fixture
def everyone(exam):
    """One sitting of each fate, by last name."""
    over = ExamFactory(establishment=exam.establishment, starts_at=timezone.now() - timedelta(hours=4), year=exam.year)
    later = ExamFactory(establishment=exam.establishment, starts_at=timezone.now() + timedelta(days=1), year=exam.year)
    training = ExamFactory(establishment=exam.establishment, kind=ExamKind.TRAINING)
    CandidateFactory(establishment=exam.establishment, last_name="LIBRE", year=exam.year)
    return {
        sitting.candidate.last_name: sitting.candidate
        for sitting in (
            join(exam, "ADMIS", closed=True),
            join(exam, "BIEN", closed=True),
            join(exam, "EXPORTE", closed=True, export_to_siecle=True),
            join(exam, "ECHOUE", closed=True, mark=3),
            join(over, "ABSENT"),
            join(later, "FUTUR"),
            join(training, "ENTRAINE", closed=True, mark=20),
        )
    }


def printed(job):
    return [page.split("Nom : ")[1].split()[0] for page in text_of(jobs.path_of(job.file).read_bytes())]


def test_the_page_counts_everyone_once(head_client, establishment, everyone):
    plan = queries.attestation_plan(establishment, YEAR, timezone.now())
    assert plan.ready == 2
    assert {group.reason: [candidate.last_name for candidate in group.candidates] for group in plan.left_out} == {
        "Admis, résultat à exporter vers SIECLE BEE : l’attestation s’édite depuis le LSU": ["EXPORTE"],
        "Échoué": ["ECHOUE"],
        "Absent": ["ABSENT"],
        "Épreuve à venir ou non commencée": ["FUTUR"],
        "Inscrit à aucune épreuve d’examen": ["ENTRAINE", "LIBRE"],
    }
    content = head_client.get(ALL).content.decode()
    assert f"2 attestations à imprimer pour la session {YEAR}" in content
    assert "EXPORTE Lily" in content
    assert "ADMIS" not in content


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_eight_questions_of_the_database(establishment, exam, django_assert_num_queries, count):
    sittings = [join(exam, f"NOM{number}", closed=True) for number in range(count)]
    for number in range(count):
        join(exam, f"RATE{number}", closed=True, mark=1)
    actions.issue(sittings=sittings, at=timezone.now(), account=1)
    with django_assert_num_queries(9):
        queries.attestation_plan(establishment, YEAR, timezone.now())
    with django_assert_num_queries(8):
        queries.exam_attestation_plan(exam, timezone.now())


def test_a_page_without_anything_to_print_offers_no_button(head_client, exam):
    join(exam, "ECHOUE", closed=True, mark=3)
    content = head_client.get(ALL).content.decode()
    assert "Aucune attestation à imprimer" in content
    assert "Préparer le PDF" not in content


def test_everyone_is_printed_by_a_job(head_client, everyone, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = head_client.post(ALL, {"everyone": "on"})
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("job", args=[job.pk])
    assert job.state == JobState.DONE
    assert job.filename == f"attestations-{YEAR}.pdf"
    assert (job.done, job.total) == (2, 2)
    assert printed(job) == ["ADMIS", "BIEN"]
    assert job.title == f"Attestations de la session {YEAR}"


def test_a_selection_is_printed_and_says_whom_it_leaves_out(head_client, everyone, django_capture_on_commit_callbacks):
    chosen = [everyone[name].pk for name in ("BIEN", "EXPORTE", "ECHOUE", "ENTRAINE")]
    with django_capture_on_commit_callbacks(execute=True):
        response = head_client.post(ALL, {"candidates": chosen})
    assert printed(Job.objects.get()) == ["BIEN"]
    assert said(response) == ["Candidats sélectionnés sans attestation à imprimer : 3."]


def test_a_selection_without_attestation_starts_nothing(head_client, everyone):
    response = head_client.post(ALL, {"candidates": [everyone["ECHOUE"].pk]})
    assert response.headers["Location"] == ALL
    assert said(response) == ["Aucune attestation à imprimer pour ces candidats."]
    assert not Job.objects.exists()


def test_nothing_ticked_never_means_everyone(head_client, everyone):
    response = head_client.post(ALL, {})
    assert response.headers["Location"] == "/candidats/"
    assert said(response) == ["Cochez au moins un candidat de votre liste."]
    assert not Job.objects.exists()


def test_another_school_s_candidate_cannot_be_chosen(other_head_client, everyone):
    response = other_head_client.post(ALL, {"candidates": [everyone["ADMIS"].pk]})
    assert response.headers["Location"] == "/candidats/"
    assert not Job.objects.exists()


def test_another_school_prints_its_own(other_head_client, everyone, other_establishment):
    response = other_head_client.post(ALL, {"everyone": "on"})
    assert response.headers["Location"] == ALL
    assert not Job.objects.exists()


def test_the_task_prints_only_what_is_still_allowed(establishment, everyone):
    everyone["BIEN"].export_to_siecle = True
    everyone["BIEN"].save()
    product = tasks.attestations(
        Progress(timezone.now()),
        establishment=establishment.pk,
        candidates=[candidate.pk for candidate in everyone.values()],
        account=1,
    )
    assert [page.split("Nom : ")[1].split()[0] for page in text_of(product.content)] == ["ADMIS"]
    with pytest.raises(ValueError, match="n’a plus d’attestation"):
        tasks.attestations(
            Progress(timezone.now()),
            establishment=establishment.pk,
            candidates=[everyone["BIEN"].pk],
            account=1,
        )


def test_the_task_prints_nothing_of_another_school(other_establishment, everyone):
    with pytest.raises(ValueError, match="n’a plus d’attestation"):
        tasks.attestations(
            Progress(timezone.now()),
            establishment=other_establishment.pk,
            candidates=[everyone["ADMIS"].pk],
            account=1,
        )
