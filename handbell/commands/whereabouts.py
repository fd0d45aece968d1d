"""Where did an error come up? A file and a line may be told; its text may hold patient data."""

import traceback
from pathlib import Path
from types import TracebackType

HOUSE = Path(__file__).parent.parent.parent


def place_of(trace: TracebackType | None) -> str:
    """Return the file and line where an error came up: the last of ours, if there is one."""
    frames = traceback.extract_tb(trace)
    ours = [one for one in frames if Path(one.filename).is_relative_to(HOUSE / "handbell")]
    if not frames:
        return "unknown"
    last = (ours or frames)[-1]
    path = Path(last.filename)
    shown = path.relative_to(HOUSE) if ours else Path(*path.parts[-2:])
    return f"{shown}:{last.lineno}"
