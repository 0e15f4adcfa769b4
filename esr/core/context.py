from django.conf import settings


def brand(request) -> dict:
    """Template context: the names an operator may change without touching a template."""
    return {
        "brand": {
            "name": settings.BRAND_NAME,
            "ministry": settings.BRAND_MINISTRY,
            "operator": settings.BRAND_OPERATOR,
            "contact": settings.BRAND_CONTACT,
        }
    }
