"""The way through every page there is, for pictures and for axe: what a newcomer would click."""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, Page

if TYPE_CHECKING:
    from tests.console.pictures import Camera

#: One message of each kind worth looking at: the list it is found in.
LISTS = {
    "text-delivered": "channel=sms&state=delivered",
    "call": "channel=voice&state=handed_over",
    "e-mail": "channel=email&state=handed_over",
    "held-back": "state=held_back",
    "stopped": "reason=opted_out",
    "merged": "state=merged",
    "planned": "state=waiting&sort=earliest",
    "in-doubt": "state=in_doubt",
    "failed": "state=trouble",
}


#: A table as a system nobody knows might write it, about patients of the demo practice.
FOREIGN = "Chart,First,Last,Cell,Day,Clock,Location,Room\n" + "".join(
    f"MS-{number:04},{first},Oakhurst,{cell},2027-01-{number:02},{clock},maple,{number}\n"
    for number, first, cell, clock in (
        *((3, "Ada", "415-555-0143", "9:30 AM"), (4, "Ben", "415-555-0144", "10:15 AM")),
        *((5, "Cleo", "12", "1:00 PM"), (6, "Dora", "415-555-0146", "soon")),
        (9001, "Eve", "415-555-0147", "4:45 PM"),
    )
).replace("2027-01-9001", "2027-01-12")


def tour(camera: "Camera", address: str, login: dict[str, str], number: int) -> None:
    """Look at every page once; `number` picks the visit, because looking confirms it."""
    camera.take("login", f"{address}/login")
    sign_in(camera.page, login)
    camera.take("today", f"{address}/")
    camera.take("messages", f"{address}/messages")
    camera.take("guidance", f"{address}/guidance")
    camera.take("health", f"{address}/health")
    camera.page.locator(".sender-health .numbers a").first.click()
    camera.take("health-behind")
    camera.take("messages-none", f"{address}/messages?from=2020-01-01&to=2020-01-02")
    patients(camera, address)
    desk(camera, address)
    for name, query in LISTS.items():
        camera.page.goto(f"{address}/messages?from=&to=&{query}")
        row = camera.page.locator(".row-link").first
        if row.count():
            row.click()
            camera.take(f"message-{name}")
    camera.page.goto(f"{address}/messages?from=&to=&channel=email&state=handed_over")
    rows = camera.page.locator(".row-link")
    rows.nth(number % rows.count()).click()
    camera.page.wait_for_selector(".letter")
    links = re.findall(r"https?://\S+/v/[\w-]+", camera.page.content())
    scripts(camera, address)
    reports(camera, address)
    emergency(camera, address)
    people(camera, address, login)
    setup(camera, address)
    account(camera, address)
    bringing_in(camera, address)
    visit(camera, links[0])
    camera.page.goto(f"{address}/v/lost")
    camera.take("visit-unknown")


def emergency(camera: "Camera", address: str) -> None:
    """Close the practice for a snowstorm, look at who would be told, and end it again."""
    page = camera.page
    camera.take("emergency", f"{address}/emergency")
    camera.take("emergency-close", f"{address}/emergency/close")
    page.select_option("#id_reason", "weather")
    page.fill("#id_days_out", "2")
    camera.button("Close and hold reminders").click()
    page.wait_for_selector(".ways")
    camera.take("emergency-closure")
    here = page.url
    camera.take("emergency-words", f"{here}/words/closing/sms")
    camera.take("emergency-people", f"{here}/people")
    camera.take("emergency-calls", f"{here}/calls")
    camera.take("emergency-record", f"{here}/record")
    page.goto(here)
    camera.button("End now: reminders go again").click()
    page.wait_for_load_state("networkidle")
    camera.take("emergency-over", here)


