"""The Celery app: its configuration comes from Django's settings, its timetable from inference."""

import os

from celery import Celery

from quizsite.broker import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizsite.settings")
register()
app = Celery("quizsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def add_timetable(sender: Celery, **_: object) -> None:
    """Merge the beat entries that inference defines."""
    from inference.tasks import BEAT_SCHEDULE

    sender.conf.beat_schedule = {**(sender.conf.beat_schedule or {}), **BEAT_SCHEDULE}
