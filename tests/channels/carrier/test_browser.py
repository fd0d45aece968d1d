"""The pages in a real browser: they keep themselves up to date and fit a small phone."""

import shutil
from collections.abc import AsyncIterator
from email.mime.text import MIMEText

import aiosmtplib
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.channels.carrier.stage import CLINIC, INBOUND, PAT, Stage

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: no browser to look"),
]
MAILBOX = "pat@home.example"


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = await chromium.new_context(
            viewport={"width": 380, "height": 800},
            timezone_id="America/New_York",
            base_url=stage.carrier.base_url,
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert complaints == []
        await chromium.close()


async def fits(page: Page) -> bool:
    root = "document.documentElement"
    return bool(await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"))


async def test_a_text_appears_while_somebody_looks_in_local_time(
    stage: Stage, browser: Page
) -> None:
    await stage.text(body="First")
    await stage.passes(5)
    await browser.goto(f"/phones/{PAT}")
    await expect(browser.get_by_text("09:00").first).to_be_visible()
    await browser.get_by_label("Text back as this person").fill("half a")
    await stage.text(body="Second")
    await stage.passes(5)
    await expect(browser.get_by_text("Second")).to_be_visible(timeout=6000)
    assert await browser.get_by_label("Text back as this person").input_value() == "half a"


async def test_a_person_answers_with_two_taps(stage: Stage, browser: Page) -> None:
    stage.app.says(INBOUND, "<Response><Message>Thank you</Message></Response>")
    await stage.text()
    await stage.passes(5)
    await browser.goto(f"/phones/{PAT}")
    await browser.get_by_role("button", name="C", exact=True).click()
    await browser.get_by_role("button", name="Send text").click()
    await browser.wait_for_load_state()
    assert [told["Body"] for told in stage.app.told(INBOUND)] == ["C"]
    await stage.passes(5)
    await expect(browser.get_by_text("Thank you")).to_be_visible(timeout=6000)


async def test_a_key_is_pressed_on_the_page(stage: Stage, browser: Page) -> None:
    await stage.call('<Response><Gather numDigits="3"><Say>Press</Say></Gather></Response>')
    await stage.passes(4.2)
    await browser.goto(f"/phones/{PAT}")
    await browser.get_by_role("button", name="9", exact=True).click()
    await browser.wait_for_load_state()
    assert stage.carrier.calls_to(PAT)[0].pressed == "9"


async def test_a_mail_is_shown_as_tall_as_it_is_and_runs_nothing(
    stage: Stage, browser: Page
) -> None:
    html = "<body style='margin:0'><div style='height:300px'>Elm</div></body>"
    mail = MIMEText(html, "html")
    mail["Subject"] = "Your visit"
    await aiosmtplib.send(
        mail.as_bytes(),
        sender="frontdesk@clinic.example",
        recipients=[MAILBOX],
        hostname="127.0.0.1",
        port=stage.carrier.smtp_port,
        start_tls=False,
    )
    await browser.goto(f"/mailboxes/{MAILBOX}")
    frame = browser.locator("iframe")
    await expect(browser.frame_locator("iframe").get_by_text("Elm")).to_be_visible()
    await browser.wait_for_timeout(200)
    box = await frame.bounding_box()
    assert box is not None
    assert 300 <= box["height"] <= 310


async def test_every_page_fits_a_small_phone(stage: Stage, browser: Page) -> None:
    long = "https://elm.example/" + "x" * 200
    await stage.text(body=f"Elm Clinic: {long}")
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.call("<Response><Gather><Say>Press a key</Say></Gather></Response>")
    stage.carrier.behave("receipts_late", number="*@" + "long" * 20)
    await stage.passes(6)
    for path in ("/", f"/phones/{PAT}", "/misbehaviour", "/log/text", "/log/refused"):
        await browser.goto(path)
        assert await fits(browser), path
