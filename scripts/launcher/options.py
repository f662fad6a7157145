"""The flags of ./run and their defaults: a flag goes before an environment variable before the default."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What the operator asked for; `data_dir` is absolute, `torch_index` empty for the usual index."""

    host: str
    port: int
    data_dir: Path
    torch_index: str
    demo: bool
    setup_only: bool

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address the site listens on."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Return whether `host`, a name or an IP address, is this machine's own loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def default_data_dir(root: Path, environ: Mapping[str, str]) -> Path:
    """Return SECONDREAD_DATA_DIR or var/; a relative one starts at `root`, as in the site's settings."""
    return (root / (environ.get("SECONDREAD_DATA_DIR") or "var")).resolve()


def parse(argv: Sequence[str], *, root: Path, environ: Mapping[str, str]) -> Options:
    """Return the options of the command line `argv`; exits 2 with a usage line where it is wrong."""
    parser = argparse.ArgumentParser(prog="./run", description="Set Second Read up and start it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data directory (default: var/)")
    parser.add_argument("--no-demo", action="store_true", help="no demo cases, demo accounts or guests")
    parser.add_argument("--setup-only", action="store_true", help="set up, but don't start")
    parser.add_argument(
        "--torch-index", metavar="URL", help="package index to take torch from, e.g. for a CPU build"
    )
    flags = parser.parse_args(argv)
    return Options(
        host=flags.host,
        port=flags.port,
        data_dir=flags.data.resolve() if flags.data else default_data_dir(root, environ),
        torch_index=flags.torch_index or environ.get("SECONDREAD_TORCH_INDEX", ""),
        demo=not flags.no_demo,
        setup_only=flags.setup_only,
    )


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port
