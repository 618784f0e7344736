from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look: form fields, tags, charts. No models, no queries."""

    name = "ui"
    verbose_name = "Look"
