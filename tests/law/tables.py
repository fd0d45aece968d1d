"""How does a row of a table in docs/ read? Made from the code, so that the pages stay true."""

from collections.abc import Mapping
from datetime import timedelta

from handbell.channels.codes import Action, CodeRule
from handbell.policy.explain import explain
from handbell.vocabulary.words import Objection

PAUSES = frozenset({Action.PAUSE_SENDER, Action.PAUSE_ALL, Action.HOLD})


def reason_cells(objection: Objection) -> list[str]:
    """Return what docs/reasons.md must say of a reason, beside the state it ends in."""
    told = explain(objection)
    return [f"`{objection.value}`", told.sentence, told.cure, told.source]


def code_row(rule: CodeRule) -> str:
    """Return the row of a provider's code, as docs/providers/ has it."""
    return f"| `{rule.code}` | {rule.meaning} | {'; '.join(_acts(rule)) or 'the message ends'} |"


def code_rows(codes: Mapping[str, CodeRule]) -> list[str]:
    """Return a row for each code, in the order of the table."""
    return [code_row(rule) for rule in codes.values()]


def _acts(rule: CodeRule) -> list[str]:
    """Say what dispatch/consequences.py does about a code; what it leaves alone is not said."""
    actions, acts = rule.actions, []
    if Action.RETRY in actions and not actions & PAUSES:
        times = "once, after" if rule.retries == 1 else "first after"
        acts.append(f"tried again, {times} {_said(rule.retry_after)}")
    if Action.PAUSE_ALL in actions:
        acts.append("all senders of the provider pause" + _from(rule.alert_after, "in a day"))
    if Action.PAUSE_SENDER in actions:
        acts.append("the sender pauses" + _from(rule.alert_after, "in a day"))
    if Action.HOLD in actions:
        acts.append("the sender pauses until midnight, Pacific time")
    if Action.PAUSE_SCRIPT in actions:
        acts.append("the text pauses" + _from(rule.alert_after, "in a day"))
    if Action.SLOW_DOWN in actions:
        acts.append("the sender rests")
    if Action.SUPPRESS in actions and rule.suppress_as is not None:
        channels = " and ".join(channel.value for channel in rule.suppress_channels)
        many = _from(rule.suppress_after, "day in 30 days" if rule.days_with else "in 30 days")
        acts.append(f"the address is suppressed for {channels}{many}: `{rule.suppress_as.value}`")
    if Action.ALERT in actions:
        acts.append("alarm" + _from(rule.alert_after, "in a day"))
    return acts


def _from(count: int, period: str) -> str:
    return f" from the {count}{'rd' if count == 3 else 'nd' if count == 2 else 'th'} {period}" * (
        count > 1
    )


def _said(pause: timedelta | None) -> str:
    if pause is None:
        return "a pause that grows"
    minutes = int(pause.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes and minutes % 60 == 0 else f"{minutes} min"
