"""One message's page: its whole life, every word of it, and why when it was not sent."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from handbell.facts.models import Suppression
from handbell.facts.operations import record_consent
from handbell.outbox.models import Message
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    MessageState,
    Objection,
    Purpose,
    Recipient,
)
from tests.console.desk import attempt, message
from tests.world import Clinic, move

S = MessageState


def show(browser: Client, of: Message) -> str:
    answer = browser.get(f"/messages/{of.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html: str) -> list[str]:
    life = html[html.index('class="timeline"') : html.index("</ol>")]
    return re.findall(r"<h3>(.*?)</h3>", life)


def event(of: Message, kind: str = "receipt", **payload: str) -> ProviderEvent:
    made = ProviderEvent.objects.count()
    return ProviderEvent.objects.create(
        provider="rehearsal",
        kind=kind,
        key=f"{of.pk}:{made}",
        message=of,
        payload=payload,
        received_at=of.due_at + timedelta(minutes=1 + made),
    )


def test_a_delivered_text_tells_its_life_in_order(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.DELIVERED)
    attempt(text, "Harbor PT: your appointment is Tue.")
    event(text, status="sent", word="sent", code="")
    event(text, status="delivered", word="delivered", code="")

    html = show(browser, text)

    assert titles(html) == [
        "Planned and judged",
        "Judged again and handed over",
        "Accepted by the provider",
        "On its way",
        "Delivered",
    ]
    assert "35 characters, GSM-7, 1 segment" in html


def test_a_text_outside_gsm_7_says_so(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.DELIVERED)
    attempt(text, "Fermín: su cita es el martes", segments=1)
    assert "28 characters, UCS-2, 1 segment" in show(browser, text)


def test_the_exact_text_is_shown_and_is_only_text(clinic: Clinic, browser: Client) -> None:
    mail = message(clinic, clinic.patient("<b>Al</b>"), state=S.ACCEPTED, channel=Channel.EMAIL)
    attempt(
        mail, 'Confirm: http://x.example/v/abc <script>alert("1")</script>', subject="<i>Hi</i>"
    )
    html = show(browser, mail)
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in html
    assert "&lt;i&gt;Hi&lt;/i&gt;" in html
    assert "<b>Al" not in html
    assert 'href="http://x.example' not in html  # staff must not press a patient's button


def test_a_call_is_numbered_steps_and_what_a_machine_hears(clinic: Clinic, browser: Client) -> None:
    call = message(clinic, clinic.patient(), state=S.DELIVERED, channel=Channel.VOICE)
    attempt(
        call,
        "This is an automated call.\nPress 9 to stop these calls.\nGoodbye.",
        voicemail="Please call us.",
    )
    event(call, status="delivered", word="completed", code="", answered_by="human")
    html = show(browser, call)
    steps = html[html.index('class="steps"') :]
    assert re.findall(r"<li>(.*?)</li>", steps[: steps.index("</ol>")]) == [
        "This is an automated call.",
        "Press 9 to stop these calls.",
        "Goodbye.",
    ]
    assert "Please call us." in html
    assert "A person answered." in html


def test_a_call_that_rings_and_is_answered_is_told_without_repetition(
    clinic: Clinic, browser: Client
) -> None:
    call = message(clinic, clinic.patient(), state=S.DELIVERED, channel=Channel.VOICE)
    attempt(call, "words")
    for status, word in (
        ("pending", "initiated"),
        ("sent", "ringing"),
        ("sent", "in-progress"),
        ("sent", "answered"),
        ("delivered", "completed"),
    ):
        event(call, status=status, word=word, code="")
    assert titles(show(browser, call))[3:] == ["Ringing", "Answered", "Delivered"]


def test_every_try_is_shown_with_its_words_the_newest_first(
    clinic: Clinic, browser: Client
) -> None:
    text = message(clinic, clinic.patient(), state=S.ACCEPTED, attempts=2)
    attempt(text, "the first words", outcome="rejected", code="30008")
    attempt(text, "the second words", number=2)
    html = show(browser, text)
    assert "Judged again and handed over, try 2" in html
    assert html.index("the second words") < html.index("the first words")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("30005", "nknown or inactive number"),
        ("98765", "code this version of Handbell does not know"),
    ],
)
def test_a_provider_s_code_is_explained(
    clinic: Clinic, browser: Client, code: str, meaning: str
) -> None:
    text = message(clinic, clinic.patient(), state=S.UNDELIVERED, detail=code)
    attempt(text, "words")
    event(text, status="undelivered", word="undelivered", code=code)
    html = show(browser, text)
    assert html.count(meaning) == 2  # above, and in the timeline
    assert code in html


def test_a_stop_names_how_and_when(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.WITHHELD, objection=Objection.OPTED_OUT)
    Suppression.objects.create(
        practice=clinic.practice,
        address=text.address,
        channel=text.channel,
        kind="opted_out",
        at=clinic.now.replace(year=2025, month=11, day=3, hour=18),
        source="replied STOP",
    )
    html = show(browser, text)
    assert "the patient asked to stop (replied STOP, Mon 3 Nov 2025)." in html
    assert "Only a new consent from the patient lifts it." in html
    assert "Stopped by the patient" in titles(html)


def test_a_caregiver_s_message_names_the_caregiver_s_word(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient()
    clinic.consent(patient, Channel.SMS, kind=ConsentKind.WITHDRAWN)  # on paper, by the patient
    record_consent(
        practice_id=clinic.practice.pk,
        patient_id=patient.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channels=[Channel.SMS],
        kind=ConsentKind.WITHDRAWN,
        how="asked by staff, by the caregiver",
        by="Robin Desk",
        wording="",
        now=clinic.now,
        of_caregiver=True,
    )
    for recipient, how in (
        (Recipient.CAREGIVER, "asked by staff, by the caregiver"),
        (Recipient.PATIENT, "paper form"),
    ):
        reason = Objection.OPTED_OUT
        held = message(clinic, patient, state=S.WITHHELD, objection=reason, recipient=recipient)
        assert how in show(browser, held)


def test_a_forecast_says_as_things_stand(clinic: Clinic, browser: Client) -> None:
    later = clinic.now + timedelta(hours=2)
    text = message(clinic, clinic.patient(), objection=Objection.CONFIRMED, due_at=later)
    html = show(browser, text)
    assert "As things stand it will not be sent:" in html
    assert titles(html)[-1] == "Will be held back"


def test_a_planned_message_says_when_it_goes(clinic: Clinic, browser: Client) -> None:
    later = clinic.now + timedelta(hours=2)
    html = show(browser, message(clinic, clinic.patient(), due_at=later))
    assert titles(html) == ["Planned and judged", "Goes out, if nothing changes"]
    assert "The text is written at the second it leaves" in html


def test_no_working_paper_is_named_as_a_source(clinic: Clinic, browser: Client) -> None:
    for reason in Objection:
        text = message(clinic, clinic.patient(), state=S.WITHHELD, objection=reason)
        assert ".md" not in show(browser, text)


def test_in_doubt_says_it_is_not_sent_twice(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.IN_DOUBT)
    attempt(text, "words", outcome="in_doubt", code="timeout")
    html = show(browser, text)
    assert titles(html)[-1] == "In doubt"
    assert "does not send it twice" in html


def test_what_a_look_up_found_is_told_without_a_receipt(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.DELIVERED)
    attempt(text, "words", outcome="in_doubt", code="timeout")
    html = show(browser, text)
    assert titles(html)[-1] == "Delivered"
    assert "when Handbell asked" in html


def test_the_patient_s_clock_is_told_only_where_it_differs(clinic: Clinic, browser: Client) -> None:
    here = message(clinic, clinic.patient())
    far = message(clinic, clinic.patient(time_zone="America/Los_Angeles"))
    assert "the patient’s clock" not in show(browser, here)
    html = show(browser, far)
    assert re.search(r"the patient’s clock shows P[SD]T", html)
    hours = re.search(r"\w+, (\d\d):\d\d <span>\(\w{3} \d+ \w+, (\d\d):\d\d P[SD]T\)", html)
    assert hours
    assert (int(hours[1]) - int(hours[2])) % 24 == 3


def test_a_merged_message_leads_to_the_one_it_went_out_with(
    clinic: Clinic, browser: Client
) -> None:
    patient = clinic.patient()
    leader = message(clinic, patient, state=S.DELIVERED)
    follower = message(
        clinic, patient, state=S.WITHHELD, objection=Objection.MERGED, merged_into=leader
    )
    assert f'href="/messages/{leader.pk}"' in show(browser, follower)
    html = show(browser, leader)
    assert html.count("<dt>Visit</dt>") == 2  # it speaks of both


def test_a_visit_that_moved_says_so(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient()
    visit = clinic.visit(patient, clinic.now + timedelta(days=1))
    text = message(clinic, patient, visit=visit, state=S.CANCELLED, objection=Objection.MOVED)
    assert "it moved after" not in show(browser, text)
    move(visit, clinic.now + timedelta(days=2), now=clinic.now)
    assert "it moved after this message was planned" in show(browser, text)


def test_a_reply_is_told_with_its_answer(clinic: Clinic, browser: Client) -> None:
    text = message(clinic, clinic.patient(), state=S.DELIVERED)
    Reply.objects.create(
        practice=clinic.practice,
        event=event(text, kind="inbound"),
        channel=Channel.SMS,
        address=text.address,
        message=text,
        text="can I <come> later?",
        meaning="unclear",
        answer="Please call us.",
        received_at=clinic.now,
    )
    html = show(browser, text)
    assert "The patient replied" in titles(html)
    assert "can I &lt;come&gt; later?" in html
    assert "Handbell answered: Please call us." in html


def test_a_balance_alert_has_a_page_without_a_visit(clinic: Clinic, browser: Client) -> None:
    alert = message(clinic, clinic.patient(), purpose=Purpose.BALANCE_ALERT)
    html = show(browser, alert)
    assert "Balance alert by text to Alex Doe" in html
    assert "<dt>Visit</dt>" not in html


def test_a_message_without_an_address_has_a_page(clinic: Clinic, browser: Client) -> None:
    lost = message(
        clinic,
        clinic.patient(),
        state=S.WITHHELD,
        objection=Objection.NO_CONTACT_POINT,
        address="",
        sender=None,
    )
    assert "no number or e-mail address on file" in show(browser, lost)


def test_a_life_costs_the_same_number_of_queries_however_long(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: object
) -> None:
    def queries(of: Message) -> int:
        with django_assert_max_num_queries(18) as counted:  # type: ignore[operator]
            show(browser, of)
        return len(counted)

    short, long = (message(clinic, clinic.patient(), state=S.DELIVERED) for _ in range(2))
    attempt(short, "words")
    for number in range(1, 6):
        attempt(long, "words", number=number)
        event(long, status="sent", word="sent", code="")
        message(
            clinic,
            long.patient,
            state=S.WITHHELD,
            objection=Objection.MERGED,
            merged_into=long,
        )
    assert queries(long) == queries(short)
