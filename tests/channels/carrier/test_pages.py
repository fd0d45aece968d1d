"""The pages: what they show, what they never run or load, and what their forms do."""

import re
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import unescape
from html.parser import HTMLParser

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier import Does
from handbell.channels.carrier.behaviour import Aspect, Kind
from handbell.channels.carrier.pages.markup import joined, tag
from handbell.channels.carrier.pages.phone import with_links
from tests.channels.carrier.stage import CLINIC, INBOUND, PAT, SAM, STATUS, Stage

ATTACK = "<script>alert(1)</script>\"'&"
MAILBOX = "pat@home.example"


async def page(stage: Stage, path: str, *, status: int = 200) -> str:
    async with stage.session.get(stage.carrier.base_url + path) as reply:
        assert reply.status == status
        return await reply.text()


async def submit(stage: Stage, path: str, **fields: str) -> tuple[int, str]:
    url = stage.carrier.base_url + path
    async with stage.session.post(url, data=fields, allow_redirects=False) as reply:
        return reply.status, reply.headers.get("Location", "")


async def mail(stage: Stage, subject: str = "Your visit") -> None:
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("In plain words", "plain"))
    both.attach(MIMEText("<script>evil()</script><p>In colour</p>", "html"))
    both["Subject"], both["Auto-Submitted"] = subject, "auto-generated"
    await aiosmtplib.send(
        both.as_bytes(),
        sender="frontdesk@clinic.example",
        recipients=[MAILBOX],
        hostname="127.0.0.1",
        port=stage.carrier.smtp_port,
        start_tls=False,
    )


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(html: str) -> str:
    """Return what is read on the page, white space made even."""
    parser = Reader()
    parser.feed(html)
    return " ".join(" ".join(parser.found).split())


async def test_the_first_page_says_what_it_is_and_teaches_when_empty(stage: Stage) -> None:
    shown = words(await page(stage, "/"))
    assert "Rehearsal carrier: nothing here leaves this machine" in shown
    assert "Nothing has come yet." in shown


async def test_the_first_page_lists_places_with_their_last_item(stage: Stage) -> None:
    await stage.text()
    await mail(stage, "Your visit on Thursday")
    await stage.passes(5)
    html = await page(stage, "/")
    assert "2 phones and mailboxes" in words(html)
    assert 'href="/phones/%2B12025550123"' in html
    assert "(202) 555-0123" in words(html)
    assert "Elm Clinic: see you" in words(html)
    assert "Your visit on Thursday" in words(html)


async def test_a_search_finds_part_of_a_number(stage: Stage) -> None:
    await stage.text()
    await stage.text(to=SAM)
    shown = words(await page(stage, "/?q=0124"))
    assert "(202) 555-0124" in shown
    assert "(202) 555-0123" not in shown
    assert "No phone or mailbox matches" in words(await page(stage, "/?q=nobody"))


async def test_a_phone_shows_texts_calls_and_states(stage: Stage) -> None:
    stage.carrier.behave(Does.BOUNCES, times=1)
    await stage.text(body="Never seen")
    await stage.text(body="Seen")
    await stage.call("<Response><Say>Elm Clinic calls.</Say></Response>")
    await stage.carrier.text_from(PAT, CLINIC, "hello")
    await stage.passes(60)
    shown = words(await page(stage, f"/phones/{PAT}"))
    assert "30005: Unknown destination handset" in shown
    assert re.search(r"Seen \d\d:\d\d UTC from \(212\) 555-0100 delivered", shown)
    assert "Elm Clinic calls." in shown
    assert "picked up" in shown
    assert "hello" in shown


async def test_a_phone_says_whom_its_owner_stopped(stage: Stage) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    assert "This person stopped (212) 555-0100" in words(await page(stage, f"/phones/{PAT}"))


async def test_a_failed_callback_is_seen_on_the_phone(stage: Stage) -> None:
    stage.app.says(STATUS, "", status=503)
    await stage.text()
    await stage.passes(5)
    html = await page(stage, f"/phones/{PAT}")
    assert "2 callbacks failed" in words(html)
    assert "sent: HTTP 503" in html


