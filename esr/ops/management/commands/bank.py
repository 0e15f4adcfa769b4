from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from exams import actions, queries, tasks  # noqa: F401 - tasks registers the jobs
from exams.bank import archive, source
from exams.models import Question

_LISTS = (
    ("added", "questions added"),
    ("versioned", "versions added to known questions"),
    ("replaced", "drafts replaced"),
    ("published", "known versions published"),
    ("retired", "retired"),
    ("unchanged", "unchanged"),
)


class Command(BaseCommand):
    help = (
        "Exports the whole bank to one file, or imports one (docs/bank.md describes the format). An import only says "
        "what it would do, unless --wet-run is given."
    )

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write every version of the bank to FILE")
        export.add_argument("file", type=Path, metavar="FILE", help="where to write it")
        export.add_argument("--qti", action="store_true", help="as a QTI 2.1 package, with the videos that are built")
        bring = verbs.add_parser("import", help="bring in FILE, ours or QTI 2.1")
        bring.add_argument("file", type=Path, metavar="FILE", help="what to read")
        bring.add_argument("--retire", action="store_true", help="retire the questions that FILE lacks")
        bring.add_argument("--anyway", action="store_true", help="even if too few remain for some exams")
        bring.add_argument("--wet-run", action="store_true", help="do it")

    def handle(self, *, verb, file, **options):
        try:
            if verb == "export":
                self._export(file, qti=options["qti"])
            else:
                self._import(file, retire=options["retire"], anyway=options["anyway"], wet_run=options["wet_run"])
        except source.BankError as error:
            raise CommandError("\n".join(error.errors)) from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from error

    def _export(self, file: Path, *, qti: bool) -> None:
        partial = file.with_name(f".{file.name}.part")
        try:
            queries.write_bank(partial, qti=qti)
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{Question.objects.count()} versions written to {file}.")

    def _import(self, file: Path, *, retire: bool, anyway: bool, wet_run: bool) -> None:
        bank = archive.read(file)
        plan = actions.plan_bank(bank=bank, retire=retire)
        for name, words in _LISTS:
            versions = getattr(plan, name)
            shown = f": {', '.join(versions)}" if versions and name != "unchanged" else ""
            self.stdout.write(f"{len(versions)} {words}{shown}")
        for line in plan.kept:
            self.stdout.write(line)
        if plan.lacking and not anyway:
            raise CommandError(
                "\n".join(
                    ["Too few questions would remain for an exam:", *plan.lacking, "--anyway imports all the same."]
                )
            )
        if not wet_run:
            self.stdout.write("Nothing was written: --wet-run does it.")
            return
        try:
            actions.import_bank(file=file, bank=bank, retire=retire, seen=plan.seen, anyway=anyway)
        except actions.BankRefusal as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        waiting = Question.objects.filter(awaited=True).count()
        self.stdout.write(f"Done. {waiting} versions wait for their media to be published (a worker, or build_media).")
