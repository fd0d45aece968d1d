"""The score: what a TwiML document makes happen, and where keys lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Gather, VoiceResponse

from handbell.channels.carrier.callbacks import Params
from handbell.channels.carrier.twiml import (
    APPLICATION_ERROR,
    Moment,
    Score,
    TwimlFlaw,
    read_messages,
    speaking_seconds,
)

HERE = "https://clinic.example/voice/start"


class Web:
    """Documents by address; remembers what was asked."""

    def __init__(self, **documents: str) -> None:
        self.documents = {f"https://clinic.example/{n}": d for n, d in documents.items()}
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    async def fetch(self, url: str, method: str, params: Params) -> str:
        self.asked.append((url, method, dict(params)))
        if url not in self.documents:
            raise TwimlFlaw("the address gave HTTP 404")
        return self.documents[url]


async def played(document: str, *heard: str, web: Web | None = None) -> list[Moment]:
    """Play it all; `heard` are the keys pressed during each listening moment, in order."""
    score, keys, moments = Score(HERE, (web or Web()).fetch), list(heard), []
    score.load(document)
    moment = await score.next()
    while moment is not None and moment.kind != "hangup":
        moments.append(moment)
        pressed = keys.pop(0) if moment.hears and keys else ""
        moment = await score.next(pressed)
    return moments


def said(moments: list[Moment]) -> list[str]:
    return [moment.text for moment in moments if moment.kind == "say"]


def response(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


async def test_verbs_play_in_order_and_unknown_ones_are_left_out() -> None:
    moments = await played(
        response("<Say>One</Say>", '<Pause length="3"/>', "<Record/>", "<Play>a.mp3</Play>")
    )
    assert [(m.kind, m.text) for m in moments] == [
        ("say", "One"),
        ("pause", ""),
        ("ignored", "Record"),
        ("play", "a.mp3"),
    ]
    assert moments[1].seconds == 3


async def test_hangup_ends_what_would_follow() -> None:
    assert said(await played(response("<Say>One</Say>", "<Hangup/>", "<Say>Two</Say>"))) == ["One"]


async def test_a_say_outside_a_gather_hears_no_key() -> None:
    assert not (await played(response("<Say>One</Say>")))[0].hears


async def test_without_a_key_the_document_goes_on_after_the_gather() -> None:
    web = Web()
    document = response('<Gather action="/keys"><Say>Press 1</Say></Gather>', "<Say>Bye</Say>")
    moments = await played(document, web=web)
    assert [m.kind for m in moments] == ["say", "listen", "say"]
    assert moments[1].seconds == 5
    assert web.asked == []


async def test_a_key_during_the_prompt_cuts_it_and_goes_to_the_action() -> None:
    web = Web(keys=response("<Say>Thank you</Say>"))
    document = response(
        '<Gather action="/keys" numDigits="1"><Say>Press 1</Say><Say>or 9</Say></Gather>',
        "<Say>never said</Say>",
    )
    moments = await played(document, "9", web=web)
    assert said(moments) == ["Press 1", "Thank you"]
    assert web.asked == [
        ("https://clinic.example/keys", "POST", {"msg": "Gather End", "Digits": "9"})
    ]


async def test_several_digits_are_waited_for() -> None:
    web = Web(keys=response())
    document = response('<Gather action="/keys" numDigits="4"/>')
    await played(document, "1", "2", "34", web=web)
    assert web.asked[0][2]["Digits"] == "1234"


async def test_fewer_digits_than_wanted_are_sent_when_time_is_over() -> None:
    web = Web(keys=response())
    await played(response('<Gather action="/keys" numDigits="4" timeout="2"/>'), "12", web=web)
    assert web.asked[0][2]["Digits"] == "12"


@pytest.mark.parametrize(
    ("attribute", "keys", "digits"),
    [("", "12#9", "12"), ('finishOnKey="*"', "12#*", "12#"), ('finishOnKey=""', "1#", "1#")],
)
async def test_the_finishing_key_ends_and_is_not_sent(
    attribute: str, keys: str, digits: str
) -> None:
    web = Web(keys=response())
    await played(response(f'<Gather action="/keys" {attribute}/>'), keys, web=web)
    assert web.asked[0][2]["Digits"] == digits


async def test_a_finishing_key_alone_is_no_input() -> None:
    web = Web(keys=response())
    moments = await played(response('<Gather action="/keys"/>', "<Say>Bye</Say>"), "#", web=web)
    assert said(moments) == ["Bye"]
    assert web.asked == []


async def test_an_empty_result_goes_to_the_action_when_asked() -> None:
    web = Web(keys=response("<Say>Nothing pressed</Say>"))
    document = response('<Gather action="/keys" actionOnEmptyResult="true"/>', "<Say>Bye</Say>")
    assert said(await played(document, web=web)) == ["Nothing pressed"]
    assert web.asked[0][2] == {"msg": "Gather End", "Digits": ""}


async def test_addresses_are_relative_to_the_document_they_are_in() -> None:
    web = Web(
        **{"other/a": response("<Redirect>b</Redirect>"), "other/b": response("<Say>b</Say>")}
    )
    document = response('<Redirect method="GET">/other/a</Redirect>', "<Say>never</Say>")
    assert said(await played(document, web=web)) == ["b"]
    assert [(url, method) for url, method, _ in web.asked] == [
        ("https://clinic.example/other/a", "GET"),
        ("https://clinic.example/other/b", "POST"),
    ]


@pytest.mark.parametrize("verb", ["<Redirect>/gone</Redirect>", "<Redirect>ftp://x/</Redirect>"])
async def test_an_address_that_fails_is_said_and_ends_the_call(verb: str) -> None:
    moments = await played(response(verb, "<Say>never</Say>"))
    assert moments[0].kind == "fault"
    assert said(moments) == [APPLICATION_ERROR]


async def test_a_document_that_leads_to_itself_ends() -> None:
    web = Web(loop=response("<Redirect>/loop</Redirect>"))
    moments = await played(response("<Redirect>/loop</Redirect>"), web=web)
    assert [m.kind for m in moments] == ["fault", "say"]
    assert len(web.asked) == 50


@pytest.mark.parametrize(
    "document", ["", "hello", "<Other/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><Response>&a;</Response>"]
)
def test_what_is_no_twiml_is_refused(document: str) -> None:
    with pytest.raises(TwimlFlaw):
        Score(HERE, Web().fetch).load(document)


def test_texts_to_answer_with() -> None:
    assert read_messages("") == ()
    assert read_messages(response("<Message>a</Message><Message><Body>b</Body></Message>")) == (
        "a",
        "b",
    )


async def test_what_twilios_library_writes_is_played() -> None:
    written = VoiceResponse()
    gather = Gather(action="/keys", num_digits=1, action_on_empty_result=True, timeout=5)
    gather.say("Press 9 to stop these calls.", voice="Polly.Joanna", language="en-US")
    written.append(gather)
    written.hangup()
    web = Web(keys=response("<Say>Done</Say>"))
    assert said(await played(str(written), "9", web=web)) == [
        "Press 9 to stop these calls.",
        "Done",
    ]


def test_speaking_takes_the_time_it_takes() -> None:
    assert speaking_seconds("one two three four five") == 2.0
    assert speaking_seconds("Call 2025550123") > 4
    assert speaking_seconds("") == 0


async def test_ssml_breaks_and_loops_take_time() -> None:
    (spoken,) = await played(response('<Say>a b<break time="1500ms"/></Say>'))
    assert (spoken.text, spoken.seconds) == ("a b", 2.3)
    (looped,) = await played(response('<Say loop="2">a b</Say>'))
    assert looped.seconds == 1.6


VERBS = st.sampled_from(
    [
        "<Say>hello</Say>",
        '<Pause length="2"/>',
        '<Gather action="/keys" numDigits="1"><Say>press</Say></Gather>',
        '<Gather actionOnEmptyResult="true" action="/keys"/>',
        "<Redirect>/keys</Redirect>",
        "<Hangup/>",
        "<Strange><Deep/></Strange>",
    ]
)


@given(st.lists(VERBS, max_size=8), st.lists(st.text("0123456789*#", max_size=3), max_size=8))
async def test_every_score_ends(verbs: list[str], keys: list[str]) -> None:
    web = Web(keys=response("<Say>thank you</Say>"))
    moments = await played(response(*verbs), *keys, web=web)
    assert len(moments) < 200
    assert all(moment.seconds >= 0 for moment in moments)
