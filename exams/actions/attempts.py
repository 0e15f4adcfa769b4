"""One main exam and one rattrapage (handbook 9): who may be registered, and which of the two an exam is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter

from candidates.models import Candidate
from exams import queries, rules
from exams.actions.refusal import NotAllowed
from exams.enums import Outcome, SittingState
from exams.models import DeletedSitting, Exam, Sitting


def hold(candidates: Collection[int]) -> set[int]:
    """Lock candidates, in an order without deadlocks, and return the keys of those who are still there. Whatever
    changes which of their exams count does so under this lock, taken before a sitting's."""
    locked = Candidate.objects.filter(pk__in=candidates).order_by("pk").select_for_update(no_key=True)
    return set(locked.values_list("pk", flat=True))


def entitled(exam: Exam, candidates: Sequence[Candidate], now: datetime) -> set[int]:
    """The keys of those for whom `exam` is the rattrapage, their other exams held until the commit.

    Raises NotAllowed, with names and reasons, when one of them may not sit it.
    """
    there = hold([candidate.pk for candidate in candidates])
    if gone := [candidate for candidate in candidates if candidate.pk not in there]:
        raise NotAllowed(f"{_names(gone)} : supprimé de la liste des candidats entre-temps. Rien n’a été enregistré.")
    if exam.is_training:
        return set()
    earlier = queries.attempts(there, exam.attestation, now, but=exam)
    choices = [queries.choice(candidate, earlier.get(candidate.pk, [])) for candidate in candidates]
    refused = [f"{choice.candidate} ({choice.information})" for choice in choices if not choice.can_be_chosen]
    if refused:
        raise NotAllowed(f"Ne peuvent pas passer cette épreuve : {', '.join(refused)}. Rien n’a été enregistré.")
    return {choice.candidate.pk for choice in choices if choice.is_rattrapage}


def _names(candidates: Sequence[Candidate]) -> str:
    return ", ".join(map(str, candidates))


# Nothing can be decided or typed any more once the exam is gone.
_KEPT_AS = {Outcome.RUNNING: Outcome.INTERRUPTED, Outcome.REGISTERED: Outcome.ABSENT}


def keep_what_counts(exam: Exam, now: datetime) -> None:
    """Before an exam is deleted: keep of its sittings what the rattrapage's rule needs."""
    if exam.is_training:
        return
    keys = hold(exam.sittings.values_list("candidate", flat=True))
    others = queries.attempts(keys, exam.attestation, now, but=exam)
    kept = []
    for sitting in exam.sittings.filter(candidate__in=keys).defer("responses"):
        sitting.exam = exam
        outcome = sitting.outcome_at(now)
        followed = not sitting.rattrapage and any(
            other.rattrapage and other.outcome != Outcome.TECHNICAL_ABSENCE
            for other in others.get(sitting.candidate_id, [])
        )
        if rules.is_kept(outcome, rattrapage=sitting.rattrapage, followed=followed):
            kept.append(
                DeletedSitting(
                    candidate_id=sitting.candidate_id,
                    settles=exam.attestation,
                    rattrapage=sitting.rattrapage,
                    outcome=_KEPT_AS.get(outcome, outcome),
                    starts_at=exam.starts_at,
                )
            )
    DeletedSitting.objects.bulk_create(kept, batch_size=500)


def derive(sitting: Sitting, *, counts: bool) -> list[Sitting]:
    """`sitting` is about to count, or has ceased to: say anew which of its candidate's exams is the main one and which
    the rattrapage, and return the other sittings for which that changed. The candidate is held; `exam` must be loaded.

    Raises NotAllowed when `sitting` would be a third one.
    """
    if not sitting.settles:
        return []
    mine = {"candidate": sitting.candidate_id, "settles": sitting.settles}
    others = Sitting.objects.filter(**mine).exclude(pk=sitting.pk).exclude(state=SittingState.VOID)
    dated: list[tuple[datetime, Sitting | DeletedSitting]] = [
        (other.exam.starts_at, other) for other in others.select_related("exam").defer("responses")
    ]
    dated += [(row.starts_at, row) for row in DeletedSitting.objects.filter(**mine)]
    if counts:
        dated.append((sitting.exam.starts_at, sitting))
    rows = [row for _, row in sorted(dated, key=itemgetter(0))]
    if len(rows) > 2:
        raise NotAllowed(
            "Ce candidat a depuis une autre épreuve principale et un rattrapage : celle-ci ne peut plus compter. "
            "Si le rattrapage n’a pas commencé, retirez-en d’abord le candidat."
        )
    changed = []
    for place, row in reversed(list(enumerate(rows))):  # the later gives way before the earlier takes its place
        if row.rattrapage != (place == 1):
            row.rattrapage = place == 1
            row.save(update_fields=["rattrapage"])
            changed.append(row)
    return [row for row in changed if isinstance(row, Sitting) and row != sitting]
