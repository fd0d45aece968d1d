"""What the editor's tests write with: a text of each answer the guard gives, and the hands."""

from html import unescape
from typing import Any

from django.test import Client

from handbell.scripts.models import Script
from handbell.scripts.operations import save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, Purpose
from tests.world import Clinic

REMINDER = "/settings/scripts/appointment_reminder"
TEXT = f"{REMINDER}/sms/en"
CALL = f"{REMINDER}/voice/en"
MAIL = f"{REMINDER}/email/en"
BALANCE = "/settings/scripts/balance_alert/sms/en"

HONEST = "{{ clinic }}: see you {{ date }} at {{ time }}. Please use the side door."
OFFER = "{{ clinic }}: see you {{ date }} at {{ time }}. 20% off massage this week."
STRANGE = "{{ clinic }}: see you {{ date }} at {{ time }}. Mind the geese by the pond."
UNFINISHED = "{{ clinic }}: see you {{ date }}."
OWING = "{{ clinic }}: there is an open balance on your account. Please call {{ phone }}."

KEY = (Purpose.APPOINTMENT_REMINDER, Channel.SMS, "en")


def save(browser: Client, body: str, *, at: str = TEXT, version: object = 0, **more: str) -> Any:
    data = {"body": body, "version": str(version), **more}
    return browser.post(f"{at}/edit", data, follow=True)


def check(browser: Client, body: str, *, at: str = TEXT, **more: str) -> str:
    answer = browser.post(
        f"{at}/check", {"body": body, "version": "0", **more}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def html_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def by_somebody(clinic: Clinic, body: str, *, by: str = "Noor Second") -> Script:
    saved = save_script(
        practice_id=clinic.practice.pk,
        purpose=KEY[0],
        channel=KEY[1],
        language=KEY[2],
        text=Text(body),
        written_by=by,
    )
    assert saved is not None
    return saved
