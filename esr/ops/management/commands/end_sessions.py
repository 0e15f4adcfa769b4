from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from esr.core import logs
from establishments.models import User

SHOWN_EVERY = 1000  # sessions


class Command(BaseCommand):
    help = (
        "Signs somebody out of every device, or everybody: after a theft or an intrusion. Candidates are not signed in "
        "by sessions and go on. Only counts unless told --wet-run."
    )

    def add_arguments(self, parser):
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("account", nargs="?", help="e-mail address or identifier of one account")
        whose.add_argument("--all", action="store_true", help="of every account")
        parser.add_argument("--wet-run", action="store_true", help="do it")

    def handle(self, *, account, wet_run, **options):
        sessions = Session.objects.filter(expire_date__gt=timezone.now())
        keys = list(self._keys(sessions, self._account(account))) if account else None
        found = len(keys) if account else sessions.count()
        if not wet_run:
            self.stdout.write(f"{found} sessions would end. Nothing was done: add --wet-run.")
            return
        (Session.objects.filter(pk__in=keys) if account else Session.objects.all()).delete()
        logs.event("sessions_ended", count=found)
        self.stdout.write(f"{found} sessions ended.")

    @staticmethod
    def _account(login: str) -> User:
        user = User.objects.filter(email__iexact=login).first() or User.objects.filter(username=login).first()
        if user is None:
            raise CommandError(f"No account has the address or the identifier {login}.")
        return user

    def _keys(self, sessions, user: User):
        """The keys of one account's sessions: whose a session is stands inside it alone."""
        total = sessions.count()
        for done, session in enumerate(sessions.iterator(), start=1):
            if session.get_decoded().get("_auth_user_id") == str(user.pk):
                yield session.pk
            if done % SHOWN_EVERY == 0 or done == total:
                self.stdout.write(f"{done}/{total} sessions read")