async def test_texting_back_reaches_the_clinic(stage: Stage) -> None:
    await stage.text()
    status, location = await submit(stage, f"/phones/{PAT}", body="C", to=CLINIC)
    assert (status, location) == (303, "/phones/%2B12025550123")
    assert [told["Body"] for told in stage.app.told(INBOUND)] == ["C"]


async def test_keys_and_hanging_up_reach_the_call(stage: Stage) -> None:
    sid = await stage.call('<Response><Gather numDigits="3"/></Response>')
    await stage.passes(5)
    assert 'name="digits"' in await page(stage, f"/phones/{PAT}")
    await submit(stage, f"/calls/{sid}", digits="7")
    assert stage.carrier.calls_to(PAT)[0].pressed == "7"
    await submit(stage, f"/calls/{sid}", hang_up="1")
    assert stage.carrier.calls_to(PAT)[0].status == "completed"
    assert 'name="digits"' not in await page(stage, f"/phones/{PAT}")
    assert (await submit(stage, "/calls/CA0", digits="1"))[0] == 404


async def test_what_people_and_clinics_write_stays_text(stage: Stage) -> None:
    await stage.text(body=ATTACK)
    await stage.carrier.text_from(PAT, CLINIC, ATTACK)
    await mail(stage, ATTACK)
    await stage.passes(5)
    for path in ("/", f"/phones/{PAT}", f"/mailboxes/{MAILBOX}", "/?q=" + ATTACK, "/log/text"):
        html = await page(stage, path)
        assert "<script>alert" not in html


async def test_a_mailbox_shows_headers_readings_and_security(stage: Stage) -> None:
    await mail(stage)
    html = await page(stage, f"/mailboxes/{MAILBOX}")
    assert "auto-generated" in words(html)
    assert "In plain words" in words(html)
    assert "came unencrypted" in words(html)
    assert "evil()" not in html


async def test_a_mails_own_page_runs_and_loads_nothing(stage: Stage) -> None:
    await mail(stage)
    (kept,) = stage.carrier.mails_to(MAILBOX)
    url = f"{stage.carrier.base_url}/mailboxes/{MAILBOX}/{kept.sid}/html"
    async with stage.session.get(url) as reply:
        policy = reply.headers["Content-Security-Policy"]
        assert "In colour" in await reply.text()
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "allow-scripts" not in policy


async def test_a_file_is_offered_for_download_only(stage: Stage) -> None:
    whole = MIMEMultipart("mixed")
    file = MIMEText("<b>not a page</b>", "html")
    file.add_header("Content-Disposition", "attachment", filename='a"b.html')
    whole.attach(file)
    await aiosmtplib.send(
        whole.as_bytes(),
        sender="a@clinic.example",
        recipients=[MAILBOX],
        hostname="127.0.0.1",
        port=stage.carrier.smtp_port,
        start_tls=False,
    )
    (kept,) = stage.carrier.mails_to(MAILBOX)
    base = f"{stage.carrier.base_url}/mailboxes/{MAILBOX}/{kept.sid}/files"
    async with stage.session.get(f"{base}/0") as reply:
        assert await reply.read() == b"<b>not a page</b>"
        assert reply.headers["Content-Type"] == "application/octet-stream"
        assert reply.headers["Content-Disposition"].startswith("attachment;")
    await page(stage, f"/mailboxes/{MAILBOX}/{kept.sid}/files/1", status=404)
    await page(stage, f"/mailboxes/{MAILBOX}/EM0/html", status=404)


