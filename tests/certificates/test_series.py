"""Convocations, attestations and grids by the series of `esr.core.pdf_series`, against WeasyPrint alone."""

import io
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from certificates import documents
from esr.core import pdf, pdf_series
from tests.certificates.reading import assert_accessible, bookmarks_of, pictures_of, text_of
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

TODAY = date(2026, 3, 2)
LONG = ("de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin", "Marie-Antoinette")
NAMES = [
    ("BAILLY", "Elfie"),
    ("Ô", "Y"),
    LONG,
    ("NGUYỄN PHƯỚC", "Thị Đào"),
    ("TEʻIHOTUʻURA", "Tāne ō Ū"),
    ("D'ART & <b>", 'J. "Jo"'),
]
OWN_TEXT = (
    "Merci d’arriver dix minutes avant le début de l’épreuve.\n"
    "Apportez vos écouteurs (prise jack).\n\n"
    "L’après-midi est libéré : les demi-pensionnaires déjeunent à 11 h 30.\n"
    "En cas d’absence, prévenez la vie scolaire au plus tard la veille.\n"
    "Entrée par la rue Émile-Zola, portail B, avec une pièce d’identité !"
)[:300]
DIVISIONS = ["3B", "3e prépa-métiers du bâtiment", "4 ÉGALITÉ"]
LONG_SCHOOL = "Section d’enseignement général et professionnel adapté du collège Rose-Dieng-Kuntz de Sainte-Clotilde"


def make_exam(attestation="ASSR1", school=None, **values):
    school = school or EstablishmentFactory.build(name="Collège des Mimosas", city="Villeurbanne")
    starts_at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    return ExamFactory.build(
        establishment=school, attestation=attestation, starts_at=starts_at, number="48210937", **values
    )


def sit(exam, name, division="5A", **values):
    last_name, first_name = name
    candidate = CandidateFactory.build(
        establishment=exam.establishment, last_name=last_name, first_name=first_name, division=division
    )
    return SittingFactory.build(exam=exam, candidate=candidate, closed=True, **values)


@pytest.fixture
def laid_out(monkeypatch):
    """The pages that WeasyPrint laid out as a whole, as HTML."""
    close, whole = pdf_series._Part.close, []
    monkeypatch.setattr(pdf_series._Part, "close", lambda part: whole.extend(s.html for s in part.whole) or close(part))
    return whole


@pytest.fixture
def plain(monkeypatch):
    """What a function makes of sittings with WeasyPrint alone: one document if all have a page in letters of the usual
    size, or else one for each in letters that fit."""

    def render(template, contexts, progress):
        (context,) = contexts
        html = pdf.html_of(template, context)
        for density in ("", "compact", "dense", "tight"):
            document = pdf.lay_out(html.replace("<body>", f'<body class="{density}">')).write_pdf(**pdf.OPTIONS)
            if pdf.pages(document) == len(context["sittings"]) or len(context["sittings"]) > 1:
                return document
        raise AssertionError("Even the smallest letters do not fit")

    def make(function, sittings):
        with monkeypatch.context() as patch:
            patch.setattr(pdf_series, "render", render)
            whole = function(sittings)
            return [whole] if pdf.pages(whole) == len(sittings) else [function([sitting]) for sitting in sittings]

    return make


def assert_same(document, plain):
    assert text_of(document) == [text for each in plain for text in text_of(each)]
    assert pictures_of(document) == [picture for each in plain for picture in pictures_of(each)]


@pytest.mark.parametrize(
    ("attestation", "values"),
    [
        ("ASSR1", {"place": "Salle informatique"}),
        ("ASSR2", {"place": "Salle 12", "convocation_text": OWN_TEXT}),
        ("ASR", {"kind": "training", "place": "", "convocation_text": "Venez."}),
        ("AER", {"school": EstablishmentFactory.build(name=LONG_SCHOOL, address="12 rue des Écoles")}),
    ],
    ids=["ASSR1", "ASSR2", "ASR", "AER"],
)
def test_a_mixed_batch_of_convocations_looks_as_weasyprint_alone_makes_it(attestation, values, plain, laid_out):
    exam = make_exam(attestation, **values)
    sittings = [
        *(sit(exam, name) for name in NAMES),
        *(sit(exam, name, division="", rattrapage=True) for name in NAMES[:2]),
        *(
            sit(exam, name, division=division, rattrapage=True)
            for name, division in zip(NAMES, DIVISIONS, strict=False)
        ),
        sit(exam, NAMES[0], division=""),
    ]

    def make(part):
        return documents.convocations(exam, part, issued_on=TODAY)

    document = make(sittings)
    # The long name takes two lines, twice, and so does the long class; the last one is alone of its kind.
    assert len(laid_out) == 4
    assert_same(document, plain(make, sittings))
    names = [f"{sitting.candidate.first_name} {sitting.candidate.last_name.upper()}" for sitting in sittings]
    assert bookmarks_of(document) == [(name, page) for page, name in enumerate(names, start=1)]
    assert_accessible(document, title="Convocations – épreuve 4821 0937")


