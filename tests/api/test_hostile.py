"""Whatever is posted to a webhook, signed or not: an answer, never an error of ours."""

from collections.abc import Sequence

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbell.channels.addresses import ROUTES
from handbell.outbox.models import Message
from tests.api.signed import FORM, post
from tests.handed import offer, ready
from tests.world import phone

OURS = "+12025550199"

NAMES = st.sampled_from(
    ["MessageSid", "MessageStatus", "CallSid", "CallStatus", "From", "To", "Body", "Digits", "x"]
)
TEXTS = st.one_of(
    st.sampled_from(["", "\x00", "STOP\x00", "C", OURS, phone(1), "delivered", "9" * 40, "-1"]),
    st.text(max_size=60),
)
FORMS = st.lists(st.tuples(NAMES, TEXTS), max_size=8)
NUMBERS = st.sampled_from([0, 1, 32_767, 32_768, 2**31, 2**63, 10**30])


@pytest.mark.django_db
@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.sampled_from(sorted(ROUTES.values())), NUMBERS, NUMBERS, FORMS)
def test_any_signed_form_at_any_address_is_answered(
    route: str, message_id: int, attempt: int, form: Sequence[tuple[str, str]]
) -> None:
    filled = route.replace("<int:message_id>", str(message_id))
    path = f"/hooks/twilio/{filled.replace('<int:attempt>', str(attempt))}"

    assert post(path, form).status_code < 500


@pytest.mark.django_db
@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.sampled_from(sorted(ROUTES.values())), st.binary(max_size=200))
def test_any_bytes_without_a_signature_are_refused(route: str, body: bytes) -> None:
    path = "/hooks/twilio/" + route.replace("<int:message_id>/<int:attempt>", "1/1")
    answer = Client().post(path, body, content_type=FORM)

    assert 400 <= answer.status_code < 500


@pytest.mark.django_db
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(max_size=200) | st.sampled_from(["STOP\x00", "\x00", "\ud83d\ude00", "ＳＴＯＰ"]))
def test_a_person_may_text_anything(body: str) -> None:
    pairs = [("MessageSid", f"SM{abs(hash(body))}"), ("From", phone(1)), ("To", OURS)]

    if not Message.objects.exists():
        offer(ready())
    answer = post(
        "/hooks/twilio/inbound", [*pairs, ("Body", body.encode(errors="replace").decode())]
    )
    assert answer.status_code == 200


@pytest.mark.django_db
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", max_size=300),
    st.sampled_from(["", "/confirm", "/stop", "/preferences", "/balance", "/visit.ics", "/x/y"]),
)
def test_any_code_behind_a_link_is_answered(code: str, rest: str) -> None:
    assert Client().get(f"/v/{code}{rest}").status_code < 500
    assert Client().post(f"/v/{code}{rest}", {"code": "\x00"}).status_code < 500
