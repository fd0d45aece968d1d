"""Which numbers and mailboxes misbehave by themselves, once that is switched on?"""

from handbell.channels.carrier.behaviour import Behaviour, Behaviours, Does, Kind

# The numbers and mailboxes that misbehave by themselves when conventions are switched on:
# fictitious subscriber numbers 555-0190 to 555-0199 of any area code.
CONVENTIONS: tuple[Behaviour, ...] = (
    Behaviour.asked(Does.BOUNCES, number="+1???5550190"),
    Behaviour.asked(Does.REPLIES, number="+1???5550191", text="STOP", seconds=20),
    Behaviour.asked(Does.UNCONFIRMED, number="+1???5550192"),
    Behaviour.asked(Does.BLOCKS, number="+1???5550193"),
    Behaviour.asked(Does.REPLIES, number="+1???5550194", text="C", seconds=45),
    Behaviour.asked(Does.PRESSES, number="+1???5550194", text="1", seconds=6),
    Behaviour.asked(Does.REJECTS, number="+1???5550195", code="21614", kind=Kind.TEXT),
    Behaviour.asked(Does.MACHINE, number="+1???5550196"),
    Behaviour.asked(Does.BUSY, number="+1???5550197"),
    Behaviour.asked(Does.NO_ANSWER, number="+1???5550198"),
    Behaviour.asked(Does.PRESSES, number="+1???5550199", text="9", seconds=3),
    Behaviour.asked(Does.REPLIES, number="+1???5550199", text="Who is this?", seconds=30),
    Behaviour.asked(Does.MAILBOX_BOUNCES, number="bounces*@*"),
    Behaviour.asked(Does.MAILBOX_FULL, number="full*@*"),
    Behaviour.asked(Does.GREYLISTS, number="greylists*@*"),
)


def with_conventions() -> Behaviours:
    """Return behaviours with the conventions in force; anything added later goes before them."""
    behaviours = Behaviours()
    for behaviour in CONVENTIONS:
        behaviours.add(behaviour)
    return behaviours
