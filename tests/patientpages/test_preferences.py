"""The page of choices: stopping is always one tick away, switching on is a consent of its own."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, Practice
from handbell.facts.models import Change, Consent, ContactPoint, Patient, Suppression
from handbell.outbox.models import Message
from handbell.patientpages.limits import CHANGES_OF_LINK
from handbell.patientpages.wording import wording
from handbell.receipts.models import LinkEvent
from handbell.receipts.operations import start_address, stop_address
from handbell.vocabulary.words import (
    AuditAct,
    BalanceFrequency,
    BalancePreference,
    Channel,
    ConsentKind,
    LinkAct,
    MessageState,
    Objection,
    Purpose,
    Recipient,
)
from tests.console.desk import message
from tests.world import Clinic

REMINDER, ALERT = Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT
NUMBER, MAILBOX = "+12025550123", "frank@mailbox.example"


def show(of: Message, query: str = "") -> str:
    answer = Client().get(f"/v/{of.code}/preferences{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def boxes(html: str) -> dict[str, bool]:
    """Return the boxes of a page, by purpose and channel, and whether each is ticked."""
    found = re.findall(r'name="on" value="\d+-(\w+-\w+)"( checked)?', html)
    return {key: bool(ticked) for key, ticked in found}


def save(of: Message, *, tick: str = "", untick: str = "", **fields: Any) -> str:
    """Do what somebody does: read the page, change one box, save."""
    html = show(of)
    on = set(re.findall(r'name="on" value="([^"]+)" checked', html))
    every = re.findall(r'name="on" value="([^"]+)"', html)
    was = re.findall(r'name="was" value="([^"]+)"', html)
    assert set(was) == on
    on |= {key for key in every if tick and key.endswith(tick)}
    on -= {key for key in every if untick and key.endswith(untick)}
    given = {"on": sorted(on), "was": was, "lang": "en"} | fields
    answer = Client().post(f"/v/{of.code}/preferences", given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def newest(patient: Patient, purpose: Purpose, channel: Channel) -> Consent:
    found = Consent.objects.filter(patient=patient, purpose=purpose, channel=channel)
    return found.order_by("-at", "-id")[0]


def test_the_page_shows_what_is_on_and_addresses_only_their_owner_knows(
    text: Message, frank: Patient
) -> None:
    html = show(text)
    assert boxes(html)["appointment_reminder-sms"] is True
    assert boxes(html)["appointment_reminder-voice"] is False
    assert boxes(html)["balance_alert-sms"] is False
    assert "balance_alert-voice" not in boxes(html)  # balances are not spoken
    assert "(•••) •••-0123" in html
    assert "f•••@mailbox.example" in html
    for secret in (NUMBER, "555-0123", MAILBOX, "Doe", frank.external_id):
        assert secret not in html


def test_a_tick_away_takes_the_consent_back(text: Message, frank: Patient) -> None:
    html = save(text, untick="appointment_reminder-sms")
    assert "Saved. This is what you get from us now." in html
    assert boxes(html)["appointment_reminder-sms"] is False
    last = newest(frank, REMINDER, Channel.SMS)
    assert (last.kind, last.how, last.by) == (
        "withdrawn",
        "chosen on the page behind a link",
        "the patient",
    )
    assert Change.objects.filter(patient=frank).exists()  # the planner looks again


def test_a_new_tick_is_a_consent_with_the_words_that_were_read(
    text: Message, frank: Patient
) -> None:
    html = show(text)
    words = wording(REMINDER, "en", practice="Harbor PT")
    assert words in html
    save(text, tick="appointment_reminder-voice")
    last = newest(frank, REMINDER, Channel.VOICE)
    assert (last.kind, last.how, last.by, last.wording) == (
        "granted",
        "chosen on the page behind a link",
        "the patient",
        words,
    )
    assert newest(frank, REMINDER, Channel.SMS).how == "paper form"  # what stays is not said again


def test_billing_is_agreed_to_apart_from_care(text: Message, frank: Patient) -> None:
    save(text, tick="appointment_reminder-voice")
    assert not Consent.objects.filter(patient=frank, purpose=ALERT).exists()
    save(text, tick="balance_alert-sms")
    assert newest(frank, ALERT, Channel.SMS).wording == wording(ALERT, "en", practice="Harbor PT")


def test_the_words_are_kept_in_the_language_they_were_read_in(
    text: Message, frank: Patient
) -> None:
    save(text, tick="balance_alert-sms", lang="es")
    assert newest(frank, ALERT, Channel.SMS).wording == wording(ALERT, "es", practice="Harbor PT")


def test_switching_on_is_for_the_address_the_link_was_sent_to_and_off_for_all(
    clinic: Clinic, text: Message, frank: Patient
) -> None:
    html = show(text)
    assert "appointment_reminder-email" not in boxes(html)
    assert "To switch it on, use the link in a message you got there" in html
    key = f"{frank.pk}-appointment_reminder-email"
    Client().post(f"/v/{text.code}/preferences", {"on": key})
    assert not Consent.objects.filter(channel=Channel.EMAIL).exists()

    clinic.consent(frank, Channel.EMAIL)
    assert boxes(show(text))["appointment_reminder-email"] is True
    save(text, untick="appointment_reminder-email")
    assert newest(frank, REMINDER, Channel.EMAIL).kind == "withdrawn"


@pytest.mark.parametrize(
    "keys",
    [["1-appointment_reminder-sms"], ["x"], ["{}-emergency_notice-sms"], ["{}-balance_alert-voice"],
     ["{}-appointment_reminder-"], ["{}-appointment_reminder-sms'; --"]],
)  # fmt: skip
def test_what_the_page_does_not_offer_changes_nothing(
    text: Message, frank: Patient, keys: list[str]
) -> None:
    before = Consent.objects.count()
    own = [key.format(frank.pk) for key in keys]
    for fields in ({"on": own}, {"was": own}, {"language": ["../x"]}, {}):
        Client().post(f"/v/{text.code}/preferences", fields)
    assert Consent.objects.count() == before
    assert not LinkEvent.objects.exists()


def test_somebody_else_s_patient_cannot_be_switched(clinic: Clinic, text: Message) -> None:
    other = clinic.patient("Grace", mobile="+12025550124", consents=[Channel.SMS])
    Client().post(f"/v/{text.code}/preferences", {"was": f"{other.pk}-appointment_reminder-sms"})
    assert newest(other, REMINDER, Channel.SMS).kind == "granted"


class TestAfterAStop:
    """What a link may lift, and what it may not."""

    def test_ours_is_lifted_by_a_new_tick(self, text: Message, frank: Patient) -> None:
        Client().post(f"/v/{text.code}/stop")
        assert boxes(show(text))["appointment_reminder-sms"] is False
        save(text, tick="appointment_reminder-sms")
        assert boxes(show(text))["appointment_reminder-sms"] is True
        assert (
            "You can stop our automatic texts" in Client().get(f"/v/{text.code}").content.decode()
        )

    def test_one_by_text_is_the_telephone_company_s_and_needs_a_start(
        self, clinic: Clinic, text: Message, frank: Patient
    ) -> None:
        stop_by_text(clinic)
        html = show(text)
        assert "text START to (202) 555-0199" in html
        assert "appointment_reminder-sms" not in boxes(html)
        assert boxes(html)["appointment_reminder-voice"] is False  # calls, they may choose again
        key = f"{frank.pk}-appointment_reminder-sms"
        Client().post(f"/v/{text.code}/preferences", {"on": key})
        assert newest(frank, REMINDER, Channel.SMS).how == "paper form"

    @pytest.mark.parametrize("source", ["stopped by the link in a message", "pressed 9"])
    def test_one_by_text_counts_after_one_that_only_we_know_of(
        self, clinic: Clinic, text: Message, source: str
    ) -> None:
        stop_address(
            practice_id=clinic.practice.pk,
            address=NUMBER,
            channels=(Channel.SMS, Channel.VOICE),
            source=source,
            now=clinic.now - timedelta(minutes=9),
        )
        assert "appointment_reminder-sms" in boxes(show(text))
        stop_by_text(clinic)
        html = show(text)
        assert "text START to (202) 555-0199" in html
        assert "appointment_reminder-sms" not in boxes(html)

    def test_after_a_start_a_stop_by_the_link_is_ours_again(
        self, clinic: Clinic, text: Message
    ) -> None:
        stop_by_text(clinic)
        start_address(
            practice_id=clinic.practice.pk,
            address=NUMBER,
            wording="START",
            now=datetime.now(UTC) - timedelta(seconds=1),
        )
        Client().post(f"/v/{text.code}/stop")
        assert boxes(show(text))["appointment_reminder-sms"] is False

    def test_a_box_ticked_before_the_stop_is_no_consent_after_it(
        self, clinic: Clinic, text: Message, frank: Patient
    ) -> None:
        key = f"{frank.pk}-appointment_reminder-sms"
        Client().post(f"/v/{text.code}/stop")
        Client().post(f"/v/{text.code}/preferences", {"on": key, "was": key})
        assert newest(frank, REMINDER, Channel.SMS).how == "paper form"
        assert boxes(show(text))["appointment_reminder-sms"] is False

    def test_an_address_where_nothing_arrives_says_so(self, clinic: Clinic, text: Message) -> None:
        Suppression.objects.create(
            practice=clinic.practice, address=NUMBER, channel="sms", kind="unreachable",
            at=clinic.now - timedelta(days=1), source="Twilio 30005",
        )  # fmt: skip
        assert "Messages to it do not arrive. Please call us." in show(text)


def stop_by_text(clinic: Clinic) -> None:
    stop_address(
        practice_id=clinic.practice.pk,
        address=NUMBER,
        channels=(Channel.SMS, Channel.VOICE),
        source="replied STOP",
        now=clinic.now - timedelta(minutes=5),
    )


class TestStopEverything:
    """One button, no question."""

    def test_it_stops_every_way_of_every_kind_at_every_address(
        self, clinic: Clinic, text: Message, frank: Patient
    ) -> None:
        clinic.consent(frank, Channel.EMAIL)
        clinic.consent(frank, Channel.SMS, purpose=ALERT)
        answer = Client().post(f"/v/{text.code}/stop", {"all": "1"}, follow=True)
        html = answer.content.decode()
        assert "Everything is off at the moment." in html
        assert not any(boxes(html).values())
        for purpose, channel in [
            (REMINDER, Channel.SMS),
            (REMINDER, Channel.EMAIL),
            (ALERT, Channel.SMS),
        ]:
            assert newest(frank, purpose, channel).kind == "withdrawn"
        stopped = Suppression.objects.values_list("address", "channel", "kind")
        assert set(stopped) == {
            (NUMBER, "sms", "opted_out"),
            (NUMBER, "voice", "opted_out"),
            (MAILBOX, "email", "opted_out"),
        }

    def test_twice_is_as_once(self, text: Message) -> None:
        for _ in range(3):
            Client().post(f"/v/{text.code}/stop", {"all": "1"})
        assert [event.act for event in LinkEvent.objects.all()] == [LinkAct.STOPPED]
        assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_looking_stops_nothing(self, text: Message, method: str) -> None:
        getattr(Client(), method)(f"/v/{text.code}/stop?all=1")
        assert not Suppression.objects.exists()


def test_the_language_we_write_in_is_chosen_and_the_page_follows(
    text: Message, frank: Patient
) -> None:
    html = save(text, language="es")
    frank.refresh_from_db()
    assert frank.language == "es"
    assert '<html lang="es">' in html
    assert AuditEvent.objects.get(act=AuditAct.PATIENT_CHANGED).detail["changed"] == ["language"]


def test_saving_what_is_so_already_writes_nothing(text: Message) -> None:
    save(text, language="en")
    assert not LinkEvent.objects.exists()
    assert not AuditEvent.objects.exists()
    assert Consent.objects.count() == 1


def test_every_act_is_in_the_audit_trail_without_an_address(text: Message, frank: Patient) -> None:
    save(text, tick="appointment_reminder-voice")
    Client().post(f"/v/{text.code}/stop")
    events = AuditEvent.objects.order_by("number")
    assert [(event.act, event.who, event.subject) for event in events] == [
        ("consent_recorded", "the patient", f"patient {frank.pk}")
    ] * 2
    assert not re.search(r"0123|mailbox", str([event.detail for event in events]))
    assert [event.act for event in LinkEvent.objects.order_by("id")] == ["chose", "stopped"]


def test_a_guardian_s_choice_is_recorded_as_theirs(clinic: Clinic) -> None:
    clinic.senders()
    child = clinic.patient(
        "Nell", birth_date=clinic.now.date() - timedelta(days=4000), guardian_mobile=NUMBER
    )
    of = message(clinic, child, state=MessageState.DELIVERED, recipient=Recipient.GUARDIAN)
    save(of, tick="appointment_reminder-sms")
    assert newest(child, REMINDER, Channel.SMS).by == "the guardian or caregiver"


def test_an_address_that_is_theirs_no_more_shows_and_switches_nothing(
    text: Message, frank: Patient
) -> None:
    ContactPoint.objects.filter(value=NUMBER).update(value="+12025550125")
    html = show(text)
    assert not boxes(html)
    assert "We do not write to this number or address any more." in html
    assert "f•••@" not in html
    Client().post(f"/v/{text.code}/stop")  # but it can always be stopped
    assert set(Suppression.objects.values_list("address", flat=True)) == {NUMBER}
    html = Client().get(f"/v/{text.code}").content.decode()
    assert "You get no more automatic texts and calls" in html


def test_each_patient_of_a_message_is_chosen_for(clinic: Clinic, text: Message) -> None:
    sister = clinic.patient("Bea", mobile=NUMBER, consents=[Channel.SMS])
    message(
        clinic,
        sister,
        state=MessageState.WITHHELD,
        objection=Objection.MERGED,
        merged_into=text,
    )
    html = show(text)
    assert "<h2>Frank</h2>" in html
    assert "<h2>Bea</h2>" in html
    save(text, untick=f"{sister.pk}-appointment_reminder-sms")
    assert newest(sister, REMINDER, Channel.SMS).kind == "withdrawn"
    assert newest(text.patient, REMINDER, Channel.SMS).kind == "granted"


@pytest.mark.parametrize(
    ("practice", "patient", "offered"),
    [
        (BalanceFrequency.EVERY_MONTH, BalancePreference.PRACTICE, True),
        (BalanceFrequency.DONT_SEND, BalancePreference.PRACTICE, False),
        (BalanceFrequency.DONT_SEND, BalancePreference.IN, True),
        (BalanceFrequency.EVERY_MONTH, BalancePreference.OUT, False),
    ],
)
def test_balance_alerts_are_offered_where_there_are_any(
    text: Message, practice: BalanceFrequency, patient: BalancePreference, offered: bool
) -> None:
    Practice.objects.update(balance_frequency=practice)
    Patient.objects.update(balance_alerts=patient)
    assert ("balance_alert-sms" in boxes(show(text))) is offered


def test_who_switches_to_and_fro_all_day_is_asked_to_wait_but_can_stop(
    clinic: Clinic, text: Message
) -> None:
    for number in range(CHANGES_OF_LINK.tries):
        save(text, language=("es", "en")[number % 2])
    answer = Client().post(f"/v/{text.code}/preferences", {"language": "es"})
    assert answer.status_code == 429
    assert "Please try again later" in answer.content.decode()
    assert "Inténtelo más tarde" in answer.content.decode()
    both = {"was": f"{text.patient_id}-appointment_reminder-sms", "language": "es"}
    both |= {"on": f"{text.patient_id}-appointment_reminder-voice"}
    assert Client().post(f"/v/{text.code}/preferences", both).status_code == 429
    assert newest(text.patient, REMINDER, Channel.SMS).kind == "withdrawn"
    assert not Consent.objects.filter(channel=Channel.VOICE).exists()
    clinic.consent(text.patient, Channel.SMS, when=datetime.now(UTC))
    save(text, untick="appointment_reminder-sms")
    assert newest(text.patient, REMINDER, Channel.SMS).kind == "withdrawn"
    Client().post(f"/v/{text.code}/stop", {"all": "1"})
    assert Suppression.objects.exists()


def test_the_page_asks_the_database_no_more_for_more_ways(
    clinic: Clinic, text: Message, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(22):
        show(text)
