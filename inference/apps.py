"""The inference app's configuration."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    """AI models, their opinions and the jobs that make them."""

    name = "inference"
    verbose_name = "AI opinions"
