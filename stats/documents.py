"""The files that leave with statistics: figures in, bytes out."""

from collections.abc import Iterable

from esr.core import spreadsheets
from stats.queries import ExamStatistics, Section

HEADER = (
    "Type d’épreuve", "Attestation", "Répartition", "Groupe", "Inscrits", "Présents", "Admis", "Taux de réussite (%)",
)  # fmt: skip


def exam_report(statistics: ExamStatistics) -> bytes:
    """« Télécharger le rapport »: a workbook with the class on the first line, then each candidate; themes in whole
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