def test_a_mixed_batch_of_attestations_looks_as_weasyprint_alone_makes_it(plain, laid_out):
    school = EstablishmentFactory.build(name=LONG_SCHOOL, city="Saint-Denis")
    exams = [make_exam(attestation, school) for attestation in ("ASSR1", "ASSR2", "ASR", "AER")]
    sittings = [sit(exams[number % 4], name) for number, name in enumerate([*NAMES, *NAMES])]
    originals = {sitting.pk: TODAY - timedelta(days=number) for number, sitting in enumerate(sittings[:6])}

    def make(part, **values):
        return documents.attestations(part, issued_on=TODAY, originals=originals, **values)

    document = make(sittings)
    assert len(laid_out) == 2
    assert_same(document, plain(make, sittings))
    assert_accessible(document, title="Attestations de sécurité routière")
    assert make(sittings) == document
    assert pictures_in(document) == [1] * 12

    def again(part):
        return make(part, duplicate=True)

    duplicates = again(sittings[:2] + sittings[4:6])
    assert_same(duplicates, plain(again, sittings[:2] + sittings[4:6]))
    assert ["DUPLICATA" in page for page in text_of(duplicates)] == [True] * 4


def pictures_in(document):
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.check_pdf_syntax() == []
        return [len(page.get_images()) for page in opened.pages]


def test_grids_look_as_weasyprint_alone_makes_them(plain, laid_out, monkeypatch):
    propositions = [SimpleNamespace(letter=letter, expected=letter == "A") for letter in "ABC"]
    questions = [SimpleNamespace(position=n, propositions=propositions, expected="A") for n in range(1, 21)]
    monkeypatch.setattr(documents.queries, "exam_correction", lambda exam: questions)
    exam = make_exam()
    sittings = [sit(exam, name) for name in NAMES[:4]]

    def make(part):
        return documents.grids(exam, part)

    document = make(sittings)
    assert len(laid_out) == 1
    assert_same(document, plain(make, sittings))
    assert_accessible(document, title="Grilles – épreuve 4821 0937")


def test_six_hundred_attestations_in_order_with_one_name_each(laid_out):
    exam = make_exam("ASSR2")
    sittings = [sit(exam, (f"NOM{number:03d}", f"Prénom{number % 40:02d}")) for number in range(600)]
    steps = []
    document = documents.attestations(sittings, issued_on=TODAY, progress=lambda *step: steps.append(step))
    pages = text_of(document)
    assert [page.split("Nom : ")[1].split(" Prénom : ")[0] for page in pages] == [f"NOM{n:03d}" for n in range(600)]
    assert [page.count("NOM") for page in pages] == [1] * 600
    assert laid_out == []
    assert steps[0] == (0, 600)
    assert steps == sorted(steps)
    assert len(set(steps)) > 10
    assert steps[-1] == (600, 600)


def test_one_candidate_is_weasyprint_s(plain, laid_out):
    exam = make_exam()
    sittings = [sit(exam, NAMES[0])]

    def make(part):
        return documents.convocations(exam, part, issued_on=TODAY)

    document = make(sittings)
    assert len(laid_out) == 1
    assert_same(document, plain(make, sittings))
    assert_accessible(document, title="Convocations – épreuve 4821 0937")


@pytest.mark.parametrize("make", ["convocations", "grids", "attestations"])
def test_no_candidate_is_refused(make, monkeypatch):
    monkeypatch.setattr(documents.queries, "exam_correction", lambda exam: [])
    with pytest.raises(ValueError, match="nothing to print"):
        {
            "convocations": lambda: documents.convocations(make_exam(), [], issued_on=TODAY),
            "grids": lambda: documents.grids(make_exam(), []),
            "attestations": lambda: documents.attestations([], issued_on=TODAY),
        }[make]()
