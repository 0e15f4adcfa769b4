"""What an import of candidates writes, with what only exams know of them."""

from datetime import datetime
from functools import partial

from candidates import actions as candidate_actions
from candidates.actions import Imported
from candidates.models import ImportDraft
from candidates.rules import NO_DECISION, Decisions
from exams.queries import candidate_history, sitting_now


def confirm_import(*, draft: ImportDraft, seen: str, now: datetime, decisions: Decisions = NO_DECISION) -> Imported:
    """Do what the preview `seen` of `exams.queries.draft_preview` showed, as decided; raises as candidates.actions."""
    return candidate_actions.confirm_import(
        draft=draft,
        seen=seen,
        decisions=decisions,
        history=partial(candidate_history, now=now),
        is_held=partial(sitting_now, now=now, lock=True),
    )
