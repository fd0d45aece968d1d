"""Whose signature do we believe?"""

from config.environment import Environment, TwilioAccount
from handbell.dispatch.providers import REHEARSAL, TWILIO, rehearsal_account


def provider_accounts(environment: Environment) -> dict[str, TwilioAccount]:
    """Return the account of every provider that may post webhooks, by its name."""
    accounts = {REHEARSAL: rehearsal_account(environment)}
    if environment.twilio is not None:
        accounts[TWILIO] = environment.twilio
    return accounts
