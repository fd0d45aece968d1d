"""What the front desk changes on a patient: contact points, consents, opt-outs, each recorded."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, StaffMember
from handbell.facts.models import Change, Consent, ContactPoint, Patient, Suppression
from handbell.vocabulary.words import AuditAct, Channel, PermissionLevel, Purpose
from tests.console.desk import signed_in, staff
from tests.world import Clinic, phone

REMINDERS = "appointment_reminder"

AGREED = {
    "methods": ["sms", "email"],
    "language": "en",
    "who": "the patient",
    "how": "in person",
    "agreed": "on",
}

DETAILS = {
    "preferred_name": "",
    "status": "active",
    "language": "",
    "reminders": "",
    "mobile": "(202) 555-0101",
    "home": "",
    "email": "ines@mail.example",
    "guardian_name": "",
    "guardian_mobile": "",
    "guardian_home": "",
    "guardian_email": "",
}


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return clinic.patient("Ines")


def events(patient: Patient) -> list[tuple[str, str, str]]:
    found = Consent.objects.filter(patient=patient).order_by("id")
    return list(found.values_list("purpose", "channel", "kind"))


class TestConsent:
    """A switch is a consent: asked for, read out, recorded with who, when and how."""

    def test_it_is_recorded_as_it_was_given(
        self, browser: Client, patient: Patient, member: StaffMember
    ) -> None:
        answer = browser.post(f"/patients/{patient.pk}/subscribe/{REMINDERS}", AGREED)
        assert answer.headers["Location"] == f"/patients/{patient.pk}"
        first, second = Consent.objects.order_by("channel")
        assert (first.channel, second.channel) == ("email", "sms")
        assert first.kind == "granted"
        assert first.by == member.name
        assert first.how == "in person, by the patient"
        assert first.wording.startswith("Harbor PT would like to remind you of your visits by text")
        assert "by text and e-mail" in first.wording
        event = AuditEvent.objects.get(act=AuditAct.CONSENT_RECORDED)
        assert event.detail == {
            "purpose": REMINDERS,
            "kind": "granted",
            "channels": ["sms", "email"],
        }
        assert Change.objects.filter(patient=patient).exists()

    def test_spanish_is_kept_in_spanish(self, browser: Client, patient: Patient) -> None:
        browser.post(f"/patients/{patient.pk}/subscribe/{REMINDERS}", AGREED | {"language": "es"})
        assert "por mensaje de texto y correo electrónico" in Consent.objects.first().wording  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("left_out", "said"),
        [
            ("methods", "Tick at least one way"),
            ("language", "Say in which language"),
            ("who", "Say who agreed"),
            ("how", "Say how they agreed"),
            ("agreed", "Ask first: without a yes"),
        ],
    )
    def test_without_a_part_of_it_nothing_is_recorded_and_the_rest_stays_typed(
        self, browser: Client, patient: Patient, left_out: str, said: str
    ) -> None:
        sent = {name: value for name, value in AGREED.items() if name != left_out}
        html = browser.post(f"/patients/{patient.pk}/subscribe/{REMINDERS}", sent).content.decode()
        assert said in html
        assert "Nothing is saved yet" in html
        assert not events(patient)
        if left_out != "how":
            assert 'value="in person" required' in html or "checked" in html

    @pytest.mark.parametrize("methods", [["fax"], ["sms", "pigeon"]])
    def test_an_unknown_method_is_refused(
        self, browser: Client, patient: Patient, methods: list[str]
    ) -> None:
        browser.post(f"/patients/{patient.pk}/subscribe/{REMINDERS}", AGREED | {"methods": methods})
        assert not events(patient)

    def test_balance_alerts_are_never_spoken(self, browser: Client, patient: Patient) -> None:
        sent = AGREED | {"methods": ["voice"]}
        browser.post(f"/patients/{patient.pk}/subscribe/balance_alert", sent)
        assert not events(patient)

    @pytest.mark.parametrize("purpose", ["emergency_notice", "marketing"])
    def test_no_other_purpose_has_a_switch(
        self, browser: Client, patient: Patient, purpose: str
    ) -> None:
        assert browser.get(f"/patients/{patient.pk}/subscribe/{purpose}").status_code == 404
        assert browser.post(f"/patients/{patient.pk}/unsubscribe/{purpose}").status_code == 404

    def test_a_method_that_is_unticked_ends_without_a_new_consent(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient(consents=[Channel.SMS, Channel.EMAIL])
        browser.post(f"/patients/{patient.pk}/subscribe/{REMINDERS}", {"methods": ["sms"]})
        assert events(patient)[-1] == (REMINDERS, "email", "withdrawn")
        assert len(events(patient)) == 3

    def test_switching_off_ends_every_method(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient(consents=[Channel.SMS, Channel.EMAIL])
        address = f"/patients/{patient.pk}/unsubscribe/{REMINDERS}"
        assert "Say who asked" in browser.post(address, {}).content.decode()
        assert len(events(patient)) == 2
        browser.post(address, {"who": "the patient", "how": "on the telephone"})
        assert events(patient)[2:] == [
            (REMINDERS, "sms", "withdrawn"),
            (REMINDERS, "email", "withdrawn"),
        ]

    def test_what_is_off_stays_off(self, browser: Client, patient: Patient) -> None:
        answer = browser.get(f"/patients/{patient.pk}/unsubscribe/{REMINDERS}", follow=True)
        assert "are off already" in answer.content.decode()


class TestDetails:
    """Contact points are checked as an import checks them."""

    def test_they_are_saved_in_their_one_form(
        self, clinic: Clinic, browser: Client, patient: Patient
    ) -> None:
        sent = DETAILS | {"language": "es", "guardian_name": "Vera", "guardian_home": "2025550102"}
        browser.post(f"/patients/{patient.pk}/details", sent)
        points = ContactPoint.objects.filter(patient=patient)
        assert set(points.values_list("owner", "kind", "value")) == {
            ("patient", "mobile_phone", phone(1)),
            ("patient", "email", "ines@mail.example"),
            ("guardian", "home_phone", phone(2)),
        }
        patient.refresh_from_db()
        assert (patient.language, patient.guardian_name) == ("es", "Vera")
        event = AuditEvent.objects.get(act=AuditAct.PATIENT_CHANGED)
        assert "patient mobile_phone" in event.detail["changed"]
        assert "555" not in str(event.detail)

    def test_another_caregiver_is_asked_anew(self, browser: Client, patient: Patient) -> None:
        address = f"/patients/{patient.pk}/details"
        sent = DETAILS | {"caregiver_name": "Ann", "caregiver_mobile": "2025550141"}
        browser.post(address, sent | {"caregiver_agreed": ["sms"]})
        said = browser.post(
            address, sent | {"caregiver_mobile": "2025550142", "caregiver_agreed": ["sms"]},
            follow=True,
        ).content.decode()  # fmt: skip
        assert "tick again what they agreed to" in said
        kinds = Consent.objects.filter(of_caregiver=True).order_by("pk").values_list("kind")
        assert [kind for (kind,) in kinds] == ["granted", "withdrawn"]

    def test_what_is_emptied_is_removed(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient(mobile=phone(3), email="x@mail.example")
        browser.post(f"/patients/{patient.pk}/details", DETAILS | {"mobile": ""})
        assert list(ContactPoint.objects.filter(patient=patient).values_list("kind", "value")) == [
            ("email", "ines@mail.example")
        ]

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("mobile", "12", "No such telephone number exists"),
            ("mobile", "9999999999", "No such telephone number exists"),
            ("guardian_home", "call me", "No such telephone number exists"),
            ("email", "ines at mail", "This is not an e-mail address"),
            ("to_guardian", "on", "Type the caregiver’s number"),
            ("status", "famous", "Select a valid choice"),
        ],
    )
    def test_a_mistake_is_told_beside_its_field_and_the_form_stays_as_typed(
        self, browser: Client, patient: Patient, field: str, typed: str, said: str
    ) -> None:
        html = browser.post(
            f"/patients/{patient.pk}/details", DETAILS | {field: typed, "preferred_name": "Nini"}
        ).content.decode()
        assert said in html
        assert f'id="id_{field}_error"' in html
        assert 'value="Nini"' in html
        assert not ContactPoint.objects.filter(patient=patient).exists()

    def test_nothing_changed_records_nothing(self, browser: Client, patient: Patient) -> None:
        sent = DETAILS | {"mobile": "", "email": ""}
        browser.post(f"/patients/{patient.pk}/details", sent)
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize(
        ("chosen", "leads_to"),
        [("sms,email", "subscribe/appointment_reminder?methods=sms%2Cemail"), ("", "")],
    )
    def test_the_drop_down_leads_to_the_consent(
        self, browser: Client, patient: Patient, chosen: str, leads_to: str
    ) -> None:
        answer = browser.post(f"/patients/{patient.pk}/details", DETAILS | {"reminders": chosen})
        assert answer.headers["Location"] == f"/patients/{patient.pk}/{leads_to}".rstrip("/")
        assert not events(patient)

    def test_turning_the_drop_down_off_leads_to_the_opt_out(
        self, clinic: Clinic, browser: Client
    ) -> None:
        patient = clinic.patient(consents=[Channel.SMS])
        answer = browser.post(f"/patients/{patient.pk}/details", DETAILS)
        assert answer.headers["Location"].endswith("/unsubscribe/appointment_reminder")

    def test_that_an_import_overwrites_is_said(self, browser: Client, patient: Patient) -> None:
        html = browser.get(f"/patients/{patient.pk}/details").content.decode()
        assert "next import writes over" in html


class TestSuppressions:
    """An address that did not work may be tried again; an opt-out only by the patient's word."""

    def stop(self, clinic: Clinic, kind: str, address: str = phone(1)) -> Suppression:
        return Suppression.objects.create(
            practice=clinic.practice,
            address=address,
            channel="sms",
            kind=kind,
            at=clinic.now - timedelta(days=1),
            source="Twilio 30005",
        )

    @pytest.mark.parametrize(
        ("kind", "lifted"),
        [("unreachable", True), ("hard_bounce", True), ("opted_out", False), ("complaint", False)],
    )
    def test_which_may_be_lifted(
        self, clinic: Clinic, browser: Client, kind: str, lifted: bool
    ) -> None:
        patient = clinic.patient(mobile=phone(1))
        row = self.stop(clinic, kind)
        html = browser.get(f"/patients/{patient.pk}").content.decode()
        assert ("Use it again" in html) is lifted
        answer = browser.post(f"/patients/{patient.pk}/suppressions/{row.pk}/lift")
        row.refresh_from_db()
        assert (row.lifted_at is not None) is lifted
        assert answer.status_code == (302 if lifted else 403)

    def test_not_one_of_another_address_or_practice(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient(mobile=phone(1))
        for row in (
            self.stop(clinic, "unreachable", phone(2)),
            self.stop(Clinic(now=clinic.now), "unreachable"),
        ):
            answer = browser.post(f"/patients/{patient.pk}/suppressions/{row.pk}/lift")
            assert answer.status_code == 404


CHANGES = {
    "details": ("get", "/details"),
    "subscribe": ("get", f"/subscribe/{REMINDERS}"),
    "subscribe to alerts": ("get", "/subscribe/balance_alert"),
    "unsubscribe": ("get", f"/unsubscribe/{REMINDERS}"),
    "balance alerts": ("post", "/balance-alerts"),
    "lift": ("post", "/suppressions/1/lift"),
}
REFUSED = {
    "limit_messaging": {
        "subscribe",
        "subscribe to alerts",
        "unsubscribe",
        "balance alerts",
        "lift",
    },
    "limit_financial": {"subscribe to alerts", "balance alerts"},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("modifier", ["", *REFUSED])
@pytest.mark.parametrize("level", PermissionLevel)
def test_any_level_changes_what_no_modifier_takes_away(
    clinic: Clinic, level: PermissionLevel, modifier: str, change: str
) -> None:
    patient = clinic.patient(consents=[Channel.SMS])
    clinic.consent(patient, Channel.SMS, purpose=Purpose.BALANCE_ALERT)
    modifiers: dict[str, Any] = {modifier: True} if modifier else {}
    method, way = CHANGES[change]
    browser = signed_in(staff(clinic, level, **modifiers))
    answer = getattr(browser, method)(f"/patients/{patient.pk}{way}")
    refused = change in REFUSED.get(modifier, set())
    assert (answer.status_code == 403) is refused


def test_limited_messaging_sees_the_page_without_its_switches(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    browser = signed_in(staff(clinic, limit_messaging=True))
    html = browser.get(f"/patients/{patient.pk}").content.decode()
    assert "Patient Engagement" in html
    assert "/subscribe/" not in html
    assert "balance-alerts" not in html
    html = browser.get(f"/patients/{patient.pk}/details").content.decode()
    assert 'name="reminders" ' in html
    assert "disabled" in html
