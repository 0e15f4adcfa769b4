"""What documents print, made without a database."""

from exams.bank import source
from exams.queries import CorrectedProposition, CorrectedQuestion, Correction, theme_scores


def question(number: int, *, statement: str, expected: str = "A", count: int = 3, given: str = "", **values):
    """A question as corrections and grids take it, with `count` propositions."""
    return CorrectedQuestion(
        **{
            "position": number,
            "number": number,
            "theme": "circulation",
            "theme_label": "Circulation",
            "competence": "Savoir traverser une rue",
            "statement": statement,
            "propositions": [
                CorrectedProposition(letter, f"Proposition {letter}", letter in expected, letter in given)
                for letter in source.LETTERS[:count]
            ],
            "given": given,
            "expected": expected,
            "right": given == expected,
            "neutralised": False,
            "explanation": f"Explication {number}.",
            "scene": "",
            "media": "absent",
            "still_url": "",
            "video": [],
            "reading": [],
            **values,
        }
    )


def correction(questions, mark: int = 15):
    return Correction(mark, mark >= 10, theme_scores(questions), list(questions))
