"""A program that keeps a server until it is ended: the parent the tests kill."""

import sys
import time
from pathlib import Path

from handbell.supervisor import placement
from handbell.supervisor.postgres import serving

if __name__ == "__main__":
    with serving(placement.of_installation(Path(sys.argv[1])), say=print) as server:
        print(server.url(), flush=True)
        time.sleep(600)
