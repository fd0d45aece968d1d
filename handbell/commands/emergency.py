"""`handbell emergency`: close facilities and tell whoever is booked, when the web cannot."""

import json
from typing import Any

import click

from handbell.commands import ready
from handbell.commands.telling import tell, tell_rows
from handbell.vocabulary.words import CallResult, Channel, ClosureReason, NoticeKind

ACTIONS = (
    *("list", "close", "words", "approve", "who", "leave-out", "take-in", "test", "send"),
    *("progress", "pause", "go-on", "stop", "agree", "decline"),
    *("extend", "end", "calls", "called", "record"),
)


@click.command()
@click.argument("action", type=click.Choice(ACTIONS))
@click.option("--as", "email", required=True, metavar="EMAIL", help="The login you act as.")
@click.option("--closure", type=int, help="The closure's number; the one that is on if omitted.")
@click.option("--sending", type=int, help="pause to decline: which sending.")
@click.option("--facility", "facilities", multiple=True, help="close: which; else all.")
@click.option("--reason", type=click.Choice([*map(str, ClosureReason)]), help="close: why.")
@click.option(
    "--days-out",
    type=click.IntRange(0, 13),
    default=1,
    show_default=True,
    help="close: the last day, counted from today; tomorrow is 1.",
)
@click.option("--today-too", is_flag=True, help="close: today as well.")
@click.option("--closed-from", type=click.DateTime(["%H:%M"]), help="close: on the first day.")
@click.option("--closed-to", type=click.DateTime(["%H:%M"]), help="close, extend: last day.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="extend: until when.")
@click.option(
    "--channel", type=click.Choice([one.value for one in Channel]), help="words, test, send."
)
@click.option(
    "--kind",
    type=click.Choice([one.value for one in NoticeKind]),
    default=NoticeKind.CLOSING.value,
    show_default=True,
    help="words, who, send: which notice.",
)
@click.option("--people", type=int, help="send: to how many, as `who` says; nothing goes without.")
@click.option("--unreached", is_flag=True, help="send: only whoever no other channel reached.")
@click.option("--untold", is_flag=True, help="send: whom it told nothing of days added since.")
@click.option("--through-pause", is_flag=True, help="send: though the sender is paused.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="words; else en.")
@click.option("--subject", default="", help="words: of an e-mail.")
@click.option("--text", help="words: what to say; without it they are shown.")
@click.option("--to", metavar="NUMBER", help="test: your own telephone; a mail goes to your login.")
@click.option("--patient", metavar="ID", help="leave-out, take-in, called: the clinic's number.")
@click.option("--why", help="leave-out: why they are not to be told.")
@click.option(
    "--result", type=click.Choice([*map(str, CallResult)]), help="called: what came of it."
)
@click.option(
    "--pdf", type=click.Path(dir_okay=False, writable=True), help="record: this file, too."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def emergency(*, action: str, email: str, as_json: bool, **typed: Any) -> None:  # noqa: ANN401
    """Close facilities and tell whoever is booked, with the checks of the Emergency page.

    In a snowstorm, in this order:

    \b
      close     hold the reminders of the facilities; tells nobody
      words     read what each notice says, or write it anew with --text
      who       count who is booked, whom each channel reaches, and by when
      test      send one to yourself
      send      send by one --channel, to as many --people as `who` says
      progress  see how far each sending is
      calls     print whom nothing reached, for the telephone, as CSV
      called    tick off whom you spoke to
      end       let reminders go again

    Besides: `list` the closures, `extend` one, print its `record`; `leave-out` or `take-in` a
    patient; `pause`, `go-on` or `stop` a sending, `agree` to it or `decline` it as its second
    person; `approve` words the guard held. Everything is recorded as done by the login named with
    --as, which must be a therapy director's or above. A worker must be running for notices to
    leave.

    Exit codes: 0 done, 1 it was so already, 2 it was refused; the sentence says why.
    """
    with ready.database(command="handbell emergency"):
        from handbell.closures.calls import COLUMNS
        from handbell.commands.emergency_desk import Asked, Desk

        answer = Desk(email, Asked(**typed)).do(action)
    if as_json:
        click.echo(json.dumps(answer, default=str, indent=1))
    elif action == "calls":
        tell_rows(COLUMNS, answer["calls"])
    else:
        tell(answer)
    if answer.get("changed") is False:
        raise click.exceptions.Exit(1)
