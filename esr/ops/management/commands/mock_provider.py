import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from esr.ops import demo_people
from esr.ops.mock_provider import MockProvider, server

DOORS = {
    "academic": ("Guichet académique (démonstration)", demo_people.academic),
    "educonnect": ("ÉduConnect (démonstration)", demo_people.educonnect),
}


class Command(BaseCommand):
    help = "Runs an identity provider with invented people, for the demonstration. Its secret: MOCK_PROVIDER_SECRET."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("door", choices=DOORS, help="whose people")
        parser.add_argument("--port", type=int, required=True, help="port on the loopback interface")

    def handle(self, *, door, port, **options):
        if not settings.EMBEDDED:
            raise CommandError("Whoever is clicked on is signed in: never in production.")
        if not os.environ.get("MOCK_PROVIDER_SECRET"):
            raise CommandError("Set MOCK_PROVIDER_SECRET to the client secret of the platform.")
        title, people = DOORS[door]
        provider = MockProvider(
            issuer=f"http://localhost:{port}",
            title=title,
            people=people,
            client_secret=os.environ["MOCK_PROVIDER_SECRET"],
        )
        server(provider, port).serve_forever()
