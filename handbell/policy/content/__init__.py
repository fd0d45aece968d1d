"""The content guard: what may a message say? Pure, explainable, and the same answer every time.

`review(draft, clinic)` gives a `Review`: its verdict, and findings with their places. docs/guard.md
tells how it decides; docs/adr/0012 why so.
"""

from handbell.policy.content.guard import is_a_name, review
from handbell.policy.content.model import (
    Clinic,
    Draft,
    Finding,
    FindingKind,
    Part,
    Review,
    Verdict,
    verdict_of,
)

__all__ = [
    "Clinic",
    "Draft",
    "Finding",
    "FindingKind",
    "Part",
    "Review",
    "Verdict",
    "is_a_name",
    "review",
    "verdict_of",
]
