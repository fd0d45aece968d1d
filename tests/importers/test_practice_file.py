"""What does practice.toml say, and what becomes of it?"""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.access.models import Practice, ReminderStep
from handbell.facts.models import Change, Patient
from handbell.importers.facts import Flaw, Kind
from handbell.importers.feed import PracticeNeeded, import_paths
from handbell.importers.practice import parse_practice
from handbell.importers.template import TEMPLATES
from handbell.outbox.models import Sender
from handbell.scripts.models import Script
from tests.importers.folder import (
    FACILITIES,
    NOW,
    PATIENTS,
    PRACTICE,
    bring,
    counts,
    more,
    reasons,
    write,
)

pytestmark = pytest.mark.django_db

STEPS = '[reminders]\nsteps = [{days_before = 2, at = "16:30", channels = ["sms"]}, %s]\n'


def said(content: str) -> dict[str, str]:
    """Return what a practice.toml's flaws say, by key."""
    _, findings = parse_practice(content.encode(), file="practice.toml")
    return {item.field: item.reason for item in findings.items if isinstance(item, Flaw)}


def keys() -> list[str]:
    return sorted(ReminderStep.objects.values_list("key", flat=True))


class TestDefaults:
    def test_only_a_name_is_needed(self, tmp_path: Path) -> None:
        report = bring(tmp_path, {"practice.toml": 'name = "Harbor Physical Therapy"'})

        practice = Practice.objects.get()
        assert counts(report, Kind.PRACTICE) == (1, 1, 0, 0, 0)
        assert (practice.slug, practice.region) == ("harbor-physical-therapy", "US")
        assert (practice.reminder_mode, practice.balance_frequency) == ("normal", "every_two_weeks")
        (step,) = ReminderStep.objects.all()
        assert (step.days_before, step.at, step.channels) == (1, time(10), [])

    def test_without_a_name_there_is_no_practice_and_no_file_of_it(self, tmp_path: Path) -> None:
        report = bring(tmp_path, {"practice.toml": 'slug = "x"', "patients.csv": PATIENTS})

        assert not Practice.objects.exists()
        assert reasons(report) == {
            ("name", "the practice has no name"): 1,
            ("", "its practice is not known"): 1,
        }
        assert report.exit_code == 2

    def test_a_name_that_makes_no_slug_needs_one(self, tmp_path: Path) -> None:
        report = bring(tmp_path, {"practice.toml": 'name = "診療所"'})

        assert reasons(report) == {("slug", "none can be made from the name"): 1}


