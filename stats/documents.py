"""The files that leave with statistics: figures in, bytes out."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from esr.core import pdf, spreadsheets
from esr.core.text import in_groups
from exams.enums import Outcome
from exams.models import Exam
from stats import queries
from stats.queries import AcademyFigures, ExamStatistics, Figures, Section

HEADER = (
    "Type d’épreuve", "Attestation", "Répartition", "Groupe", "Inscrits", "Présents", "Admis", "Taux de réussite (%)",
)  # fmt: skip


# How many charts of themes stand side by side.
_THEMES_BESIDE = 3
_PAGES_OF_CHARTS = 2
# The most candidates of one row each that a page sideways has room for.
_LINES_A_PAGE = 30


def exam_report(exam: Exam, statistics: ExamStatistics, *, progress: pdf.Progress = pdf.unwatched) -> bytes:
    """« Télécharger le rapport »: figures and charts on A4 sheets, then each candidate's line. Somebody has finished;
    the exam comes with its establishment, whose time is printed."""
    success = "Réussi" if exam.is_training else Outcome.ADMITTED.label
    themes = statistics.themes
    with timezone.override(exam.establishment.zone):
        return pdf.render(
            "stats/print/exam_report.html",
            {
                "exam": exam,
                "establishment": exam.establishment,
                "number": in_groups(exam.number),
                "statistics": statistics,
                # A training admits nobody.
                "success": success,
                "distribution": zip((success, "Échoué"), (marks for _, marks in statistics.distribution), strict=True),
                "theme_rows": [
                    themes[start : start + _THEMES_BESIDE] for start in range(0, len(themes), _THEMES_BESIDE)
                ],
            },
            progress=progress,
            expected=_PAGES_OF_CHARTS + len(statistics.candidates) // _LINES_A_PAGE + 1,
        )


def exam_workbook(statistics: ExamStatistics) -> bytes:
    """The same figures as a workbook, with the class on the first line, then each candidate; themes in whole
    percents. Somebody has finished."""
    titles = [
        f"{theme.score.label} ({theme.questions} question{'s' if theme.questions > 1 else ''}, % de réussite)"
        for theme in statistics.themes
    ]
    rows = [["Classe", None, None, round(statistics.mean, 1), None, *(t.score.percent for t in statistics.themes)]]
    for line in statistics.candidates:
        candidate, correction = line.candidate, line.correction
        rows.append(
            [
                candidate.last_name,
                candidate.first_name,
                candidate.division,
                correction.mark,
                line.outcome.label,
                *(score.percent for score in correction.themes),
            ]
        )
    header = ["Nom", "Prénom", "Classe", "Note sur 20", "Résultat", *titles]
    return spreadsheets.to_xlsx("Statistiques des réponses", header, rows)


def _rows(sections: Iterable[Section]) -> list[list[spreadsheets.Cell]]:
    return [
        [section.title, part.attestation, row.breakdown, row.label, row.registered, row.present, row.admitted, row.rate]
        for section in sections
        for part in section.attestations
        for row in part.rows
    ]


def statistics_csv(sections: Iterable[Section]) -> bytes:
    return spreadsheets.to_csv(HEADER, _rows(sections))


def statistics_xlsx(sections: Iterable[Section]) -> bytes:
    return spreadsheets.to_xlsx("Statistiques", HEADER, _rows(sections))


FIGURES_HEADER = (
    "Académie", "Établissement", "Identifiant", "Commune", "Attestation", "Semaine du", "Inscrits", "Présents", "Admis",
    "Taux de réussite (%)",
)  # fmt: skip


def _figures_rows(
    academies: Sequence[AcademyFigures], week: date | None, *, is_national: bool
) -> Iterable[list[spreadsheets.Cell]]:
    """Every establishment's lines, the totals of each academy below them, those of the nation at the end."""

    def cells(figures: Figures) -> list[spreadsheets.Cell]:
        return [week, figures.registered, figures.present, figures.admitted, figures.rate]

    for part in academies:
        name = part.academy.label
        for line in part.lines:
            school = line.establishment
            yield [name, school.name, school.identifier, school.city, line.attestation, *cells(line.figures)]
        for total in part.totals:
            yield [name, "Total", None, None, total.attestation, *cells(total.figures)]
    if is_national:
        for total in queries.national_totals(academies):
            yield ["Toutes les académies", "Total", None, None, total.attestation, *cells(total.figures)]


def figures_csv(academies: Sequence[AcademyFigures], week: date | None, *, is_national: bool) -> bytes:
    """The figures of `queries.figures_of_academies`, of one week or of the session."""
    return spreadsheets.to_csv(FIGURES_HEADER, _figures_rows(academies, week, is_national=is_national))


def figures_xlsx(academies: Sequence[AcademyFigures], week: date | None, *, is_national: bool) -> bytes:
    return spreadsheets.to_xlsx("Chiffres", FIGURES_HEADER, _figures_rows(academies, week, is_national=is_national))
