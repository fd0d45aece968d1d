"""What becomes of files that are broken? Always a clear flaw, never a traceback or half a file."""

from pathlib import Path

import pytest

from handbell.access.models import Practice
from handbell.facts.models import Appointment, Patient
from handbell.importers import staging
from handbell.importers.facts import Kind
from handbell.importers.feed import import_bytes, import_paths
from handbell.importers.report import Count, FileReport, ImportReport, SumDoesNotHold
from tests.importers.folder import NOW, PATIENTS, bring, counts, more

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

GARBAGE = bytes(range(256)) * 40

BROKEN = {
    "random bytes": GARBAGE,
    "zeros": bytes(5000),
    "nothing": b"",
    "blank lines": b"\n\n  \n",
    "a picture": b"\x89PNG\r\n\x1a\n" + GARBAGE,
    "a zip": b"PK\x03\x04" + GARBAGE,
    "half a JSON": b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Pa',
    "deep JSON": b'{"resourceType": "Bundle", "entry": ' + b"[" * 5000,
    "JSON of numbers": b"[1, 2, 3]",
    "JSON garbage": b'{"resourceType"' + GARBAGE,
    "half a message": b"MSH|^~\\&|A",
    "message garbage": b"MSH|^~\\&|" + GARBAGE,
    "message without type": b"MSH|^~\\&|A|B|C|D|E|F\rPID|1\r",
    "broken TOML": b'name = "Harbor\n[[senders',
    "a header only": b"appointment_id,patient_id\n",
    "columns twice": b"a,a,a,a\n1,2,3,4\n",
    "half UTF-16": "patient_id,first_name\n1,Ada\n".encode("utf-16")[:-1],
    "lone quotation marks": b'patient_id,first_name\n"1,Ada\n"2,Ben\n"3',
    "CSV garbage": b"patient_id,first_name\n" + GARBAGE,
    "emoji": "patient_id,first_name\n1,😀\n".encode() + b"\xff\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_a_flaw(name: str) -> None:
    practice = Practice.objects.get()

    report = import_bytes(BROKEN[name], name="file", practice=practice, now=NOW)

    assert report.flaws or report.not_used
    report.check()


def test_a_hundred_megabytes_in_one_line_cost_little_memory(tmp_path: Path) -> None:
    for begin in (b"patient_id,first_name\n7,", b"MSH|^~\\&|A|", b"{", b"x"):
        path = tmp_path / "long"
        with path.open("wb") as file:
            file.write(begin)
            for _ in range(100):
                file.write(b"y" * 1_000_000)

        report = import_paths([path], practice=Practice.objects.get(), now=NOW)

        assert report.flaws


def test_a_file_that_cannot_be_opened_is_a_flaw(tmp_path: Path) -> None:
    missing = tmp_path / "gone.csv"
    missing.write_text(PATIENTS)
    missing.unlink()

    report = import_paths([missing], practice=Practice.objects.get(), now=NOW)

    assert [one.what.file for one in report.flaws] == ["gone.csv"]


def test_what_the_database_refuses_stores_nothing_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A net under the parsers: no cell is too long for its column once it was read.
    rows = "patient_id,first_name\n8,Eve\n9,Finn\n"
    whole = staging._patient_row
    monkeypatch.setitem(
        staging._ROW_OF, Kind.PATIENTS, lambda fact: (*whole(fact)[:1], "x" * 400, *whole(fact)[2:])
    )

    report = more(tmp_path, "p.csv", rows)

    (flaw,) = report.flaws
    assert "the database refused it (DataError" in flaw.what.reason
    assert "xxx" not in str(flaw.as_json())
    assert not Patient.objects.filter(external_id__in=["8", "9"]).exists()
    monkeypatch.undo()
    assert counts(more(tmp_path, "p.csv", rows), Kind.PATIENTS) == (2, 2, 0, 0, 0)


def test_one_broken_file_does_not_keep_the_others_out(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.csv": "appointment_id,patient_id,facility,starts_at\n1,1,MAIN,2026-11-10T09:00\n",
        "b.json": b'{"resourceType": "Bundle", "entry": [',
        "c.hl7": b"MSH|^~",
        "d.bin": GARBAGE,
    }

    report = bring(tmp_path, files, slug="harbor")

    assert Appointment.objects.count() == 1
    assert {one.what.file for one in report.flaws} == {
        "clinic/b.json",
        "clinic/c.hl7",
        "clinic/d.bin",
    }
    assert report.exit_code == 1


def test_the_sum_is_a_check() -> None:
    report = FileReport(name="f")
    report.counts[Kind.PATIENTS] = Count(rows=3, new=1, unchanged=1)

    with pytest.raises(SumDoesNotHold):
        ImportReport(files=[report]).check()