def scripts(camera: "Camera", address: str) -> None:
    """Read and write what messages say: an offer that is refused, a song that waits."""
    page = camera.page
    of = f"{address}/settings/scripts"
    reminder = f"{of}/appointment_reminder"
    camera.take("scripts", of)
    for name, channel in (("text", "sms"), ("call", "voice"), ("e-mail", "email")):
        camera.take(f"script-edit-{name}", f"{reminder}/{channel}/en/edit")
    own = "{{ clinic }}: see you {{ date }} at {{ time }}."
    page.goto(f"{reminder}/sms/en/edit")
    page.fill("#id_body", f"{own} 20% off massage – bring a friend! Ask {{{{ nurse }}}} 😀.")
    page.wait_for_selector("#found .findings")
    camera.take("script-refused-as-typed")
    camera.button("Save this text").click()
    camera.take("script-refused")
    page.goto(f"{reminder}/sms/en/edit")
    page.fill("#id_body", f"{own} Please use the door at {camera.suffix[:3]} Main St.")
    camera.button("Save this text").click()
    page.wait_for_selector(".history")
    page.goto(f"{reminder}/sms/en/edit")
    page.fill("#id_body", f"{own} The choir sings old {camera.suffix} songs in the lobby.")
    page.wait_for_selector("#found .tone-wait")
    camera.take("script-held-as-typed")
    camera.button("Save this text").click()
    page.wait_for_selector(".history")
    camera.take("script-versions")
    camera.take("scripts-waiting", of)
    camera.take("script-edit-waiting", f"{reminder}/sms/en/edit")
    camera.take("scripts-refused", f"{of}/refused")


def reports(camera: "Camera", address: str) -> None:
    """Look at the reports, ask for a file without a reason, then with one."""
    page = camera.page
    camera.take("reports", f"{address}/reports")
    for name in ("delivery", "held-back", "attendance", "balance-alerts", "week", "unreachable"):
        camera.take(f"report-{name}", f"{address}/reports/{name}")
    camera.take("report-patient-email", f"{address}/reports/patient-email")
    camera.button("Make the file").click()
    camera.take("report-no-reason")
    page.check("#form-mailchimp")
    page.check("#why-marketing_tool")
    camera.button("Make the file").click()
    page.wait_for_selector("a[href$='/download']")
    camera.take("report-file")
    camera.take("reports-with-files", f"{address}/reports")


def people(camera: "Camera", address: str, login: dict[str, str]) -> None:
    """Look at who may sign in, at one's own account, and at what was done."""
    page = camera.page
    camera.take("staff", f"{address}/settings/staff")
    camera.take("staff-add", f"{address}/settings/staff/add")
    camera.button("Add and make the link").click()
    camera.take("staff-add-wrong")
    camera.take("staff-signing-in", f"{address}/settings/staff/signing-in")
    page.goto(f"{address}/settings/staff")
    page.locator(".row-link").last.click()
    camera.take("staff-member")
    camera.button("Make a link for a new password").click()
    page.wait_for_selector("#link")
    camera.take("staff-link")
    page.goto(page.locator("#link").input_value())
    camera.take("welcome")
    camera.take("welcome-used", f"{address}/welcome/MQ/made-up")
    camera.take("account", f"{address}/account")
    camera.take("password", f"{address}/account/password")
    page.goto(f"{address}/account/app/add")
    if page.locator("#id_password").count():
        camera.take("is-it-you")
        page.fill("#id_password", login["password"])
        camera.button("Go on").click()
        page.wait_for_selector(".qr")
    camera.take("app-add")
    camera.take("passkey-add", f"{address}/account/passkeys/add")
    camera.take("audit", f"{address}/audit")
    camera.take("audit-none", f"{address}/audit?subject=patient+0")
    camera.take("button-s-address", f"{address}/logout")


