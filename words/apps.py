from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "words"
    verbose_name = "Words held for their author"
