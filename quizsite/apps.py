"""The site's own app: registers the system checks."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers `quizsite.checks`."""

    name = "quizsite"
    label = "site_settings"

    def ready(self) -> None:
        """Load the checks, and the Celery app so that shared tasks find their broker."""
        import_module("quizsite.celery")
        import_module("quizsite.checks")