def setup(camera: "Camera", address: str) -> None:
    """Look at the settings of the practice, and leave everything as it was."""
    page = camera.page
    camera.take("settings", f"{address}/settings")
    camera.take("engagement", f"{address}/settings/engagement")
    camera.take("scripts", f"{address}/settings/scripts")
    camera.take("practice", f"{address}/settings/practice")
    page.fill("#id_payment_url", "https://bit.ly/pay")
    camera.button("Save the practice").click()
    camera.take("practice-wrong")
    camera.take("facilities", f"{address}/settings/facilities")
    page.locator(".row-link").first.click()
    camera.take("facility")
    page.select_option("#id_time_zone", "America/Denver")
    camera.button("Save the facility").click()
    camera.take("facility-clock")
    camera.take("facility-add", f"{address}/settings/facilities/add")
    page.goto(f"{address}/settings/senders")
    page.locator("form[action$='/look/rehearsal'] button").click()
    camera.take("senders")
    page.locator(".row-link").first.click()
    page.fill("#id_reason", "we change providers this afternoon")
    camera.button("Pause it").click()
    camera.take("sender-paused")
    page.locator("form[action$='/release'] button").click()
    camera.take("sender")
    page.get_by_role("link", name="Registration and checks").click()
    camera.button("Check it now").click()
    camera.take("sender-proof")
    page.goto(f"{address}/settings/senders/add")
    camera.button("Add the sender").click()
    camera.take("sender-add-wrong")
    page.goto(f"{address}/settings/engagement")
    page.locator("button[name=mode]").click()
    page.goto(f"{address}/patients")
    page.select_option("#facility-shown", index=1)
    camera.button("Show all facilities").wait_for()
    camera.take("frame")
    camera.button("End now").click()
    camera.button("Show all facilities").click()


def bringing_in(camera: "Camera", address: str) -> None:
    """Bring a table with columns of its own, check it, store it and take it back."""
    page = camera.page
    camera.take("import", f"{address}/settings/import")
    camera.button("Upload and look at them").click()
    camera.take("import-nothing-chosen")
    table = FilePayload(name="schedule export.csv", mimeType="text/csv", buffer=FOREIGN.encode())
    letter = FilePayload(name="letter.txt", mimeType="text/plain", buffer=b"Dear all.\n\nBye\n")
    page.set_input_files("#files", [table, letter])
    camera.button("Upload and look at them").click()
    camera.take("import-uploaded")
    page.locator("a[href$='/columns']").first.click()
    page.get_by_label("Clock").select_option("appointments.time")
    page.get_by_label("Cell").select_option("patients.mobile phone")
    page.get_by_label("Room").select_option("")
    camera.take("import-columns")
    camera.button("Keep this choice").click()
    camera.button("Check what would change").click()
    page.locator("form[action$='/start'] button").wait_for()
    camera.take("import-checked")
    page.locator("form[action$='/start'] button").click()
    page.locator("form[action$='/take-back'] button").wait_for()
    camera.take("import-stored")
    one = page.url
    camera.take("import-changes", f"{one}/changes")
    page.goto(one)
    page.locator("form[action$='/take-back'] button").click()
    page.locator("#back").wait_for()
    camera.take("import-taken-back")


def patients(camera: "Camera", address: str) -> None:
    """The list, a search in it, and the forms of one patient who is not subscribed yet."""
    camera.take("patients", f"{address}/patients")
    camera.page.fill("#search", "nobody at all")
    camera.page.press("#search", "Enter")
    camera.take("patients-none")
    for name, query in (("off", "reminders=off"), ("on", "reminders=on"), ("owing", "balance=on")):
        camera.page.goto(f"{address}/patients?{query}")
        row = camera.page.locator(".row-link").first
        if row.count():
            row.click()
            camera.take(f"patient-{name}")
    camera.page.goto(f"{address}/patients?reminders=off")
    camera.page.locator(".row-link").first.click()
    camera.link("Change details").first.click()
    camera.page.fill("#id_mobile", "12")
    camera.button("Save details").click()
    camera.take("patient-details")
    camera.page.go_back()
    camera.page.go_back()
    camera.page.get_by_role(
        "link", name=f"{camera.say('Switch on')} {camera.say('Appointment reminders').lower()}"
    ).click()
    camera.button("Record consent").click()
    camera.take("patient-consent")


