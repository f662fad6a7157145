"""Entry point of `./check`."""

import sys

from scripts.checks.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
