from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class CoreConfig(AppConfig):
    name = "esr.core"
    label = "core"


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Leaves out what no page links: the parts of which the design system's two bundles are made."""

    ignore_patterns = [
        *DjangoStaticFilesConfig.ignore_patterns,
        *("component", "core", "layout", "scheme", "legacy", "analytics", "dsfr.legacy*", "dsfr.nomodule*"),
        *("utility/artworks", "utility/colors", "utility/icons/icons-*", "utility/utility*", "django_htmx/ext"),
        *("*.md", "*.map"),
    ]
