"""How much does it cost that nothing is lost and nothing is sent twice? Hand-over against a loop.

Ours: one process claims, judges, renders, hands over and settles what is due, as a worker does.
The peer: the same client library posts the same forms to the same sink, as many at once, and
remembers nothing. Both in one process, against a sink in another.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import aiohttp
import aiosmtplib
from django.db import connection
from django.utils import timezone

from config.environment import SmtpAccount, TwilioAccount
from handbell.bench import filling
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import Sinks, sinks
from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID
from handbell.channels.email.smtp.client import CONNECTIONS, Smtp
from handbell.channels.email.smtp.request import build
from handbell.channels.gateway import Gateway, HandOver
from handbell.channels.line import form_body
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.sms.twilio.request import PATH, form_of
from handbell.dispatch.claim import CLAIM_SIZE, claim
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.worker import DatabaseThread, dispatch_sender
from handbell.vocabulary.words import Channel

PUBLIC_URL = "http://127.0.0.1:8000"
DIGEST_KEY = "as long as a secret of ours is, which is 64 characters in a file"


def account(sink: Sinks) -> TwilioAccount:
    """Return the sink's account."""
    return TwilioAccount(sink.url, REHEARSAL_ACCOUNT_SID, "a token")


def gateway_to(sink: Sinks, channel: Channel) -> Gateway:
    """Return our gateway to the sink."""
    if channel is Channel.EMAIL:
        account_here = SmtpAccount("127.0.0.1", sink.smtp_port, "", "", starttls=False)
        return Smtp(account_here, digest_key=DIGEST_KEY)
    return TwilioSms(account(sink))


def hand_over_all(sender_id: int, gateways: Mapping[tuple[str, Channel], Gateway]) -> int:
    """Hand over everything one sender has due, as a worker's turn does; return how many."""

    async def turn() -> int:
        database = DatabaseThread()
        try:
            done = 0
            while True:
                progress = await dispatch_sender(
                    sender_id,
                    gateways=gateways,
                    clock=timezone.now,
                    public_url=PUBLIC_URL,
                    database=database,
                )
                done += progress.handed_over
                if progress.again_at is None:
                    return done
        finally:
            await database.close()
            for gateway in gateways.values():
                await gateway.close()

    return asyncio.run(turn())


def rate(work: Callable[[], object], count: int) -> float:
    """Return how many a second `work` did."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def put_back(sender_id: int) -> None:
    """Let everything be due once more, as if it had never left."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_attempt WHERE sender_id = %s", [sender_id])
        cursor.execute("SET session_replication_role = replica")  # there is no such arrow
        cursor.execute(
            "UPDATE outbox_message SET state = 'queued', attempts = 0, lease = NULL, "
            "handed_over_at = NULL WHERE sender_id = %s AND purpose = 'appointment_reminder'",
            [sender_id],
        )
        cursor.execute("SET session_replication_role = origin")
    filling.settle_down()


def messages_of(sender_id: int) -> list[HandOver]:
    """Claim everything to learn what the requests are; put it back."""
    now, everything = timezone.now(), 1_000_000
    found = list(claim(sender_id, now=now, public_url=PUBLIC_URL, size=everything).messages)
    put_back(sender_id)
    return found


def _in_turn(
    channel: Channel, size: Size, bare: Callable[[Sinks, Sequence[HandOver]], None]
) -> Rounds:
    count = size.of(400, 4_000)
    ours, peer = [], []
    with fresh_database(), sinks() as sink:
        practice, facility = filling.practice()
        sender = filling.sender(practice, channel)
        filling.people(practice, facility, patients=count)
        filling.queued(practice, sender, channel)
        messages = messages_of(sender)
        for _ in range(size.of(3, 5)):
            peer.append(rate(partial(bare, sink, messages), count))
            gateways = {(REHEARSAL, channel): gateway_to(sink, channel)}
            ours.append(rate(partial(hand_over_all, sender, gateways), count))
            put_back(sender)
    return Rounds(ours, peer, f"{count} messages a round, {CLAIM_SIZE} at once, fsync on")


def _post_bare(sink: Sinks, messages: Sequence[HandOver]) -> None:
    asyncio.run(_post_all(sink, messages))


async def _post_all(sink: Sinks, messages: Sequence[HandOver]) -> None:
    url = f"{sink.url}/2010-04-01/Accounts/{REHEARSAL_ACCOUNT_SID}{PATH}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    bodies = [form_body(form_of(message)) for message in messages]
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100), headers=headers
    ) as session:

        async def post(body: bytes) -> None:
            async with session.post(url, data=body) as reply:
                await reply.json()

        for start in range(0, len(bodies), CLAIM_SIZE):
            await asyncio.gather(*map(post, bodies[start : start + CLAIM_SIZE]))


def _mail_bare(sink: Sinks, messages: Sequence[HandOver]) -> None:
    asyncio.run(_mail_all(sink, messages))


async def _mail_all(sink: Sinks, messages: Sequence[HandOver]) -> None:
    mails = [build(message, now=timezone.now(), digest_key=DIGEST_KEY) for message in messages]
    waiting = iter(mails)

    async def give() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.smtp_port, start_tls=False)
        async with client:
            for mail in waiting:
                await client.sendmail(mail.sender, [mail.recipient], mail.content)

    await asyncio.gather(*(give() for _ in range(CONNECTIONS)))


def _texts(size: Size) -> Rounds:
    return _in_turn(Channel.SMS, size, _post_bare)


def _mails(size: Size) -> Rounds:
    return _in_turn(Channel.EMAIL, size, _mail_bare)


FIGURES = (
    Figure(
        "hand-over",
        "durable hand-over of texts, against the bare aiohttp loop",
        goal=0.7,
        at_least=True,
        unit="messages/s",
        measure=_texts,
    ),
    Figure(
        "hand-over-email",
        "durable hand-over of e-mails, against the bare aiosmtplib loop",
        goal=0.7,
        at_least=True,
        unit="messages/s",
        measure=_mails,
    ),
)
