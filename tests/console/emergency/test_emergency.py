"""Emergency, as a therapy director meets it at five in the morning."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from handbell.access.models import AuditEvent, StaffMember
from handbell.console.clock import say_date
from handbell.facts.models import Closure, ClosureCall, ClosureExclusion, Patient
from handbell.outbox.models import Message, Sender, Sending
from handbell.scripts.models import NoticeText
from handbell.vocabulary.words import AuditAct, Channel, PermissionLevel
from tests.console.desk import signed_in, staff
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.THERAPY_DIRECTOR)


@pytest.fixture
def desk(boss: StaffMember) -> Client:
    return signed_in(boss)


@pytest.fixture
def patients(clinic: Clinic) -> list[Patient]:
    clinic.senders()
    tomorrow = datetime.now(UTC) + timedelta(hours=30)
    found = [clinic.patient("Ann", mobile=phone(1)), clinic.patient("Cat")]
    for one in found:
        clinic.visit(one, tomorrow)
    return found


def shut(clinic: Clinic, desk: Client, **typed: object) -> Closure:
    given = {"facilities": [clinic.facility.pk], "days_out": 3, "reason": "weather", **typed}
    answer = desk.post("/emergency/close", given)
    assert answer.status_code == 302, answer.content.decode()
    return Closure.objects.get()


def page(desk: Client, closure: Closure, of: str = "") -> str:
    return str(desk.get(f"/emergency/{closure.pk}{of}").content.decode())


def press(desk: Client, closure: Closure, channel: str = "sms", **typed: object) -> str:
    address = f"/emergency/{closure.pk}/words/closing/{channel}/send"
    return str(desk.post(address, typed, follow=True).content.decode())


def test_from_the_first_press_to_the_record(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    assert "Nothing is closed" in desk.get("/emergency").content.decode()
    closure = shut(clinic, desk)
    shown = page(desk, closure)
    assert "1 person can be told" in shown
    assert "Main is closed" in shown
    assert "Weather: Main closed" in desk.get("/").content.decode()  # the banner
    assert Message.objects.filter(purpose="emergency_notice").count() == 0

    assert "type how many people" in press(desk, closure).lower() or not Sending.objects.exists()
    assert "it would go to 1 person now" in press(desk, closure, counted="7")
    assert "It goes to 1 person now" in press(desk, closure, counted="1")
    assert "Once a day" in press(desk, closure, counted="1").replace("once a day", "Once a day")
    assert Sending.objects.count() == 1
    assert Message.objects.filter(purpose="emergency_notice").count() == 2

    calls = page(desk, closure, "/calls")
    assert "Cat Doe" in calls
    assert "Ann Doe" not in calls
    cat = patients[1]
    desk.post(f"/emergency/{closure.pk}/calls/{cat.pk}", {"result": "spoken"})
    assert ClosureCall.objects.get().patient == cat
    assert "Spoken to" in page(desk, closure, "/calls")
    lines = desk.get(f"/emergency/{closure.pk}/calls.csv")
    written = b"".join(lines.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Cat" in written
    assert written.startswith("visit_at,facility,")

    sending = Sending.objects.get()
    desk.post(f"/emergency/{closure.pk}/sendings/{sending.pk}", {"to": "paused"})
    assert "Paused" in page(desk, closure, "/live")
    desk.post(f"/emergency/{closure.pk}/end", {"back": "/emergency"})
    told = page(desk, closure, "/record")
    for act in ("Closed: Weather", "Sent to 1 person", "Paused:", "Telephoned", "Ended it"):
        assert act in told, act
    assert "Ann" not in told
    pdf = desk.get(f"/emergency/{closure.pk}/record.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(act=AuditAct.EXPORTED).count() == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("\n=1+1", "'\n'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(1)", "'＠SUM(1)"),
    ],
)
def test_no_name_on_the_downloaded_call_list_is_a_formula(
    clinic: Clinic, desk: Client, patients: list[Patient], name: str, safe: str
) -> None:
    closure = shut(clinic, desk)
    press(desk, closure, counted="1")
    Patient.objects.filter(pk=patients[1].pk).update(first_name=name)
    lines = desk.get(f"/emergency/{closure.pk}/calls.csv")
    written = b"".join(lines.streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert row["first_name"] == safe


def test_whoever_is_taken_out_has_a_reason(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)
    address = f"/emergency/{closure.pk}/people/{patients[0].pk}"
    desk.post(address, {"why": ""})
    assert not ClosureExclusion.objects.exists()
    desk.post(address, {"why": "told by phone"})
    assert "told by phone" in page(desk, closure, "/people")
    assert "Only those no channel reaches" in page(desk, closure, "/people")
    desk.post(address, {"to": "in"})
    assert not ClosureExclusion.objects.exists()


def test_words_are_read_by_the_guard_as_they_are_typed(clinic: Clinic, desk: Client) -> None:
    closure = shut(clinic, desk)
    of = f"/emergency/{closure.pk}/words/closing/sms"
    assert "Message Text" in desk.get(of).content.decode()
    offer = {"body_en": "{{ clinic }}: {{ closure }}. 20% off massages!", "body_es": ""}
    assert "It cannot be kept" in desk.post(f"{of}/check", offer).content.decode()
    assert desk.post(of, offer).status_code == 422
    silent = {"body_en": "{{ clinic }}: {{ closure }}. We will call you.", "body_es": ""}
    assert "names no number to call" in desk.post(f"{of}/check", silent).content.decode()
    own = "{{ clinic }}: {{ closure }}. Please call {{ phone }}. STOP to opt out."
    assert "names no number" not in desk.post(f"{of}/check", {"body_en": own}).content.decode()
    assert desk.post(of, {"body_en": own, "body_es": ""}).status_code == 302
    kept = NoticeText.objects.filter(channel="sms")
    assert list(kept.values_list("language", "body")) == [("en", own)]


def test_whoever_forgets_today_sees_how_many_visits_are_still_to_come(
    clinic: Clinic, desk: Client, patients: list[Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dawn(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Dawn":
            return cls(2026, 11, 3, 10, tzinfo=UTC)  # five in the morning in New York

    monkeypatch.setattr("handbell.console.emergency.views.datetime", Dawn)
    clinic.visit(patients[0], at(3, 9))
    clinic.visit(patients[1], at(3, 4))  # over
    clinic.visit(patients[1], at(4, 9))
    asked = desk.get("/emergency/close").content.decode()
    assert "1 visit is still to come today." in asked


def test_words_that_are_being_sent_stay_and_the_page_says_why(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)
    press(desk, closure, counted="1")
    answer = desk.post(f"/emergency/{closure.pk}/words/closing/sms", {"body_en": "", "body_es": ""})
    assert answer.status_code == 422
    assert "These words are being sent" in answer.content.decode()
    assert NoticeText.objects.filter(channel="sms").count() == 2


def test_a_second_person_agrees(clinic: Clinic, desk: Client, patients: list[Patient]) -> None:
    assert desk.post("/settings/engagement/second", {"second_person_above": "0"}).status_code == 302
    closure = shut(clinic, desk)
    asked = press(desk, closure, counted="1")
    assert "waits for a second person" in asked
    assert "Sent today" not in asked
    sending = Sending.objects.get()
    address = f"/emergency/{closure.pk}/sendings/{sending.pk}"
    assert "somebody other" in desk.post(address, {"to": "agree"}).content.decode()
    other = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
    assert "A second person must look at it." in other.get("/").content.decode()  # the banner
    other.post(address, {"to": "agree"})
    assert "A second person must look at it." not in other.get("/").content.decode()
    assert Message.objects.filter(purpose="emergency_notice", state="queued").count() == 1


def test_what_is_typed_wrong_is_said_beside_the_field(clinic: Clinic, desk: Client) -> None:
    answer = desk.post("/emergency/close", {"days_out": "0"})
    assert answer.status_code == 422
    said = answer.content.decode()
    for sentence in ("Tick at least one facility.", "Type at least 1 day"):
        assert sentence in said
    assert said.count("Choose a reason.") == 2  # the list begins with none chosen
    shut(clinic, desk)
    again = desk.post(
        "/emergency/close",
        {"facilities": [clinic.facility.pk], "days_out": 3, "reason": "weather"},
    )
    assert "extend that closure instead" in again.content.decode()


def test_a_paused_sender_is_said_and_passed_by_a_tick(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)
    Sender.objects.update(paused_reason="paused by hand")
    assert "passes the pause" in page(desk, closure)
    assert "release it, or choose" in press(desk, closure, counted="1")
    press(desk, closure, counted="1", through_pause="1")
    assert Sending.objects.get().through_pause


def test_settings_say_the_mode_that_is_on(clinic: Clinic, desk: Client) -> None:
    assert "Normal." in desk.get("/settings/engagement").content.decode()
    shut(clinic, desk)
    said = desk.get("/settings/engagement").content.decode()
    assert "Emergency Notifications." in said
    assert "Normal." not in said


def test_a_call_that_takes_too_long_is_said_while_it_is_typed(clinic: Clinic, desk: Client) -> None:
    closure = shut(clinic, desk)
    typed = {"body_en": "{{ closure }}. Call {{ phone }}. " + "We are sorry for this. " * 20}
    address = f"/emergency/{closure.pk}/words/closing/voice"
    assert "too long to say" in desk.post(f"{address}/check", typed).content.decode()
    assert desk.post(address, typed).status_code == 422


def test_it_is_extended(clinic: Clinic, desk: Client) -> None:
    closure = shut(clinic, desk)
    day = closure.last_day + timedelta(days=2)
    desk.post(f"/emergency/{closure.pk}/extend", {"last_day": day.isoformat()})
    closure.refresh_from_db()
    assert closure.last_day == day
    assert f"Extended it to {say_date(day)}" in page(desk, closure, "/record")
    wrong = desk.post(f"/emergency/{closure.pk}/extend", {"last_day": "2020-01-01"})
    assert wrong.status_code == 422


def test_the_desk_sees_and_telephones_and_does_not_send(
    clinic: Clinic, desk: Client, browser: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)
    press(desk, closure, counted="1")
    shown = page(browser, closure)
    assert "1 person can be told" in shown
    assert "type how many people" not in shown
    assert browser.post(f"/emergency/{closure.pk}/end").status_code == 403
    cat = patients[1]
    answer = browser.post(f"/emergency/{closure.pk}/calls/{cat.pk}", {"result": "left_message"})
    assert answer.status_code == 302
    assert browser.get(f"/emergency/{closure.pk}/calls.csv").status_code == 200
    assert AuditEvent.objects.get(act=AuditAct.EXPORTED).subject == f"closure {closure.pk}"
    elsewhere = signed_in(staff(Clinic(now=datetime.now(UTC)), PermissionLevel.BUSINESS_OWNER))
    assert elsewhere.get(f"/emergency/{closure.pk}").status_code == 404


def test_the_pages_ask_as_often_for_many_as_for_few(
    clinic: Clinic,
    desk: Client,
    patients: list[Patient],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    closure = shut(clinic, desk)
    for number in range(20, 60):
        clinic.visit(clinic.patient(mobile=phone(number)), datetime.now(UTC) + timedelta(hours=31))
    press(desk, closure, counted="41")
    for of, most in (("", 110), ("/live", 40), ("/calls", 40), ("/people", 40), ("/record", 45)):
        with django_assert_max_num_queries(most):
            assert page(desk, closure, of)


def test_it_is_said_in_spanish_too(clinic: Clinic, desk: Client, patients: list[Patient]) -> None:
    closure = shut(clinic, desk)
    StaffMember.objects.update(language="es")
    assert re.search(r"Main cierra", page(desk, closure))
    assert Channel.SMS in {Channel(one.channel) for one in NoticeText.objects.all()}


def test_a_name_is_found_in_the_audience_and_stands_in_no_address(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)

    answer = desk.post(f"/emergency/{closure.pk}/people/find", {"q": "ann", "reach": ""})

    assert "ann" not in answer["Location"]
    found = desk.get(answer["Location"]).content.decode()
    assert f"/patients/{patients[0].pk}" in found
    assert f"/patients/{patients[1].pk}" not in found


def test_a_pass_of_the_sender_is_said_and_added_days_are_offered(
    clinic: Clinic, desk: Client, patients: list[Patient]
) -> None:
    closure = shut(clinic, desk)
    Sender.objects.update(paused_reason="paused by hand", emergency_passes=True)
    said = page(desk, closure)
    assert "Emergency notices pass this pause." in said
    assert "through_pause" not in said
    assert "It goes to 1 person now" in press(desk, closure, counted="1")
    clinic.visit(clinic.patient("Bea", mobile=phone(2)), datetime.now(UTC) + timedelta(hours=31))

    assert "it has told nothing of days that were added" in page(desk, closure)
    assert "It goes to 1 person now" in press(desk, closure, counted="1", untold="1")
    assert list(Sending.objects.order_by("pk").values_list("untold_only", flat=True)) == [
        False,
        True,
    ]
