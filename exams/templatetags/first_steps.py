"""« Premiers pas » on the home page, and what an empty page says to do first: links climb freely, and so do these."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone

from establishments.models import Establishment
from establishments.queries import session_dates
from exams import queries
from exams.models import Exam

register = template.Library()


@dataclass(frozen=True)
class Step:
    """One step; `label` is what its link says, `alone` that it has no part in what comes after it."""

    title: str
    why: str
    label: str
    href: str
    done: bool
    alone: bool = False


def steps_of(found: queries.FirstSteps) -> list[Step]:
    """The five steps, in the handbook's order (2.1, 3, 4 and 5.1)."""
    exam = found.exam
    return [
        Step(
            title="Définir le mot de passe du compte surveillant",
            why="La personne qui surveille se connecte avec ce compte : elle voit les codes et suit la salle, sans "
            "pouvoir changer ni vos listes ni vos épreuves.",
            label="Compte surveillant",
            href=reverse("supervisor_account"),
            done=found.supervisor,
            alone=True,
        ),
        Step(
            title="Importer les candidats de la session",
            why="Une épreuve se crée pour des candidats de votre liste, importée de SIECLE BEE ou d’un fichier.",
            label="Importer une liste de candidats",
            href=reverse("candidate_import"),
            done=found.candidates,
        ),
        Step(
            title="Créer une première épreuve",
            why="Un entraînement pour commencer, ou l’examen : la plateforme tire les vingt questions et donne un code "
            "à chaque candidat.",
            label="Créer une nouvelle épreuve",
            href=reverse("exam_create"),
            done=exam is not None or found.entered,
        ),
        Step(
            title="Imprimer les codes d’accès et les convocations",
            why="Sans compte ÉduConnect, un candidat n’entre qu’avec son code. Cette étape se coche quand le premier "
            "candidat est noté présent ou a commencé.",
            label="Codes d'accès" if exam and not exam.is_offline else "Page de l’épreuve",
            href=_page_of(exam, "exam_codes"),
            done=found.entered,
        ),
        Step(
            title="Faire passer l’épreuve",
            why="La liste de contrôle du surveillant dit quoi vérifier avant l’entrée des candidats. Les résultats "
            "arrivent d’eux-mêmes sur la page de l’épreuve.",
            label="Avant l’épreuve" if exam and not exam.is_offline else "Page de l’épreuve",
            href=_page_of(exam, "exam_checklist"),
            done=found.results,
        ),
    ]


def _page_of(exam: Exam | None, name: str) -> str:
    """Where the step is done; of an exam on paper its own page has everything. Empty while there is no exam."""
    if exam is None:
        return ""
    return reverse("exam_detail" if exam.is_offline else name, args=[exam.pk])


@register.inclusion_tag("exams/school/first_steps.html", takes_context=True)
def first_steps(context) -> dict:
    """The checklist, from the first day of the year to the session's last, until the first result is there."""
    now, establishment = timezone.now(), context["request"].establishment
    found = None if _is_closed(establishment, now) else queries.first_steps(establishment, now)
    if found is None or found.results:
        return {"steps": None}
    steps = steps_of(found)
    return {
        "steps": steps,
        "current": next(step for step in steps if not step.done),
        "year": establishment.year_at(now),
        "done": sum(step.done for step in steps),
    }


def _is_closed(establishment: Establishment, now: datetime) -> bool:
    """Whether the session's last day is over: no exam can be planned any more."""
    _, closes_on = session_dates(establishment, establishment.year_at(now))
    return timezone.localdate(now, establishment.zone) > closes_on


@register.inclusion_tag("components/empty.html", takes_context=True)
def nothing_yet(context, *, title: str, text: str) -> dict:
    """An empty page of the head's, with the link to the first thing to do: candidates, then an exam, then its codes.

    Without a link when there is nothing to do, or no exam can be planned any more.
    """
    now, establishment = timezone.now(), context["request"].establishment
    steps = [] if _is_closed(establishment, now) else steps_of(queries.first_steps(establishment, now))
    first = next((step for step in steps if not (step.done or step.alone)), None)
    return {"title": title, "text": text, "href": first and first.href, "label": first and first.label}