class TestSettings:
    def test_everything_a_practice_may_say(self, tmp_path: Path) -> None:
        report = bring(tmp_path, {"practice.toml": TEMPLATES["practice.toml"]})

        practice = Practice.objects.get(slug="harbor-pt")
        assert not report.flaws
        assert practice.phone == "+12025550100"
        assert practice.domains == ["harborpt.example"]
        assert practice.payment_url == "https://pay.harborpt.example"
        assert practice.windows["voice"] == ["09:00", "20:00"]
        assert (practice.balance_at, practice.balance_minimum) == (time(10, 30), Decimal(5))
        assert keys() == ["1d@10:00", "3d@16:30"]
        assert set(Sender.objects.values_list("channel", "address", "provider")) == {
            ("sms", "+12025550101", "twilio"),
            ("email", "frontdesk@harborpt.example", "smtp"),
        }
        assert Script.objects.get().channel == "sms"

    def test_how_a_sender_is_known_and_how_it_begins(self, tmp_path: Path) -> None:
        sender = (
            '[[senders]]\nchannel = "sms"\naddress = "+12025550100"\nregistration = "toll_free"\n'
            "hourly_limit = 90\nbegins_slowly = {slowly}\n"
        )
        for slowly, begun in (("true", True), ("true", True), ("false", False)):
            text = 'name = "Harbor PT"\nbalance.say_amount = true\n' + sender.format(slowly=slowly)
            bring(tmp_path, {"practice.toml": text})
            one = Sender.objects.get()
            assert (one.registration, one.hourly_limit) == ("toll_free", 90)
            assert (one.new_since == NOW.date()) is begun
        assert Practice.objects.get().balance_says_amount

    def test_a_second_time_changes_nothing(self, tmp_path: Path) -> None:
        files = {"practice.toml": TEMPLATES["practice.toml"]}
        bring(tmp_path, files)

        again = bring(tmp_path, files)

        assert again.total.stored == 0
        assert again.total.unchanged == 6
        assert Script.objects.count() == 1

    def test_keys_that_are_not_there_leave_what_is_known(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE + 'phone = "202-555-0100"\n[windows]\n'})
        bring(tmp_path, {"practice.toml": 'name = "Harbor Point"\nslug = "harbor"'})

        practice = Practice.objects.get()
        assert (practice.name, practice.phone) == ("Harbor Point", "+12025550100")
        assert practice.time_zone == "America/New_York"

    @pytest.mark.parametrize(
        ("line", "key"),
        [
            ('colour = "red"', "colour"),
            ('region = "USA"', "region"),
            ('time_zone = "Eastern-ish"', "time_zone"),
            ('phone = "12"', "phone"),
            ('payment_url = "http://pay.example"', "payment_url"),
            ('payment_url = "https://bit.ly/pay"', "payment_url"),
            ('payment_url = "https://pay.example@evil.example"', "payment_url"),
            ('domains = ["bit.ly"]', "domains"),
            ('reply_to = "desk"', "reply_to"),
            ('reply_to = "b\u00fcro@harborpt.example"', "reply_to"),
            ('domains = ["https://x.example"]', "domains"),
            ("second_person_above = -1", "second_person_above"),
            ('[reminders]\nmode = "loud"', "reminders.mode"),
            ("[reminders]\ntoo_late_hours = -1", "reminders.too_late_hours"),
            ('[reminders]\nstep = "x"', "reminders.step"),
            ('[balance]\nfrequency = "daily"', "balance.frequency"),
            ('[balance]\nat = "25:00"', "balance.at"),
            ("[balance]\nminimum = -1", "balance.minimum"),
            ('[windows]\nsms = ["20:00", "08:00"]', "windows.sms"),
            ('[windows]\nfax = ["08:00", "20:00"]', "windows.fax"),
            ('[[senders]]\nchannel = "sms"\naddress = "front desk"', "senders[1]"),
            ('[[senders]]\nchannel = "email"\naddress = "+12025550100"', "senders[1]"),
            (
                '[[senders]]\nchannel = "sms"\naddress = "+12025550100"\nprovider = "pigeon"',
                "senders[1]",
            ),
            (
                '[[senders]]\nchannel = "sms"\naddress = "+12025550100"\nrate_per_second = 0',
                "senders[1].rate_per_second",
            ),
            (
                '[[senders]]\nchannel = "sms"\naddress = "+12025550100"\nregistration = "10dlc"',
                "senders[1].registration",
            ),
            (
                '[[senders]]\nchannel = "voice"\naddress = "+12025550100"\nhourly_limit = 0',
                "senders[1].hourly_limit",
            ),
            ('[balance]\nsay_amount = "yes"', "balance.say_amount"),
            ('[reminders]\nsteps = "x"', "reminders.steps"),
            ("[reminders]\nsteps = [{days_before = 1, hours_before = 2}]", "reminders.steps[1]"),
            ("[reminders]\nsteps = [{}]", "reminders.steps[1]"),
            (
                '[reminders]\nsteps = [{days_before = 1, at = "10:00"}, {days_before = 1}]',
                "reminders.steps[2]",
            ),
            (
                '[reminders]\nsteps = [{days_before = 1, chanel = "sms"}]',
                "reminders.steps[1].chanel",
            ),
            ('[scripts.newsletter]\nsms = "x"', "scripts.newsletter"),
            ('[scripts.appointment_reminder]\nfax = "x"', "scripts.appointment_reminder.fax"),
        ],
    )
    def test_a_key_that_is_wrong_is_named(self, line: str, key: str) -> None:
        assert list(said(f'name = "Harbor PT"\n{line}\n')) == [key]

    def test_a_mistake_in_the_syntax_names_its_line(self) -> None:
        _, findings = parse_practice(b'name = "Harbor"\nphone = oops\n', file="practice.toml")

        (flaw,) = findings.items
        assert isinstance(flaw, Flaw)
        assert flaw.place == "line 2"

    @given(st.binary(max_size=200))
    def test_bytes_of_any_sort_are_settings_or_flaws(self, content: bytes) -> None:
        setting, findings = parse_practice(content, file="practice.toml")

        assert setting is not None or findings.items


