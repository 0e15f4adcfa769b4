from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from esr.ops.demo import TEXTS
from establishments.actions import load_texts
from establishments.models import FaqEntry, News


class Command(BaseCommand):
    help = "Loads the news and the frequently asked questions; loading again adds no double."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=TEXTS, help="TOML file (default: the project's own)")
        parser.add_argument("--dry-run", action="store_true", help="say what there would be, change nothing")

    def handle(self, *, file, dry_run, **options):
        try:
            with transaction.atomic():
                load_texts(file)
                news, questions = News.objects.count(), FaqEntry.objects.count()
                transaction.set_rollback(dry_run)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{news} news and {questions} questions {'would be' if dry_run else 'are'} there.")
