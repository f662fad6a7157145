"""Loading the demo packs that come with the code, at every start, reading only what has changed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from inference import selectors as inference_selectors
from quiz.models import Pack
from quiz.services.pack_import import Progress, import_pack
from radiology.packs import folder_digest


def load_demo_pack(*, path: Path, now: datetime, progress: Progress = lambda done, total: None) -> bool:
    """Import and publish the demo pack folder `path`; False where it is loaded already, pack and AI model alike.

    What somebody has closed or changed since stays as it is until the pack itself changes. Raises as
    `import_pack` does.
    """
    row = Pack.objects.filter(key=path.name).first()
    files = folder_digest(path)
    if row is not None and row.loaded_digest == _digest(files, row.model_key):
        return False
    report = import_pack(path=path, now=now, publish=True, progress=progress)
    loaded = Pack.objects.get(key=report.pack)
    Pack.objects.filter(pk=loaded.pk).update(loaded_digest=_digest(files, loaded.model_key))
    return True


def _digest(files: str, model_key: str) -> str:
    """Of the digest of a pack's files and of the model's version: a new version's opinions have to be asked for."""
    model = inference_selectors.model_info(model_key) if model_key else None
    version = model.sha256 if model else ""
    return hashlib.sha256(f"{files} {version}".encode()).hexdigest()
