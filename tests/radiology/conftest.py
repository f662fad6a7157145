"""How hypothesis runs here: no deadlines, since a busy machine is no fault, and no folder of its own."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("radiology", deadline=None, database=None)
settings.load_profile("radiology")
