from django.conf import settings
from django.utils import timezone

from esr.core.legal import conformity


def brand(request) -> dict:
    """Template context: the names an operator may change without touching a template, and what every footer says."""
    return {
        "brand": {
            "name": settings.BRAND_NAME,
            "ministry": settings.BRAND_MINISTRY,
            "operator": settings.BRAND_OPERATOR,
            "contact": settings.BRAND_CONTACT,
        },
        "conformity": conformity(settings.LEGAL.audit, timezone.localdate()),
    }
