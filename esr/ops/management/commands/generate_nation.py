import os
import time

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from esr.ops import nation, purging
from exams.models import Question

ESTABLISHMENTS = 11_000


class Command(BaseCommand):
    help = (
        "Fills an empty PostgreSQL database, whose name begins with bench or test_, with a nation that nobody lives "
        "in: one whole session of 11,000 establishments, 1.6 million candidates and 1.7 million sittings. The same "
        "seed gives the same nation. Nobody in it has a password. All of it is written, or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--establishments", type=int, default=ESTABLISHMENTS, help=f"how many (default: {ESTABLISHMENTS})"
        )
        parser.add_argument("--seed", type=int, default=1, help="of all dice (default: 1)")
        parser.add_argument("--year", type=int, help="the session (default: the last one that is over everywhere)")

    def handle(self, *, establishments, seed, year, **options):
        if establishments < 1:
            raise CommandError("Il faut au moins un établissement : --establishments 1 ou davantage.")
        if establishments > nation.MOST:
            raise CommandError(f"Au plus {nation.MOST} établissements : leurs identifiants n’ont que sept chiffres.")
        if why := nation.refusal():
            raise CommandError(why)
        now = timezone.now()
        year = purging.last_year_over(now) if year is None else year
        if not Question.objects.exists():
            call_command("load_bank", stdout=self.stdout)
        began = time.monotonic()

        def told(what):
            return lambda done: self._step(f"{what}: {done} of {establishments}, {time.monotonic() - began:.0f} s")

        try:
            sent = nation.load(
                range(1, establishments + 1),
                year=year,
                seed=seed,
                now=now,
                workers=os.cpu_count() or 1,
                progress=told("establishments"),
            )
        except nation.NoBank as error:
            raise CommandError(str(error)) from error
        for label, rows in sent.items():
            self.stdout.write(f"{label}: {rows}")
        nation.finish(year=year, now=now, progress=told("figures of weeks"))
        self._step(f"The session {year} is there: {sum(sent.values())} rows in {time.monotonic() - began:.0f} s")

    def _step(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
