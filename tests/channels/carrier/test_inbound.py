"""A person texts the clinic: the signed webhook, and answers in TwiML."""

from twilio.request_validator import RequestValidator

from handbell.channels.carrier import CallbackReply
from tests.channels.carrier.stage import CLINIC, INBOUND, PAT, Stage, params_of, staged


async def test_the_webhook_is_signed_and_says_what_twilio_says(stage: Stage) -> None:
    text = await stage.carrier.text_from(PAT, CLINIC, "Can I come at 4? ¿Sí?")
    (callback,) = stage.app.callbacks
    told = params_of(callback)
    assert (told["From"], told["To"], told["Body"]) == (PAT, CLINIC, "Can I come at 4? ¿Sí?")
    assert (told["MessageSid"], told["SmsStatus"], told["NumMedia"]) == (text.sid, "received", "0")
    validator = RequestValidator(stage.carrier.auth_token)
    assert validator.validate(callback.url, told, callback.headers["X-Twilio-Signature"])


async def test_an_answer_in_twiml_reaches_the_phone(stage: Stage) -> None:
    stage.app.says(
        INBOUND,
        "<Response><Message>First &amp; last</Message>"
        "<Message><Body>Second</Body></Message></Response>",
    )
    await stage.carrier.text_from(PAT, CLINIC, "hello")
    await stage.passes(5)
    assert [t.body for t in stage.carrier.texts_to(PAT)] == ["First & last", "Second"]
    _, listed = await stage.get("Messages.json", To=PAT)
    assert {row["direction"] for row in listed["messages"]} == {"outbound-reply"}


async def test_an_empty_answer_is_no_answer(stage: Stage) -> None:
    for body in ("", "<Response/>", "<Response><Message> </Message></Response>"):
        stage.app.says(INBOUND, body)
        text = await stage.carrier.text_from(PAT, CLINIC, "hello")
        assert [report.why for report in text.reports] == [""]
    await stage.passes(5)
    assert stage.carrier.texts_to(PAT) == ()


async def test_a_webhook_that_fails_is_kept_and_the_inbound_log_still_has_the_text(
    stage: Stage,
) -> None:
    stage.app.answers["/hooks/twilio/inbound"] = lambda _c: CallbackReply(0, why="no connection")
    text = await stage.carrier.text_from(PAT, CLINIC, "stop it please")
    assert [(r.told, r.why) for r in text.reports] == [(False, "no connection")]
    _, listed = await stage.get("Messages.json", From=PAT, To=CLINIC)
    (row,) = listed["messages"]
    assert (row["direction"], row["status"], row["body"]) == (
        "inbound",
        "received",
        "stop it please",
    )


async def test_an_answer_that_is_not_twiml_is_kept_as_a_flaw(stage: Stage) -> None:
    stage.app.says(INBOUND, "OK")
    text = await stage.carrier.text_from(PAT, CLINIC, "hello")
    assert [report.why for report in text.reports] == ["unusable TwiML: the document is not XML"]


async def test_each_sender_may_have_its_own_address() -> None:
    own = "https://other.example/in"
    async with staged(inbound_urls={CLINIC: own}) as stage:
        await stage.carrier.text_from(PAT, CLINIC, "hello")
        await stage.carrier.text_from(PAT, "+12125550109", "hello")
        assert [c.url for c in stage.app.callbacks] == [own, INBOUND]


async def test_without_an_inbound_address_a_text_is_only_kept() -> None:
    async with staged(inbound_url="") as stage:
        text = await stage.carrier.text_from(PAT, CLINIC, "hello")
        assert text.reports == ()
        assert stage.app.callbacks == []
