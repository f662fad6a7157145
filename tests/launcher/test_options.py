"""Flags of ./run: precedence, and which hosts may have demo accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.launcher.options import Options, is_loopback, parse
from scripts.launcher.places import Places
from scripts.launcher.site import allowed_hosts, guests_allowed, site_environment

ROOT = Path("/srv/second-read")


def options(*argv: str, **environ: str) -> Options:
    return parse(argv, root=ROOT, environ=environ)


def test_flag_goes_before_environment_before_default() -> None:
    environ = {"SECONDREAD_DATA_DIR": "/from/environment", "SECONDREAD_TORCH_INDEX": "https://environment"}
    assert options().data_dir == ROOT / "var"
    assert options().torch_index == ""
    assert options(**environ).data_dir == Path("/from/environment")
    assert options(**environ).torch_index == "https://environment"
    flags = ["--data", "/from/flag", "--torch-index", "https://flag"]
    assert options(*flags, **environ).data_dir == Path("/from/flag")
    assert options(*flags, **environ).torch_index == "https://flag"


def test_relative_data_directory_starts_at_root_in_environment_and_here_as_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert options(SECONDREAD_DATA_DIR="data").data_dir == ROOT / "data"
    assert options("--data", "data").data_dir == tmp_path / "data"


def test_empty_variable_counts_as_unset() -> None:
    assert options(SECONDREAD_DATA_DIR="").data_dir == ROOT / "var"


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_impossible_port_is_a_usage_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        options("--port", port)
    assert stopped.value.code == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]"])
def test_loopback_hosts(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org"])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("argv", "environ", "expected"),
    [
        ([], {}, True),
        (["--host", "::1"], {}, True),
        (["--no-demo"], {}, False),
        (["--host", "0.0.0.0"], {}, False),
        (["--host", "192.168.1.5"], {}, False),
        ([], {"SECONDREAD_ALLOWED_HOSTS": "reads.example.org"}, False),
        ([], {"SECONDREAD_ALLOWED_HOSTS": "localhost, 127.0.0.1"}, True),
        ([], {"SECONDREAD_ALLOWED_HOSTS": "*"}, False),
        ([], {"SECONDREAD_TRUSTED_PROXIES": "1"}, False),
        ([], {"SECONDREAD_TRUSTED_PROXIES": "0"}, True),
        (["--host", "0.0.0.0"], {"SECONDREAD_DEMO": "1"}, False),
    ],
)
def test_demo_accounts_only_where_nobody_else_can_come_in(
    argv: list[str], environ: dict[str, str], expected: bool
) -> None:
    chosen = options(*argv, **environ)
    assert guests_allowed(chosen, environ) is expected
    site = site_environment(Places(ROOT, chosen.data_dir), chosen, environ)
    assert site["SECONDREAD_DEMO"] == ("1" if expected else "0")


def test_site_answers_to_loopback_and_to_the_address_it_listens_on() -> None:
    loopback = ["localhost", "127.0.0.1", "[::1]"]
    assert allowed_hosts(options(), {}) == loopback
    assert allowed_hosts(options("--host", "0.0.0.0"), {}) == loopback
    assert allowed_hosts(options("--host", "192.168.1.5"), {}) == [*loopback, "192.168.1.5"]
    assert allowed_hosts(options("--host", "fd00::5"), {}) == [*loopback, "[fd00::5]"]
    named = {"SECONDREAD_ALLOWED_HOSTS": "a.example.org, b.example.org"}
    assert allowed_hosts(options(), named) == ["a.example.org", "b.example.org"]
