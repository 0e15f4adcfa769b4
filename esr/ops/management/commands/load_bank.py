from django.core.management.base import BaseCommand, CommandError

from exams import actions
from exams.bank import build, source


class Command(BaseCommand):
    help = "Loads the question bank from its readable source (exams/bank/questions) into the database."

    def handle(self, *args, **options):
        try:
            questions = source.load()
        except source.BankError as error:
            raise CommandError(str(error)) from error
        media = {question.code: build.media_key(question) for question in questions}
        created, updated = actions.load_bank(questions=questions, media=media)
        self.stdout.write(f"Bank: {created} questions added, {updated} updated.")
