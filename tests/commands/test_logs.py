"""Logs: fixed event names, machine-readable, and never a patient's data."""

import json
import logging
import threading

import pytest
import structlog

from handbell.commands import logs
from handbell.vocabulary.contact import PhoneNumber

NAME = "Quillfeather"


@pytest.fixture(autouse=True)
def configured() -> None:
    """Log as a process does; tests/conftest.py gives the test run its own logging back."""
    logs.configure(form="json")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == "", "standard output is for results"
    return [json.loads(line) for line in captured.err.splitlines()]


def test_our_lines_have_event_level_and_an_iso_time(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("sender.paused", sender_id=7)

    (line,) = lines(capsys)

    assert line.pop("timestamp", "")[10] == "T"  # type: ignore[index]
    assert line == {"event": "sender.paused", "level": "info", "sender_id": 7}


def test_an_address_redacts_itself(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("message.queued", to=PhoneNumber.parse("+12025550123"))

    assert "2025550123" not in str(lines(capsys))


def test_an_exception_is_told_by_type_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        PhoneNumber.parse(NAME)
    except ValueError:
        structlog.get_logger().exception("import.failed")

    (line,) = lines(capsys)

    assert line["error"] == "ContactFlaw"
    assert str(line["at"]).startswith("handbell/vocabulary/contact.py:")
    assert NAME not in str(line)


def test_a_library_is_heard_but_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(NAME)
    except ValueError:
        logging.getLogger("procrastinate.worker").exception(
            "Job for %s failed", NAME, extra={"a": NAME}
        )

    (line,) = lines(capsys)

    assert (line["event"], line["logger"]) == ("library.said", "procrastinate.worker")
    assert line["error"] == "ValueError"
    assert NAME not in str(line)


def test_a_librarys_chatter_is_not_logged_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("aiohttp.access").info("GET /v/%s", NAME)
    logging.getLogger("django.request").warning("Not Found: /v/%s", NAME)
    logging.getLogger("mail.log").info(NAME)

    assert lines(capsys) == []


def test_our_own_standard_loggers_keep_their_named_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("handbell.channels").error("carrier.act_failed", extra={"error": "OSError"})

    (line,) = lines(capsys)

    assert line["event"] == "carrier.act_failed"
    assert line["error"] == "OSError"


def test_a_thread_that_dies_says_so_without_its_data(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise ValueError(NAME)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    (line,) = lines(capsys)

    assert (line["event"], line["error"]) == ("thread.died", "ValueError")
    assert NAME not in str(line)
