"""The mail sink: everything is kept, exactly; mailboxes misbehave on request."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.mime.text import MIMEText
from pathlib import Path

import aiosmtplib
import pytest

from handbell.channels.carrier import Does
from handbell.channels.carrier.smtp import Login
from tests.channels.carrier.stage import Stage, staged

CLINIC = "frontdesk@clinic.example"
PAT = "pat@home.example"
SAM = "sam@home.example"


@asynccontextmanager
async def client(stage: Stage, **settings: object) -> AsyncIterator[aiosmtplib.SMTP]:
    found = aiosmtplib.SMTP(
        hostname="127.0.0.1",
        port=stage.carrier.smtp_port,
        start_tls=False,
        timeout=0.5,
        **settings,  # type: ignore[arg-type]
    )
    async with found:
        yield found


def mail(subject: str = "Your visit", to: str = PAT) -> bytes:
    message = MIMEText("See you on Thursday.\n..\n.\nFrom the clinic\n")
    message["From"], message["To"], message["Subject"] = CLINIC, to, subject
    message["Message-ID"] = "<hb.41.00ff@clinic.example>"
    return message.as_bytes()


async def send(stage: Stage, *to: str, **settings: object) -> None:
    async with client(stage, **settings) as smtp:
        await smtp.sendmail(CLINIC, list(to) or [PAT], mail())


async def test_a_mail_is_kept_byte_for_byte(stage: Stage) -> None:
    await send(stage)
    (kept,) = stage.carrier.mails_to(PAT)
    assert kept.raw == mail().replace(b"\n", b"\r\n")
    assert (kept.sender, kept.mailbox, kept.encrypted) == (CLINIC, PAT, False)
    assert (kept.message_id, kept.key) == ("<hb.41.00ff@clinic.example>", "41")
    assert kept.created_at == stage.clock.now


async def test_every_recipient_has_it_in_their_mailbox_in_any_case(stage: Stage) -> None:
    await send(stage, PAT, "SAM@home.example")
    assert len(stage.carrier.mails_to(PAT)) == 1
    assert len(stage.carrier.mails_to(SAM)) == 1
    assert len(stage.carrier.mails_to("Sam@Home.example")) == 1


async def test_one_connection_carries_many_mails_in_order(stage: Stage) -> None:
    async with client(stage) as smtp:
        for number in range(20):
            await smtp.sendmail(CLINIC, [PAT], mail(f"Number {number}"))
    assert len(stage.carrier.mails_to(PAT)) == 20
    assert stage.carrier.truth.received_counts() == {"41": 20}


@pytest.mark.parametrize(
    ("does", "wish", "code", "text"),
    [
        (Does.MAILBOX_BOUNCES, {}, 550, "5.1.1"),
        (Does.MAILBOX_FULL, {}, 452, "4.2.2"),
        (Does.MAILBOX_FULL, {"code": "552 5.2.2"}, 552, "5.2.2"),
        (Does.REJECTS, {"code": "550 5.7.1"}, 550, "5.7.1"),
        (Does.HTTP_500, {}, 451, "4.3.0"),
    ],
)
async def test_a_recipient_is_refused(
    stage: Stage, does: Does, wish: dict[str, str], code: int, text: str
) -> None:
    stage.carrier.behave(does, number=PAT, **wish)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(stage)
    (each,) = refused.value.recipients
    assert each.code == code
    assert each.message.startswith(text)
    assert stage.carrier.mails_to(PAT) == ()
    assert stage.carrier.truth.refusals[-1].code == str(code)
    await send(stage, SAM)


async def test_greylisting_takes_the_second_try(stage: Stage) -> None:
    stage.carrier.behave(Does.GREYLISTS)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(stage)
    assert refused.value.recipients[0].code == 451
    await send(stage)
    assert len(stage.carrier.mails_to(PAT)) == 1


async def test_too_much_ends_the_connection_with_421(stage: Stage) -> None:
    stage.carrier.behave(Does.HTTP_429, times=1)
    with pytest.raises((aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPServerDisconnected)):
        await send(stage)
    await send(stage)
    assert len(stage.carrier.mails_to(PAT)) == 1


@pytest.mark.parametrize(
    ("does", "failure", "kept"),
    [
        (Does.RESET_AFTER_ACCEPTING, aiosmtplib.SMTPServerDisconnected, 1),
        (Does.RESET_BEFORE_ACCEPTING, aiosmtplib.SMTPServerDisconnected, 0),
        (Does.TIMEOUT_AFTER_ACCEPTING, aiosmtplib.SMTPReadTimeoutError, 1),
        (Does.TIMEOUT_BEFORE_ACCEPTING, aiosmtplib.SMTPReadTimeoutError, 0),
    ],
)
async def test_the_end_of_data_gets_no_answer(
    stage: Stage, does: Does, failure: type[Exception], kept: int
) -> None:
    stage.carrier.behave(does, times=1)
    with pytest.raises(failure):
        await send(stage)
    mails = stage.carrier.mails_to(PAT)
    assert len(mails) == kept
    assert [m.sid for m in stage.carrier.truth.untold()] == [m.sid for m in mails]
    await send(stage)
    assert len(stage.carrier.mails_to(PAT)) == kept + 1


async def test_slow_answers_after_real_seconds(stage: Stage) -> None:
    stage.carrier.behave(Does.SLOW, seconds=0.1)
    began = asyncio.get_running_loop().time()
    await send(stage)
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_a_wish_for_texts_leaves_mail_alone(stage: Stage) -> None:
    stage.carrier.behave(Does.HTTP_500, kind="text")
    await send(stage)
    assert len(stage.carrier.mails_to(PAT)) == 1


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_starttls_is_offered_and_seen(tls: ssl.SSLContext, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with staged(smtp_tls=tls) as stage:
        async with client(stage) as smtp:
            await smtp.starttls(tls_context=trusting)
            await smtp.sendmail(CLINIC, [PAT], mail())
        assert [kept.encrypted for kept in stage.carrier.mails_to(PAT)] == [True]


async def test_starttls_can_be_required(tls: ssl.SSLContext) -> None:
    async with staged(smtp_tls=tls, smtp_tls_required=True) as stage:
        with pytest.raises(aiosmtplib.SMTPException):
            await send(stage)
        assert stage.carrier.mails_to(PAT) == ()


async def test_a_login_can_be_required() -> None:
    async with staged(smtp_login=Login("clinic", "secret")) as stage:
        with pytest.raises(aiosmtplib.SMTPException):
            await send(stage)
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await send(stage, username="clinic", password="wrong")
        await send(stage, username="clinic", password="secret")
        assert len(stage.carrier.mails_to(PAT)) == 1


async def test_no_address_reaches_a_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    stage.carrier.behave(Does.MAILBOX_BOUNCES, number=SAM)
    await send(stage)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await send(stage, SAM)
    assert "home.example" not in caplog.text
