from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exams import actions, queries
from exams.bank import build, source


class Command(BaseCommand):
    help = (
        "Builds the media that the questions lack (video, still, speech, captions); starts again where it stopped. It "
        "takes those of the readable source, loaded or not, and every version of the bank. Before load_bank, so that "
        "nothing is published without its media."
    )

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="*", metavar="CODE", help="only these questions (default: the whole bank)")
        parser.add_argument("--profile", choices=sorted(build.PROFILES), default="fine", help="fast is coarser")
        parser.add_argument("--workers", type=int, help="processes at once (default: one per processor)")

    def handle(self, *, codes, profile, workers, **options):
        try:
            questions = source.load()
        except source.BankError as error:
            raise CommandError(str(error)) from error
        actions.renew_media()
        questions += queries.questions_with_media()
        if unknown := set(codes) - {question.code for question in questions}:
            raise CommandError("No question is called " + ", ".join(sorted(unknown)))
        wanted = [question for question in questions if not codes or question.code in codes]
        report = build.build(
            list({build.media_key(question): question for question in wanted}.values()),
            settings.MEDIA_ROOT / "bank",
            profile=profile,
            workers=workers,
            progress=self._show_progress,
            footage=settings.FOOTAGE_ROOT,
        )
        refused = actions.publish_awaited()
        self.stdout.write(f"\n{len(report.built)} built, {len(report.kept)} kept, {report.seconds:.0f} s")
        if report.failed or refused:
            raise CommandError("\n".join([*report.failed.values(), *refused]))

    def _show_progress(self, done: int, total: int, key: str) -> None:
        self.stdout.write(f"\r{done}/{total}", ending="")
        self.stdout.flush()
