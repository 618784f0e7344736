from django.apps import AppConfig


class PlanformsConfig(AppConfig):
    name = "planforms"
    verbose_name = "PEP forms: written, published, shared"
