"""What does SES report of a mail? Its events come by SNS, to the address of all mail providers.

`api.mailhooks` takes them and `email.esp.receipt` reads them; asked about a mail, SES says nothing.
"""

from handbell.channels.email.esp.receipt import STATUSES
from handbell.channels.receipt import ReceiptStatus


def status_of(word: str) -> ReceiptStatus:
    """Return what the word for an event means; UNKNOWN for one this version does not know."""
    return STATUSES.get(word, ReceiptStatus.UNKNOWN)
