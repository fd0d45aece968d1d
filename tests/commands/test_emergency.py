"""`handbell emergency`: what the page does, by a terminal, as a named member of the staff."""

import contextlib
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handbell.access.models import Practice, StaffMember
from handbell.commands.emergency import emergency
from handbell.facts.models import Closure, Patient
from handbell.outbox.models import Message
from handbell.scripts.models import NoticeText
from handbell.scripts.starting_notices import starting_notice
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import ClosureReason, PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(monkeypatch: pytest.MonkeyPatch) -> StaffMember:
    @contextlib.contextmanager
    def here(*, command: str) -> Iterator[None]:
        yield  # the test's own database

    monkeypatch.setattr("handbell.commands.ready.database", here)
    clinic = Clinic(now=datetime.now(UTC))
    clinic.senders()
    for one in (clinic.patient("Ann", mobile=phone(1)), clinic.patient("Cat", home=phone(2))):
        clinic.visit(one, datetime.now(UTC) + timedelta(hours=30))
    return staff(clinic, PermissionLevel.THERAPY_DIRECTOR)


def run(by: StaffMember, *words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(emergency, [*words, "--as", by.email, "--json"])
    if done.exit_code == 0:
        return 0, json.loads(done.stdout)
    return done.exit_code, str(done.exception) + done.output


def test_from_closing_to_the_end(boss: StaffMember) -> None:
    code, closed = run(boss, "close", "--reason", "weather", "--days-out", "3")
    assert code == 0
    assert run(boss, "list")[1]["closure"][0]["on"] is True
    assert "closing sms en" in run(boss, "words")[1]
    who = run(boss, "who")[1]
    assert (who["booked"], who["sms"]["people"], who["voice"]["people"]) == (2, 1, 2)
    code, why = run(boss, "send", "--channel", "sms", "--people", "9")
    assert code
    assert "1 people now" in why
    sent = run(boss, "send", "--channel", "sms", "--people", "1")[1]
    assert sent["state"] == "going"
    assert Message.objects.filter(purpose="emergency_notice", state="queued").count() == 1
    again = run(boss, "send", "--channel", "sms", "--people", "1")[1]
    assert "once a day" in again
    assert "may go again from" in again
    number = str(sent["sending"])
    assert run(boss, "pause", "--sending", number)[1]["changed"] is True
    assert run(boss, "pause", "--sending", number)[0] == 1
    assert run(boss, "progress")[1]["sending"][0]["queued"] == 1
    calls = run(boss, "calls")[1]["calls"]
    assert [one["phone"] or one["other_phone"] for one in calls] == [phone(1), phone(2)]
    assert calls[1]["tried"] == "sms: no_contact_point"
    assert run(boss, "end", "--closure", str(closed["closure"]))[1]["changed"] is True
    assert Closure.objects.get().ended_by == boss


def test_a_person_reads_lines(boss: StaffMember) -> None:
    run(boss, "close", "--reason", "weather", "--days-out", "3")
    for words in (["list"], ["who"], ["words"], ["progress"], ["calls"]):
        done = CliRunner().invoke(emergency, [*words, "--as", boss.email])
        assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(emergency, ["list", "--as", boss.email])
    assert "facilities: Main" in listed.output


def test_words_are_read_by_the_guard_and_only_a_director_may(boss: StaffMember) -> None:
    run(boss, "close", "--reason", "weather")
    code, why = run(boss, "words", "--channel", "sms", "--text", "{{ clinic }}: 20% off!")
    assert code
    assert why
    StaffMember.objects.update(level=PermissionLevel.FRONT_DESK)
    assert "therapy director" in run(boss, "list")[1]


def test_words_the_guard_does_not_let_pass_are_named_and_the_rest_is_done(
    boss: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starting(reason: ClosureReason, *key: Any) -> Text:
        text = starting_notice(reason, *key)
        return Text(f"{text.body} 20% off!", text.subject) if key[2] == "es" else text

    monkeypatch.setattr("handbell.closures.wording.starting_notice", starting)
    code, closed = run(boss, "close", "--reason", "weather")
    assert code == 0
    assert closed["words_missing"] == "sms es, voice es, email es: write them with `words`"
    assert Closure.objects.count() == 1
    assert NoticeText.objects.count() == 3


def test_no_cell_of_the_call_list_is_a_formula(boss: StaffMember) -> None:
    run(boss, "close", "--reason", "weather", "--days-out", "3")
    run(boss, "send", "--channel", "sms", "--people", "1")
    Patient.objects.filter(first_name="Cat").update(external_id='=HYPERLINK("http://bad")')
    done = CliRunner().invoke(emergency, ["calls", "--as", boss.email])
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["patient_id"] == '\'=HYPERLINK("http://bad")'
    assert row["phone"] == phone(2)


def test_everything_of_the_pages_is_there(boss: StaffMember, tmp_path: Path) -> None:
    """Hours, people, a test, a second person, days added since, a call, the record."""
    code, _ = run(boss, "close", "--reason", "weather", "--today-too", "--closed-to", "10:00")
    assert code == 0
    closure = Closure.objects.get()
    assert (closure.closed_from, closure.closed_to) == (None, time(10))
    assert run(boss, "extend", "--last-day", str(closure.last_day))[1]["changed"] is True
    cat = Patient.objects.get(first_name="Cat")
    assert run(boss, "leave-out", "--patient", "nobody", "--why", "told")[0]
    assert run(boss, "leave-out", "--patient", cat.external_id, "--why", "told")[1]["changed"]
    assert run(boss, "who")[1]["booked"] == 1
    assert run(boss, "take-in", "--patient", cat.external_id)[1]["changed"] is True
    assert "telephone you have with you" in run(boss, "test", "--channel", "sms", "--to", "")[1]
    Practice.objects.update(second_person_above=0)
    asked = run(boss, "send", "--channel", "sms", "--people", "1")[1]
    assert asked["state"] == "awaiting"
    assert run(boss, "decline", "--sending", str(asked["sending"]))[1]["changed"] is True
    Practice.objects.update(second_person_above=None)
    run(boss, "send", "--channel", "sms", "--people", "1")
    assert run(boss, "who", "--untold", "--channel", "sms")[1]["booked"] == 0
    run(boss, "called", "--patient", cat.external_id, "--result", "spoken")
    told = run(boss, "record", "--pdf", str(tmp_path / "record.pdf"))[1]
    assert (tmp_path / "record.pdf").read_bytes().startswith(b"%PDF-")
    assert told["telephoned"] == {"spoken": 1}
    acts = [one["what"] for one in told["act"]]
    assert acts[0] == "Closed: Weather"
    assert acts[-1] == "Telephoned somebody: spoken to"
    assert "does not await a decision" in run(boss, "approve", "--channel", "sms")[1]
