from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certificates import seal

REFUSALS = {
    "link": "this is not the link of an attestation, or it was damaged when it was copied",
    "incomplete": "the end of the link is missing",
    "form": "it does not have the form of the platform's seals",
    "key": "it names the key {kid}, which is not among the platform's",
    "signature": "it was altered: the platform did not seal what it says",
    "claims": "what was sealed is not an attestation that this version knows",
}


class Command(BaseCommand):
    help = (
        "Says what the seal of an attestation holds, as the page /verifier/ does, with the public keys of "
        "ATTESTATION_KEYS and ATTESTATION_PUBLIC_KEYS. Fails when it does not verify."
    )

    def add_arguments(self, parser):
        parser.add_argument("link", help="what the QR code gives, or the part after its #")

    def handle(self, *, link, **options):
        keys = seal.published(settings.ATTESTATION_KEYS, settings.ATTESTATION_PUBLIC_KEYS)
        try:
            claims, key = seal.unseal(seal.read_link(link), keys)
        except seal.Unverifiable as refusal:
            raise CommandError(f"Not verified: {REFUSALS[refusal.step].format(kid=refusal.kid)}.") from None
        copy = f"duplicate of {claims.duplicate_on:%d/%m/%Y}" if claims.duplicate_on else "original"
        for name, value in (
            ("attestation", claims.attestation),
            ("name", claims.last_name.upper()),
            ("first name", claims.first_name),
            ("born", f"{claims.birth_date:%d/%m/%Y}"),
            ("establishment", claims.establishment),
            ("exam", f"{claims.exam_on:%d/%m/%Y}"),
            ("issued", f"{claims.issued_on:%d/%m/%Y}"),
            ("copy", copy),
            ("key", key.kid),
        ):
            self.stdout.write(f"{name:<14} {value}")
