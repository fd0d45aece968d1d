"""How does every process of Handbell log: which words, which form, and what may never appear?

Our own lines have a fixed event name, an ISO time, a level and named values; value types redact
themselves. Of a library's line only the logger, the level and, for an error, its type and place
are kept, because its text may quote a patient's data. Logs go to standard error, so that standard
output stays a program's to read.
"""

import logging
import sys
import threading
from typing import Any, Literal

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from handbell.commands.whereabouts import place_of

Form = Literal["auto", "plain", "json"]

# Django warns of every address that is not found; Python's warnings are for the tests to see.
QUIET_LIBRARIES = {"django.request": logging.ERROR, "py.warnings": logging.ERROR}


def configure(*, form: Form = "auto") -> None:
    """Set up logging for this process: JSON lines, or readable ones on a terminal."""
    plain = form == "plain" or (form == "auto" and sys.stderr.isatty())
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
        if plain
        else structlog.processors.JSONRenderer()
    )
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        name_error,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        render,
    ]
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: ErrorStream(),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(chain)


def _configure_libraries(chain: list[Processor]) -> None:
    handler = ToErrorStream()
    handler.setFormatter(SafeFormatter(chain))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("handbell").setLevel(logging.INFO)
    for name, level in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    threading.excepthook = _thread_died
    sys.unraisablehook = _unraisable


class ErrorStream:
    """Writes lines to what is standard error at that moment; tests put others in its place."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 (this is where lines are printed)

    debug = info = warning = error = critical = exception = msg


class ToErrorStream(logging.Handler):
    """Writes the standard library's records to the same place."""

    def emit(self, record: logging.LogRecord) -> None:
        ErrorStream().msg(self.format(record))


class SafeFormatter(logging.Formatter):
    """Renders the standard library's records like our own lines, without a library's words."""

    def __init__(self, chain: list[Processor]) -> None:
        super().__init__()
        self.chain = chain

    def format(self, record: logging.LogRecord) -> str:
        line: Any = _safe_parts(record)
        for processor in self.chain:
            line = processor(None, record.levelname.lower(), line)
        return str(line)


def _safe_parts(record: logging.LogRecord) -> EventDict:
    """Return what may be shown of a record: of a library's, never its text or its values."""
    ours = record.name.partition(".")[0] == "handbell"
    parts: EventDict = {"event": str(record.msg) if ours else "library.said"}
    parts["logger"] = record.name
    if ours:
        usual = {*vars(logging.makeLogRecord({})), "message", "taskName"}
        parts.update((name, value) for name, value in vars(record).items() if name not in usual)
    parts["exc_info"] = record.exc_info
    return parts


def name_error(_: WrappedLogger, __: str, parts: EventDict) -> EventDict:
    """Replace an exception by its type and its place; its text may hold a patient's data."""
    given = parts.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        parts["error"] = type(error).__name__
        parts["at"] = place_of(error.__traceback__)
    return parts


def _thread_died(arguments: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread.died", exc_info=arguments.exc_value)


def _unraisable(arguments: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("error.unraisable", exc_info=arguments.exc_value)
