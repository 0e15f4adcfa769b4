from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "esr.core"
    label = "core"
