from zoneinfo import ZoneInfo

from django.utils import timezone

from establishments.models import Membership

CHOSEN = "membership"  # session key: which of several memberships is in use


class EstablishmentMiddleware:
    """Sets `request.membership`, `request.establishment` and the local time once for everything behind it.

    Anonymous people and administrators have neither; "18:00" and "local time" mean the establishment's zone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.membership = self._membership(request) if request.user.is_authenticated else None
        request.establishment = request.membership.establishment if request.membership else None
        zone: ZoneInfo | None = request.establishment.zone if request.establishment else None
        with timezone.override(zone):
            return self.get_response(request)

    def _membership(self, request) -> Membership | None:
        memberships = list(Membership.objects.filter(user=request.user).select_related("establishment").order_by("pk"))
        chosen = request.session.get(CHOSEN)
        return next((m for m in memberships if m.pk == chosen), memberships[0] if memberships else None)
