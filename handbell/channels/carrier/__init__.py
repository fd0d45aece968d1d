"""Where do messages go when nothing may leave the machine? The rehearsal carrier.

`Carrier` runs one in this process, `serve` as a process of its own; see docs of each module.
"""

from handbell.channels.carrier.behaviour import Behaviour, Does
from handbell.channels.carrier.callbacks import Callback, CallbackReply
from handbell.channels.carrier.carrier import REHEARSAL_ACCOUNT_SID, Carrier
from handbell.channels.carrier.serve import serve
from handbell.channels.carrier.switchboard import Timing
from handbell.channels.carrier.vonage.account import VonageSide

__all__ = [
    "REHEARSAL_ACCOUNT_SID",
    "Behaviour",
    "Callback",
    "CallbackReply",
    "Carrier",
    "Does",
    "Timing",
    "VonageSide",
    "serve",
]
