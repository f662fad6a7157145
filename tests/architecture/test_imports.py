"""Who may import whom: the contracts in pyproject.toml, and what the web process never loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.architecture.sources import ROOT

FORBIDDEN = [
    "torch",
    "torchvision",
    "scipy.stats",
    "sklearn",
    "statsmodels",
    "pandas",
    "matplotlib",
    "cv2",
    "pytorch_grad_cam",
]
WEB_PROCESS = f"""
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "quizsite.settings"
started = time.perf_counter()
from quizsite.wsgi import application
from django.urls import get_resolver
assert get_resolver().url_patterns
import inference.tasks
seconds = time.perf_counter() - started
absent = {FORBIDDEN!r}
loaded = [name for name in absent if name in sys.modules]
print(json.dumps({{"loaded": loaded, "seconds": seconds, "modules": len(sys.modules)}}))
"""


def test_import_contracts_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_web_process_loads_nothing_heavy(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SECONDREAD_")}
    env |= {"SECONDREAD_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WEB_PROCESS], cwd=ROOT, capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    record_property("seconds", found["seconds"])
    assert found["loaded"] == []
