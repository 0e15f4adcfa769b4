import io
import re
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from lxml import etree

from certificates import documents, rules
from establishments.enums import Attestation
from exams.models import ExamQuestion
from tests.certificates.reading import assert_accessible, bookmarks_of, fonts_of, layout_of, sizes_of, text_of
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, QuestionFactory, SittingFactory

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 3, 2)

LONG = ("de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin", "Marie-Antoinette")
NAMES = [
    ("BAILLY", "Elfie"),
    LONG,
    ("Ô", "Y"),
    ("NGUYỄN PHƯỚC BẢO LỘC", "Thị Hồng Đào"),
    ("TEʻIHOTUʻURA-MĀʻOHI", "Heimanu Tāne ō Ū"),
    ("D'ARTAGNAN & FILS", 'Jean "Jeannot"'),
]
HOSTILE = "<img src=file:///etc/passwd><style>@import url(http://127.0.0.1:9/x)</style>{{ 7|add:7 }}"


@pytest.fixture
def school():
    return EstablishmentFactory.build(name="Collège des Mimosas", address="12 rue des Écoles", city="Villeurbanne")


@pytest.fixture
def make_exam(school):
    def make(**values):
        values = {
            "establishment": school,
            "attestation": "ASSR1",
            "starts_at": datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
            "place": "Salle informatique",
            "number": "48210937",
            **values,
        }
        return ExamFactory.build(**values)

    return make


def sit(exam, last_name="BAILLY", first_name="Elfie", **values):
    candidate = {key: values.pop(key) for key in ("division", "extra_time", "birth_date") if key in values}
    candidate = CandidateFactory.build(
        establishment=exam.establishment, last_name=last_name, first_name=first_name, **candidate
    )
    return SittingFactory.build(exam=exam, candidate=candidate, **values)


def admitted(exam, *names, **values):
    return sit(exam, *names, closed=True, **values)


def unbroken(text):
    """Without spaces: a long name is broken over lines where it may be."""
    return text.replace(" ", "")


# --- Convocations (E10) ---------------------------------------------------------------------------------------------


def test_a_convocation_says_all_that_the_handbook_wants(make_exam):
    exam = make_exam(convocation_text="Apportez vos écouteurs.\nEntrée rue Zola.")
    document = documents.convocations(exam, [sit(exam)], issued_on=TODAY)
    assert text_of(document) == [
        "Ministère de l’Éducation nationale "
        "Collège des Mimosas 12 rue des Écoles 75005 VILLEURBANNE "
        "CONVOCATION "
        "À L'ÉPREUVE DE L'ATTESTATION SCOLAIRE DE SÉCURITÉ ROUTIÈRE DE NIVEAU 1 (ASSR1) "
        "SESSION 2026 "
        "Elfie BAILLY Classe : 5A Le 2 mars 2026 "
        "Vous êtes prié(e) de vous présenter à l’épreuve de l’ASSR1, avec cette convocation et une pièce d’identité : "
        "Date lundi 16 mars 2026 Heure 10 h 00 Salle Salle informatique "
        f"{rules.WORDINGS['ASSR1'].right} "
        "Apportez vos écouteurs. Entrée rue Zola. "
        "Le responsable d'établissement"
    ]
    assert sizes_of(document) == {(148, 210)}
    assert_accessible(document, title="Convocations – épreuve 4821 0937")


@pytest.mark.parametrize("attestation", Attestation.values)
def test_each_attestation_has_its_convocation(make_exam, attestation):
    exam = make_exam(attestation=attestation, place="")
    (page,) = text_of(documents.convocations(exam, [sit(exam, division="")], issued_on=TODAY))
    wording = rules.WORDINGS[attestation]
    summons = wording.summons.replace("\n", " ")
    assert f"CONVOCATION À L'ÉPREUVE DE {summons} SESSION 2026 Elfie BAILLY Le 2 mars 2026" in page
    assert f"Heure 10 h 00 {wording.right} Le responsable d'établissement" in page


