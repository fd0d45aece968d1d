"""What does the patient read or hear? Finished words, in their language, of the right length."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from handbell.access.practice_settings import Options, Place, PracticeSettings
from handbell.channels.gateway import EmailContent, SmsContent, VoiceContent
from handbell.dispatch.compose import Composed, compose, national
from handbell.dispatch.letter import Letter
from handbell.dispatch.moments import say_date, say_money, say_time
from handbell.facts.people import Person
from handbell.planner.touches import Visit
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalanceFrequency,
    Channel,
    PatientStatus,
    Purpose,
    ReminderMode,
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
REMINDER, ALERT = Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT
LINK = "https://handbell.example/v/abcdefghijklmnop"

SETTINGS = PracticeSettings(
    id=1,
    name="Harbor PT",
    phone="",
    language="en",
    zone=NEW_YORK,
    payment_url="",
    mode=ReminderMode.NORMAL,
    too_late_hours=2,
    frequency=BalanceFrequency.EVERY_TWO_WEEKS,
    balance_at=time(10),
    balance_minimum=Decimal(5),
    windows={},
    steps=(),
    places={1: Place(1, "Main & North", "+12025550190", "1 Harbor St", NEW_YORK)},
)
ALEX = Person(
    id=1,
    practice_id=1,
    first_name="Alex",
    birth_date=None,
    language="",
    status=PatientStatus.ACTIVE,
    deceased=False,
    time_zone="",
    facility_id=1,
    contacts={},
    consents=(),
    suppressions={},
)


def visit(day: int, hour: int, *, number: int = 1) -> Visit:
    starts_at = datetime(2026, 11, day, hour, tzinfo=NEW_YORK).astimezone(UTC)
    return Visit(number, 1, 1, starts_at, 45, AppointmentStatus.BOOKED, 3, None, True)


def letter(channel: Channel, *, purpose: Purpose = REMINDER, **person: object) -> Letter:
    visits = (visit(4, 14),) if purpose is REMINDER else ()
    who = replace(ALEX, **person)  # type: ignore[arg-type]
    return Letter(purpose, channel, who, visits, 1, LINK)


def written(
    wanted: Letter,
    settings: PracticeSettings = SETTINGS,
    texts: dict[Key, Text] | None = None,
) -> Composed:
    found = compose(wanted, settings=settings, texts=texts or dict(STARTING_TEXTS), now=NOW)
    assert found is not None
    return found


def own(body: str) -> dict[Key, Text]:
    return {(REMINDER, Channel.SMS, "en"): Text(body)}


def test_a_text_in_english() -> None:
    found = written(letter(Channel.SMS))
    assert found.text == (
        "Harbor PT: Alex, your appointment is Wed, Nov 4 at 2:00 PM. "
        "Reply C to confirm or call (202) 555-0190. STOP to opt out."
    )
    assert (found.content, found.segments, found.subject) == (SmsContent(found.text), 1, "")


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("purpose", [REMINDER, ALERT])
def test_a_name_of_300_letters_greets_nobody_and_the_message_goes(
    channel: Channel, purpose: Purpose
) -> None:
    found = written(letter(channel, purpose=purpose, first_name="李" * 300))
    assert "李" not in found.text
    assert found.segments <= 2
    assert "李" * 40 in written(letter(channel, purpose=purpose, first_name="李" * 40)).text


@pytest.mark.parametrize("language", ["es", "es-MX", "ES"])
def test_a_text_in_spanish_keeps_to_one_segment(language: str) -> None:
    found = written(letter(Channel.SMS, language=language))
    assert found.text == (
        "Harbor PT: Alex, su cita es el mié 4 nov a las 14:00. "
        "Responda C para confirmar o llame al (202) 555-0190. STOP: no recibir."
    )
    assert found.segments == 1


def test_the_practices_language_is_for_whom_none_is_known() -> None:
    spanish = replace(SETTINGS, language="es")
    assert "su cita" in written(letter(Channel.SMS), spanish).text
    assert "su cita" in written(letter(Channel.SMS, language="fr"), spanish).text
    assert "your appointment" in written(letter(Channel.SMS, language="en-GB"), spanish).text


@pytest.mark.parametrize(
    ("name", "segments"), [("José", 1), ("Zoë", 2), ("Łucja", 2), ("Наталья", 2), ("李", 2)]
)
def test_a_name_is_never_changed_and_its_letters_are_counted(name: str, segments: int) -> None:
    found = written(letter(Channel.SMS, first_name=name))
    assert f": {name}, " in found.text
    assert found.segments == segments


def test_typographers_marks_are_made_plain() -> None:
    found = written(letter(Channel.SMS, first_name="D’Arcy"))
    assert "D'Arcy" in found.text
    assert found.segments == 1


def test_a_text_of_more_than_three_segments_is_not_sent() -> None:
    texts = own("{{ clinic }} {{ date }} {{ time }} {{ first_name }}" + "x" * 420)
    assert written(letter(Channel.SMS), texts=texts).segments == 3
    far_too_long = letter(Channel.SMS, first_name="Ж")
    assert compose(far_too_long, settings=SETTINGS, texts=texts, now=NOW) is None


def test_a_name_with_blanks_in_it_is_only_a_name() -> None:
    assert "{{ phone }}" in written(letter(Channel.SMS, first_name="{{ phone }}")).text


def test_several_visits_are_one_text_that_names_nobody() -> None:
    wanted = letter(Channel.SMS)
    later = visit(4, 16, number=2)
    found = written(replace(wanted, visits=(later, *wanted.visits)))
    assert "you have 2 appointments on Wed, Nov 4, the first at 2:00 PM" in found.text
    assert "Alex" not in found.text


def test_a_call_names_the_clinic_then_how_to_stop() -> None:
    content = written(letter(Channel.VOICE)).content
    assert isinstance(content, VoiceContent)
    assert content.opening == "This is an automated call from Harbor PT, (202) 555-0190."
    assert content.stop_offer == "Press 9 to stop these calls."
    assert "Wednesday, November 4 at 2:00 PM" in content.body
    assert (content.language, content.confirmable) == ("en-US", True)
    assert content.voicemail.startswith("This is Harbor PT, (202) 555-0190")
    assert "Alex" not in content.voicemail


def test_a_call_about_an_account_confirms_nothing_and_leaves_no_reason() -> None:
    content = written(letter(Channel.VOICE, purpose=ALERT, language="es")).content
    assert isinstance(content, VoiceContent)
    assert (content.confirmable, content.confirm_offer) == (False, "")
    assert "cuenta" not in content.voicemail
    assert content.language == "es-US"


def test_mail_has_two_readings_a_footer_and_a_calendar_entry() -> None:
    found = written(letter(Channel.EMAIL, first_name="<b>Al</b>"))
    content = found.content
    assert isinstance(content, EmailContent)
    assert content.subject == found.subject == "Your appointment at Harbor PT on Wed, Nov 4"
    assert "Hello <b>Al</b>," in content.text
    assert "&lt;b&gt;Al" in content.html
    assert "<b>Al" not in content.html
    assert f'<a href="{LINK}">{LINK}</a>' in content.html
    assert "Main &amp; North" in content.html
    assert content.text.rstrip().endswith(
        "Harbor PT\n1 Harbor St\n(202) 555-0190\n\n"
        f"Choose what you get from us, or stop it: {LINK}/preferences"
    )
    assert f'<a href="{LINK}/preferences">' in content.html
    assert (content.from_name, content.preferences_url) == ("Harbor PT", LINK)
    assert content.reply_to is None


def test_an_answer_to_a_mail_goes_where_the_practice_says() -> None:
    answered = replace(SETTINGS, reply_to="desk@harborpt.example")
    content = written(letter(Channel.EMAIL), answered).content
    assert isinstance(content, EmailContent)
    assert content.reply_to == "desk@harborpt.example"


def test_the_calendar_entry_says_when_and_where_and_nothing_else() -> None:
    content = written(letter(Channel.EMAIL)).content
    assert isinstance(content, EmailContent)
    (attachment,) = content.attachments
    (event,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    begins = visit(4, 14).starts_at
    assert str(event["uid"]) == "visit-1@handbell.example"
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        begins,
        begins + timedelta(minutes=45),
    )
    assert str(event["summary"]) == "Harbor PT"
    assert str(event["location"]) == "Main & North, 1 Harbor St"
    assert str(event["sequence"]) == "3"
    assert b"Alex" not in attachment.content


def test_the_calendar_brings_the_rules_of_the_years_about_the_visit() -> None:
    content = written(letter(Channel.EMAIL)).content
    assert isinstance(content, EmailContent)
    calendar = Calendar.from_ical(content.attachments[0].content)
    assert isinstance(calendar, Calendar)
    (event,), (clock,) = calendar.events, calendar.timezones
    assert isinstance(event.start, datetime)
    moment = event.start.replace(tzinfo=None)
    there = clock.to_tz(lookup_tzid=False)
    for months in (-5, 0, 5):  # both sides of both changes of the clocks
        when = moment + timedelta(days=30 * months)
        known = when.replace(tzinfo=ZoneInfo("America/New_York"))
        assert when.replace(tzinfo=there).utcoffset() == known.utcoffset()
    assert len(content.attachments[0].content) < 1500


def test_an_alert_says_how_to_settle_and_never_how_much() -> None:
    by_phone = written(letter(Channel.SMS, purpose=ALERT)).text
    assert "Please call (202) 555-0190." in by_phone
    online = replace(SETTINGS, payment_url="https://pay.harborpt.example")
    assert (
        "settle it at https://pay.harborpt.example or"
        in written(letter(Channel.SMS, purpose=ALERT), online).text
    )
    known = letter(Channel.SMS, purpose=ALERT, birth_date=date(1985, 4, 2))
    for settings in (SETTINGS, online):  # the page says how to pay
        assert f"See it at {LINK} or call (202) 555-0190." in written(known, settings).text
    content = written(letter(Channel.EMAIL, purpose=ALERT)).content
    assert isinstance(content, EmailContent)
    assert content.attachments == ()


@pytest.mark.parametrize(
    ("chosen", "owed", "said"),
    [
        (True, "1240.5", "Harbor PT: Alex, your balance is $1,240.50. Please call (202) 555-0190."),
        (False, "1240.5", "there is an open balance on your account."),
        (True, None, "there is an open balance on your account."),
    ],
)
def test_an_amount_is_said_where_the_practice_chose_it(
    chosen: bool, owed: str | None, said: str
) -> None:
    body = "{{ clinic }}: {{ first_name }}, your balance is {{ amount }}. {{ how_to_settle }}"
    settings = replace(SETTINGS, options=Options(balance_says_amount=chosen))
    wanted = replace(letter(Channel.SMS, purpose=ALERT), owed=Decimal(owed) if owed else None)
    found = written(
        wanted, settings, dict(STARTING_TEXTS) | {(ALERT, Channel.SMS, "en"): Text(body)}
    )
    assert said in found.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_amount_is_said_as_people_write_it(language: str) -> None:
    assert say_money(Decimal("45"), region="US", language=language) == "$45.00"


def test_without_a_text_there_is_no_message() -> None:
    emergency = letter(Channel.SMS, purpose=Purpose.EMERGENCY_NOTICE)
    assert compose(emergency, settings=SETTINGS, texts=STARTING_TEXTS, now=NOW) is None


@pytest.mark.parametrize("hour", [1, 2, 3])
def test_the_day_and_hour_are_the_facilitys(hour: int) -> None:
    moment = datetime(2026, 11, 5, hour, 30, tzinfo=UTC)  # the evening before in New York
    assert say_date(moment, NEW_YORK, "en") == "Wed, Nov 4"
    assert say_time(moment, NEW_YORK, "en") == f"{hour + 7}:30 PM"


def test_days_and_hours_in_both_languages() -> None:
    moment = datetime(2026, 9, 9, 13, 5, tzinfo=UTC)
    assert say_date(moment, NEW_YORK, "en", spoken=True) == "Wednesday, September 9"
    assert say_date(moment, NEW_YORK, "es", spoken=True) == "miércoles 9 de septiembre"
    assert (say_time(moment, NEW_YORK, "en"), say_time(moment, NEW_YORK, "es")) == (
        "9:05 AM",
        "9:05",
    )


def test_numbers_are_written_as_people_write_them() -> None:
    assert national("+12025550190") == "(202) 555-0190"
    assert national("") == ""


def test_no_words_show_in_a_representation() -> None:
    assert "Alex" not in repr(written(letter(Channel.SMS)))
