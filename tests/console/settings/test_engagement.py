"""Settings > Patient Engagement: who may change it, what a change does, and what it says."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, Practice, ReminderSet, ReminderStep
from handbell.facts.models import AppointmentType, Change
from handbell.vocabulary.words import Channel, PermissionLevel
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic

DIRECTOR = PermissionLevel.THERAPY_DIRECTOR
BASE = "/settings/engagement"
STEP = {"amount": "2", "unit": "days", "at": "09:30", "channels": ["sms"]}
CHANGES = [
    ("/mode", {"mode": "paused"}),
    ("/balances", {"balance_frequency": "dont_send", "balance_at": "10:00", "balance_minimum": 5}),
    ("/hours", {"reminder_too_late_hours": "3"}),
    ("/options", {"weekly_digest_from": "3", "escalate": "on"}),
    ("/choices", {}),
    ("/sets/new", {"name": "Evaluations"}),
    ("/steps/new", STEP),
]


@pytest.fixture
def director(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, DIRECTOR))


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize(("address", "posted"), CHANGES)
def test_directors_and_above_change_reminders_and_nobody_else(
    clinic: Clinic, level: PermissionLevel, address: str, posted: dict[str, object]
) -> None:
    below = level in {PermissionLevel.FRONT_DESK, PermissionLevel.CLINICAL_STAFF}
    answer = signed_in(staff(clinic, level)).post(BASE + address, posted)
    assert answer.status_code == (403 if below else 302)


@pytest.mark.parametrize(("address", "posted"), CHANGES)
def test_limited_messaging_reads_and_changes_nothing(
    clinic: Clinic, address: str, posted: dict[str, object]
) -> None:
    limited = signed_in(staff(clinic, DIRECTOR, limit_messaging=True))
    assert limited.post(BASE + address, posted).status_code == 403
    html = limited.get(BASE).content.decode()
    assert "Your messaging access is limited" in html
    assert "Pause all reminders" not in html


def test_limited_finances_sees_no_balances(clinic: Clinic) -> None:
    limited = signed_in(staff(clinic, DIRECTOR, limit_financial=True))
    assert "Smallest balance" not in limited.get(BASE).content.decode()
    assert limited.post(BASE + "/balances", CHANGES[1][1]).status_code == 403


def test_the_front_desk_reads_who_may_change_it(clinic: Clinic, browser: Client) -> None:
    clinic.step()
    html = browser.get(BASE).content.decode()
    assert "Therapy director and above change these settings" in html
    assert "1 day before, at 10:00" in html
    assert f'action="{BASE}' not in html
    assert "Settings" in browser.get("/settings").content.decode()


def test_pausing_is_recorded_tells_the_planner_and_says_what_follows(
    clinic: Clinic, director: Client
) -> None:
    message(clinic, clinic.patient())
    message(clinic, clinic.patient())
    Change.objects.all().delete()
    html = director.post(BASE + "/mode", {"mode": "paused"}, follow=True).content.decode()
    assert "2 reminders planned for the next three days are held" in html
    assert Practice.objects.get().reminder_mode == "paused"
    event = AuditEvent.objects.get(act="settings_changed")
    assert event.detail == {
        "old": {"reminder_mode": "normal"},
        "new": {"reminder_mode": "paused"},
    }
    assert Change.objects.count() == 2
    assert director.post(BASE + "/mode", {"mode": "loud"}).status_code == 404


def test_the_options_are_saved_recorded_and_shown(clinic: Clinic, director: Client) -> None:
    chosen = {"weekly_digest_from": "3", "open_days_only": "on"}
    html = director.post(BASE + "/options", chosen, follow=True).content.decode()
    assert "The choices are saved." in html
    practice = Practice.objects.get()
    assert (practice.weekly_digest_from, practice.open_days_only) == (3, True)
    assert (practice.notify_changes, practice.escalate) == (False, False)
    detail = AuditEvent.objects.get(act="settings_changed").detail
    assert detail["new"] == {
        "notify_changes": False,
        "open_days_only": True,
        "weekly_digest_from": 3,
    }
    assert director.post(BASE + "/options", {"weekly_digest_from": "99"}).status_code == 404


def test_a_changed_step_keeps_its_key_so_nobody_is_reminded_twice(
    clinic: Clinic, director: Client
) -> None:
    step = clinic.step()
    answer = director.post(f"{BASE}/steps/{step.pk}", STEP)
    assert answer.status_code == 302
    after = ReminderStep.objects.get()
    assert (after.key, after.days_before, after.at) == (step.key, 2, time(9, 30))
    director.post(f"{BASE}/steps/{step.pk}/remove")
    assert not ReminderStep.objects.exists()
    assert AuditEvent.objects.filter(act="settings_changed").count() == 2


@pytest.mark.parametrize(
    ("wrong", "mended_by"),
    [
        ({"amount": ""}, "Type a number."),
        ({"amount": "61"}, "Type 60 days or fewer."),
        ({"at": ""}, "Days before need a time of day"),
        ({"at": "25:99"}, "Type a time"),
        ({"unit": "hours", "amount": "0"}, "Type at least 1 hour."),
        ({"amount": "1", "at": "10:00"}, "There is a step of this moment already"),
    ],
)
def test_a_wrong_step_is_kept_as_typed_and_says_how_to_mend_it(
    clinic: Clinic, director: Client, wrong: dict[str, str], mended_by: str
) -> None:
    clinic.step()
    answer = director.post(BASE + "/steps/new", STEP | wrong)
    assert answer.status_code == 422
    assert mended_by in answer.content.decode()
    assert ReminderStep.objects.count() == 1


@pytest.mark.parametrize(
    ("hours", "mended_by"),
    [
        ({"sms_opens": "07:00", "sms_closes": "20:00"}, "No earlier than 08:00"),
        ({"voice_opens": "09:00", "voice_closes": "22:00"}, "No later than 21:00"),
        ({"sms_opens": "12:00", "sms_closes": "11:00"}, "Type a time after the first."),
        ({"sms_opens": "12:00"}, "Type both times"),
    ],
)
def test_hours_are_never_wider_than_the_law_s(
    clinic: Clinic, director: Client, hours: dict[str, str], mended_by: str
) -> None:
    answer = director.post(BASE + "/hours", {"reminder_too_late_hours": "2"} | hours)
    assert answer.status_code == 422
    assert mended_by in answer.content.decode()
    assert Practice.objects.get().windows == {}


def test_a_facility_and_a_kind_of_visit_get_steps_of_their_own(
    clinic: Clinic, director: Client
) -> None:
    clinic.step()
    kind = AppointmentType.objects.create(practice=clinic.practice, name="Evaluation")
    director.post(BASE + "/sets/new", {"name": "Long ahead"})
    made = ReminderSet.objects.get()
    assert made.steps.get().key == ReminderStep.objects.get(reminder_set=None).key
    posted = {f"facility-{clinic.facility.pk}": str(made.pk), f"type-{kind.pk}": "none"}
    html = director.post(BASE + "/choices", posted, follow=True).content.decode()
    assert "2 choices saved." in html
    clinic.facility.refresh_from_db()
    kind.refresh_from_db()
    assert clinic.facility.reminder_set == made
    assert not kind.reminders
    html = director.post(f"{BASE}/sets/{made.pk}/remove", follow=True).content.decode()
    assert "is in use" in html
    assert ReminderSet.objects.exists()


def test_another_practice_s_steps_are_not_there(clinic: Clinic, director: Client) -> None:
    other = Clinic(now=datetime.now(UTC))
    step = other.step()
    made = ReminderSet.objects.create(practice=other.practice, name="Theirs")
    for address in (
        f"{BASE}/steps/{step.pk}/remove",
        f"{BASE}/steps/{step.pk}",
        f"{BASE}/sets/{made.pk}/remove",
        f"{BASE}/sets/{made.pk}/steps/new",
    ):
        assert director.post(address, STEP).status_code == 404
    posted = {f"facility-{clinic.facility.pk}": str(made.pk)}
    director.post(BASE + "/choices", posted)
    clinic.facility.refresh_from_db()
    assert clinic.facility.reminder_set is None


def test_the_page_asks_as_often_however_much_there_is(
    clinic: Clinic, director: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        clinic.add_facility(f"Place {number}", "America/New_York")
        AppointmentType.objects.create(practice=clinic.practice, name=f"Kind {number}")
        ReminderSet.objects.create(practice=clinic.practice, name=f"Set {number}")
    with django_assert_max_num_queries(17):  # type: ignore[operator]
        director.get(BASE)


def test_excluded_and_overridden_visits_are_planned_by_their_own_steps(clinic: Clinic) -> None:
    from handbell.access.practice_settings import practice_settings
    from handbell.planner.queries import visits_ahead
    from handbell.planner.reminders import step_of, steps_of

    clinic.step(days=1, channels=[Channel.SMS])
    made = ReminderSet.objects.create(practice=clinic.practice, name="Two days")
    own = clinic.step(days=2)
    ReminderStep.objects.filter(pk=own.pk).update(reminder_set=made)
    kind = AppointmentType.objects.create(
        practice=clinic.practice,
        name="Evaluation",
        reminder_set=made,
        reminder_set_since=clinic.now,
    )
    patient = clinic.patient()
    plain = clinic.visit(patient, clinic.now + timedelta(days=5))
    special = clinic.visit(patient, clinic.now + timedelta(days=6))
    special.type = kind
    special.save()

    def steps() -> dict[int, list[str]]:
        settings = practice_settings(clinic.practice.pk)
        found = visits_ahead([patient.pk], now=clinic.now)[patient.pk]
        return {visit.id: [step.key for step in steps_of(visit, settings)] for visit in found}

    assert steps() == {plain.pk: ["1d@10:00"], special.pk: ["2d@10:00"]}
    settings = practice_settings(clinic.practice.pk)
    visits = visits_ahead([patient.pk], now=clinic.now)[patient.pk]
    assert step_of(visits[1], "2d@10:00", Channel.SMS, settings)
    assert step_of(visits[1], "2d@10:00", Channel.SMS, settings).since == clinic.now  # type: ignore[union-attr]
    assert step_of(visits[1], "1d@10:00", Channel.SMS, settings) is None
    assert step_of(visits[0], "1d@10:00", Channel.VOICE, settings) is None
    clinic.facility.reminder_set = made
    clinic.facility.save()
    assert steps()[plain.pk] == ["2d@10:00"]
    kind.reminders = False
    kind.save()
    assert steps()[special.pk] == []
