"""How often does a process that runs all day look for garbage?"""

import gc


def look_seldom() -> None:
    """Look through what was loaded no more: in a worker that took a tenth of handing over."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
