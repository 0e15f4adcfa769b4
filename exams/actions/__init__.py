"""Everything that is written about exams, sittings and the bank: one module a subject."""

from exams.actions.bank import load_bank
from exams.actions.candidates import confirm_import
from exams.actions.exam import NotAllowed, change_exam, create_exam, delete_exam
from exams.actions.figures import count_answers, count_exam
from exams.actions.files import Late, LoadedFile, load_result_file, note_refused_file, restore_sitting
from exams.actions.marks import ABSENT, type_answers, type_results, why_not_typed
from exams.actions.neutralisation import lift_neutralisation, neutralise
from exams.actions.siecle import NothingToExport, draft_from_siecle, export_results
from exams.actions.sitting import (
    Over,
    TooEarly,
    answer_key,
    as_protocol,
    finish_sitting,
    note_wrong_code,
    save_answers,
    start_sitting,
)
from exams.actions.supervision import (
    allow_takeover,
    declare_technical_absence,
    end_pause,
    give_time,
    grade_as_it_stands,
    lift_technical_absence,
    note_incident,
    note_presence,
    pause,
)

__all__ = [
    "ABSENT",
    "Late",
    "LoadedFile",
    "NotAllowed",
    "NothingToExport",
    "Over",
    "TooEarly",
    "allow_takeover",
    "answer_key",
    "as_protocol",
    "change_exam",
    "confirm_import",
    "count_answers",
    "count_exam",
    "create_exam",
    "declare_technical_absence",
    "delete_exam",
    "draft_from_siecle",
    "end_pause",
    "export_results",
    "finish_sitting",
    "give_time",
    "grade_as_it_stands",
    "lift_neutralisation",
    "lift_technical_absence",
    "load_bank",
    "load_result_file",
    "neutralise",
    "note_incident",
    "note_presence",
    "note_refused_file",
    "note_wrong_code",
    "pause",
    "restore_sitting",
    "save_answers",
    "start_sitting",
    "type_answers",
    "type_results",
    "why_not_typed",
]
