"""Every report there is. A new one is declared here, and nowhere else."""

from collections.abc import Mapping
from typing import Final

from handbell.access.permissions import Action
from handbell.reports.declared import (
    FACILITY,
    RANGE,
    Column,
    ColumnKind,
    Filter,
    Profile,
    Report,
    Rows,
    Table,
)
from handbell.reports.statements import alerts, messages, patients, stops
from handbell.reports.statements.attendance import attendance
from handbell.reports.statements.emergencies import emergencies
from handbell.reports.statements.unreachable import unreachable
from handbell.reports.statements.week import MEASURES, week

K = ColumnKind

#: Which headings and lengths these pages take: what they say themselves (integration.md 5).
MAILCHIMP: Final = Profile(
    name="mailchimp",
    word="Mailchimp",
    headings=("Email Address", "First Name", "Last Name"),
    longest_address=254,
    longest_name=255,
    names_in_bytes=True,
    page="https://mailchimp.com/help/format-guidelines-for-your-import-file/",
)
CONSTANT_CONTACT: Final = Profile(
    name="constant_contact",
    word="Constant Contact",
    headings=("Email Address", "First Name", "Last Name"),
    longest_address=80,
    longest_name=50,
    names_in_bytes=False,
    page="https://knowledgebase.constantcontact.com/articles/KnowledgeBase/"
    "37423-Standard-Contact-Headings-for-File-Import",
)

_YES_NO: Final = {"yes": "Yes", "no": "No"}

PATIENT_EMAIL: Final = Report(
    name="patient-email",
    title="Patient Email Report",
    question=(
        "How are all our patients reached? Contact information of everybody, to be imported into "
        "a separate e-mail marketing tool. Handbell itself sends no marketing."
    ),
    columns=(
        Column("patient_id", "Patient", K.TEXT),
        Column("first_name", "First name", K.TEXT),
        Column("last_name", "Last name", K.TEXT),
        Column("preferred_name", "Name they go by", K.TEXT, on_screen=False),
        Column("email", "E-mail address", K.TEXT),
        Column("mobile_phone", "Mobile"),
        Column("home_phone", "Home", on_screen=False),
        Column("guardian_name", "Guardian or caregiver", K.TEXT, on_screen=False),
        Column("guardian_email", "Their e-mail address", K.TEXT, on_screen=False),
        Column("guardian_mobile_phone", "Their mobile number", on_screen=False),
        Column("facility", "Facility", K.TEXT, on_screen=False),
        Column("language", "Language", K.TEXT, on_screen=False),
        Column("status", "Status", K.WORD),
        Column("last_visit", "Last visit", K.DAY, on_screen=False),
        Column("next_visit", "Next visit", K.DAY),
        Column("email_state", "E-mail works", K.WORD),
        Column("messaging_opt_outs", "Wants no", on_screen=False),
        Column("marketing_permission", "Marketing permission", K.WORD),
        Column("marketing_permission_on", "Since", K.DAY, on_screen=False),
    ),
    source=Rows(patients.all_patients, patients.some_patients, patients.how_many),
    filters=(
        FACILITY,
        Filter("active", "Active", options=_YES_NO),
        Filter("email", "Has an e-mail address", options=_YES_NO),
        Filter(
            "permission",
            "Marketing permission",
            options={"given": "Given", "taken_back": "Taken back", "not_asked": "Never asked"},
        ),
        Filter(
            "adults",
            "Adults only",
            options={"yes": "Yes"},
            help="18 or older today; who has no date of birth on file is left out.",
        ),
        Filter(
            "merged",
            "One row for each e-mail address",
            options={"yes": "Yes"},
            help="In a file; the page shows everybody. Who gave permission stands for those who "
            "share an address, else the one entered last. A “no” of one of them is the address’s.",
        ),
    ),
    notes=(
        "Deceased patients are never in it.",
        "Having an address is no permission to promote: ask for that first, on the patient’s page.",
    ),
    has_contacts=True,
    profiles=(MAILCHIMP, CONSTANT_CONTACT),
    profile_defaults={"permission": "given"},
    words={
        "active": "Active",
        "inactive": "Inactive",
        "referral": "Referral",
        "ok": "Yes",
        "bounced": "No: it bounced",
        "complained": "No: reported as spam",
        "given": "Given",
        "taken_back": "Taken back",
        "not_asked": "Never asked",
    },
)

