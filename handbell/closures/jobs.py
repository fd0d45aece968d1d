"""The closures' clock: what somebody who was killed promised, a worker writes."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from handbell.closures.rows import unfinished, write_rest


@app.periodic(cron="* * * * * */5")
@app.task(name="write_notices", queueing_lock="write_notices")
def write_notices(timestamp: int) -> None:
    """Write the rows of sendings that their press did not get to."""
    close_old_connections()
    for sending_id in unfinished():
        write_rest(sending_id)
