from django.apps import AppConfig

from esr.ops import checks  # noqa: F401 - importing registers them


class OpsConfig(AppConfig):
    name = "esr.ops"
    label = "ops"

    def ready(self):
        from esr.ops import events, tasks  # noqa: F401, PLC0415 - importing registers them, once there are models
