"""Settings of the test run: a data directory of its own, quick password hashing, a manifest without Node."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_root = Path(tempfile.mkdtemp(prefix="secondread-tests-"))
atexit.register(shutil.rmtree, _root, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("SECONDREAD_")]:
    if _name not in {"SECONDREAD_DATABASE_URL", "SECONDREAD_SHARED_PACKS"}:
        del os.environ[_name]
(_root / "static").mkdir()  # WhiteNoise warns where it is absent, and warnings are fatal
os.environ["SECONDREAD_DATA_DIR"] = str(_root)
os.environ["SECONDREAD_DEMO"] = "1"
os.environ["SECONDREAD_VITE_MANIFEST"] = str(Path(__file__).parent / "vite-manifest.json")

from quizsite.settings import *  # noqa: E402, F403
from quizsite.settings import DATABASES  # noqa: E402

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file as in production: an in-memory database is one connection that threads share and lock.
    DATABASES["default"]["TEST"] = {"NAME": str(_root / "tests.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