def test_a_rattrapage_is_said_on_its_convocation_only(make_exam):
    exam = make_exam()
    sittings = [sit(exam, rattrapage=True), sit(exam, "BERTIN", "John")]
    pages = text_of(documents.convocations(exam, sittings, issued_on=TODAY))
    assert [page.count("Épreuve de rattrapage") for page in pages] == [1, 0]


def test_a_training_promises_no_attestation(make_exam):
    exam = make_exam(kind="training")
    (page,) = text_of(documents.convocations(exam, [sit(exam)], issued_on=TODAY))
    assert "CONVOCATION À UN ENTRAÎNEMENT À L'ÉPREUVE DE L'ATTESTATION" in page
    assert "il ne donne lieu à aucune attestation" in page
    assert rules.WORDINGS["ASSR1"].right not in page


def test_sixty_candidates_have_a_page_each_and_nobody_else_s_name_on_it(make_exam):
    exam = make_exam()
    names = [(f"NOM{n:02d}", f"Prénom{n:02d}") for n in range(54)] + NAMES
    document = documents.convocations(exam, [sit(exam, *name) for name in names], issued_on=TODAY)
    pages = text_of(document)
    shown = [f"{first} {last.upper()}" for last, first in names]
    assert len(pages) == 60
    for number, page in enumerate(map(unbroken, pages)):
        assert [name for name in shown if unbroken(name) in page] == [shown[number]]
        assert page.count(unbroken(shown[number])) == 1
    assert bookmarks_of(document) == [(name, page) for page, name in enumerate(shown, start=1)]
    assert_accessible(document, title="Convocations – épreuve 4821 0937")


def test_tiers_temps_changes_nothing_on_a_convocation(make_exam):
    exam = make_exam()
    plain, extra = (
        documents.convocations(exam, [sit(exam, extra_time=extra_time)], issued_on=TODAY)
        for extra_time in (False, True)
    )
    assert plain == extra


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Indian/Reunion", "Date lundi 16 mars 2026 Heure 13 h 00"),
        ("Pacific/Tahiti", "Date dimanche 15 mars 2026 Heure 23 h 00"),
        ("Pacific/Marquesas", "Date dimanche 15 mars 2026 Heure 23 h 30"),
    ],
)
def test_date_and_time_are_the_establishment_s(make_exam, zone, expected):
    exam = make_exam(establishment=EstablishmentFactory.build(time_zone=zone))
    (page,) = text_of(documents.convocations(exam, [sit(exam)], issued_on=TODAY))
    assert expected in page


OWN_TEXT = (
    "Merci d’arriver dix minutes avant le début de l’épreuve.\n"
    "Apportez vos écouteurs (prise jack).\n\n"
    "L’après-midi est libéré : les demi-pensionnaires déjeunent à 11 h 30.\n"
    "En cas d’absence, prévenez la vie scolaire au plus tard la veille.\n"
    "Entrée par la rue Émile-Zola, portail B, avec une pièce d’identité !"
)


def test_three_hundred_characters_with_line_breaks_stay_on_the_page(make_exam):
    exam = make_exam(attestation="ASSR2", convocation_text=OWN_TEXT[:300])
    assert len(exam.convocation_text) == 300
    document = documents.convocations(exam, [sit(exam, *LONG, rattrapage=True)], issued_on=TODAY)
    (page,) = text_of(document)
    assert " ".join(exam.convocation_text.split()) in page
    assert sizes_of(document) == {(148, 210)}


def test_line_breaks_of_the_own_text_are_kept(make_exam):
    import subprocess

    exam = make_exam(convocation_text="Première ligne\nDeuxième ligne")
    document = documents.convocations(exam, [sit(exam)], issued_on=TODAY)
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=document, capture_output=True, check=True)
    lines = run.stdout.decode().splitlines()
    assert lines[lines.index("Première ligne") + 1] == "Deuxième ligne"