def desk(camera: "Camera", address: str) -> None:
    """The schedule, a visit and the forms that change it; the balances."""
    page = camera.page
    day = date.today() + timedelta(days=3)  # noqa: DTZ011  (the machine's day will do)
    camera.take("schedule", f"{address}/schedule")
    camera.take("schedule-ahead", f"{address}/schedule?day={day:%Y-%m-%d}")
    camera.take("schedule-filtered", f"{address}/schedule?status=off")
    camera.take("schedule-none", f"{address}/schedule?day=2020-01-05")
    for number in range(1, 8):
        page.goto(f"{address}/schedule?day={date.today() + timedelta(days=number):%Y-%m-%d}")  # noqa: DTZ011
        if page.locator(".visits .row-link").count():
            break
    page.locator(".visits .row-link").first.click()
    camera.take("visit-page")
    camera.link("Move or change").click()
    camera.take("visit-change")
    page.fill("#id_day", "2020-01-05")
    camera.button("Save the visit").click()
    camera.take("visit-change-wrong")
    camera.take("visit-add", f"{address}/schedule/add")
    page.fill("#whom", "a")
    camera.button("Find").last.click()  # in Spanish the frame’s button has the same word
    camera.take("visit-add-found")
    page.locator(".sheet a").first.click()
    camera.take("visit-add-for")
    camera.take("balances", f"{address}/balances")
    camera.take("balances-not", f"{address}/balances?alerts=not_alerted&sort=name")
    camera.take("balances-none", f"{address}/balances?reason=deceased")


def visit(camera: "Camera", link: str) -> None:
    """Do what a patient does: read, confirm, stop."""
    camera.take("visit", f"{link}?lang=en")
    camera.take("visit-spanish", f"{link}?lang=es")
    camera.take("choices", f"{link}/preferences?lang=en")
    camera.take("choices-spanish", f"{link}/preferences?lang=es")
    camera.page.goto(f"{link}?lang=en")
    for action in ("confirm", "stop"):
        button = camera.page.locator(f"form[action$='/{action}'] button")
        if button.count():
            button.click()
            camera.take(f"visit-after-{action}")
    camera.take("choices-after-stop", f"{link}/preferences?lang=en")


def account(camera: "Camera", address: str) -> None:
    """Do what a patient does who is told of an open balance: give the date of birth, and read.

    The date is on the patient's page, which somebody who is signed in may read.
    """
    page = camera.page
    page.goto(f"{address}/messages?from=&to=&purpose=balance_alert&state=handed_over")
    rows = page.locator(".row-link")
    if not rows.count():
        return
    rows.first.click()
    page.wait_for_selector(".timeline")
    links = re.findall(r"https?://\S+/v/[\w-]+", page.content())
    if not links:
        return
    link = links[0]
    page.locator("dd a[href*='/patients/']").first.click()
    page.wait_for_selector(".switches")
    born = re.search(r"<dt>Born</dt><dd>(\d+) (\w+) (\d+)</dd>", page.content())
    camera.take("account-question", f"{link}?lang=en")
    camera.take("account-question-spanish", f"{link}?lang=es")
    if born is None:
        return
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    page.goto(f"{link}?lang=en")
    for year in ("", "1900", born[3]):
        page.select_option("#id_month", str(months.index(born[2]) + 1))
        page.fill("#id_day", born[1])
        page.fill("#id_year", year)
        page.get_by_role("button", name="Show the amount").click()
        camera.take({"": "account-no-date", "1900": "account-wrong-date"}.get(year, "account"))


def sign_in(page: Page, login: dict[str, str]) -> None:
    page.fill("#id_username", login["email"])
    page.fill("#id_password", login["password"])
    page.click("button[type=submit]")
    page.wait_for_selector("#numbers", state="attached")
