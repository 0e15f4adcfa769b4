from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exams.bank import build, source


class Command(BaseCommand):
    help = "Builds the media that the questions lack (video, still, speech, captions); starts again where it stopped."

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="*", metavar="CODE", help="only these questions (default: the whole bank)")
        parser.add_argument("--profile", choices=sorted(build.PROFILES), default="fine", help="fast is coarser")
        parser.add_argument("--workers", type=int, help="processes at once (default: one per processor)")

    def handle(self, *, codes, profile, workers, **options):
        try:
            questions = source.load()
        except source.BankError as error:
            raise CommandError(str(error)) from error
        if unknown := set(codes) - {question.code for question in questions}:
            raise CommandError("No question is called " + ", ".join(sorted(unknown)))
        report = build.build(
            [question for question in questions if not codes or question.code in codes],
            settings.MEDIA_ROOT / "bank",
            profile=profile,
            workers=workers,
            progress=self._show_progress,
        )
        self.stdout.write(f"\n{len(report.built)} built, {len(report.kept)} kept, {report.seconds:.0f} s")
        if report.failed:
            raise CommandError("\n".join(report.failed.values()))

    def _show_progress(self, done: int, total: int, key: str) -> None:
        self.stdout.write(f"\r{done}/{total}", ending="")
        self.stdout.flush()
