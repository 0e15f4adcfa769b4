"""Every document × everybody and everything that it may have to print, read back as people and as machines read it."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain

import pytest

from certificates import documents
from establishments.enums import Attestation
from stats import documents as stats_documents
from stats.queries import CandidateScores, ExamStatistics, theme_statistics
from tests.certificates import papers
from tests.certificates.reading import assert_accessible, faults_of, fonts_of, layout_of, sizes_of, text_of
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

# Nothing here asks anything of the database.
pytestmark = pytest.mark.media

TODAY = date(2026, 3, 2)
FONTS = {
    "Noto-Sans", "Noto-Sans-Bold", "Noto-Sans-Italic", "Noto-Sans-Mono-Bold", "Noto-Sans-Symbols", "Noto-Sans-Symbols2",
}  # fmt: skip
# Most printers print nothing nearer to the edge (points).
EDGE = 4 / 25.4 * 72

QUESTIONS = [papers.question(n, statement=f"Énoncé {n} ?", given="A" if n % 4 else "B") for n in range(1, 21)]


def report(exam, sittings):
    lines = [CandidateScores(sitting.candidate, papers.correction(QUESTIONS)) for sitting in sittings]
    return stats_documents.exam_report(exam, ExamStatistics(len(lines), lines, [theme_statistics(0, lines)]))


@dataclass(frozen=True)
class Document:
    """How it is made from an exam and its sittings, its title, its size in millimetres, what it must show of each."""

    make: Callable
    title: str
    size: tuple[int, int]
    shows: frozenset[str]


def document(make, title, size, shows):
    return Document(make, f"{title} – épreuve 4821 0937", size, frozenset(shows.split()))


DOCUMENTS = {
    "convocations": document(
        lambda exam, sittings: documents.convocations(exam, sittings, issued_on=TODAY),
        "Convocations", (148, 210), "candidate division school place own rattrapage",
    ),
    "convocations to cut": document(
        lambda exam, sittings: documents.convocations_to_cut(exam, sittings, issued_on=TODAY),
        "Convocations", (297, 210), "candidate division school place own rattrapage",
    ),
    "access codes": document(
        documents.access_codes, "Codes d’accès", (210, 297), "candidate division school place number code"
    ),
    "code slips": document(
        documents.code_slips, "Codes d’accès à découper", (210, 297), "candidate division number code"
    ),
    "attendance": document(
        documents.attendance_sheet, "Feuille d’émargement", (210, 297), "candidate division school place number"
    ),
    "grid": document(documents.grids, "Grilles", (210, 297), "candidate division school number"),
    "key grid": document(
        lambda exam, sittings: documents.key_grid(exam), "Grille des corrections", (210, 297), "school number"
    ),
    "exam correction": document(
        lambda exam, sittings: documents.exam_correction(exam), "Corrigé", (210, 297), "school number"
    ),
    "sitting correction": document(
        lambda exam, sittings: documents.sitting_correction(sittings[0]),
        "Corrigé", (210, 297), "candidate division school number",
    ),
    "attestations": Document(
        lambda exam, sittings: documents.attestations(sittings, issued_on=TODAY),
        "Attestation de sécurité routière", (297, 210), frozenset({"candidate", "school"}),
    ),
    "report": document(report, "Statistiques des réponses", (210, 297), "candidate division school number"),
}  # fmt: skip

OWN_TEXT = (
    "Merci d’arriver dix minutes avant le début de l’épreuve.\n"
    "Apportez vos écouteurs (prise jack).\n\n"
    "L’après-midi est libéré : les demi-pensionnaires déjeunent à 11 h 30.\n"
    "En cas d’absence, prévenez la vie scolaire au plus tard la veille.\n"
    "Entrée par la rue Émile-Zola, portail B, avec une pièce d’identité !"
)[:300]
CASES = {
    "one letter": {"last_name": "Ô", "first_name": "Y"},
    "sixty letters": {
        "last_name": "de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin", "first_name": "Marie-Antoinette"
    },
    "Polynesian": {"last_name": "TEʻIHOTUʻURA-MĀʻOHI", "first_name": "Heimanu Tāne ō Ū"},
    "Vietnamese": {"last_name": "NGUYỄN PHƯỚC BẢO LỘC", "first_name": "Thị Hồng Đào"},
    "own text": {"convocation_text": OWN_TEXT},
    "school over two lines": {
        "school": "Collège Marie-Antoinette de La Rochefoucauld, section d’enseignement général et professionnel adapté"
    },
    "rattrapage": {"rattrapage": True},
    **{attestation: {"attestation": attestation} for attestation in Attestation.values},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _questions(monkeypatch):
    monkeypatch.setattr(documents.queries, "exam_correction", lambda exam: QUESTIONS)
    monkeypatch.setattr(documents.queries, "correction", lambda sitting: papers.correction(QUESTIONS))


def make_exam(*, school="Collège des Mimosas", city="Villeurbanne", attestation="ASSR1", **values):
    return ExamFactory.build(
        establishment=EstablishmentFactory.build(name=school, city=city),
        attestation=attestation,
        starts_at=datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
        number="48210937",
        **{"place": "Salle informatique", **values},
    )


def sit(exam, *, last_name="Bailly", first_name="Elfie", division="5A", **values):
    candidate = CandidateFactory.build(
        establishment=exam.establishment, last_name=last_name, first_name=first_name, division=division
    )
    return SittingFactory.build(exam=exam, candidate=candidate, closed=True, access_code="ACDEFGHJ", **values)


def unbroken(text):
    """Without spaces: long texts are broken over lines where they may be."""
    return "".join(text.split())


def assert_shows(text, names, exam, sitting):
    candidate = sitting.candidate
    first_name, last_name = unbroken(candidate.first_name), unbroken(candidate.last_name.upper())
    texts = {
        "division": candidate.division,
        "school": exam.establishment.name,
        "place": exam.place,
        "own": exam.convocation_text,
        "number": "4821 0937",
        "code": "ACDE FGHJ",
        "rattrapage": "Épreuve de rattrapage" if sitting.rattrapage else "",
    }
    for name in names - {"candidate"}:
        assert unbroken(texts[name]) in text, name
    if "candidate" in names:
        # « Prénom NOM », « NOM Prénom », or each under a heading of its own.
        after = re.search(rf"{re.escape(last_name)}(Prénom:)?{re.escape(first_name)}", text)
        assert after or first_name + last_name in text


# What only some documents print; all of them print names, of people and of schools.
ONLY = {
    "own text": {"convocations", "convocations to cut"},
    "rattrapage": {"convocations", "convocations to cut"},
    **{attestation: {"convocations", "attestations", "access codes"} for attestation in Attestation.values},
}


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name in DOCUMENTS for case in CASES if name in ONLY.get(case, DOCUMENTS)]
)
def test_every_document_of_everybody(name, case, tmp_path):
    paper, values = DOCUMENTS[name], dict(CASES[case])
    of_sitting = {key: values.pop(key) for key in ("last_name", "first_name", "rattrapage") if key in values}
    exam = make_exam(**values)
    sitting = sit(exam, **of_sitting)
    content = paper.make(exam, [sitting])

    assert_accessible(content, title=paper.title)
    assert faults_of(content) == []
    fonts = fonts_of(content, tmp_path)
    assert set(fonts) <= FONTS
    assert all(fonts.values())
    assert paper.size in sizes_of(content)
    assert_shows(unbroken("".join(text_of(content))), paper.shows, exam, sitting)
    for number, page in enumerate(layout_of(content), start=1):
        assert page.words, f"page {number} is empty"
        for word in page.words:
            assert word.left >= EDGE, (number, word)
            assert word.top >= EDGE, (number, word)
            assert word.right <= page.width - EDGE, (number, word)
            assert word.bottom <= page.height - EDGE, (number, word)


@pytest.fixture
def trap():
    """A server of this machine that must not be asked: its address, and whether somebody has come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def asked():
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked


