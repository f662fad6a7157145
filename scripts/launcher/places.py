"""Where things lie in the working tree and in the data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Places:
    """The working tree at `root` and the data directory `data` (both absolute)."""

    root: Path
    data: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The Python of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def run_lock(self) -> Path:
        """The packages that the site needs."""
        return self.root / "requirements.lock"

    @property
    def dev_lock(self) -> Path:
        """The further packages that checks need."""
        return self.root / "requirements-dev.lock"

    @property
    def frontend(self) -> Path:
        """The TypeScript sources."""
        return self.root / "frontend"

    @property
    def dist(self) -> Path:
        """The built front end."""
        return self.frontend / "dist"

    @property
    def logs(self) -> Path:
        """Logs of set-up steps and of the running processes."""
        return self.data / "log"

    @property
    def stamps(self) -> Path:
        """Stamps of set-up steps that act on the data directory."""
        return self.data / "stamps"
