"""The few signs the pages use, drawn here so that they look alike on every machine."""

from enum import Enum

from handbell.channels.carrier.pages.markup import Markup


class Icon(Enum):
    """A sign on a 16 px grid; the value is the path that is stroked."""

    DONE = "M3 8.5l3.2 3.2L13 4.8"
    FAILED = "M4 4l8 8M12 4l-8 8"
    WAITING = "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11zM8 5v3.2l2 1.3"
    UNSURE = "M5.6 6a2.4 2.4 0 1 1 3.7 2c-.9.6-1.3 1-1.3 2M8 12.6v.2"
    WARNING = "M8 2.5l6 10.8H2zM8 6.4v3.2M8 11.3v.2"
    STOPPED = "M5.3 2h5.4L14 5.3v5.4L10.7 14H5.3L2 10.7V5.3zM5 8h6"
    LIVE = "M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM8 7.9v.2"
    BELL = (
        "M8 2.2c-2.6 0-3.9 1.9-3.9 4.3c0 3.2-1.3 4-1.3 5h10.4c0-1-1.3-1.8-1.3-5"
        "c0-2.4-1.3-4.3-3.9-4.3zM6.6 13.6h2.8"
    )


def drawn(icon: Icon) -> Markup:
    """Return the sign; it says nothing to a screen reader, the word beside it does."""
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" '
        f'focusable="false"><path d="{icon.value}"/></svg>'
    )
