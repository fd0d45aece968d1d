"""What do the files look like that Handbell imports best? Templates with one invented row each."""

from pathlib import Path
from typing import Final

TEMPLATES: Final = {
    "practice.toml": """\
# The practice. Only `name` is required; the rest shows the defaults, or what may stand here.
name = "Harbor Physical Therapy"
slug = "harbor-pt"
region = "US"                  # how telephone numbers and dates without more are read
language = "en"
phone = "+12025550100"
time_zone = "America/New_York"
domains = ["harborpt.example"] # links in messages lead here and nowhere else
payment_url = "https://pay.harborpt.example"
second_person_above = false    # or a number: emergency notices to more people need a second one

[reminders]
mode = "normal"                # or "paused"
too_late_hours = 2             # a reminder that could not leave by then is not sent
change_notice = true           # a visit that moves after it was told of is told of at once
cancellation_notice = false    # so is one that is cancelled
open_days_only = false         # on weekends and holidays: the open day before
weekly_digest_from = 0         # from so many visits in a week on: one message for all
escalate = false               # a text that did not arrive: an e-mail, then a call
steps = [
    { days_before = 3, at = "16:30", channels = ["email"] },
    { days_before = 1, at = "10:00" },  # no channels: those the patient agreed to
    # { hours_before = 3, channels = ["sms"], when_confirmed = false },
]

[balance]
frequency = "every_two_weeks"  # every_month, dont_send
at = "10:30"
minimum = 5.00
by_voice = false               # calls about balances, to who agreed to them

[windows]                      # the hours in which each channel is used, the patient's time
sms = ["08:00", "20:00"]
voice = ["09:00", "20:00"]
email = ["06:00", "22:00"]

[[senders]]
channel = "sms"
address = "+12025550101"
provider = "twilio"            # rehearsal: nothing leaves this machine
rate_per_second = 1.0

[[senders]]
channel = "email"
address = "frontdesk@harborpt.example"
provider = "smtp"

[scripts.appointment_reminder] # sms, voice, email, email_subject; sms_es and so on for Spanish
sms = "{{ clinic }}: {{ first_name }}, see you {{ date }} at {{ time }}. STOP to opt out."
""",
    "facilities.csv": """\
facility,name,phone,address,time_zone
MAIN,Main Street,202-555-0102,"14 Main Street, Washington, DC 20001",America/New_York
""",
    "patients.csv": """\
patient_id,first_name,last_name,preferred_name,birth_date,language,mobile_phone,home_phone,email,\
facility,status,deceased,time_zone,guardian_name,guardian_phone,guardian_email
1001,Margaret,Quillfeather,Peggy,1984-03-05,en,202-555-0110,202-555-0111,\
peggy@quillfeather.example,MAIN,active,no,,,,
""",
    "appointments.csv": """\
appointment_id,patient_id,facility,provider,type,starts_at,duration_minutes,status,booked_at
A-5001,1001,MAIN,Ada Marchbank,Follow-up,2027-03-08T09:30,45,booked,2027-02-22T11:05
""",
    "ledger.csv": """\
entry_id,patient_id,kind,amount,date,description
L-9001,1001,responsibility,40.00,2027-03-09,Copay
""",
    "subscriptions.csv": """\
patient_id,purpose,channels,consented_at,how,by
1001,appointment_reminder,sms+email,2027-02-22T11:00,paper form,Nora Fieldstone
""",
    "README.txt": """\
Fill these files from your own system, keep the first line of each, take the example row out, and

    handbell import DIR

facilities.csv     where visits take place. time_zone is a name such as America/Chicago.
patients.csv       patient_id is your own number, the same every time. guardian_* is for minors.
                   An empty cell removes what was known, but never a birth date, death or status.
appointments.csv   starts_at is the clock on the clinic's wall: 2027-03-08T09:30. Send a visit
                   again when it moves or is cancelled. status: booked, confirmed, arrived,
                   in_progress, completed, cancelled, no_show, or your system's words for these.
ledger.csv         amounts are positive. A responsibility raises the balance, a payment or an
                   adjustment lowers it (a negative adjustment raises it).
subscriptions.csv  what the patient agreed to: when, how and who took it. No channels: an opt-out.
                   purpose: appointment_reminder, balance_alert, emergency_notice.
                   channels: sms, voice, email, with + between.

Importing the same file twice changes nothing. --dry-run shows what would happen.
""",
}


class AlreadyThere(ValueError):
    """A template would overwrite a file."""


def write_templates(folder: Path) -> list[Path]:
    """Write the templates into a folder, making it; raise AlreadyThere rather than overwrite."""
    folder.mkdir(parents=True, exist_ok=True)
    there = [name for name in TEMPLATES if (folder / name).exists()]
    if there:
        raise AlreadyThere(f"{folder} holds {', '.join(there)} already: name an empty folder")
    for name, content in TEMPLATES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in TEMPLATES]
