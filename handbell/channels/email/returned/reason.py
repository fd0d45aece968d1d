"""Why did it not arrive? The code of `email.smtp.codes` behind a server's own words. Pure.

Status codes in reports are often coarser than the words beside them (5.0.0 with "user unknown") or
plainly wrong (5.1.1 for a full mailbox), so words that are clear win over them. Only a code of a
closed set leaves this module, never the words: they name the patient.
"""

import re
from typing import Final

from handbell.channels.email.returned import elsewhere
from handbell.channels.email.returned.parts import cut
from handbell.channels.email.smtp import reply

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#:(]|$)", re.MULTILINE)
# Codes that say no more than "refused": any clear word is better.
_COARSEST = re.compile(r"[45]\.0\.\d+|[45]\d\d")
_COARSE = re.compile(
    r"[45]\.(0\.\d+|[1234]\.0|5\.\d+|[67]\.[01]|9\.\d+)|[45]\d\d"
    r"|5\.4\.1|5\.2\.1|5\.1\.351|5\.7\.13"
)

FULL: Final = re.compile(
    r"(mailbox|mail ?folder|mail ?box|inbox|account|recipient|user|disk|maildir)"
    r"\S{0,40}( \S{1,80}){0,4} "
    r"(is |was |has been )?(too )?(full|over\w{0,9} (its |the )?(\S{1,20} )?quota)"
    r"|over ?quota|quota (exceeded|has been)|exceed\w{0,9} (\S{1,80} ){0,4}(quota|storage)"
    r"|out of storage|insufficient (disk |system )?storage|mailbox (size )?(limit )?exceed"
    r"|not enough (storage|disk) space|mailbox ?full|full mailbox|storage (allocation )?exceeded"
    r"|maildelivery_quota|user has too many messages",
    re.IGNORECASE,
)
NOBODY: Final = re.compile(
    r"no (such|valid) \S{0,12} ?(user|recipient|mailbox|address|account|person|alias|login|host)"
    r"|no mailbox (here|by)|no (mailbox|account) (found|with)"
    r"|(user|recipient|mailbox|address|account|alias|addressee|person|local part)s?\b"
    r"[^.\n]{0,60}?( is| was|:)? (unknown|invalid|nonexist\w*|non-exist\w*)"
    r"|unknown (or illegal )?(user|recipient|mailbox|account|address|alias|local[- ]part|login)"
    r"|(invalid|bad|non-?existent|undeliverable|illegal|incorrect) "
    r"(destination |final delivery )?(user\b|recipient|mailbox|address|account|alias)"
    r"|(does ?n[o']?t|do ?n[o']?t|did ?n[o']?t|not) "
    r"(exist|found|have an? \S{1,80} account|listed in)"
    r"|(does|did|do|is) not (currently )?(exist|have)|is(n't| not) (a )?(valid|known|known here)"
    r"|not our (customer|user)"
    r"|(user|recipient|address)s?\S{0,80} (\S{1,80} ){0,3}not (found|known|listed)"
    r"|unrouteable address|not a (valid|known) (mailbox|user|recipient|address)|resolver\.adr\."
    r"|recipient address rejected: access denied|address rejected\.?\s{0,80}(\(in reply|$)"
    r"|user (not found|doesn)|(recipient|address) not found|can't create user output file"
    r"|no longer (\S{1,80} ){0,3}"
    r"(here|valid|exists|available|on (this )?server|an employee|with us)"
    r"|was ?n['\u2019]?t found at \S"
    r"|mailbox (not found|unavailable.{0,20}not found)|who does not exist|could not be found",
    re.IGNORECASE,
)
NO_HOST: Final = re.compile(
    r"host (is )?(unknown|not found)|unknown (host|domain)|(host"
    r"|domain)( name)? (\S{1,80} ){0,3}not found"
    r"|name or service not known|nxdomain|(no such|non-?existent) (host|domain)"
    r"|bad destination host"
    r"|couldn'?t find any host|(name server|dns)[^.\n]{0,30}host not found|domain does(n't"
    r"| not) exist"
    r"|invalid domain|illegal host|unrouteable mail domain|unable to find domain",
    re.IGNORECASE,
)
NO_SERVER: Final = re.compile(
    r"null ?mx|does not accept (e-?)?mail|domain (that )?never accept|no mail exchanger"
    r"|mail (service|is) not (accepted|available) (for|at) this domain|5\.3\.2|no mx record",
    re.IGNORECASE,
)
CLOSED: Final = re.compile(
    r"(mailbox|account|user|recipient|e-?mail address|address)[^.\n]{0,50}"
    r"(inactive|disabled|deactivated|suspended|closed|expired|blocked due to inactivity|terminated)"
    r"|(inactive|disabled|deactivated|closed|expired) (user|account|mailbox|recipient)"
    r"|not been active|account (has been )?(locked|frozen)",
    re.IGNORECASE,
)
# What is about us or the mail, whatever else the sentence mentions.
ABOUT_US: Final = re.compile(
    r"spam|spf|dkim|dmarc|ptr|reverse dns|rdns|blacklist|black list|blocklist|block list|rbl|dnsbl"
    r"|reputation|policy|unsolicited|virus|relay|authentication|authenticated|unauthenticated"
    r"|sender (address )?(rejected|denied|verify|domain|is not)|envelope (from|sender)|mail from"
    r"|sender domain|from address|my name was rejected|error 550-'5\.7"
    r"|too large|message size|size limit|rate limit|too many",
    re.IGNORECASE,
)
_EXPIRED: Final = re.compile(
    r"retry time(out)? (exceeded|not reached)|in the queue too long|(message"
    r"|delivery)[^.\n]{0,20} expired"
    r"|has been frozen|time-?out expired",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"(has |have )?moved to|no longer accepted.{0,40}new address|please try <", re.I
)


