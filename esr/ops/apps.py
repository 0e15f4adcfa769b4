from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "esr.ops"
    label = "ops"
