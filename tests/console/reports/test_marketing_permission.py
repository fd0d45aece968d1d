"""A marketing permission is asked for and recorded on its own; what Handbell sends is as before."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from handbell.access.models import AuditEvent
from handbell.facts.models import Change, Consent, MarketingPermission
from handbell.facts.queries import newest_marketing_permission
from handbell.vocabulary.words import AuditAct, ConsentKind
from tests.console.desk import signed_in, staff
from tests.world import Clinic

pytestmark = pytest.mark.django_db

YES = {"language": "es", "who": "the patient", "how": "in person", "agreed": "on"}


@pytest.fixture
def browser(clinic: Clinic) -> Client:
    return signed_in(staff(clinic))


def test_a_yes_and_a_no_are_recorded_with_the_words_that_were_read(
    clinic: Clinic, browser: Client
) -> None:
    patient = clinic.patient("Ada")
    Change.objects.all().delete()
    address = f"/patients/{patient.pk}/marketing-permission"

    assert "Never asked." in browser.get(f"/patients/{patient.pk}").content.decode()
    assert browser.post(address, YES).status_code == 302
    page = browser.get(f"/patients/{patient.pk}").content.decode()
    said_no = {"who": "the patient", "how": "on the telephone"}
    assert browser.post(f"{address}/end", said_no).status_code == 302

    yes, no = MarketingPermission.objects.order_by("id")
    assert "quisiera enviarle novedades" in yes.wording
    assert (yes.how, yes.by) == ("in person, by the patient", "Robin Desk")
    assert "Consent" in page
    assert no.kind == ConsentKind.WITHDRAWN
    newest = newest_marketing_permission(patient.pk, now=no.at)
    assert newest == no
    told = [one.detail for one in AuditEvent.objects.filter(act=AuditAct.CONSENT_RECORDED)]
    assert told == [
        {"purpose": "marketing_permission", "kind": "granted"},
        {"purpose": "marketing_permission", "kind": "withdrawn"},
    ]
    assert not Consent.objects.exists()
    assert not Change.objects.exists()


def test_without_a_yes_nothing_is_recorded_and_the_form_says_what_is_missing(
    clinic: Clinic, browser: Client
) -> None:
    patient = clinic.patient("Ada")

    page = browser.post(f"/patients/{patient.pk}/marketing-permission", {"language": "en"})

    text = page.content.decode()
    assert "Ask first: without a yes there is nothing to record." in text
    assert "Say who agreed." in text
    assert not MarketingPermission.objects.exists()


def test_the_log_refuses_to_be_changed(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient("Ada")
    browser.post(f"/patients/{patient.pk}/marketing-permission", YES)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        MarketingPermission.objects.update(kind=ConsentKind.WITHDRAWN)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        MarketingPermission.objects.all().delete()


def test_who_is_limited_in_messaging_does_not_record_it(clinic: Clinic) -> None:
    patient = clinic.patient("Ada")
    limited = signed_in(staff(clinic, limit_messaging=True))

    assert limited.post(f"/patients/{patient.pk}/marketing-permission", YES).status_code == 403
    assert "Ask and record" not in limited.get(f"/patients/{patient.pk}").content.decode()
