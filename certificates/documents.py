"""Everything printed, one function per document: objects in, bytes out.

Dates and times are those of the establishment. Exams come with `establishment`, sittings with `candidate` and with
`exam__establishment`; only the corrections read more, the exam's questions.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from certificates import qr, rules, seal
from esr.core import imposition, pdf, pdf_series
from esr.core.pdf import Progress, unwatched
from esr.core.text import in_groups
from establishments.enums import Attestation
from establishments.models import Establishment
from exams import queries
from exams.enums import Outcome
from exams.models import Exam, Sitting
from exams.rules import is_admitted

# The most lines of one row each that a page of a list has room for.
_LINES_A_PAGE = 26

# How many pages of a long document are asked of the template at once.
_PAGES_AT_ONCE = 50


# Of a slip of access codes, by the most letters of the name.
_SLIP_SIZES = {40: "", 75: "long", 130: "longer"}
_ROWS_OF_SLIPS = 7  # of two, to a page


def _print(template: str, establishment: Establishment, progress: Progress = unwatched, **context) -> bytes:
    expected = len(context.get("lines", ())) // _LINES_A_PAGE + 1
    with timezone.override(establishment.zone):
        return pdf.render(
            f"certificates/print/{template}",
            {"establishment": establishment, **context},
            progress=progress,
            expected=expected,
        )


def _page_each(
    template: str,
    sittings: Sequence[Sitting],
    context: Callable[[Sequence[Sitting]], dict],
    progress: Progress = unwatched,
) -> bytes:
    """One page per sitting, all of one establishment, however long names and texts are: what does not fit is printed
    smaller, never cut. `context` gives what the template wants for some of them. Raises ValueError without a sitting.
    """
    if not sittings:
        raise ValueError("There is nothing to print")
    establishment = sittings[0].exam.establishment
    parts = (sittings[start : start + _PAGES_AT_ONCE] for start in range(0, len(sittings), _PAGES_AT_ONCE))
    progress(0, len(sittings))
    with timezone.override(establishment.zone):
        return pdf_series.render(
            f"certificates/print/{template}",
            ({"establishment": establishment, "sittings": part, **context(part)} for part in parts),
            # A page is read, then printed.
            progress=lambda steps: progress(steps // 2, len(sittings)),
        )


def convocations(exam: Exam, sittings: Sequence[Sitting], *, issued_on: date, progress: Progress = unwatched) -> bytes:
    """E10: an A5 page per candidate; tiers-temps is never printed (handbook 5.1, « Modèle de convocation »).

    Raises ValueError without a sitting.
    """
    return _page_each(
        "convocations.html",
        sittings,
        lambda part: {
            "exam": exam,
            "number": in_groups(exam.number),
            "wording": rules.WORDINGS[exam.attestation],
            "issued_on": issued_on,
        },
        progress,
    )


def convocations_to_cut(
    exam: Exam, sittings: Sequence[Sitting], *, issued_on: date, progress: Progress = unwatched
) -> bytes:
    """The same pages two to an A4 sheet. Sheet k holds candidates k and k + half, so that the pile, once it is cut and
    its left half laid on the right one, is in the order of `sittings`. Raises ValueError without a sitting.
    """
    half = (len(sittings) + 1) // 2
    on_sheets = [sitting for pair in zip_longest(sittings[:half], sittings[half:]) for sitting in pair if sitting]
    return imposition.two_up(convocations(exam, on_sheets, issued_on=issued_on, progress=progress))


def _entry_address() -> str:
    """What candidates type to begin."""
    return settings.SITE_URL + reverse("exam_number")


def _name(candidate: Candidate) -> str:
    return f"{candidate.last_name.upper()} {candidate.first_name}"


def access_codes(exam: Exam, sittings: Iterable[Sitting], *, progress: Progress = unwatched) -> bytes:
    """E9: A4 sheets with the exam's number and each candidate's code (handbook 5.1)."""
    return _print(
        "access_codes.html",
        exam.establishment,
        progress,
        exam=exam,
        number=in_groups(exam.number),
        address=_entry_address(),
        lines=[(sitting.candidate, in_groups(sitting.access_code)) for sitting in sittings],
    )


@dataclass(frozen=True)
class _Slip:
    """What one candidate is given to sit with; `size` is the class of a long name, which is printed smaller."""

    name: str
    division: str
    code: str

    @property
    def size(self) -> str:
        length = max(len(self.name), 2 * len(self.division))
        return next((size for most, size in _SLIP_SIZES.items() if length <= most), "longest")


def code_slips(exam: Exam, sittings: Iterable[Sitting], *, progress: Progress = unwatched) -> bytes:
    """The same codes to cut out and hand over, fourteen slips to an A4 page, each with one candidate's code and all
    that is needed to use it; in the order of the sheet, row by row. Raises ValueError without a sitting."""
    slips = [
        _Slip(_name(sitting.candidate), sitting.candidate.division, in_groups(sitting.access_code))
        for sitting in sittings
    ]
    rows = [slips[start : start + 2] for start in range(0, len(slips), 2)]
    pages = [rows[start : start + _ROWS_OF_SLIPS] for start in range(0, len(rows), _ROWS_OF_SLIPS)]
    context = {
        "establishment": exam.establishment,
        "exam": exam,
        "number": in_groups(exam.number),
        "address": _entry_address(),
        "pages": list(enumerate(pages, start=1)),
    }
    with timezone.override(exam.establishment.zone):
        return pdf_series.render(
            "certificates/print/code_slips.html", [context], lambda steps: progress(steps, 2 * len(pages))
        )


def attendance_sheet(exam: Exam, sittings: Sequence[Sitting], *, progress: Progress = unwatched) -> bytes:
    """A4 sheets to sign: who is registered and who was ticked or has begun, by name. Neither tiers-temps nor codes nor
    results are on a paper that goes round the room."""
    return _print(
        "attendance.html",
        exam.establishment,
        progress,
        exam=exam,
        number=in_groups(exam.number),
        lines=[(sitting.candidate, sitting.present or sitting.epoch > 0) for sitting in sittings],
    )


def grids(exam: Exam, sittings: Sequence[Sitting], *, progress: Progress = unwatched) -> bytes:
    """O1, « Grille de l'épreuve »: an A4 page per candidate with a box per proposition, in the order of the film.

    Raises ValueError without a sitting.
    """
    questions = queries.exam_correction(exam)
    return _page_each(
        "grid.html",
        sittings,
        lambda part: {"exam": exam, "number": in_groups(exam.number), "questions": questions},
        progress,
    )


def key_grid(exam: Exam) -> bytes:
    """O1, « Grille des corrections »: the same grid with the expected answers, to mark the others with; one page,
    whatever the statements drawn."""
    questions = queries.exam_correction(exam)
    for density in ("", "compact", "dense", "tight"):
        content = _print(
            "key_grid.html",
            exam.establishment,
            exam=exam,
            number=in_groups(exam.number),
            questions=questions,
            density=density,
        )
        if pdf.pages(content) == 1:
            break
    return content


@dataclass(frozen=True)
class Sheet:
    """One attestation to print. `seal` is the picture of its code; empty when the year has no key to seal with."""

    sitting: Sitting
    wording: rules.Wording
    issued_on: date
    duplicate_on: date | None
    seal: str


def attestations(
    sittings: Sequence[Sitting],
    *,
    issued_on: date,
    originals: Mapping[UUID, date] = MappingProxyType({}),
    duplicate: bool = False,
    progress: Progress = unwatched,
) -> bytes:
    """D1: an A4 page per sitting, all of one establishment (handbook 8, « Maquette de diplôme »). Records nothing.

    `originals` says the date of those that were issued before (sitting key → « Fait le »); all others are dated
    `issued_on`. With `duplicate` every page is a duplicate made on `issued_on`, and each must have its original. The
    same arguments give the same bytes.

    Raises ValueError without a sitting, and for a sitting that gives no attestation: not admitted, or a training.
    """
    for sitting in sittings:
        if sitting.exam.is_training or sitting.mark is None or not is_admitted(sitting.mark):
            raise ValueError(f"Sitting {sitting.pk} gives no attestation")
    return _page_each(
        "attestations.html",
        sittings,
        lambda part: {
            "sheets": [_sheet(sitting, issued_on, originals, duplicate) for sitting in part],
            "duplicate_rule": rules.DUPLICATE_RULE,
            "verification": _verification_address().partition("://")[2],
        },
        progress,
    )


def _sheet(sitting: Sitting, issued_on: date, originals: Mapping[UUID, date], duplicate: bool) -> Sheet:
    original = originals[sitting.pk] if duplicate else originals.get(sitting.pk, issued_on)
    duplicate_on = issued_on if duplicate else None
    return Sheet(
        sitting=sitting,
        wording=rules.WORDINGS[sitting.exam.attestation],
        issued_on=original,
        duplicate_on=duplicate_on,
        seal=_seal(sitting, issued_on=original, duplicate_on=duplicate_on),
    )


def _verification_address() -> str:
    return settings.SITE_URL + reverse("verification")


def _seal(sitting: Sitting, *, issued_on: date, duplicate_on: date | None) -> str:
    """The code of an attestation as a picture, sealed with the key of the year in which it is made."""
    exam, candidate = sitting.exam, sitting.candidate
    claims = seal.Claims(
        attestation=exam.attestation,
        last_name=candidate.last_name,
        first_name=candidate.first_name,
        birth_date=candidate.birth_date,
        establishment=exam.establishment.identifier,
        exam_on=exam.starts_at.astimezone(exam.establishment.zone).date(),
        issued_on=issued_on,
        duplicate_on=duplicate_on,
    )
    key = settings.ATTESTATION_KEYS.sealing(claims.sealed_on.year)
    return qr.picture(seal.link(_verification_address(), seal.seal(claims, key))) if key else ""


def exam_correction(exam: Exam) -> bytes:
    """K2: the exam's questions with their key, in the exam's order (handbook 6.1)."""
    return _correction(exam, queries.exam_correction(exam))


def sitting_correction(sitting: Sitting) -> bytes:
    """K2: a closed sitting corrected, in the order in which the candidate met the questions (handbook 6)."""
    correction = queries.correction(sitting)
    outcome = Outcome.ADMITTED if correction.admitted else Outcome.FAILED
    return _correction(
        sitting.exam,
        correction.questions,
        correction=correction,
        sitting=sitting,
        candidate=sitting.candidate,
        # A training admits nobody.
        outcome="Réussi" if sitting.exam.is_training and correction.admitted else outcome.label,
    )


def _correction(exam: Exam, questions: Sequence[queries.CorrectedQuestion], **context) -> bytes:
    return _print(
        "correction.html",
        exam.establishment,
        exam=exam,
        number=in_groups(exam.number),
        questions=[(question, pdf.has_picture(question.media)) for question in questions],
        **context,
    )


def attestation_model(establishment: Establishment, *, issued_on: date) -> bytes:
    """D3: « Modèle d'attestation de réussite », a Word document to fill in (handbook 10.3).

    Word works out the date of the day whenever the document is opened; `issued_on` is what stands there until then.
    """
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Pt

    context = {
        "establishment": establishment,
        "print_brand": settings.BRAND_MINISTRY,
        "kinds": Attestation.values,
        "issued_on": issued_on,
    }
    model = Document()
    body = parse_xml(render_to_string("certificates/word/attestation_model.xml", context))
    model.element.replace(model.element.body, body)
    # The library's own styles are American; what is typed into a field takes their font.
    model.styles["Normal"].font.name = "Arial"
    model.styles["Normal"].font.size = Pt(11)
    model.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").set(qn("w:val"), "fr-FR")
    properties = model.core_properties
    properties.title = "Modèle d’attestation de réussite"
    properties.author = establishment.name
    properties.language = "fr-FR"
    properties.comments = ""
    out = io.BytesIO()
    model.save(out)
    return out.getvalue()
