from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from establishments.models import User
from exams import actions, queries
from exams.models import ExamQuestion, Question


class Command(BaseCommand):
    help = (
        "Gives everybody the point of a faulty question, in every exam of a session that drew it. Only counts what "
        "would change unless told --wet-run; started again after an interruption, it goes on where it stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("code", help="the question's code")
        parser.add_argument("--year", type=int, required=True, help="the session")
        parser.add_argument("--reason", default="", help="why, in a few words: schools read it")
        parser.add_argument("--by", default="", metavar="ACCOUNT", help="e-mail or name of whoever decides")
        parser.add_argument("--wet-run", action="store_true", help="do it")

    def handle(self, *, code, year, reason, by, wet_run, **options):
        if not Question.objects.filter(code=code).exists():
            raise CommandError(f"No question is called {code}")
        decider = self._administrator(by) if wet_run else None
        if wet_run and not reason.strip():
            raise CommandError("Schools are told why: give a --reason")
        rows = ExamQuestion.objects.filter(question__code=code, exam__year=year, neutralised_at=None)
        rows = rows.select_related("exam").order_by("exam")
        total = rows.count()
        marks = results = 0
        for done, row in enumerate(list(rows), start=1):
            if wet_run:
                changes = actions.neutralise(exam_question=row, reason=reason, by=decider, now=timezone.now())
            else:
                changes = queries.rescored(row.exam, queries.neutralised_key(actions.answer_key(row.exam), row))
            marks += len(changes)
            changed = sum(change.changes_result for change in changes)
            results += changed
            in_vain = len(queries.rattrapages_in_vain(changes, timezone.now()))
            self.stdout.write(
                f"{done}/{total} exam {row.exam.number}, question {row.number}: {len(changes)} marks, {changed} results"
                + (f", {in_vain} rattrapages to cancel" if in_vain else "")
            )
        verb = "changed" if wet_run else "would change (nothing was done: add --wet-run)"
        self.stdout.write(f"{total} exams, {marks} marks and {results} results {verb}")

    def _administrator(self, by: str) -> User:
        found = User.objects.filter(is_superuser=True, is_active=True)
        found = found.filter(email__iexact=by) | found.filter(username=by)
        if not by or not (user := found.first()):
            raise CommandError("Say who decides: --by with the e-mail or the name of a national administrator")
        return user
