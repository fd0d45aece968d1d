"""What is open on the account: shown to whoever has the link and knows the date of birth.

A telephone lies on a table, so the link alone shows no amount. The date is asked for by a form,
compared in the same time whatever is typed, and may be tried five times a day. Then a token in
the address, good for ten minutes, lets the page be read again: no cookie, because in-app browsers
keep none. Neither address nor log holds anything of the patient.
"""

import hmac
from datetime import date, datetime, timedelta
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse

from handbell.access.lockout import (
    LockedOut,
    count_try,
    forget_tries,
    give_back_try,
    locked_until,
    tries_left,
)
from handbell.access.practice_settings import practice_settings
from handbell.dispatch.moments import say_money
from handbell.facts.ledger import load_entries
from handbell.facts.people import Person, load_people
from handbell.outbox.models import Message
from handbell.patientpages.forms import BirthDateForm
from handbell.patientpages.limits import DATES_OF_COMPUTER, DATES_OF_PATIENT, computer_of
from handbell.patientpages.pages import back_to, behind_link, busy, gone, language_for, show
from handbell.patientpages.queries import is_address_of, is_stopped
from handbell.patientpages.speech import say_date, say_time
from handbell.patientpages.validity import choices_until, shown_until
from handbell.policy.ledger import account
from handbell.receipts.links import note, note_balance_shown
from handbell.vocabulary.words import LinkAct, Purpose

READABLE_FOR: Final = timedelta(minutes=10)

_signer: Final = signing.TimestampSigner(salt="handbell.patientpages.balance")


@behind_link
def balance(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    """Take a date of birth; show the balance to whoever gave the right one lately."""
    if message.purpose != Purpose.BALANCE_ALERT:
        return back_to(request, message.code)
    if now > shown_until(message):
        return gone(request, message, now, choosable=now <= choices_until(message))
    person = _person(message, now)
    if person is None:
        return question(request, message, now)
    if request.method == "POST":
        return _answer(request, message, person, now)
    if not _is_readable(message, request.GET.get("seen", "")):
        return question(request, message, now)
    return _account(request, message, person, now)


def question(
    request: HttpRequest,
    message: Message,
    now: datetime,
    form: BirthDateForm | None = None,
    wrong: str = "",
    left: int = 0,
) -> HttpResponse:
    """Ask for the date of birth; without one on file, ask to call instead."""
    if until := locked_until("birth date", str(message.patient_id), now=now):
        return busy(request, until, now, message)
    return show(
        request,
        "balance_question.html",
        message,
        {
            "form": form or BirthDateForm(language=language_for(request, message)),
            "askable": _person(message, now) is not None,
            "wrong": wrong,
            "left": left,
            "stopped": is_stopped(message, now=now),
        },
    )


def _person(message: Message, now: datetime) -> Person | None:
    """Return whose account it is; None if nobody can show here that they may see it."""
    person = load_people([message.patient_id], now=now)[message.patient_id]
    known = person.birth_date is not None and not person.deceased
    settings = practice_settings(message.practice_id)
    return person if known and is_address_of(person, message, settings=settings, now=now) else None


def _answer(request: HttpRequest, message: Message, person: Person, now: datetime) -> HttpResponse:
    form = BirthDateForm(request.POST, language=language_for(request, message))
    given = form.birth_date
    if given is None:
        return question(request, message, now, form, wrong="no_date")
    computer = computer_of(request)
    try:
        # The computer first: while that must wait, it uses up nobody's tries.
        if computer:
            count_try("birth dates", computer, now=now, limit=DATES_OF_COMPUTER)
        count_try("birth date", str(message.patient_id), now=now, limit=DATES_OF_PATIENT)
    except LockedOut as locked:
        return busy(request, locked.until, now, message)
    if not _same(given, person.birth_date):
        left = tries_left("birth date", str(message.patient_id), now=now, limit=DATES_OF_PATIENT)
        if not left:
            note(LinkAct.BALANCE_LOCKED, message, now=now)
        return question(request, message, now, form, wrong="other_date", left=left)
    forget_tries("birth date", str(message.patient_id))
    if computer:
        give_back_try("birth dates", computer, limit=DATES_OF_COMPUTER)
    note_balance_shown(message=message, now=now)
    return back_to(request, message.code, "/balance", seen=_token(message))


def _same(given: date, known: date | None) -> bool:
    return known is not None and hmac.compare_digest(given.isoformat(), known.isoformat())


def _token(message: Message) -> str:
    return _signer.sign(message.code)[len(message.code) + 1 :]


def _is_readable(message: Message, token: str) -> bool:
    try:
        _signer.unsign(f"{message.code}:{token}", max_age=READABLE_FOR)
    except signing.BadSignature:
        return False
    return True


def _account(request: HttpRequest, message: Message, person: Person, now: datetime) -> HttpResponse:
    language, settings = language_for(request, message), practice_settings(message.practice_id)
    zone = settings.zone_of(person.facility_id)
    place = settings.place(person.facility_id)
    open_amount = account(load_entries([person.id])[person.id], now=now).balance
    return show(
        request,
        "balance.html",
        message,
        {
            "first_name": person.first_name,
            "place": place.name if place else "",
            "owes": open_amount > 0,
            "amount": say_money(open_amount, region=message.practice.region, language=language),
            "day": say_date(now, zone=zone, language=language),
            "time": say_time(now, zone=zone, language=language),
            "payment_url": settings.payment_url,
            "seen": request.GET.get("seen", ""),
        },
    )