HOSTILE = [
    "<img src={0}/a><img src=file:///etc/passwd>",
    "<link rel=stylesheet href={0}/b.css>",
    "<style>@import '{0}/c'; p {{ background: url(file:///etc/passwd) }}</style>",
    "</p></section><iframe src=file:///etc/passwd></iframe>",
    "<object data='{0}/d'></object><script src={0}/e></script>",
    "{{{{ exam.pk }}}}{{% include '/etc/passwd' %}}",
    '"><svg><image href="{0}/f"/></svg>',
]


def test_the_trap_notices_who_comes(trap):
    address, asked = trap
    assert not asked()
    socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))).close()
    assert asked()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_text_fetches_nothing_and_is_printed_as_it_was_typed(name, trap, monkeypatch, tmp_path):
    address, asked = trap
    paper = DOCUMENTS[name]
    texts = [text.format(address) for text in HOSTILE]
    questions = [
        papers.question(n, statement=text, explanation=text, competence=text[:80])
        for n, text in enumerate(texts, start=1)
    ]
    monkeypatch.setattr(documents.queries, "exam_correction", lambda exam: questions)
    monkeypatch.setattr(documents.queries, "correction", lambda sitting: papers.correction(questions))
    exam = make_exam(
        school=texts[0], city=texts[1][:100], place=texts[2][:100], name=texts[3], convocation_text=texts[4]
    )
    sitting = sit(exam, last_name=texts[5][:100], first_name=texts[6][:100], division="<b>5A</b>")
    content = paper.make(exam, [sitting])

    assert not asked()
    text = unbroken("".join(text_of(content)))
    assert_shows(text, paper.shows, exam, sitting)
    assert "root:" not in text
    assert faults_of(content) == []
    assert set(fonts_of(content, tmp_path)) <= FONTS


