"""What do we do about an error SES names? What its events report is in the table of SMTP."""

from datetime import timedelta

from handbell.channels.codes import Action, CodeRule
from handbell.channels.email.ses import reply
from handbell.channels.email.smtp import codes as smtp
from handbell.channels.twilio.codes import again, alerted, is_http_status, ours, table

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

CODES = table(
    again("connect", "no connection could be made", Action.SLOW_DOWN, times=5, wait=MINUTE),
    again(reply.TOO_FAST, "too many requests", Action.SLOW_DOWN, times=8, wait=MINUTE),
    again("LimitExceededException", "the day's number of mails is used up", Action.ALERT,
          Action.SLOW_DOWN, times=6, wait=HOUR),
    # The account.
    ours(reply.NOT_AUTHENTICATED, "the keys are wrong, or may not send", Action.PAUSE_ALL),
    ours("AccountSuspendedException", "the account is suspended", Action.PAUSE_ALL),
    ours(reply.SENDING_OFF, "sending is switched off for the account", Action.PAUSE_ALL),
    ours(reply.SANDBOX, "the account is in the sandbox and reaches only verified addresses",
         Action.PAUSE_ALL),
    ours("NotFoundException", "the configuration set is not there", Action.PAUSE_ALL),
    # The sender.
    ours("MailFromDomainNotVerifiedException", "the MAIL FROM domain is not verified",
         Action.PAUSE_SENDER),
    ours("MessageRejected", "refused: the from-address is not verified, or the mail looks unsafe",
         Action.PAUSE_SENDER),
    # The mail.
    alerted("BadRequestException", "the request is malformed", Action.PAUSE_SCRIPT),
    alerted("header-unsafe", "a header holds a line break: the name or subject is not as it seems",
            Action.PAUSE_SCRIPT),
    CodeRule("address-not-ascii", "the address needs SMTPUTF8, which is not spoken here",
             frozenset({Action.FLAG, Action.OTHER_CHANNEL})),
)  # fmt: skip


def rule_for(code: str, *, sender: str) -> CodeRule:
    """Return the rule for `code`, met by mail from `sender`; `unknown_code` if none knows it."""
    if row := CODES.get(code):
        return row
    if is_http_status(code):
        return ours(code, "the address answers, but not as SES does", Action.PAUSE_ALL)
    return smtp.rule_for(code, sender=sender)