def code_behind(status: str, words: str, *, failed: bool = True) -> str:
    """Return the code behind a Status field and the server's words; either may be empty.

    `failed` only decides where neither says whether it is for good (5) or for now (4).
    """
    status, words = cut(status), cut(words)
    number = _REPLY.search(words)
    kind = _class(status, words, failed=failed)
    if number and number[1][0] == kind:
        code = reply.code_of(int(number[1]), words[number.end() :].lstrip(" -#:("))
    else:
        code = ""
    if not code or _COARSEST.fullmatch(code):
        enhanced = _telling(status, words, kind)
        if enhanced:
            code = reply.code_of(int(kind) * 100, f"{enhanced} {words}")
    if not code and _EXPIRED.search(words):
        code = "4.4.7"
    code = code or ("5.0.0" if kind == "5" else "4.0.0")
    # At hand-over these ask us to log in. A server that only reports has nobody to log in.
    return _refined("5.7.1" if code in {"5.7.0", "5.7.8"} else code, words)


def is_coarse(code: str) -> bool:
    """Whether a code says no more than that something was refused."""
    return _COARSE.fullmatch(code) is not None


def _class(status: str, words: str, *, failed: bool) -> str:
    """Return whether it is for good ("5") or for now ("4"): the field says so, else the words."""
    for pattern, text in ((_ENHANCED, status), (_REPLY, words), (_ENHANCED, words)):
        found = pattern.search(text)
        if found and found[1][0] in "45":
            return found[1][0]
    return "5" if failed and not _EXPIRED.search(words) else "4"


def _telling(status: str, words: str, kind: str) -> str:
    """Return the most telling enhanced status of a class, the words' before the field's."""
    found = [
        ".".join(match.groups())
        for text in (words, status)
        for match in _ENHANCED.finditer(text)
        if match[1] == kind
    ]
    telling = [code for code in found if not _COARSEST.fullmatch(code)]
    return next(iter(telling or found), "")


def _refined(code: str, words: str) -> str:
    """Return the code, or the one that clear words mean."""
    kind = "4" if code.startswith("4") else "5"
    if FULL.search(words) and not _is_about_us(code):
        return f"{kind}.2.2"
    if _COARSE.fullmatch(code) and elsewhere.FULL.search(words):
        return f"{kind}.2.2"
    if kind == "4" or not _COARSE.fullmatch(code) or ABOUT_US.search(words):
        return code
    if CLOSED.search(words):
        return "5.2.1-inactive"
    if NO_HOST.search(words):
        return "5.1.2"
    if NO_SERVER.search(words):
        return "5.4.4"
    if _MOVED.search(words):
        return "5.1.6"
    says_nobody = NOBODY.search(words) or elsewhere.NOBODY.search(words)
    return reply.NO_SUCH_USER if says_nobody else code


def _is_about_us(code: str) -> bool:
    return re.fullmatch(r"[45]\.7\.([2-9]|\d\d+)", code) is not None