# --- Several pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count", "head"),
    [
        ("access codes", 60, "Codes d’accès – épreuve 4821 0937 – ASSR1 – 16/03/2026"),
        ("attendance", 60, "Feuille d’émargement – épreuve 4821 0937 – ASSR1 – 16/03/2026"),
        ("exam correction", 1, "Corrigé – épreuve 4821 0937 – ASSR1 – 16/03/2026"),
        ("sitting correction", 1, "Corrigé – épreuve 4821 0937 – ASSR1 – 16/03/2026 – Elfie BAILLY"),
        ("report", 40, "Statistiques des réponses – épreuve 4821 0937 – ASSR1 – 16/03/2026"),
    ],
)
def test_a_page_that_is_alone_says_what_it_is_of(name, count, head):
    exam = make_exam()
    first, *others = text_of(DOCUMENTS[name].make(exam, [sit(exam) for _ in range(count)]))
    assert first.startswith("Ministère de l’Éducation nationale")
    assert others
    assert [page.count(head) for page in others] == [1] * len(others)
    assert head not in first
    pages = [first, *others]
    assert [f"Page {number} / {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )


# --- Batches ----------------------------------------------------------------------------------------------------------

PEOPLE = [f"NOM{n:03d}" for n in range(600)]


@pytest.mark.parametrize(
    ("name", "count"),
    [("convocations to cut", 600), ("code slips", 600), ("attendance", 600), ("grid", 600), ("attestations", 600)],
)
def test_everybody_is_printed_once_and_in_order(name, count):
    """Convocations and attestations of 600 are read in tests/test_six_hundred.py."""
    exam = make_exam()
    content = DOCUMENTS[name].make(exam, [sit(exam, last_name=last_name) for last_name in PEOPLE[:count]])
    found = [re.findall(r"NOM\d{3}", page) for page in text_of(content)]
    if name == "convocations to cut":
        assert all(len(page) == 2 for page in found)
        found = [[left for left, _ in found], [right for _, right in found]]
    elif name in ("grid", "attestations"):
        assert all(len(page) == 1 for page in found), "nobody else on a page"
    assert list(chain(*found)) == PEOPLE[:count]
    assert_accessible(content, title=DOCUMENTS[name].title.replace("Attestation de", "Attestations de"))
    assert faults_of(content) == []
