"""What the person at the terminal sees: a line per step with its duration, a sentence when it can't go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Refusal(Exception):
    """The site can't be set up or started; the message is one sentence that says why and what helps.

    `details` are lines of a log that are shown under it.
    """

    def __init__(self, sentence: str, details: list[str] | None = None) -> None:
        """Keep the sentence and the log lines."""
        super().__init__(sentence)
        self.details = details or []


class Console:
    """Writes progress to a stream, flushing each part so that a long step is seen while it runs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, or to the standard output."""
        self.stream = stream or sys.stdout

    def say(self, text: str = "") -> None:
        """Write one line."""
        print(text, file=self.stream, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Write `name …`, then, when the block is done, its duration in seconds."""
        started = time.monotonic()
        self.begin(name)
        try:
            yield
        except BaseException:
            self.say("stopped")
            raise
        self.end(time.monotonic() - started)

    def begin(self, name: str) -> None:
        """Write the start of the line of the step `name`."""
        self._write(f"  {name} … ")

    def end(self, seconds: float) -> None:
        """Write the end of a step's line."""
        self.say(f"done in {seconds:.1f} s")

    def skipped(self, name: str) -> None:
        """Write that the step `name` has nothing to do."""
        self.say(f"  {name} … up to date")

    def refuse(self, refusal: Refusal) -> None:
        """Write the sentence of `refusal`, and the log lines that go with it, to the standard error."""
        self.stream.flush()
        for line in refusal.details:
            print(f"    | {line}", file=sys.stderr)
        print(f"\n{refusal}", file=sys.stderr, flush=True)

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
