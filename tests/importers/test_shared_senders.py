"""A number that another practice sends by: refused by the console, possible by the command."""

from pathlib import Path

from handbell.access.models import Practice, StaffMember
from handbell.importers.models import ImportFlaw
from handbell.outbox.models import Sender
from tests.importers.folder import PRACTICE, bring
from tests.importers.running import imported

TWO_SENDERS = """
[[senders]]
channel = "sms"
address = "+12025550199"

[[senders]]
channel = "email"
address = "frontdesk@harborpt.example"
"""


def test_an_import_gives_no_practice_the_number_another_sends_by(nora: StaffMember) -> None:
    theirs = Practice.objects.create(name="Elm Street PT", slug="elm")
    Sender.objects.create(practice=theirs, channel="sms", address="+12025550199", provider="twilio")
    own = Sender.objects.create(
        practice=nora.practice, channel="sms", address="+12025550144", provider="twilio"
    )
    toml = PRACTICE + TWO_SENDERS
    run = imported(nora, {"practice.toml": toml})

    flaw = ImportFlaw.objects.get(run=run)
    assert flaw.reason == "another practice on this installation sends by it"
    assert (flaw.field, "elm" in flaw.cure.lower()) == ("senders.sms.address", False)
    assert run.report["kinds"]["senders"] == run.report["kinds"]["senders"] | {"rows": 2, "new": 1}
    mine = Sender.objects.filter(practice=nora.practice).order_by("pk")
    assert list(mine.values_list("channel", "address", "retired")) == [
        ("sms", own.address, False),  # nothing took its place
        ("email", "frontdesk@harborpt.example", False),
    ]


def test_a_number_two_practices_share_on_purpose_stays_shared(
    nora: StaffMember, tmp_path: Path
) -> None:
    theirs = Practice.objects.create(name="Elm Street PT", slug="elm")
    Sender.objects.create(practice=theirs, channel="sms", address="+12025550199", provider="twilio")
    toml = PRACTICE + TWO_SENDERS
    bring(tmp_path, {"practice.toml": toml})  # as whoever runs Handbell does
    assert Sender.objects.filter(practice=nora.practice, address="+12025550199").exists()

    run = imported(nora, {"practice.toml": toml})
    assert not ImportFlaw.objects.filter(run=run).exists()
