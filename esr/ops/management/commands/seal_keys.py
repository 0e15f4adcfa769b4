from esr.ops.keys import KeysCommand
from exams import sealing
from exams.models import Sitting


class Command(KeysCommand):
    help = (
        "The keys that seal result files, one or more a year. Keys in a file (SEAL_KEYS_FILE) are changed there; of "
        "keys in the variable SEAL_KEYS it is said what to change. Only `create` without a file shows a secret."
    )
    variable = "SEAL_KEYS"
    new_key = staticmethod(sealing.new_key)
    retiring = "take the keys of a year away: its result files no longer open"
    forcing = "although sittings of that year are still there"

    def show(self, **options):
        if not self.keyring.keys:
            self.stdout.write("There is no key: no device can make a result file. Make one with `seal_keys create`.")
        for key in self.keyring.keys:
            use = "seals" if self.keyring.sealing(key.year) is key else "opens"
            self.stdout.write(f"{key.year}  {key.kid}  {use}  sittings: {self._sittings(key.year)}")

    def needed(self, year: int) -> str:
        sittings = self._sittings(year)
        return sittings and (
            f"{sittings} sittings of {year} are still there: their result files would no longer open. Retire the keys "
            "once the year is purged, or use --force."
        )

    @staticmethod
    def _sittings(year: int) -> int:
        return Sitting.objects.filter(exam__year=year).count()
