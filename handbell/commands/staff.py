"""`handbell staff`: make a login for somebody who works at a practice."""

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from config.environment import SettingFlaw
from handbell.commands import ready
from handbell.vocabulary.contact import ContactFlaw, EmailAddress
from handbell.vocabulary.words import PermissionLevel

LEVELS = [level.value for level in PermissionLevel]


@click.command()
@click.option("--practice", "slug", required=True, help="The practice's slug.")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--level", type=click.Choice(LEVELS), required=True, help="What the person may do.")
@click.password_option(help="Asked for if not given; better so, since others can see a command.")
def staff(*, slug: str, email: str, name: str, level: str, password: str) -> None:
    """Make a login for a member of a practice's staff.

    An address that has a login already is left as it is, and the command ends with exit code 2.
    """
    with ready.database(command="handbell staff"):
        _make(slug, email, name, PermissionLevel(level), password)
    click.echo(f"{name} can sign in as {email}, {level.replace('_', ' ')}.")


def _make(slug: str, email: str, name: str, level: PermissionLevel, password: str) -> None:
    from handbell.access.models import Practice, StaffMember

    practice = Practice.objects.filter(slug=slug).first()
    if practice is None:
        known = ", ".join(Practice.objects.order_by("slug").values_list("slug", flat=True))
        raise SettingFlaw(f"there is no practice {slug!r}; there are: {known or 'none yet'}")
    try:
        address = EmailAddress.parse(email).value
        validate_password(password)
    except ContactFlaw as flaw:
        raise SettingFlaw(f"--email: {flaw}") from flaw
    except ValidationError as error:
        raise SettingFlaw(" ".join(error.messages)) from error
    if StaffMember.objects.filter(email=address.lower()).exists():
        raise SettingFlaw(f"{address} has a login already")
    StaffMember.objects.create_user(
        practice=practice, email=address, name=name, level=level, password=password
    )
