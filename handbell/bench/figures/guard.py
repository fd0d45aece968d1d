"""How many texts a second does the content guard read? It reads each before it leaves."""

from handbell.bench.figures.hand_over import rate
from handbell.bench.frame import Figure, Rounds, Size
from handbell.policy.content import review
from handbell.policy.content.model import Clinic, Draft
from handbell.vocabulary.words import Channel, Purpose

#: So many a second, and reading is a tenth of what a sender of 100 a second may spend.
PER_SECOND = 1_000.0

_CLINIC = Clinic(names=("Harbor PT",), domains=("harborpt.example",))
_TEXTS = (
    "Harbor PT: you have a visit on {day} at 2:00 PM. Reply C to confirm. Reply STOP to opt out.",
    "Harbor PT: reminder of your appointment on {day} at 9:30 AM, 1 Harbor St. Call 202-555-0190.",
    "Harbor PT: tiene una cita el {day} a las 14:00. Responda C para confirmar, STOP para parar.",
)


def _measure(size: Size) -> Rounds:
    count = size.of(300, 3_000)
    drafts = [
        Draft(
            Purpose.APPOINTMENT_REMINDER,
            Channel.SMS,
            _TEXTS[number % 3].format(day=f"Nov {number}"),
        )
        for number in range(count)
    ]
    ours = [rate(lambda: [review(draft, _CLINIC) for draft in drafts], count) for _ in range(5)]
    return Rounds(ours, [PER_SECOND] * 5, "every text another, so that nothing is remembered")


FIGURES = (
    Figure(
        "guard",
        "texts read by the content guard, against 1,000 a second",
        goal=1.0,
        at_least=True,
        unit="texts/s",
        measure=_measure,
    ),
)
