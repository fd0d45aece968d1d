"""A practice that told us no number still writes whole sentences."""

import pytest

from handbell.access.models import Facility
from handbell.rehearsal.stage import Stage
from handbell.vocabulary.words import Channel
from tests.stage import play, until
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_text_and_a_call_name_no_number_where_there_is_none() -> None:
    clinic = Clinic()
    clinic.senders()
    clinic.step(channels=[Channel.SMS, Channel.VOICE])
    Facility.objects.update(phone="")
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS, Channel.VOICE])
    clinic.visit(patient, at(4, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 11))
        (text,) = stage.carrier.texts_to(phone(1))
        assert "or call us. STOP" in text.body
        (call,) = stage.carrier.calls_to(phone(1))
        assert call.steps[0].text == "This is an automated call from Harbor PT."

    play(clinic, scenario)
