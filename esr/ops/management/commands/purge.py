from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from esr.ops import purging


class Command(BaseCommand):
    help = (
        "Deletes everything personal of a session that is over, and of those before it (docs/purge.md). Only counts "
        "what would go unless told --wet-run; started again after an interruption, it goes on where it stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="the last session to delete (default: the last one that is over)")
        parser.add_argument("--wet-run", action="store_true", help="do it")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="although this platform did not see its clock walk over the end of that year",
        )

    def handle(self, *, year, wet_run, clock_is_right, **options):
        now = timezone.now()
        year = purging.last_year_over(now) if year is None else year
        if wet_run:
            try:
                report = purging.run(year=year, now=now, clock_is_right=clock_is_right, progress=self._show_progress)
            except purging.Refused as refused:
                raise CommandError(str(refused)) from refused
        else:
            report = purging.count(year=year, now=now)
        for label, rows in sorted(report.counts.items()):
            self.stdout.write(f"{label}: {rows}")
        for note in report.notes:
            self.stdout.write(note)
        self.stdout.write(purging.told(report))
        if not wet_run:
            why = purging.refusal(year, now, clock_is_right=clock_is_right)
            self.stdout.write(
                f"Nothing was done: add --wet-run. {f'It would be refused: {why}' if why else ''}".strip()
            )
        if report.failed:
            raise CommandError(f"Establishments that failed, by key: {report.failed}. Start the command again.")

    def _show_progress(self, done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            self.stdout.write(f"establishments: {done}/{total}")
