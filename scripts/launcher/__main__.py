"""Entry point of `./run`."""

import sys

from scripts.launcher.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
