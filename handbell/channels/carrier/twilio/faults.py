"""Which errors does the API answer with? Twilio's codes, in Twilio's shape."""

from dataclasses import dataclass

_MORE_INFO = "https://www.twilio.com/docs/errors/"

# code: (HTTP status, message). `{}` is the number at fault.
_FAULTS: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter in the request"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Either a valid 'Url' or 'Twiml' is required"),
    21211: (400, "Invalid 'To' Phone Number: {}"),
    21212: (400, "Invalid 'From' Number: {}"),
    21213: (400, "A 'From' phone number is required"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same: {}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided ({}) is not a valid message-capable Twilio phone "
        "number for this destination/account",
    ),
    21609: (400, "The StatusCallback URL {} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (400, "The Messaging Service does not exist: {}"),
    30007: (400, "Message filtered"),
}


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """The request is refused with this code. `about` is the value at fault."""

    code: int
    about: str = ""

    @property
    def status(self) -> int:
        return _FAULTS.get(self.code, (400, ""))[0]

    @property
    def message(self) -> str:
        return _FAULTS.get(self.code, (400, f"Error {self.code}"))[1].format(self.about)

    def as_json(self) -> dict[str, object]:
        """Return the body of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"{_MORE_INFO}{self.code}",
            "status": self.status,
        }
