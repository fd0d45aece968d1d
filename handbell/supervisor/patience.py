"""How long do we wait for something, and when do we say what we are waiting for?"""

import time
from collections.abc import Callable

Say = Callable[[str], None]

SECONDS_BETWEEN_LINES = 5
SECONDS_BETWEEN_LOOKS = 0.02


class Patience:
    """One wait, begun now. `seconds` None means: for as long as it takes."""

    def __init__(self, *, say: Say, seconds: float | None) -> None:
        self.say = say
        self.seconds = seconds
        self.began = self.spoke = time.monotonic()

    def wait(self, what: str) -> bool:
        """Sleep a moment; say now and then what is waited for. Return False when time is up."""
        time.sleep(SECONDS_BETWEEN_LOOKS)
        now = time.monotonic()
        if now - self.spoke >= SECONDS_BETWEEN_LINES:
            self.spoke = now
            self.say(f"waiting for {what} ({now - self.began:.0f} s)")
        return self.seconds is None or now - self.began < self.seconds
