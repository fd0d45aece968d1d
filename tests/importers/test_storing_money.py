"""What do imported ledger entries and consents become, the first time and again?"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from handbell.facts.models import (
    Change,
    Consent,
    LedgerEntry,
    Patient,
)
from handbell.importers.facts import Kind
from tests.importers.folder import (
    LEDGER,
    NOW,
    SUBSCRIPTIONS,
    counts,
    due,
    more,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

SUBSCRIPTION_HEAD = "patient_id,purpose,channels,consented_at,how,by\n"
LEDGER_HEAD = "entry_id,patient_id,kind,amount,date,description\n"


class TestLedger:
    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "l.csv", LEDGER)

        entries = {row.external_id: row for row in LedgerEntry.objects.all()}
        assert counts(report, Kind.LEDGER) == (2, 2, 0, 0, 0)
        assert (entries["L1"].amount, entries["L1"].description) == (Decimal("40.00"), "Copay")
        assert entries["L1"].effective_at == datetime(2026, 10, 30, 4, tzinfo=UTC)
        assert entries["L2"].effective_at == datetime(2026, 10, 31, 5, tzinfo=UTC), "Chicago"

    def test_the_same_again_changes_nothing_and_a_correction_updates(self, tmp_path: Path) -> None:
        more(tmp_path, "l.csv", LEDGER)
        Change.objects.all().delete()

        again = more(tmp_path, "l.csv", LEDGER)
        mended = more(tmp_path, "l.csv", LEDGER.replace("40.00", "45.00"))

        assert counts(again, Kind.LEDGER) == (2, 0, 0, 2, 0)
        assert counts(mended, Kind.LEDGER) == (2, 0, 1, 1, 0)
        assert LedgerEntry.objects.get(external_id="L1").amount == 45
        assert (due("1"), due("2")) == (NOW, None)

    def test_an_entry_of_the_future_is_due_on_its_day(self, tmp_path: Path) -> None:
        more(tmp_path, "l.csv", LEDGER_HEAD + "L9,1,responsibility,10,2026-11-20,\n")

        assert due("1") == datetime(2026, 11, 20, 5, tzinfo=UTC)

    def test_a_day_begins_with_the_first_of_two_midnights(self, tmp_path: Path) -> None:
        # In Havana the clocks go back from 01:00 to 00:00 on 1 November 2026.
        more(tmp_path, "f.csv", "facility,name,time_zone\nHAV,Havana,America/Havana\n")
        more(tmp_path, "p.csv", "patient_id,first_name,facility\n1,Ada,HAV\n")

        more(tmp_path, "l.csv", LEDGER_HEAD + "L9,1,responsibility,10,2026-11-01,\n")

        entry = LedgerEntry.objects.get(external_id="L9")
        assert entry.effective_at == datetime(2026, 11, 1, 4, tzinfo=UTC)


def agreed(how: str, *, at: datetime) -> None:
    """Let the first patient agree to reminders by text."""
    patient = Patient.objects.get(external_id="1")
    Consent.objects.create(
        practice_id=patient.practice_id,
        patient=patient,
        purpose="appointment_reminder",
        channel="sms",
        kind="granted",
        at=at,
        how=how,
        by="the patient",
    )


class TestSubscriptions:
    def events(self, patient: str) -> list[tuple[str, str, str, datetime]]:
        rows = Consent.objects.filter(patient__external_id=patient).order_by("at", "channel")
        return [(row.purpose, row.channel, row.kind, row.at) for row in rows]

    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "s.csv", SUBSCRIPTIONS)

        east = datetime(2026, 10, 1, 14, tzinfo=UTC)
        assert counts(report, Kind.SUBSCRIPTIONS) == (2, 2, 0, 0, 0)
        assert self.events("1") == [
            ("appointment_reminder", "email", "granted", east),
            ("appointment_reminder", "sms", "granted", east),
        ]
        assert self.events("2")[0][3] == datetime(2026, 10, 2, 15, tzinfo=UTC), "Chicago"
        consent = Consent.objects.get(patient__external_id="2")
        assert (consent.how, consent.by, consent.wording) == ("by phone", "Nora", "")
        assert due("1") == NOW

    def test_the_same_again_adds_nothing(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTIONS)
        Change.objects.all().delete()

        report = more(tmp_path, "s.csv", SUBSCRIPTIONS)

        assert counts(report, Kind.SUBSCRIPTIONS) == (2, 0, 0, 2, 0)
        assert Consent.objects.count() == 3
        assert not Change.objects.exists()

    def test_no_channels_is_an_opt_out_of_that_purpose_recorded_once(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTIONS)
        out = SUBSCRIPTION_HEAD + "1,appointment_reminder,,,,\n"

        first = more(tmp_path, "s.csv", out)
        second = more(tmp_path, "s.csv", out, now=NOW + timedelta(days=1))

        assert counts(first, Kind.SUBSCRIPTIONS) == (1, 1, 0, 0, 0)
        assert counts(second, Kind.SUBSCRIPTIONS) == (1, 0, 0, 1, 0)
        assert [e[1:3] for e in self.events("1") if e[3] == NOW] == [
            ("email", "withdrawn"),
            ("sms", "withdrawn"),
            ("voice", "withdrawn"),
        ]
        assert len(self.events("1")) == 5

    @pytest.mark.parametrize("how", ["texted START", "chosen on the page behind a link"])
    def test_what_the_patient_told_us_since_is_not_taken_back_by_the_same_file(
        self, tmp_path: Path, how: str
    ) -> None:
        out = SUBSCRIPTION_HEAD + "1,appointment_reminder,,,,\n"
        more(tmp_path, "s.csv", out)
        agreed(how, at=NOW + timedelta(hours=1))

        nightly = more(tmp_path, "s.csv", out, now=NOW + timedelta(days=1))

        assert counts(nightly, Kind.SUBSCRIPTIONS) == (1, 0, 0, 1, 0)
        assert self.events("1")[-1][1:3] == ("sms", "granted")

    def test_an_opt_out_that_follows_the_practices_own_consent_is_news(
        self, tmp_path: Path
    ) -> None:
        out = SUBSCRIPTION_HEAD + "1,appointment_reminder,,,,\n"
        more(tmp_path, "s.csv", out)
        agreed("in person", at=NOW + timedelta(hours=1))

        more(tmp_path, "s.csv", out, now=NOW + timedelta(days=1))

        assert self.events("1")[-1][1:3] == ("sms", "withdrawn")

    def test_an_opt_out_after_a_consent_in_the_same_file_counts(self, tmp_path: Path) -> None:
        both = SUBSCRIPTIONS + "1,appointment_reminder,,,,\n"

        more(tmp_path, "s.csv", both)
        again = more(tmp_path, "s.csv", both, now=NOW + timedelta(days=1))

        assert self.events("1")[-1][2:] == ("withdrawn", NOW)
        assert counts(again, Kind.SUBSCRIPTIONS) == (3, 0, 0, 3, 0)

    def test_an_opt_out_with_a_time_is_recorded_then(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + "1,balance,,2026-10-05T09:00-04:00,call,Nora\n")

        assert {event[3] for event in self.events("1")} == {datetime(2026, 10, 5, 13, tzinfo=UTC)}

    def test_a_row_without_a_time_records_no_consent(self, tmp_path: Path) -> None:
        report = more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + "1,reminders,sms,,form,Nora\n")

        assert counts(report, Kind.SUBSCRIPTIONS) == (1, 0, 0, 0, 1)
        assert not Consent.objects.exists()

    def test_a_consent_of_the_future_is_due_then(self, tmp_path: Path) -> None:
        row = "1,reminders,sms,2026-11-20T10:00-05:00,form,Nora\n"

        more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + row)

        assert due("1") == datetime(2026, 11, 20, 15, tzinfo=UTC)
