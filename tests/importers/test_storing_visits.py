"""What do imported visits become, the first time, again, and when they move?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handbell.facts.models import (
    Appointment,
    AppointmentType,
    Change,
)
from handbell.importers.facts import Kind
from tests.importers.folder import (
    APPOINTMENTS,
    APPOINTMENTS_HEAD,
    NOW,
    counts,
    due,
    more,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


class TestAppointments:
    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "a.csv", APPOINTMENTS)

        visit = Appointment.objects.get(external_id="A1")
        assert counts(report, Kind.APPOINTMENTS) == (2, 2, 0, 0, 0)
        assert visit.starts_at == datetime(2026, 11, 10, 14, tzinfo=UTC)
        assert visit.booked_at == datetime(2026, 10, 20, 16, tzinfo=UTC)
        assert (visit.status, visit.revision, visit.duration_minutes) == ("booked", 1, 30)
        assert visit.provider_name == "Dr Gale"
        assert set(AppointmentType.objects.values_list("name", flat=True)) == {
            "Follow-up",
            "Evaluation",
        }

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Change.objects.all().delete()

        report = more(tmp_path, "a.csv", APPOINTMENTS, now=NOW + timedelta(days=1))

        assert counts(report, Kind.APPOINTMENTS) == (2, 0, 0, 2, 0)
        assert not Change.objects.exists()

    @pytest.mark.parametrize(
        ("row", "revision"),
        [
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T10:00,30,booked,2026-10-20T12:00", 2),
            ("A1,1,LAKE,Dr Gale,Follow-up,2026-11-10T08:00,30,booked,2026-10-20T12:00", 2),
            ("A1,2,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,30,booked,2026-10-20T12:00", 2),
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,30,cancelled,2026-10-20T12:00", 1),
            ("A1,1,MAIN,Dr Hill,Follow-up,2026-11-10T09:00,30,booked,2026-10-20T12:00", 1),
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,60,booked,2026-10-20T12:00", 1),
        ],
    )
    def test_a_revision_rises_when_the_visit_is_another(
        self, tmp_path: Path, row: str, revision: int
    ) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Change.objects.all().delete()

        report = more(tmp_path, "a.csv", APPOINTMENTS_HEAD + row + "\n")

        assert counts(report, Kind.APPOINTMENTS) == (1, 0, 1, 0, 0)
        assert Appointment.objects.get(external_id="A1").revision == revision
        assert due("1") == NOW, "whose visit it was is planned again"
        assert (due("2") == NOW) is (row.split(",")[1] == "2")

    def test_a_visit_booked_anew_is_a_new_revision(self, tmp_path: Path) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        for status in ("cancelled", "booked", "no show", "confirmed"):
            more(tmp_path, "a.csv", APPOINTMENTS.replace("booked,2026", f"{status},2026"))

        visit = Appointment.objects.get(external_id="A1")
        assert (visit.status, visit.revision) == ("confirmed", 3)

    def test_a_patient_who_confirmed_stays_confirmed_until_the_visit_moves(
        self, tmp_path: Path
    ) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Appointment.objects.filter(external_id="A1").update(status="confirmed")

        same = more(tmp_path, "a.csv", APPOINTMENTS)
        more(tmp_path, "a.csv", APPOINTMENTS.replace("Dr Gale", "Dr Hill"))
        kept = Appointment.objects.get(external_id="A1")
        more(tmp_path, "a.csv", APPOINTMENTS.replace("T09:00", "T11:00"))
        moved = Appointment.objects.get(external_id="A1")

        assert counts(same, Kind.APPOINTMENTS) == (2, 0, 0, 2, 0)
        assert (kept.status, kept.provider_name) == ("confirmed", "Dr Hill")
        assert (moved.status, moved.revision) == ("booked", 2)

    def test_a_visit_of_somebody_unknown_is_a_flaw(self, tmp_path: Path) -> None:
        report = more(tmp_path, "a.csv", APPOINTMENTS.replace("A2,2", "A2,77"))

        assert counts(report, Kind.APPOINTMENTS) == (2, 1, 0, 0, 1)
        (flaw,) = report.flaws
        assert (flaw.what.reason, flaw.places) == ("this patient is not known", ["line 3"])

    def test_a_visit_that_is_not_known_yet_is_planned_when_it_is_booked(
        self, tmp_path: Path
    ) -> None:
        later = APPOINTMENTS_HEAD + (
            "A8,1,MAIN,,,2026-12-10T09:00,30,booked,2026-11-20T12:00\n"
            "A9,1,MAIN,,,2026-12-11T09:00,30,booked,2026-11-15T12:00\n"
            "A7,2,LAKE,,,2026-12-11T09:00,30,booked,2026-10-15T12:00\n"
        )

        more(tmp_path, "a.csv", later)

        assert due("1") == datetime(2026, 11, 15, 17, tzinfo=UTC)
        assert due("2") == NOW

    def test_a_visit_that_is_over_asks_for_no_plan(self, tmp_path: Path) -> None:
        row = "A8,1,MAIN,,,2026-10-10T09:00,30,completed,\n"

        more(tmp_path, "a.csv", APPOINTMENTS_HEAD + row)

        assert Appointment.objects.filter(external_id="A8").exists()
        assert due("1") is None
