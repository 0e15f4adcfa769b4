from django.apps import AppConfig

from esr.ops import checks  # noqa: F401 - importing registers them


class OpsConfig(AppConfig):
    name = "esr.ops"
    label = "ops"
