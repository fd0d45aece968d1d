"""Which errors does Vonage answer a text with? Its numbers; the HTTP status is 200 all the same."""

from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    "1": "Throughput Rate Exceeded - please wait [ 1000 ] and retry",
    "2": "Missing parameters",
    "3": "Invalid value for parameter",
    "4": "Bad Credentials",
    "5": "Internal Error",
    "6": "Unroutable message - rejected",
    "7": "Number barred",
    "12": "Message too long",
    "15": "Illegal Sender Address - rejected",
    "33": "Number de-activated",
}

# What a wish says in Twilio's numbers; what is below a hundred is Vonage's already.
_OF_TWILIOS: Final = {"21610": "7", "21611": "1", "21614": "6", "21606": "15", "30007": "6"}


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """The text is refused with this status."""

    code: str

    @property
    def message(self) -> str:
        return _WORDS.get(self.code, f"Error {self.code}")

    def as_json(self) -> dict[str, object]:
        """Return the body of the answer."""
        return {
            "message-count": "1",
            "messages": [{"status": self.code, "error-text": self.message}],
        }


def fault_of(wished: str) -> Fault:
    """Return the refusal a behaviour asks for."""
    return Fault(wished if len(wished) < 3 else _OF_TWILIOS.get(wished, "3"))
