"""Settings of the site of tomorrow: quiz has one migration more."""

from tests.e2e.crash.settings import *  # noqa: F403

MIGRATION_MODULES = {"quiz": "tests.e2e.crash.later.migrations"}
