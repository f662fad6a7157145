"""The quiz app's configuration."""

from django.apps import AppConfig


class QuizConfig(AppConfig):
    """Case sets, reads and learners."""

    name = "quiz"
    verbose_name = "Case sets and reads"
