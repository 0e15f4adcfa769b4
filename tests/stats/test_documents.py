"""The report of an exam on paper."""

import io
import re
from datetime import UTC, datetime

import pytest

from exams.enums import Theme
from exams.queries import Correction, ThemeScore
from stats import documents
from stats.queries import CandidateScores, ExamStatistics, theme_statistics
from tests.certificates.reading import assert_accessible, fonts_of, layout_of, text_of
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory

# The questions of each theme in an exam (handbook 5.1).
QUESTIONS = dict(zip(Theme, (6, 2, 1, 2, 2, 1, 1, 3, 2), strict=True))
COLUMNS = "Candidat Classe Note Résultat " + " ".join(theme.label for theme in Theme)
TITLE = "Statistiques des réponses – épreuve 4821 0937"

BEST = (6, 2, 1, 2, 2, 1, 1, 3, 2)
MIDDLE = (3, 1, 0, 1, 1, 1, 1, 1, 1)
WORST = (0, 0, 0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def exam():
    return ExamFactory.build(
        establishment=EstablishmentFactory.build(name="Collège des Mimosas", time_zone="Indian/Reunion"),
        number="48210937",
        starts_at=datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
    )


def scored(last_name, *right, first_name="Lily"):
    """A candidate with so many right answers in each theme."""
    scores = [
        ThemeScore(theme, theme.label, count, total)
        for (theme, total), count in zip(QUESTIONS.items(), right, strict=True)
    ]
    candidate = CandidateFactory.build(establishment=None, last_name=last_name, first_name=first_name)
    return CandidateScores(candidate, Correction(sum(right), sum(right) >= 10, scores, []))


def statistics(*lines):
    return ExamStatistics(len(lines) + 1, list(lines), [theme_statistics(n, lines) for n in range(len(QUESTIONS))])


def test_a_report_says_all_its_figures_as_text(exam):
    people = scored("ADAM", *BEST), scored("BRUN", *BEST), scored("CISSÉ", *MIDDLE), scored("ZOLA", *WORST)
    document = documents.exam_report(exam, statistics(*people))
    first, themes, table = text_of(document)
    assert "épreuve 4821 0937 · 16 mars 2026, 13:00 Collège des Mimosas" in first
    assert "Inscrits 5 Terminés 4 Admis 3 Note moyenne 12,5 / 20 Notes 0 à 20" in first
    counts = {20: 2, 10: 1, 0: 1}
    admits, fails = (
        " ".join(f"{mark} {counts.get(mark, 0)}" for mark in marks) for marks in (range(20, 9, -1), range(9, -1, -1))
    )
    assert f"Répartition des notes Note Nombre de candidats Admis {admits} Échoué {fails} " in first
    assert "Thème Part de bonnes réponses Circulation 63 % Comportement citoyen 63 %" in first
    assert (
        "Circulation (6 questions) : 63 % Bonnes réponses Candidats 6 2 5 0 4 0 3 1 2 0 1 0 0 1 Comportement citoyen (2"
    ) in themes
    assert themes.count("Bonnes réponses Candidats") == 9
    assert "Toute la classe 12,5 3 / 4 63 63 50 63 63 75 75 58 63" in table
    assert "CISSÉ Lily 5A 10 Admis 50 50 0 50 50 100 100 33 50 ZOLA Lily 5A 0 Échoué 0 0 0 0 0 0 0 0 0" in table
    assert [f"Page {number} / 3" in page for number, page in enumerate((first, themes, table), start=1)] == [True] * 3
    assert_accessible(document, title=TITLE)


def bars_of(document, page):
    """How long the bars of a page are, in the order of the page; a bar of nothing is none."""
    import pikepdf

    is_bar, found = False, []
    with pikepdf.open(io.BytesIO(document)) as opened:
        for operands, operator in pikepdf.parse_content_stream(opened.pages[page]):
            if str(operator) == "rg":
                is_bar = [round(float(value) * 255) for value in operands] == [0x3A, 0x3A, 0x8F]
            elif str(operator) == "re" and is_bar:
                found += [float(operands[2])] if float(operands[2]) else []
                is_bar = False
    return found


def test_a_bar_is_as_long_as_its_figure(exam):
    people = scored("ADAM", *BEST), scored("BRUN", *BEST), scored("ZOLA", *WORST)
    document = documents.exam_report(exam, statistics(*people))
    two_have_20, one_has_0, *themes = bars_of(document, page=0)
    assert one_has_0 == pytest.approx(two_have_20 / 2, rel=0.01)
    assert len(themes) == 9
    assert themes == [pytest.approx(themes[0])] * 9, "67 % everywhere"
    assert [round(length / max(bars_of(document, page=1)), 2) for length in bars_of(document, page=1)] == [1, 0.5] * 9


def test_a_training_admits_nobody(exam):
    exam.kind = "training"
    pages = " ".join(text_of(documents.exam_report(exam, statistics(scored("ADAM", *BEST), scored("ZOLA", *WORST)))))
    assert "· entraînement ·" in pages
    assert "Réussis 1" in pages
    assert "ADAM Lily 5A 20 Réussi" in pages
    assert "Admis" not in pages


def test_the_header_and_the_class_stand_on_every_page_of_a_long_table(exam, tmp_path):
    lines = [scored(f"NOM{n:03d}", *(BEST, MIDDLE)[n % 2]) for n in range(120)]
    document = documents.exam_report(exam, statistics(*lines))
    pages = text_of(document)
    table = pages[2:]
    assert len(table) > 3
    assert [page.count(COLUMNS) for page in table] == [1] * len(table)
    assert [page.count("Toute la classe") for page in table] == [1] * len(table)
    running = f"{TITLE} – ASSR1 – 16/03/2026"
    assert [page.count(running) for page in pages] == [0] + [1] * (len(pages) - 1)
    assert re.findall(r"NOM\d+", " ".join(pages)) == [f"NOM{n:03d}" for n in range(120)]
    assert fonts_of(document, tmp_path) == {"Noto-Sans": True, "Noto-Sans-Bold": True}
    assert_accessible(document, title=TITLE)


def test_a_long_name_is_whole_and_the_table_stays_on_the_page(exam):
    someone = scored(("Abcdefgh-" * 12)[:100], *BEST, first_name=("Marie-Éléonore " * 7)[:100])
    document = documents.exam_report(exam, statistics(someone))
    whole = "".join(text_of(document)).replace(" ", "")
    assert f"{someone.candidate.last_name.upper()}{someone.candidate.first_name}".replace(" ", "") in whole
    for page in layout_of(document):
        assert all(word.left > 0 and word.right < page.width for word in page.words)


def test_twenty_questions_of_one_theme(exam):
    """A training of one theme: its chart has twenty-one lines."""
    scores = [ThemeScore(Theme.SPEED, Theme.SPEED.label, 14, 20)]
    line = CandidateScores(CandidateFactory.build(establishment=None), Correction(14, True, scores, []))
    document = documents.exam_report(exam, ExamStatistics(1, [line], [theme_statistics(0, [line])]))
    chart = " ".join(f"{right} {int(right == 14)}" for right in range(20, -1, -1))
    assert f"Vitesse (20 questions) : 70 % Bonnes réponses Candidats {chart} " in text_of(document)[1]
