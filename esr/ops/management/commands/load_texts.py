from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from esr.ops.demo import TEXTS
from establishments.actions import load_texts
from establishments.models import FaqEntry, News


class Command(BaseCommand):
    help = "Loads the news and the frequently asked questions; loading again adds no double."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=TEXTS, help="TOML file (default: the project's own)")

    def handle(self, *, file, **options):
        try:
            load_texts(file)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{News.objects.count()} news and {FaqEntry.objects.count()} questions are there.")
