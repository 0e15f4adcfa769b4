from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from esr.core.files import MEDIA
from exams import actions, queries
from exams.bank import build, checking, film, source, tutorial
from exams.bank.scenes.registry import MissingScene
from exams.models import Question


class Command(BaseCommand):
    help = (
        "Builds the media that the questions lack (video, still, speech, captions); starts again where it stopped. It "
        "takes those of the readable source, loaded or not, every version of the bank, and the tutorial. Before "
        "load_bank, so that nothing is published without its media. "
        "--check looks at those that are there, --prune lists those that nothing refers to."
    )

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="*", metavar="CODE", help="only these questions (default: the whole bank)")
        parser.add_argument("--profile", choices=sorted(build.PROFILES), default="fine", help="fast is coarser")
        parser.add_argument("--workers", type=int, help="processes at once (default: one per processor)")
        task = parser.add_mutually_exclusive_group()
        task.add_argument("--check", action="store_true", help="decode and measure what is built; build nothing")
        task.add_argument("--prune", action="store_true", help="list the media no question refers to; build nothing")
        parser.add_argument("--wet-run", action="store_true", help="with --prune: remove them")

    def handle(self, *, codes, profile, workers, check, prune, wet_run, **options):
        if wet_run and not prune:
            raise CommandError("--wet-run goes with --prune.")
        try:
            questions = source.load()
        except source.BankError as error:
            raise CommandError(str(error)) from error
        if not (check or prune):
            actions.renew_media()
        questions += queries.questions_with_media()
        if unknown := set(codes) - {question.code for question in questions}:
            raise CommandError("No question is called " + ", ".join(sorted(unknown)))
        wanted = [question for question in questions if not codes or question.code in codes]
        try:
            chosen = list({build.media_key(question): question for question in wanted}.values())
        except MissingScene as error:
            raise CommandError(str(error)) from error
        try:
            if prune:
                self._prune(dry=not wet_run)
            elif check:
                self._check(chosen, workers, with_tutorial=not codes)
            else:
                self._build(chosen, profile, workers)
                if not codes:
                    self._build_tutorial(profile)
        except BlockingIOError as error:
            raise CommandError("Another build is at work on these media: wait for its end.") from error

    def _build(self, questions: list[source.Question], profile: str, workers: int | None) -> None:
        footage = queries.bring_media(questions)
        report = build.build(
            questions,
            settings.MEDIA_ROOT / "bank",
            profile=profile,
            workers=workers,
            progress=self._show_progress,
            footage=footage,
        )
        for name in report.built:
            MEDIA.put_folder(queries.media_name_below(name))
        refused = actions.publish_awaited()
        self.stdout.write(f"\n{len(report.built)} built, {len(report.kept)} kept, {report.seconds:.0f} s")
        if report.failed or refused:
            raise CommandError("\n".join([*report.failed.values(), *refused]))

    def _build_tutorial(self, profile: str) -> None:
        there = {name for name in tutorial.folders() if queries.media_folder(name).is_dir()}
        tutorial.make(settings.MEDIA_ROOT / "bank", profile=profile)
        for name in tutorial.folders().keys() - there:
            MEDIA.put_folder(queries.media_name_below(name))

    def _check(self, questions: list[source.Question], workers: int | None, *, with_tutorial: bool) -> None:
        """Every medium of these questions: all faults are said before the command fails."""
        named = {build.media_key(question): question.code for question in questions}
        if with_tutorial:
            named |= tutorial.folders()
        heard = tutorial.every_page()
        found = []

        def look(key: str) -> list[str]:
            folder = queries.media_folder(key)
            faults = checking.voice_faults if key in heard else checking.faults
            wrong = faults(folder) if folder.is_dir() else ["its media are not built"]
            return [f"{named[key]} ({key}): {fault}" for fault in wrong]

        with ThreadPoolExecutor(workers) as pool:
            for done, faults in enumerate(pool.map(look, named), start=1):
                found += faults
                self._show_progress(done, len(named), "")
        self.stdout.write(f"\n{len(named)} checked, {len(found)} faults")
        if found:
            raise CommandError("\n".join(found))

    def _prune(self, *, dry: bool) -> None:
        """Media of neither the database nor the source, and parts of films that entered none for long."""
        keep = {build.media_key(question) for question in source.load()}
        keep |= tutorial.folders().keys()
        keep |= set(Question.objects.values_list("media", flat=True))
        old = build.prune(settings.MEDIA_ROOT / "bank", keep, dry=dry)
        old += film.prune(settings.MEDIA_ROOT / "film", dry=dry)
        elsewhere = {name for name in MEDIA.folders("bank") - keep if build.is_media_key(name)}
        old += sorted(MEDIA.path(queries.media_name_below(name)) for name in elsewhere - {path.name for path in old})
        if not dry:
            for name in elsewhere:
                MEDIA.drop_folder(queries.media_name_below(name))
        for path in old:
            self.stdout.write(str(path.relative_to(settings.MEDIA_ROOT)))
        if dry:
            megabytes = sum(_size(path) for path in old) / 1e6
            self.stdout.write(f"{len(old)} to remove, {megabytes:.1f} MB; nothing was removed: add --wet-run.")
        else:
            self.stdout.write(f"{len(old)} removed.")

    def _show_progress(self, done: int, total: int, key: str) -> None:
        self.stdout.write(f"\r{done}/{total}", ending="")
        self.stdout.flush()


def _size(path: Path) -> int:
    """Bytes of a file, or of a folder's files."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
