"""Measure a simulated pack: `python -m inference.simulation.quality KIND PACK [--split practice]`; JSON on stdout."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from inference.simulation import kinds
from inference.simulation.quality.measuring import measure


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 0 done, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m inference.simulation.quality", description=__doc__)
    parser.add_argument("kind", choices=sorted(kinds.KINDS))
    parser.add_argument("pack", type=Path)
    parser.add_argument("--split", default="practice")
    parser.add_argument("--limit", type=int, help="look at the first so many cases only")
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.kind, chosen.pack, chosen.split, limit=chosen.limit)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