def test_whatever_the_columns_hold_a_candidate_has_one_page():
    school = EstablishmentFactory.build(
        name=("Section d’enseignement général et professionnel adapté " * 4)[:200],
        address=("12 bis rue du Général-de-Gaulle, bâtiment C, " * 5)[:200],
        city=("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson " * 3)[:100],
    )
    exam = ExamFactory.build(
        establishment=school, attestation="ASSR2", place=("Salle " * 17)[:100], convocation_text="a\n" * 149 + "aa"
    )
    someone = {"last_name": ("Abcdefgh-" * 12)[:100], "first_name": ("Marie-Éléonore " * 7)[:100], "division": "x" * 40}
    sittings = [sit(exam, **someone, rattrapage=True, closed=True) for _ in range(2)]
    convocations = text_of(documents.convocations(exam, sittings, issued_on=TODAY))
    assert [page.count("Le responsable d'établissement") for page in convocations] == [1, 1]
    assert [page.count("a a a") > 40 for page in convocations] == [True, True]
    attestations = text_of(documents.attestations(sittings, issued_on=TODAY))
    assert [page.count("UN SEUL DUPLICATA") for page in attestations] == [1, 1]


def test_hostile_text_is_only_text(tmp_path):
    school = EstablishmentFactory.build(name=HOSTILE, address=HOSTILE, city="x")
    exam = ExamFactory.build(establishment=school, place=HOSTILE, convocation_text=HOSTILE, name=HOSTILE)
    sittings = [sit(exam, HOSTILE[:90], HOSTILE, division="<b>5A</b>", closed=True)]
    shown = unbroken(HOSTILE)
    convocation = documents.convocations(exam, sittings, issued_on=TODAY)
    (page,) = text_of(convocation)
    assert unbroken(page).count(shown) == 5  # name of school, address, first name, place, own text
    assert page.count("<b>5A</b>") == 1
    (page,) = text_of(documents.access_codes(exam, sittings))
    assert unbroken(page).count(shown) == 4
    (page,) = text_of(documents.attestations(sittings, issued_on=TODAY))
    assert unbroken(page).count(shown) == 2
    assert set(fonts_of(convocation, tmp_path)) == {"Noto-Sans", "Noto-Sans-Bold"}


def test_no_candidate_no_convocation(make_exam):
    with pytest.raises(ValueError, match="nothing to print"):
        documents.convocations(make_exam(), [], issued_on=TODAY)


def after_the_cut(sheets, names):
    """The names in the order of the pile whose left half was laid on the right one."""
    halves = [re.findall("|".join(map(re.escape, names)), sheet) for sheet in sheets]
    return [pair[0] for pair in halves] + [pair[1] for pair in halves if len(pair) > 1]


@pytest.mark.parametrize("count", [1, 2, 3, 61])
def test_convocations_to_cut_are_in_order_once_they_are_cut(make_exam, count):
    exam = make_exam()
    names = [f"NOM{n:02d}" for n in range(count)]
    document = documents.convocations_to_cut(exam, [sit(exam, name) for name in names], issued_on=TODAY)
    sheets = text_of(document)
    assert len(sheets) == (count + 1) // 2
    assert after_the_cut(sheets, names) == names
    assert sizes_of(document) == {(297, 210)}
    assert_accessible(document, title="Convocations – épreuve 4821 0937")


def test_no_candidate_no_convocation_to_cut(make_exam):
    with pytest.raises(ValueError, match="nothing to"):
        documents.convocations_to_cut(make_exam(), [], issued_on=TODAY)


# --- Access codes (E9) ----------------------------------------------------------------------------------------------


def test_access_codes_of_forty_candidates(make_exam, settings):
    settings.SITE_URL = "https://epreuves.example.org"
    exam = make_exam()
    sittings = [sit(exam, f"NOM{n:02d}", "Lily", access_code=f"ACDE{n:04d}") for n in range(40)]
    document = documents.access_codes(exam, sittings)
    pages = text_of(document)
    assert len(pages) == 2
    assert all("Candidat Classe Code d'accès" in page for page in pages)
    assert all("4821 0937" in page for page in pages)
    assert "Adresse à ouvrir https://epreuves.example.org/examen/ Numéro de l'épreuve 4821 0937" in pages[0]
    whole = " ".join(pages)
    assert whole.count(f"code de récupération : {exam.rescue_code}.") == 1  # the supervisor's, below the last candidate
    assert [whole.count(f"NOM{n:02d} Lily 5A ACDE {n:04d}") for n in range(40)] == [1] * 40
    assert sizes_of(document) == {(210, 297)}
    assert_accessible(document, title="Codes d’accès – épreuve 4821 0937")


