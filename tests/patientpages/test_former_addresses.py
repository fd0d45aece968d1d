"""An old link stops its own address, and changes nothing of who has another one by now."""

from datetime import timedelta

from django.test import Client

from handbell.access.models import AuditEvent
from handbell.facts.models import Consent, ContactPoint, Patient, Suppression
from handbell.outbox.models import Message
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    MessageState,
    Objection,
    Recipient,
)
from tests.console.desk import message
from tests.patientpages.test_preferences import NUMBER, REMINDER, newest, save, show
from tests.world import Clinic


def test_who_has_a_number_that_is_theirs_no_more_stops_that_number_only(
    clinic: Clinic, text: Message, frank: Patient
) -> None:
    clinic.consent(frank, Channel.EMAIL)
    ContactPoint.objects.filter(value=NUMBER).update(value="+12025550125")
    Client().post(f"/v/{text.code}/stop", {"all": "1"})
    assert set(Suppression.objects.values_list("address", flat=True)) == {NUMBER}
    assert not Consent.objects.filter(kind=ConsentKind.WITHDRAWN).exists()
    assert AuditEvent.objects.get().subject == f"patient {frank.pk}"


def test_a_guardian_stops_nothing_of_who_is_of_age_by_now(clinic: Clinic) -> None:
    clinic.senders()
    grown = clinic.patient(
        "Nell",
        birth_date=clinic.now.date() - timedelta(days=7000),
        mobile="+12025550125",
        guardian_mobile=NUMBER,
        consents=[Channel.SMS],
    )
    of = message(clinic, grown, state=MessageState.DELIVERED, recipient=Recipient.GUARDIAN)
    Client().post(f"/v/{of.code}/stop", {"all": "1"})
    assert set(Suppression.objects.values_list("address", flat=True)) == {NUMBER}
    assert newest(grown, REMINDER, Channel.SMS).kind == "granted"


def test_of_two_patients_only_whose_number_it_still_is_stops_everything(
    clinic: Clinic, text: Message, frank: Patient
) -> None:
    sister = clinic.patient("Bea", mobile=NUMBER, consents=[Channel.SMS])
    message(
        clinic,
        sister,
        state=MessageState.WITHHELD,
        objection=Objection.MERGED,
        merged_into=text,
    )
    ContactPoint.objects.filter(patient=frank, value=NUMBER).update(value="+12025550125")
    Client().post(f"/v/{text.code}/stop", {"all": "1"})
    assert newest(frank, REMINDER, Channel.SMS).kind == "granted"
    assert newest(sister, REMINDER, Channel.SMS).kind == "withdrawn"
    assert set(Suppression.objects.values_list("address", flat=True)) == {NUMBER}


def test_the_language_is_only_that_of_patients_whose_number_it_still_is(
    clinic: Clinic, text: Message, frank: Patient
) -> None:
    ContactPoint.objects.filter(value=NUMBER).update(value="+12025550125")
    html = show(text)
    assert 'name="language"' not in html
    assert "Save my choices" not in html
    Client().post(f"/v/{text.code}/preferences", {"language": "es"})
    frank.refresh_from_db()
    assert frank.language == ""

    sister = clinic.patient("Bea", mobile=NUMBER, consents=[Channel.SMS])
    message(
        clinic,
        sister,
        state=MessageState.WITHHELD,
        objection=Objection.MERGED,
        merged_into=text,
    )
    html = save(text, language="es")
    assert "Frank" not in html
    frank.refresh_from_db()
    sister.refresh_from_db()
    assert (frank.language, sister.language) == ("", "es")
