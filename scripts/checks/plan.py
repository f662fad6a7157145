"""Which checks there are, and the command line of each."""

from __future__ import annotations

from pathlib import Path

from scripts.checks.steps import Step
from scripts.launcher.front_end import find_node
from scripts.launcher.places import Places

PACKAGES = ("quizsite", "quiz", "inference", "radiology", "scripts")
FAST = "pytest"
SLOW = "pytest: slow"
BROWSER = "pytest: browser"
POSTGRES = "pytest: PostgreSQL"
# pytest-xdist shares the tests out over as many processes as there are cores.
EVERY_CORE = ("-n", "auto")
# Beside other tests torch keeps to one core; left alone, each process takes them all and they wait for each other.
ONE_CORE = {"OMP_NUM_THREADS": "1"}
ON_POSTGRES = ("tests/quiz", "tests/inference")
# Tests in those folders that ask no database, or that walk every page again whatever database is behind it.
LEFT_OUT_ON_POSTGRES = (
    "tests/quiz/leaks",
    "tests/quiz/test_permissions.py",
    "tests/quiz/domain",
    "tests/inference/engine",
    "tests/inference/reports",
    "tests/inference/simulation",
    "tests/inference/training",
)


def python_steps(places: Places) -> list[Step]:
    """Return the checks that read the Python code and the templates without running them."""
    tool, manage = places.venv / "bin", [places.python, places.root / "manage.py"]
    templates = [str(path) for path in sorted((places.root / "templates").rglob("*.html"))]
    return [
        Step("format", [tool / "ruff", "format", "--check", "."]),
        Step("lint", [tool / "ruff", "check", "."]),
        Step("templates", [tool / "djade", "--check", "--target-version", "5.2", *templates]),
        Step("import contracts", [tool / "lint-imports", "--no-cache"], env={"PYTHONPATH": str(places.root)}),
        Step("system checks", [*manage, "check", "--fail-level", "WARNING"]),
        Step("missing migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("types", [tool / "mypy"]),
    ]


def front_end_steps(places: Places) -> list[Step]:
    """Return the checks of the TypeScript code."""
    node = find_node(places)

    def npm_tool(name: str, *command: str) -> Step:
        # `npm exec --no` runs what package-lock.json named, and never fetches anything.
        arguments = ["exec", "--no", "--", *command]
        return Step(name, [*node.npm, *arguments], cwd=places.frontend, env=node.environment())

    return [
        npm_tool("front end: lint", "eslint", "--max-warnings=0", "."),
        npm_tool("front end: format", "prettier", "--check", "."),
        npm_tool("front end: types", "tsc", "--noEmit"),
        npm_tool("front end: tests", "vitest", "run"),
    ]


def fast_tests(places: Places) -> Step:
    """Return the tests that need neither a browser nor more than some seconds each, in random order."""
    return _pytest(places, FAST, *EVERY_CORE, "-m", "not slow and not e2e", env=ONE_CORE)


def slow_tests(places: Places) -> Step:
    """Return the tests with real models, real films and many processes."""
    return _pytest(places, SLOW, "-m", "slow and not e2e", "--timeout=900", env=ONE_CORE)


def browser_tests(places: Places) -> Step:
    """Return the tests that drive Chromium, which they find on the PATH."""
    return _pytest(places, BROWSER, "-m", "e2e", "--timeout=900")


def postgres_tests(places: Places, address: str) -> Step:
    """Return the fast tests of services, selectors and API, on the PostgreSQL at `address`."""
    folders = [folder for folder in ON_POSTGRES if (places.root / folder).is_dir()]
    left_out = [f"--ignore={folder}" for folder in LEFT_OUT_ON_POSTGRES]
    marks = [*EVERY_CORE, "-m", "not slow and not e2e", *left_out]
    return _pytest(places, POSTGRES, *marks, *folders, env={"SECONDREAD_DATABASE_URL": address, **ONE_CORE})


def _pytest(places: Places, name: str, *arguments: str, env: dict[str, str] | None = None) -> Step:
    command: list[str | Path] = [places.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return Step(name, command, env=env or {}, counts_tests=True)
