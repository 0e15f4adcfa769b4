from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from exams import actions, queries
from exams.bank import build, source


class Command(BaseCommand):
    help = (
        "Loads the question bank from its readable source (exams/bank/questions). What was loaded before stays as it "
        "is; a question that changed is updated, or gets a new version once an exam has drawn it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--retire", action="store_true", help="retire the questions that left the source")
        parser.add_argument("--anyway", action="store_true", help="even if too few remain for some exams")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *, retire, anyway, dry_run, **options):
        try:
            questions = source.load()
        except source.BankError as error:
            raise CommandError(str(error)) from error
        media = {question.code: build.media_key(question) for question in questions}
        try:
            with transaction.atomic():
                report = actions.load_bank(questions=questions, media=media, retire=retire, anyway=anyway)
                transaction.set_rollback(dry_run)
        except actions.BankRefusal as refusal:
            hint = " --anyway retires them all the same." if refusal.can_insist else ""
            raise CommandError("\n".join(refusal.messages) + f"\nNothing was loaded.{hint}") from refusal
        self.stdout.write(
            f"{'Would be' if dry_run else 'Bank'}: {len(report.added)} questions added, {len(report.updated)} updated, "
            f"{len(report.versioned)} given a new version, {len(report.retired)} retired, {len(report.unchanged)} "
            "unchanged."
        )
        if report.vanished:
            self.stdout.write(
                f"{len(report.vanished)} published questions are not in the source (--retire takes them out of the "
                f"draw): {', '.join(report.vanished)}"
            )
        bare = sum(not queries.has_media(row) for row in queries.bank_rows().published())
        if bare:
            self.stdout.write(f"{bare} published questions have no media yet: manage.py build_media builds them.")
