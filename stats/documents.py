"""The files that leave with statistics: figures in, bytes out."""

from collections.abc import Iterable

from django.utils import timezone

from esr.core import pdf, spreadsheets
from exams.enums import Outcome
from exams.models import Exam
from stats.queries import ExamStatistics, Section

HEADER = (
    "Type d’épreuve", "Attestation", "Répartition", "Groupe", "Inscrits", "Présents", "Admis", "Taux de réussite (%)",
)  # fmt: skip


# How many charts of themes stand side by side.
_THEMES_BESIDE = 3


def exam_report(exam: Exam, statistics: ExamStatistics) -> bytes:
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
                "number": f"{exam.number[:4]} {exam.number[4:]}",
                "statistics": statistics,
                # A training admits nobody.
                "success": success,
                "distribution": zip((success, "Échoué"), (marks for _, marks in statistics.distribution), strict=True),
                "theme_rows": [
                    themes[start : start + _THEMES_BESIDE] for start in range(0, len(themes), _THEMES_BESIDE)
                ],
            },
        )


def report_name(exam: Exam) -> str:
    """The name of the report's file."""
    return f"statistiques-epreuve-{exam.number}.pdf"


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