async def test_misbehaviour_is_asked_for_and_taken_back_on_the_page(stage: Stage) -> None:
    form = {"does": "replies", "number": "*0123", "times": "2", "seconds": "7.5", "text": "NO"}
    assert (await submit(stage, "/misbehaviour", **form))[0] == 303
    (wish,) = stage.carrier.board.behaviours.all()
    assert (wish.does, wish.times, wish.seconds, wish.text) == ("replies", 2, 7.5, "NO")
    assert "texts back “NO” after 7.5 s" in words(await page(stage, "/misbehaviour"))
    await submit(stage, f"/misbehaviour/{wish.id}/remove")
    assert "Nothing. Every message goes through." in words(await page(stage, "/misbehaviour"))


async def test_a_wish_without_sense_is_answered_with_what_is_wrong(stage: Stage) -> None:
    url = f"{stage.carrier.base_url}/misbehaviour"
    async with stage.session.post(url, data={"does": "slow", "times": "0"}) as reply:
        assert "Not done: times is at least 1." in words(await reply.text())
    assert stage.carrier.board.behaviours.all() == ()


async def test_conventions_are_switched_on_and_all_off(stage: Stage) -> None:
    await submit(stage, "/misbehaviour/conventions")
    board = stage.carrier.board.behaviours
    bounces = board.take(Aspect.HANDSET, number="+12025550190", sender=CLINIC, kind=Kind.TEXT)
    assert bounces is not None
    await submit(stage, "/misbehaviour/clear")
    assert board.all() == ()


async def test_a_page_of_another_site_can_change_nothing(stage: Stage) -> None:
    foreign = {"Origin": "https://evil.example"}
    for path in (f"/phones/{PAT}", "/misbehaviour", "/rehearsal/behaviours"):
        url = stage.carrier.base_url + path
        async with stage.session.post(url, data={"does": "slow"}, headers=foreign) as reply:
            assert reply.status == 403
    own = {"Origin": stage.carrier.base_url}
    url = f"{stage.carrier.base_url}/misbehaviour"
    async with stage.session.post(url, data={"does": "slow"}, headers=own) as reply:
        assert reply.status == 200


async def test_the_lists_behind_the_figures(stage: Stage) -> None:
    await stage.text()
    await stage.text()
    await stage.call("<Response><Say>Elm Clinic calls.</Say></Response>")
    await mail(stage)
    await stage.post("Messages.json", {"To": "nobody", "From": CLINIC, "Body": "x"})
    await stage.passes(60)
    assert words(await page(stage, "/log/text")).count("Elm Clinic: see you") == 2
    assert words(await page(stage, "/log/twice")).count("Elm Clinic: see you") == 2
    assert "Elm Clinic calls." in words(await page(stage, "/log/call"))
    assert "Your visit" in words(await page(stage, "/log/mail"))
    assert "21211" in words(await page(stage, "/log/refused"))
    await page(stage, "/log/nothing", status=404)


async def test_every_page_forbids_what_it_does_not_need(stage: Stage) -> None:
    for path in ("/", f"/phones/{PAT}", f"/mailboxes/{MAILBOX}", "/misbehaviour"):
        async with stage.session.get(stage.carrier.base_url + path) as reply:
            policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@given(st.text(), st.text())
def test_a_tag_shows_exactly_its_text(text: str, attribute: str) -> None:
    html = tag("p", text, joined("<", tag("b", text)), title=attribute)
    assert html.count("<p") == 1
    assert html.count("<b>") == 1
    inside = html.replace('<p title="', "").replace("<b>", "").replace("</b></p>", "")
    assert "<" not in inside
    assert ">" not in inside.replace('">', "", 1)


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("See https://elm.example/c/1.", ["https://elm.example/c/1"]),
        ("(http://127.0.0.1:8000/a?b=c&d) now", ["http://127.0.0.1:8000/a?b=c&d"]),
        ("no link: elm.example, javascript:alert(1)", []),
    ],
)
def test_web_addresses_in_texts_can_be_followed(body: str, links: list[str]) -> None:
    pieces = with_links(body)
    found = re.findall('href="([^"]*)"', joined(*pieces))
    assert [unescape(link) for link in found] == links
    assert unescape(re.sub("<[^>]*>", "", joined(*pieces))) == body
