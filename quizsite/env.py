"""The operator's environment: every SECONDREAD_* variable, its default and what it is for.

`docs/operators.md` lists the same names; a test holds the two together.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

VARIABLES: dict[str, str] = {
    "SECONDREAD_DATA_DIR": "database, files, logs and the embedded broker (default: var/)",
    "SECONDREAD_SECRET_KEY": "signing key (default: made once, kept in the data directory)",
    "SECONDREAD_DEBUG": "1 for development only (default: 0)",
    "SECONDREAD_ALLOWED_HOSTS": "host names the site answers to, comma separated (default: loopback)",
    "SECONDREAD_DATABASE_URL": "database address (default: SQLite in the data directory)",
    "SECONDREAD_BROKER_URL": "Celery broker (default: folders in the data directory)",
    "SECONDREAD_EMAIL_URL": "mail server (default: mails are written to the log)",
    "SECONDREAD_SHARED_PACKS": "folder with further packs (default: ../shared/packs)",
    "SECONDREAD_ACCEL_PREFIX": "internal location for X-Accel-Redirect (default: files pass through Django)",
    "SECONDREAD_TRUSTED_PROXIES": "number of reverse proxies in front (default: 0)",
    "SECONDREAD_TORCH_INDEX": "package index to take torch from (read by ./run)",
    "SECONDREAD_DEMO": "1 lets visitors try a case as guest (set by ./run on a loopback host only)",
    "SECONDREAD_VITE_MANIFEST": "the front end's manifest (default: frontend/dist/manifest.json)",
}

_env = environ.Env()


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, or `default` where it is unset or empty."""
    assert name in VARIABLES, name
    return os.environ.get(name) or default


def flag(name: str) -> bool:
    """Return whether the variable `name` is set to a true value."""
    return text(name, "0").lower() in {"1", "true", "yes", "on"}


def names(name: str, default: list[str]) -> list[str]:
    """Return the comma-separated variable `name` as a list."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def folder(name: str, default: Path) -> Path:
    """Return the variable `name` as an absolute path; a relative one starts at the project's root."""
    return (BASE_DIR / text(name, str(default))).resolve()


def secret_key(data_dir: Path) -> str:
    """Return the signing key, making and keeping one (mode 0600) on first use."""
    given = text("SECONDREAD_SECRET_KEY")
    if given:
        return given
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def database(data_dir: Path) -> dict[str, object]:
    """Return Django's database settings; SQLite gets WAL, immediate transactions and a time-out."""
    url = text("SECONDREAD_DATABASE_URL", f"sqlite:///{data_dir / 'secondread.sqlite3'}")
    config: dict[str, object] = dict(_env.db_url_config(url))
    if "sqlite" in str(config["ENGINE"]):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


def email() -> dict[str, object]:
    """Return Django's e-mail settings as a mapping of setting names to values."""
    return dict(_env.email_url_config(text("SECONDREAD_EMAIL_URL", "consolemail://")))


def broker(data_dir: Path) -> tuple[str, dict[str, object]]:
    """Return Celery's broker address and transport options.

    The embedded default keeps messages as files; all four folders are absolute, under the data directory.
    """
    url = text("SECONDREAD_BROKER_URL", "filesystem://")
    if not url.startswith("filesystem://"):
        return url, {}
    root = data_dir / "broker"
    for name in ("messages", "processed", "control"):
        (root / name).mkdir(parents=True, exist_ok=True)
    return url, {
        "data_folder_in": str(root / "messages"),
        "data_folder_out": str(root / "messages"),
        "processed_folder": str(root / "processed"),
        "control_folder": str(root / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