DELIVERY: Final = Report(
    name="delivery",
    title="Delivery",
    question="What became of the messages that were handed over, day by day?",
    columns=(
        Column("day", "Day", K.DAY),
        Column("purpose", "Kind", K.PURPOSE),
        Column("channel", "By", K.CHANNEL),
        Column("sender", "Sender"),
        Column("handed_over", "Handed over", K.NUMBER),
        Column("delivered", "Delivered", K.NUMBER),
        Column("no_word_yet", "No word yet", K.NUMBER),
        Column("not_delivered", "Not delivered", K.NUMBER),
        Column("failed", "Failed", K.NUMBER),
        Column("in_doubt", "In doubt", K.NUMBER),
    ),
    source=Table(messages.delivery),
    filters=(*RANGE, FACILITY),
    notes=(
        "Mail servers seldom say that an e-mail arrived: no word yet is usual there.",
        "A message belongs to the day it was due.",
    ),
)

FAILURES: Final = Report(
    name="failures",
    title="Failures and their causes",
    question="What was refused or did not arrive, and what did the provider say?",
    columns=(
        Column("channel", "By", K.CHANNEL),
        Column("purpose", "Kind", K.PURPOSE),
        Column("state", "State", K.STATE),
        Column("code", "Provider’s code"),
        Column("meaning", "It means", K.WORD),
        Column("messages", "Messages", K.NUMBER),
    ),
    source=Table(messages.failures),
    filters=(*RANGE, FACILITY),
)

HELD_BACK: Final = Report(
    name="held-back",
    title="Held back, and why",
    question="Which messages did not go out, for which reason, and what mends it?",
    columns=(
        Column("reason", "Reason", K.REASON),
        Column("purpose", "Kind", K.PURPOSE),
        Column("channel", "By", K.CHANNEL),
        Column("not_sent", "Not sent", K.NUMBER),
        Column("expected", "Planned, will not go", K.NUMBER),
    ),
    source=Table(messages.held_back),
    filters=(*RANGE, FACILITY),
    notes=("Planned, will not go: as things stand; mend the reason and the message goes.",),
)

STOPS: Final = Report(
    name="stops",
    title="Opt-outs and suppressions",
    question="Which numbers and e-mail addresses are not used any more, since when and why?",
    columns=(
        Column("at", "Since", K.MOMENT),
        Column("channel", "Not by", K.CHANNEL),
        Column("kind", "Why", K.WORD),
        Column("address", "Address", K.TEXT),
        Column("patients", "Patients", K.TEXT),
        Column("source", "How we know", K.TEXT),
        Column("lifted_at", "Lifted", K.MOMENT),
    ),
    source=Rows(stops.stops, stops.some_stops, stops.how_many),
    filters=(
        *RANGE,
        Filter("channel", "By", options={"sms": "Text", "voice": "Call", "email": "E-mail"}),
        Filter(
            "kind",
            "Why",
            options={
                "opted_out": "Asked to stop",
                "hard_bounce": "Mailbox does not exist",
                "complaint": "Reported as spam",
                "unreachable": "Cannot be reached",
            },
        ),
    ),
    has_contacts=True,
    words={
        "opted_out": "Asked to stop",
        "hard_bounce": "Mailbox does not exist",
        "complaint": "Reported as spam",
        "unreachable": "Cannot be reached",
    },
)

UNREACHABLE: Final = Report(
    name="unreachable",
    title="Unreachable patients",
    question=(
        "Who has a visit in the next 7 days, agreed to reminders, and is reached by none? "
        "Phone them."
    ),
    columns=(
        Column("patient_id", "Patient", K.TEXT),
        Column("first_name", "First name", K.TEXT),
        Column("last_name", "Last name", K.TEXT),
        Column("facility", "Facility", K.TEXT),
        Column("visit_at", "Visit", K.MOMENT),
        Column("reason", "Reason", K.REASON),
        Column("on_file", "On file", K.TEXT),
    ),
    source=Table(unreachable),
    filters=(FACILITY,),
    has_contacts=True,
)