class TestSteps:
    def test_steps_the_file_leaves_out_are_removed(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE + STEPS % "{hours_before = 3}"})
        report = bring(tmp_path, {"practice.toml": PRACTICE + STEPS % ""})

        assert keys() == ["2d@16:30"]
        assert report.files[0].notes == ["reminder step 3h was removed"]

    def test_a_step_keeps_its_key_when_its_channels_change(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE})
        ReminderStep.objects.update(key="day_before")

        bring(
            tmp_path,
            {
                "practice.toml": PRACTICE
                + '[reminders]\nsteps = [{days_before=1, channels=["sms"]}]'
            },
        )

        (step,) = ReminderStep.objects.all()
        assert (step.key, step.channels) == ("day_before", ["sms"])

    def test_a_step_with_a_mistake_removes_no_other(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE + STEPS % "{hours_before = 3}"})
        bring(tmp_path, {"practice.toml": PRACTICE + STEPS % "{hours_before = 300}"})

        assert keys() == ["2d@16:30", "3h"]

    def test_a_step_added_later_is_not_made_up_for(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE})
        bring(tmp_path, {"practice.toml": PRACTICE + STEPS % "{days_before = 1}"})

        since = dict(ReminderStep.objects.values_list("key", "since"))
        assert since == {"1d@10:00": None, "2d@16:30": NOW}


class TestScripts:
    TEXT = "{{ clinic }}: {{ first_name }}, see you {{ date }} at {{ time }}."

    def test_only_a_text_that_says_something_new_is_a_new_version(self, tmp_path: Path) -> None:
        head = PRACTICE + "[scripts.appointment_reminder]\n"
        for text in (self.TEXT, self.TEXT, self.TEXT + " Thank you."):
            bring(tmp_path, {"practice.toml": f'{head}sms = "{text}"\nsms_es = "{self.TEXT}"'})

        versions = Script.objects.order_by("language", "version").values_list("language", "version")
        assert list(versions) == [("en", 1), ("en", 2), ("es", 1)]

    def test_a_text_that_cannot_be_used_says_why(self, tmp_path: Path) -> None:
        bad = '[scripts.appointment_reminder]\nsms = "Hello {{ diagnosis }}"\nemail = "Hi"\n'

        report = bring(tmp_path, {"practice.toml": PRACTICE + bad})

        assert counts(report, Kind.SCRIPTS) == (2, 0, 0, 0, 2)
        (sms, email) = (one.what for one in report.flaws)
        assert "{{ diagnosis }} is not a variable" in sms.reason
        assert "an e-mail needs a subject line" in email.reason
        assert sms.field == "scripts.appointment_reminder.sms"


class TestWhose:
    def test_the_only_practice_is_meant(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE, "facilities.csv": FACILITIES})

        import_paths([write(tmp_path, {"p.csv": PATIENTS}) / "p.csv"], practice=None, now=NOW)

        assert Patient.objects.filter(practice__slug="harbor").count() == 3

    def test_with_several_practices_one_must_be_named(self, tmp_path: Path) -> None:
        for slug in ("harbor", "lake"):
            bring(tmp_path, {"practice.toml": f'name = "X"\nslug = "{slug}"'})

        with pytest.raises(PracticeNeeded, match="harbor, lake"):
            bring(tmp_path, {"patients.csv": PATIENTS})
        assert not Patient.objects.exists()

    def test_a_folder_of_another_practice_than_the_named_one_is_refused(
        self, tmp_path: Path
    ) -> None:
        bring(tmp_path, {"practice.toml": 'name = "Lake"\nslug = "lake"'})

        report = bring(tmp_path, {"practice.toml": PRACTICE}, slug="lake")

        assert not Practice.objects.filter(slug="harbor").exists()
        assert reasons(report) == {("", "it describes another practice than the one named"): 1}

    def test_every_folder_has_its_own_practice(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "practice.toml").write_text(f'name = "Clinic {name}"')
            (tmp_path / name / "patients.csv").write_text(PATIENTS.replace(",MAIN,", ",,"))

        report = import_paths([tmp_path / "a", tmp_path / "b"], practice=None, now=NOW)

        assert report.practices == ["clinic-a", "clinic-b"]
        assert Patient.objects.filter(practice__slug="clinic-a").count() == 3
        assert Patient.objects.filter(practice__slug="clinic-b").count() == 3

    def test_new_settings_ask_for_a_new_plan(self, tmp_path: Path) -> None:
        bring(tmp_path, {"practice.toml": PRACTICE, "f.csv": FACILITIES, "p.csv": PATIENTS})
        Change.objects.all().delete()

        more(tmp_path, "practice.toml", PRACTICE)
        unchanged = Change.objects.count()
        more(tmp_path, "practice.toml", PRACTICE + '[reminders]\nmode = "paused"')

        assert (unchanged, Change.objects.count()) == (0, 3)
