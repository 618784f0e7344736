from django.apps import AppConfig


class StartingConfig(AppConfig):
    name = "starting"
    verbose_name = "Plans that start"
