"""`handbell bounce --look`: what a mail is, told without a database."""

import json

from click.testing import CliRunner

from handbell.commands.bounce import bounce

MAIL = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\n"
    b"<pat@patients.example>:\r\n550 5.1.1 no such user here\r\n"
)


def test_a_mail_is_told_as_json() -> None:
    done = CliRunner().invoke(bounce, ["--look", "--json"], input=MAIL)

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "kind": "failed",
        "hard": True,
        "message": None,
        "recipients": [{"kind": "failed", "code": "5.1.1", "address": "pat@patients.example"}],
        "did": None,
    }


def test_for_people_the_address_is_not_shown() -> None:
    done = CliRunner().invoke(bounce, ["--look"], input=MAIL)

    assert done.stdout == "failed: no message of ours, 5.1.1\n"
