from zoneinfo import ZoneInfo

from django.utils import timezone

from establishments.models import Membership

CHOSEN = "membership"  # session key: which of several memberships is in use


class EstablishmentMiddleware:
    """Sets `request.memberships`, the one in use, its establishment and the local time once for everything behind it.

    Anonymous people and administrators have neither; "18:00" and "local time" mean the establishment's zone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.memberships = self._memberships(request) if request.user.is_authenticated else []
        chosen = request.session.get(CHOSEN) if request.memberships else None
        request.membership = next(
            (m for m in request.memberships if m.pk == chosen), request.memberships[0] if request.memberships else None
        )
        request.establishment = request.membership.establishment if request.membership else None
        zone: ZoneInfo | None = request.establishment.zone if request.establishment else None
        with timezone.override(zone):
            return self.get_response(request)

    @staticmethod
    def _memberships(request) -> list[Membership]:
        """The memberships that hold today where the establishment is."""
        now = timezone.now()
        memberships = Membership.objects.filter(user=request.user).select_related("establishment").order_by("pk")
        return [
            membership
            for membership in memberships
            if membership.holds_on(now.astimezone(membership.establishment.zone).date())
        ]
