from django.conf import settings
from django.utils import timezone

from certificates import seal
from esr.core.keyring import Key
from esr.ops.keys import KeysCommand

PUBLIC = "ATTESTATION_PUBLIC_KEYS"


class Command(KeysCommand):
    help = (
        "The keys that seal attestations, one a year (docs/seal.md). The secrets are in ATTESTATION_KEYS or its file; "
        "the public halves of all years, with which attestations are verified for fifty years, in "
        "ATTESTATION_PUBLIC_KEYS or its file: none of them is ever taken away."
    )
    variable = "ATTESTATION_KEYS"
    new_key = staticmethod(seal.new_key)
    retiring = "destroy the secrets of a year that is over; its attestations go on verifying"
    forcing = "although the year is not over: its attestations are then printed without a seal"

    def before_created(self, key: seal.SigningKey) -> None:
        self._keep([key])

    def before_retired(self, keys: list[Key]) -> None:
        self._keep(keys)

    def _keep(self, keys: list[seal.SigningKey]) -> None:
        """The public halves first of all: a secret that is gone cannot give its own again."""
        kept = [*settings.ATTESTATION_PUBLIC_KEYS.keys]
        for half in (key.public for key in keys):
            if half.kid not in {key.kid for key in kept}:
                kept.append(half)
                self.change(PUBLIC, kept, added=half, secret=False)

    def show(self, **options):
        secrets, kept = settings.ATTESTATION_KEYS, settings.ATTESTATION_PUBLIC_KEYS
        keys = seal.published(secrets, kept).keys
        if not keys:
            self.stdout.write("There is no key: attestations have no seal. Make one with `attestation_keys create`.")
        for key in keys:
            use = "verifies"
            if secrets.named(key.kid):
                use = "seals" if secrets.sealing(key.year).kid == key.kid else "is held in reserve"
            alone = "" if kept.named(key.kid) else f"  its public half is not in {PUBLIC} yet: {key.entry}"
            self.stdout.write(f"{key.year}  {key.kid}  {use}{alone}")

    def needed(self, year: int) -> str:
        if year < timezone.localdate().year:
            return ""
        return f"{year} is not over: its attestations would be printed without a seal. Wait, or use --force."