ATTENDANCE: Final = Report(
    name="attendance",
    title="Reminders and attendance",
    question="How many came, did not show or cancelled, by what reminded them?",
    columns=(
        Column("standing", "Patients who", K.WORD),
        Column("visits", "Visits", K.NUMBER),
        Column("came", "Came", K.NUMBER),
        Column("no_shows", "Did not show", K.NUMBER),
        Column("no_show_share", "Share of those not cancelled", K.SHARE),
        Column("no_show_low", "at least", K.SHARE),
        Column("no_show_high", "at most", K.SHARE),
        Column("cancelled", "Cancelled visits", K.NUMBER),
        Column("cancelled_share", "Share of all", K.SHARE),
        Column("cancelled_low", "at least", K.SHARE),
        Column("cancelled_high", "at most", K.SHARE),
    ),
    source=Table(attendance),
    filters=(*RANGE, FACILITY),
    notes=(
        "At least and at most: where the share lies with 95 % certainty, as far as chance goes.",
        "The groups are not alike: who confirms would often have come anyway. The numbers say "
        "what happened, not what a reminder brings about.",
        "Visits whose end your clinic’s system never told are not counted.",
        "A visit cancelled before its reminder was due counts as not reminded.",
    ),
    words={
        "confirmed": "Confirmed by a reminder",
        "reminded": "Reminded, no confirmation",
        "not_reminded": "Not reminded",
    },
)

BALANCE_ALERTS: Final = Report(
    name="balance-alerts",
    title="Balance alerts and payments",
    question="How many alerts were followed by a payment within 7, 14 and 30 days?",
    columns=(
        Column("channel", "By", K.CHANNEL),
        Column("days", "Within days", K.NUMBER),
        Column("alerts", "Alerts", K.NUMBER),
        Column("paid", "Followed by a payment", K.NUMBER),
        Column("paid_share", "Share", K.SHARE),
        Column("paid_low", "at least", K.SHARE),
        Column("paid_high", "at most", K.SHARE),
        Column("amount", "Paid in these days", K.NUMBER),
    ),
    source=Table(alerts.paid_after),
    filters=(
        Filter("from", "From", RANGE[0].kind, default="-89"),
        RANGE[1],
        FACILITY,
    ),
    notes=(
        "An alert counts once its days are over. Payments of the same day count, because ledgers "
        "know days only.",
        "Some would have paid without an alert: nothing here says how many.",
    ),
    needs=Action.EXPORT_BALANCES,
)

WEEK: Final = Report(
    name="week",
    title="Weekly summary",
    question="How was the last week, beside the one before?",
    columns=(
        Column("measure", "What", K.WORD),
        Column("last_week", "Last week", K.NUMBER),
        Column("week_before", "The week before", K.NUMBER),
    ),
    source=Table(week),
    notes=("Business owners get it by e-mail on Monday at 07:00.",),
    words=MEASURES,
)

EMERGENCIES: Final = Report(
    name="emergencies",
    title="Emergency events",
    question="When did we close, who was told by what, and what became of it?",
    columns=(
        Column("closure", "Number", on_screen=False),
        Column("closed_at", "Closed", K.MOMENT),
        Column("reason", "Why", K.WORD),
        Column("facilities", "Facilities", K.TEXT),
        Column("first_day", "First day", K.DAY),
        Column("last_day", "Last day", K.DAY),
        Column("over_at", "Over", K.MOMENT, on_screen=False),
        Column("closed_by", "Closed by", K.TEXT, on_screen=False),
        Column("notice", "Notice", K.WORD),
        Column("channel", "By", K.CHANNEL),
        Column("sent_at", "Sent", K.MOMENT),
        Column("sent_by", "Sent by", K.TEXT),
        Column("agreed_by", "Agreed by", K.TEXT, on_screen=False),
        Column("people", "People", K.NUMBER),
        Column("handed_over", "Handed over", K.NUMBER),
        Column("delivered", "Delivered", K.NUMBER),
        Column("not_delivered", "Not delivered", K.NUMBER),
        Column("in_doubt", "In doubt", K.NUMBER),
        Column("not_sent", "Not sent", K.NUMBER, on_screen=False),
        Column("telephoned", "Telephoned", K.NUMBER),
    ),
    source=Table(emergencies),
    filters=(Filter("from", "From", RANGE[0].kind, default="-364"), RANGE[1], FACILITY),
    notes=(
        "One row for each press of a button. Telephoned: of the whole closure.",
        "The record of each closure, on its page, says who did what when.",
    ),
    words={
        "weather": "Weather",
        "fire_or_flood": "Fire or flood",
        "power_or_water": "Power or water",
        "public_safety": "Public safety",
        "health_hazard": "Health hazard",
        "staffing": "Staffing",
        "holiday": "Holiday",
        "other": "Another reason",
        "closing": "Closing",
        "all_clear": "All clear",
    },
)

#: The reports in the order of their page.
REPORTS: Final[Mapping[str, Report]] = {
    report.name: report
    for report in (
        *(PATIENT_EMAIL, DELIVERY, FAILURES, HELD_BACK, STOPS, UNREACHABLE),
        *(ATTENDANCE, BALANCE_ALERTS, EMERGENCIES, WEEK),
    )
}