def test_codes_are_printed_in_letters_of_one_width(make_exam, tmp_path):
    exam = make_exam()
    assert "Noto-Sans-Mono-Bold" in fonts_of(documents.access_codes(exam, [sit(exam)]), tmp_path)


# --- Slips of access codes (E9) ---------------------------------------------------------------------------------------

# In points: where the grid begins on a page, and how high a slip is.
GRID, SLIP = 15 / 25.4 * 72, 39 / 25.4 * 72


def slips_of(document):
    """The text of each slip, page by page, row by row: a slip's words are those inside its own borders."""
    slips = []
    for page in layout_of(document):
        cells = {}
        for word in page.words:
            if word.bottom < GRID:
                continue  # what the page is, and its number
            row = int((word.top - GRID) // SLIP)
            assert row == int((word.bottom - GRID) // SLIP), f"{word} is on two slips"
            assert (word.left < page.width / 2) == (word.right < page.width / 2), f"{word} is on two slips"
            cells.setdefault((row, word.left > page.width / 2), []).append(word.text)
        slips += [" ".join(cells[place]) for place in sorted(cells)]
    return slips


def test_a_slip_has_all_that_its_candidate_types_and_nobody_else_s(make_exam, settings):
    settings.SITE_URL = "https://epreuves.example.org"
    exam = make_exam()
    sittings = [sit(exam, f"NOM{n:02d}", "Lily", access_code=f"ACDE{n:04d}") for n in range(31)]
    document = documents.code_slips(exam, sittings)
    assert slips_of(document) == [
        f"NOM{n:02d} Lily Classe : 5A Ouvrez https://epreuves.example.org/examen/ "
        f"Numéro de l'épreuve 4821 0937 Code d'accès ACDE {n:04d}"
        for n in range(31)
    ]
    pages = text_of(document)
    heading = "Codes d'accès à découper – épreuve 4821 0937 – ASSR1 – 16/03/2026"
    assert [(page.count(heading), page.count("Classe")) for page in pages] == [(1, 14), (1, 14), (1, 3)]
    assert [f"Page {number} / 3" in page for number, page in enumerate(pages, start=1)] == [True] * 3
    assert exam.rescue_code
    assert exam.rescue_code not in " ".join(pages)
    assert sizes_of(document) == {(210, 297)}
    assert_accessible(document, title="Codes d’accès à découper – épreuve 4821 0937")


def test_long_names_do_not_move_the_slips(make_exam):
    exam = make_exam()
    longest = (("Abcdefgh-" * 12)[:100], ("Marie-Éléonore " * 7)[:100])
    names = [*NAMES, longest, (LONG[0], "Marie-Antoinette Désirée Eugénie"), ("W" * 60, "Ô"), *NAMES[:5]]
    sittings = [sit(exam, *name, division="x" * 40) for name in names]
    slips = slips_of(documents.code_slips(exam, sittings))
    assert len(slips) == 14
    for slip, (last_name, first_name) in zip(slips, names, strict=True):
        assert unbroken(slip).startswith(unbroken(f"{last_name.upper()}{first_name}Classe:{'x' * 40}Ouvrez"))


def test_the_widest_names_are_whole(make_exam):
    exam = make_exam()
    sittings = [sit(exam, "W" * 100, "M" * 100, division="W" * 40) for _ in range(15)]
    pages = text_of(documents.code_slips(exam, sittings))
    assert sum(unbroken(page).count("W" * 100 + "M" * 100 + "Classe:" + "W" * 40) for page in pages) == 15


# --- The attendance sheet -------------------------------------------------------------------------------------------


def test_an_attendance_sheet_of_one_candidate(make_exam):
    exam = make_exam(name="Examen 5A")
    document = documents.attendance_sheet(exam, [sit(exam, present=True)])
    assert text_of(document) == [
        "Ministère de l’Éducation nationale "
        "Feuille d’émargement Examen 5A · ASSR1 · épreuve 4821 0937 Collège des Mimosas "
        "Date et heure 16 mars 2026, 10:00 Salle Salle informatique Inscrits 1 "
        "N° Nom Prénom Classe Présent Signature "
        "1 BAILLY Elfie 5A ☑ "
        "Incidents, retards, départs "
        "Heure de fin Nom et signature de la personne qui surveille "
        "Page 1 / 1"
    ]
    assert sizes_of(document) == {(210, 297)}
    assert_accessible(document, title="Feuille d’émargement – épreuve 4821 0937")


def test_who_has_begun_is_ticked(make_exam):
    exam = make_exam()
    sittings = [
        sit(exam, "ABSENT"),
        sit(exam, "COCHÉ", present=True),
        sit(exam, "EN COURS", state="running", epoch=1),
        admitted(exam, "TERMINÉ"),
        sit(exam, "TECHNIQUE", state="void", epoch=2),
    ]
    (page,) = text_of(documents.attendance_sheet(exam, sittings))
    ticks = [page.split(f" {name} ")[1].split(" 5A ")[1][0] for name in ("ABSENT", "COCHÉ", "EN COURS", "TERMINÉ")]
    assert [*ticks, page.split("TECHNIQUE")[1].split(" 5A ")[1][0]] == ["☐", "☑", "☑", "☑", "☑"]


def test_six_hundred_candidates_sign_under_the_header_of_each_page(make_exam):
    exam = make_exam()
    sittings = [sit(exam, f"NOM{n:03d}", "Lily") for n in range(1, 601)]
    pages = text_of(documents.attendance_sheet(exam, sittings))
    header = "N° Nom Prénom Classe Présent Signature"
    assert [page.count(header) for page in pages] == [1] * len(pages)
    running = "Feuille d’émargement – épreuve 4821 0937 – ASSR1 – 16/03/2026"
    assert [page.count(running) for page in pages] == [0] + [1] * (len(pages) - 1)
    whole = " ".join(pages)
    assert [whole.count(f"{n} NOM{n:03d} Lily 5A ☐") for n in range(1, 601)] == [1] * 600
    assert whole.count("Nom et signature de la personne qui surveille") == 1


def test_an_attendance_sheet_goes_round_the_room_and_tells_nothing(make_exam):
    """No tiers-temps, no code, no result: the sheet of a candidate who has all of them is that of one who has none."""
    exam = make_exam()
    sittings = [
        sit(exam, present=True),
        sit(exam, extra_time=True, closed=True, mark=17, access_code="ACDEFGHJ", rattrapage=True),
    ]
    plain, telling = (documents.attendance_sheet(exam, [sitting]) for sitting in sittings)
    assert plain == telling


def test_long_names_wrap_on_the_attendance_sheet(make_exam):
    exam = make_exam()
    someone = {"last_name": ("Abcdefgh-" * 12)[:100], "first_name": ("Marie-Éléonore " * 7)[:100], "division": "x" * 40}
    whole = unbroken(" ".join(text_of(documents.attendance_sheet(exam, [sit(exam, *LONG), sit(exam, **someone)]))))
    for text in (LONG[0].upper(), LONG[1], someone["last_name"].upper(), someone["first_name"], "x" * 40):
        assert unbroken(text) in whole


# --- Attestations (D1) ----------------------------------------------------------------------------------------------

TITLES = {
    "ASSR1": "ATTESTATION SCOLAIRE DE SÉCURITÉ ROUTIÈRE NIVEAU 1",
    "ASSR2": (
        "ATTESTATION SCOLAIRE DE SÉCURITÉ ROUTIÈRE NIVEAU 2 OBLIGATOIRE POUR LA DÉLIVRANCE DU PERMIS DE CONDUIRE"
    ),
    "ASR": "ATTESTATION DE SÉCURITÉ ROUTIÈRE OBLIGATOIRE POUR LA DÉLIVRANCE DU PERMIS DE CONDUIRE",
    "AER": "ATTESTATION D'ÉDUCATION À LA ROUTE",
}


@pytest.mark.parametrize("attestation", Attestation.values)
def test_an_attestation_says_all_that_the_handbook_wants(make_exam, attestation):
    exam = make_exam(attestation=attestation)
    document = documents.attestations([admitted(exam, birth_date=date(2011, 11, 13))], issued_on=date(2026, 7, 3))
    assert text_of(document) == [
        "Ministère de l’Éducation nationale Session 2026 "
        f"{TITLES[attestation]} "
        "est délivrée à "
        "Nom : BAILLY Prénom : Elfie "
        "Date de naissance : 13/11/2011 "
        "Académie : Paris Établissement : Collège des Mimosas "
        "Fait à VILLEURBANNE, le 3 juillet 2026 "
        "Visa du responsable d'établissement Cachet de l'établissement Signature du candidat "
        "UN SEUL DUPLICATA PEUT ÊTRE PRODUIT PAR L'ÉTABLISSEMENT ORGANISATEUR DES ÉPREUVES "
        f"{rules.WORDINGS[attestation].right} "
        "Ce document est à conserver par le candidat et sa famille. "
        "Pour vérifier cette attestation : scannez le code, qui ouvre la page localhost:8000/verifier/"
    ]
    assert sizes_of(document) == {(297, 210)}
    assert_accessible(document, title="Attestation de sécurité routière")


def test_sixty_attestations_have_a_page_each(make_exam):
    exams = [make_exam(attestation=attestation) for attestation in ("ASSR1", "ASSR2")]
    names = [(f"NOM{n:02d}", f"Prénom{n:02d}") for n in range(54)] + NAMES
    steps = []
    document = documents.attestations(
        [admitted(exams[n % 2], *name) for n, name in enumerate(names)],
        issued_on=TODAY,
        progress=lambda *step: steps.append(step),
    )
    pages = text_of(document)
    assert len(pages) == 60
    for number, (page, (last_name, first_name)) in enumerate(zip(map(unbroken, pages), names, strict=True)):
        assert unbroken(f"est délivrée à Nom : {last_name.upper()} Prénom : {first_name} Date") in page
        assert sum(unbroken(f"Nom : {name.upper()} Prénom") in page for name, _ in names) == 1
        assert f"NIVEAU{1 + number % 2}" in page
    assert [steps[0], *sorted(set(steps[1:]))] == steps
    assert (steps[0], steps[-1]) == ((0, 60), (60, 60))
    assert_accessible(document, title="Attestations de sécurité routière")


@pytest.mark.parametrize(
    "values", [{"closed": True, "mark": 9}, {"closed": True, "mark": 0}, {}, {"state": "running"}], ids=str
)
def test_whoever_is_not_admitted_gets_none(make_exam, values):
    exam = make_exam()
    sittings = [admitted(exam, mark=10), sit(exam, **values)]
    with pytest.raises(ValueError, match="gives no attestation"):
        documents.attestations(sittings, issued_on=TODAY)


def test_a_training_gives_none(make_exam):
    with pytest.raises(ValueError, match="gives no attestation"):
        documents.attestations([admitted(make_exam(kind="training"), mark=20)], issued_on=TODAY)


# --- Corrections (K2) -----------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(db):
    """An exam of three questions (A and C, B, B), and a sitting that met them as 3, 1, 2 and had 1 and 2 right."""
    exam = ExamFactory(attestation="ASSR2", number="48210937", starts_at=datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
    for number, (theme, expected) in enumerate([("circulation", "AC"), ("vitesse", "B"), ("vitesse", "B")], start=1):
        question = QuestionFactory(
            theme=theme, expected=expected, statement=f"Énoncé {number} ?", explanation=f"Explication {number}."
        )
        ExamQuestion.objects.create(exam=exam, number=number, question=question)
    given = {"1": "AC", "2": "B", "3": ""}
    return SittingFactory(
        exam=exam,
        closed=True,
        mark=2,
        order=[3, 1, 2],
        responses={number: {"c": c, "e": 1, "s": 1, "f": True, "l": False, "at": 0} for number, c in given.items()},
        candidate__last_name="BAILLY",
        candidate__first_name="Elfie",
        candidate__division="3B",
    )


def question(position, number, theme, marks, answer):
    return (
        f"Question {position} {theme} · Savoir traverser une rue Énoncé {number} ? "
        f"{marks} {answer} Explication {number}."
    )


def test_the_correction_of_an_exam_is_in_the_exam_s_order(corrected):
    document = documents.exam_correction(corrected.exam)
    both = "A Proposition A ✔ attendue B Proposition B C Proposition C ✔ attendue"
    one = "A Proposition A B Proposition B ✔ attendue C Proposition C"
    (page,) = text_of(document)
    assert page == " ".join(
        [
            "Ministère de l’Éducation nationale",
            "Corrigé de l’épreuve ASSR2 Examen 5A · 16/03/2026 · épreuve 4821 0937",
            corrected.exam.establishment.name,
            question(1, 1, "Circulation", both, "Réponses attendues : A, C"),
            question(2, 2, "Vitesse", one, "Réponse attendue : B"),
            question(3, 3, "Vitesse", one, "Réponse attendue : B"),
            "Page 1 / 1",
        ]
    )
    assert sizes_of(document) == {(210, 297)}
    assert_accessible(document, title="Corrigé – épreuve 4821 0937")


def test_the_correction_of_a_candidate_is_in_the_candidate_s_order(corrected):
    (page,) = text_of(documents.sitting_correction(corrected))
    assert page == " ".join(
        [
            "Ministère de l’Éducation nationale",
            "Corrigé de l’épreuve ASSR2 Examen 5A · 16/03/2026 · épreuve 4821 0937",
            corrected.exam.establishment.name,
            "Elfie BAILLY 3B Terminé le 16 mars 2026 à 10:20 Note : 2/3 Admis",
            "Thème Réussite Pourcentage Circulation 1/1 100 % Vitesse 1/2 50 %",
            question(
                1,
                3,
                "Vitesse",
                "☐ A Proposition A ☐ B Proposition B ✔ attendue ☐ C Proposition C",
                "✘ Incorrect · Aucune réponse donnée · Réponse attendue : B",
            ),
            question(
                2,
                1,
                "Circulation",
                "☑ A Proposition A ✔ attendue ☐ B Proposition B ☑ C Proposition C ✔ attendue",
                "✔ Correct · Réponses données : A, C · Réponses attendues : A, C",
            ),
            question(
                3,
                2,
                "Vitesse",
                "☐ A Proposition A ☑ B Proposition B ✔ attendue ☐ C Proposition C",
                "✔ Correct · Réponse donnée : B · Réponse attendue : B",
            ),
            "Page 1 / 1",
        ]
    )


@pytest.mark.parametrize(
    ("kind", "mark", "expected"),
    [("exam", 2, "Admis"), ("exam", 1, "Échoué"), ("training", 2, "Réussi"), ("training", 1, "Échoué")],
)
def test_a_training_admits_nobody(corrected, kind, mark, expected):
    corrected.exam.kind, corrected.mark = kind, mark
    (page,) = text_of(documents.sitting_correction(corrected))
    assert f"Note : {mark}/3 {expected} Thème" in page


def test_a_picture_is_printed_where_there_is_one(corrected):
    import pikepdf
    from PIL import Image

    still = io.BytesIO()
    Image.new("RGB", (1280, 720), "grey").save(still, "JPEG")
    media = corrected.exam.exam_questions.get(number=2).question.media
    default_storage.save(f"bank/{media}/still.jpg", ContentFile(still.getvalue()))
    with pikepdf.open(io.BytesIO(documents.exam_correction(corrected.exam))) as document:
        assert [len(page.get_images()) for page in document.pages] == [1]
        alternatives = [str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert alternatives == ["Image tirée de la vidéo de la question 2"]


def test_a_correction_asks_as_many_questions_of_the_database_for_three_as_for_twenty(
    corrected, django_assert_num_queries
):
    with django_assert_num_queries(3):
        documents.exam_correction(corrected.exam)
    for number in range(4, 21):
        ExamQuestion.objects.create(exam=corrected.exam, number=number, question=QuestionFactory())
    with django_assert_num_queries(3):
        documents.exam_correction(corrected.exam)


# --- The Word model (D3) --------------------------------------------------------------------------------------------

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts(document):
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_word_model_has_its_fields(school):
    files = parts(documents.attestation_model(school, issued_on=date(2026, 7, 1)))
    body = etree.fromstring(files["word/document.xml"])
    kinds = {"text", "date", "dropDownList"}
    controls = [
        (properties.find(f"{W}alias").get(f"{W}val"), next(k for c in properties if (k := c.tag[len(W) :]) in kinds))
        for properties in body.iter(f"{W}sdtPr")
    ]
    assert controls == [
        ("Prénom", "text"),
        ("Nom", "text"),
        ("Date de naissance", "date"),
        ("Attestation", "dropDownList"),
        ("Session", "text"),
        ("Date de passation", "date"),
    ]
    assert [item.get(f"{W}value") for item in body.iter(f"{W}listItem")] == ["ASSR1", "ASSR2", "ASR", "AER"]
    (today,) = body.iter(f"{W}fldSimple")
    assert today.get(f"{W}instr").split() == ["DATE", "\\@", '"d', "MMMM", 'yyyy"']
    assert "".join(today.itertext()) == "1 juillet 2026"


def test_the_word_model_is_french_a4_and_filled_in(school):
    files = parts(documents.attestation_model(school, issued_on=TODAY))
    body = etree.fromstring(files["word/document.xml"])
    lines = ["".join(t.text for t in paragraph.iter(f"{W}t")) for paragraph in body.iter(f"{W}p")]
    assert lines[:6] == [
        "Ministère de l’Éducation nationale",
        "Académie : Paris",
        "Collège des Mimosas",
        "12 rue des Écoles",
        "75005 VILLEURBANNE",
        "ATTESTATION DE RÉUSSITE",
    ]
    assert lines[-3:] == [
        "Fait à VILLEURBANNE, le 2 mars 2026",
        "Signature du responsable d'établissement",
        "Cachet de l'établissement",
    ]
    (size,) = body.iter(f"{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    styles = etree.fromstring(files["word/styles.xml"])
    assert {lang.get(f"{W}val") for lang in styles.find(f"{W}docDefaults").iter(f"{W}lang")} == {"fr-FR"}


def test_what_is_typed_into_the_word_model_looks_like_the_rest(school):
    """A field without its own font takes the default style's, which would not be the page's."""
    files = parts(documents.attestation_model(school, issued_on=TODAY))
    body = etree.fromstring(files["word/document.xml"])
    fonts = [properties.find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") for properties in body.iter(f"{W}sdtPr")]
    assert fonts == ["Arial"] * 6
    styles = etree.fromstring(files["word/styles.xml"])
    (normal,) = [style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal"]
    assert normal.find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") == "Arial"
    (title,) = [p for p in body.iter(f"{W}p") if p.find(f"{W}pPr/{W}outlineLvl") is not None]
    assert "".join(title.itertext()).strip() == "ATTESTATION DE RÉUSSITE"


def test_the_word_model_escapes_what_was_typed():
    school = EstablishmentFactory.build(name='</w:t> & <"Cie">', address="a & b", city="<b>")
    files = parts(documents.attestation_model(school, issued_on=TODAY))
    body = etree.fromstring(files["word/document.xml"])
    assert '</w:t> & <"Cie">' in [t.text for t in body.iter(f"{W}t")]


def test_the_word_model_opens_in_a_word_library(school):
    from docx import Document

    model = Document(io.BytesIO(documents.attestation_model(school, issued_on=TODAY)))
    assert model.core_properties.title == "Modèle d’attestation de réussite"
    assert model.core_properties.language == "fr-FR"
