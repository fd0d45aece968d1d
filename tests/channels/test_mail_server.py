"""Giving mail to real servers, good and bad: what is certain is said, the rest is in doubt."""

import asyncio
import email
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handbell.channels.email.smtp.client import Smtp
from handbell.channels.gateway import (
    Accepted,
    Busy,
    InDoubt,
    NotReady,
    Outcome,
    Ready,
    Rejected,
    Unanswered,
)
from handbell.vocabulary.contact import EmailAddress
from handbell.vocabulary.words import Channel
from tests.channels.mailserver import (
    Line,
    MailAccount,
    Post,
    be_silent,
    cut,
    scripted,
    server_context,
    serving,
    trusting,
)
from tests.channels.samples import DIGEST_KEY, LETTER, NOW, PAT_EMAIL, question
from tests.channels.samples import email as mail

PLAIN_EHLO = "250 mail.example"
ACCEPTING: list[Line] = ["220 hello", PLAIN_EHLO, "250 OK", "250 OK", "354 go on", "250 OK"]


class Open:
    """A client of a server on this machine; `post` is what the server got."""

    def __init__(self, post: Post, gateway: Smtp) -> None:
        self.post = post
        self.gateway = gateway

    async def give(self, **changes: Any) -> Outcome:
        return await self.gateway.hand_over(mail(**changes))


Opening = Callable[..., Any]


@pytest.fixture
async def opened(certificate: Path) -> AsyncIterator[Opening]:
    """Return a function that starts a server and a client of it: TLS and trust unless told."""
    async with AsyncExitStack() as stack:

        async def start(
            *, tls: bool = True, login: str = "", password: str = "not-a-real-password",
            trusted: bool = True, starttls: bool = True, patience: float = 2.0, **options: Any,
        ) -> Open:  # fmt: skip
            post = Post()
            made: dict[str, Any] = {"tls_context": server_context(certificate)} if tls else {}
            if login:
                made |= {"authenticator": post.authenticate, "auth_required": True}
                made |= {} if tls else {"auth_require_tls": False}
            port = await stack.enter_async_context(serving(post.make(**made)))
            account = MailAccount("localhost", port, login, password, starttls)
            gateway = Smtp(
                account, digest_key=DIGEST_KEY,
                timeout_seconds=patience, last_reply_seconds=patience,
                tls_context=trusting(certificate) if trusted else None,
                clock=lambda: NOW, **options,
            )  # fmt: skip
            stack.push_async_callback(gateway.close)
            return Open(post, gateway)

        yield start


class TestAccepted:
    async def test_over_tls_with_the_servers_name_for_it(self, opened: Opening) -> None:
        found = await opened()
        outcome = await found.give()
        assert isinstance(outcome, Accepted)
        name, queue_id = outcome.provider_id.split()
        assert queue_id == "Q1"
        (got,) = found.post.received
        assert found.post.encrypted == [True]
        assert (got.mail_from, got.rcpt_tos) == ("reminders@riverside.example", [PAT_EMAIL.value])
        assert email.message_from_bytes(got.content)["Message-ID"] == name

    async def test_logged_in(self, opened: Opening) -> None:
        found = await opened(login="clinic")
        assert isinstance(await found.give(), Accepted)
        assert found.post.logged_in == ["clinic"]

    async def test_without_tls_only_when_told_so(self, opened: Opening) -> None:
        found = await opened(tls=False, starttls=False)
        assert isinstance(await found.give(), Accepted)
        assert found.post.encrypted == [False]

    async def test_lines_with_a_dot_arrive_as_they_were(self, opened: Opening) -> None:
        found = await opened()
        text = ".\n..\n.hidden\nend"
        await found.give(content=replace(LETTER, text=text))
        got = email.message_from_bytes(found.post.received[0].content)
        part = got.get_payload(0)
        assert isinstance(part, email.message.Message)
        assert part.get_payload().replace("\r\n", "\n").rstrip("\n") == text  # type: ignore[union-attr]

    async def test_many_at_once_on_few_connections(self, opened: Opening) -> None:
        found = await opened(connections=3)
        outcomes = await asyncio.gather(*(found.give() for _ in range(30)))
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert len(found.post.received) == 30
        assert found.post.connections <= 3

    async def test_after_a_refusal_on_the_same_connection(self, opened: Opening) -> None:
        found = await opened(connections=1)
        found.post.replies = {"RCPT": ["550 5.1.1 no such user"]}
        assert await found.give() == Rejected("5.1.1")
        assert isinstance(await found.give(), Accepted)
        assert found.post.received[0].rcpt_tos == [PAT_EMAIL.value]
        assert found.post.connections == 1

    async def test_after_the_server_closed_what_was_idle(self, opened: Opening) -> None:
        found = await opened(connections=1)
        await found.give()
        await found.post.hang_up()
        assert isinstance(await found.give(), Accepted)
        assert (len(found.post.received), found.post.connections) == (2, 2)


class TestTls:
    async def test_is_required(self, opened: Opening) -> None:
        found = await opened(tls=False)
        assert await found.give() == Busy("starttls-missing")
        assert found.post.received == []

    async def test_a_certificate_nobody_vouches_for_is_refused_unless_told(
        self, opened: Opening
    ) -> None:
        found = await opened(trusted=False)
        assert await found.give() == Busy("tls-failed")
        assert found.post.received == []

    async def test_a_certificate_of_another_name_is_refused(self, certificate: Path) -> None:
        post = Post()
        async with serving(post.make(tls_context=server_context(certificate))) as port:
            gateway = Smtp(
                MailAccount("127.0.0.2", port),
                digest_key=DIGEST_KEY,
                tls_context=trusting(certificate),
                timeout_seconds=2,
            )
            outcome = await gateway.hand_over(mail())
            await gateway.close()
        assert isinstance(outcome, Busy)  # nothing listens there, or its name is another
        assert post.received == []

    @pytest.mark.filterwarnings("ignore:Requiring AUTH")
    async def test_the_password_is_not_said_in_the_clear(self, opened: Opening) -> None:
        found = await opened(tls=False, login="clinic")
        assert await found.give() == Busy("starttls-missing")
        assert found.post.logged_in == []


class TestRefused:
    @pytest.mark.parametrize(
        ("stage", "reply", "outcome"),
        [
            ("MAIL", "451 4.3.0 try later", Busy("4.3.0")),
            ("MAIL", "550 5.7.26 unauthenticated", Rejected("5.7.26")),
            ("MAIL", "553 5.1.8 who are you", Rejected("sender-refused")),
            ("RCPT", "450 4.2.1 receiving too quickly", Busy("4.2.1-rate")),
            ("RCPT", "452 4.2.2 full", Busy("4.2.2")),
            ("RCPT", "550 5.1.1 no such user", Rejected("5.1.1")),
            ("RCPT", "550 no such user", Rejected("no-such-user")),
            ("DATA", "421 4.7.28 unusual rate", Busy("4.7.28")),
            ("DATA", "451 4.7.1 greylisted", Busy("4.7.1")),
            ("DATA", "550 5.7.1 refused", Rejected("5.7.1")),
            ("DATA", "552 5.3.4 too big", Rejected("5.3.4")),
        ],
    )
    async def test_at_each_stage(
        self, opened: Opening, stage: str, reply: str, outcome: Outcome
    ) -> None:
        found = await opened()
        found.post.replies = {stage: [reply]}
        assert await found.give() == outcome
        assert found.post.received == []
        assert isinstance(await found.give(), Accepted)  # and the next one goes through

    async def test_a_wrong_password(self, opened: Opening) -> None:
        found = await opened(login="clinic", password="another")
        assert await found.give() == Busy("auth-refused")
        assert found.post.received == []

    async def test_an_address_smtp_cannot_carry(self, opened: Opening) -> None:
        found = await opened()
        address = EmailAddress.parse("pät@patients.example")
        assert await found.give(to=address) == Rejected("address-not-ascii")
        assert found.post.connections == 0

    async def test_a_header_that_is_two(self, opened: Opening) -> None:
        found = await opened()
        content = replace(LETTER, subject="Visit\r\nBcc: all@patients.example")
        assert await found.give(content=content) == Rejected("header-unsafe")
        assert found.post.connections == 0


async def outcome_of(*sessions: list[Line], mails: int = 1) -> list[Outcome]:
    """Return what becomes of mails given, one after another, to a server with a script."""
    async with scripted(*sessions) as (port, _):
        account = MailAccount("127.0.0.1", port, starttls=False)
        gateway = Smtp(account, digest_key=DIGEST_KEY, timeout_seconds=0.5, last_reply_seconds=0.5)
        outcomes = [await gateway.hand_over(mail()) for _ in range(mails)]
        await gateway.close()
        return outcomes


class TestReadiness:
    """Asked as for a mail, and no mail is begun."""

    async def test_a_server_that_would_take_one(self, opened: Opening) -> None:
        found = await opened(login="clinic")
        assert await found.gateway.look() == Ready()
        assert found.post.logged_in == ["clinic"]
        assert found.post.received == []

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"login": "clinic", "password": "wrong"}, "auth-refused"),
            ({"tls": False}, "starttls-missing"),
            ({"trusted": False}, "tls-failed"),
        ],
    )
    async def test_one_that_would_not(
        self, opened: Opening, options: dict[str, Any], code: str
    ) -> None:
        found = await opened(**options)
        assert await found.gateway.look() == NotReady(code)

    async def test_nobody_listens(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            gateway = Smtp(MailAccount("127.0.0.1", taken.getsockname()[1]), digest_key=DIGEST_KEY)
            assert await gateway.look() == NotReady("connect")


class TestCertainlyNotTaken:
    async def test_nobody_listens(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            gateway = Smtp(MailAccount("127.0.0.1", taken.getsockname()[1]), digest_key=DIGEST_KEY)
            assert await gateway.hand_over(mail()) == Busy("connect")

    async def test_no_such_host(self) -> None:
        gateway = Smtp(MailAccount("no-such-host.invalid", 587), digest_key=DIGEST_KEY)
        assert await gateway.hand_over(mail()) == Busy("connect")

    @pytest.mark.parametrize(
        ("session", "outcome"),
        [
            (["421 4.3.2 closing"], Busy("4.3.2")),
            (["554 no service"], Busy("sender-refused")),
            (["good morning"], Busy("connect")),
            ([cut], Busy("connect")),
            ([be_silent], Busy("connect")),
            (["220 hello", cut], Busy("connect")),
            (["220 hello", PLAIN_EHLO, cut], Busy("disconnected")),
            (["220 hello", PLAIN_EHLO, be_silent], Busy("disconnected")),
            (["220 hello", PLAIN_EHLO, "250 OK", cut], Busy("disconnected")),
            (["220 hello", PLAIN_EHLO, "250 OK", "?"], Busy("connect")),
            (["220 hello", PLAIN_EHLO, "250 OK", "250 OK", cut], Busy("disconnected")),
            (["220 hello", PLAIN_EHLO, "250 OK", "250 OK", be_silent], Busy("disconnected")),
            (["220 hello", PLAIN_EHLO, "250 OK", "250 OK", "451 no"], Busy("451")),
            (["220 hello", PLAIN_EHLO, "250 OK", "250 OK", "554 no"], Rejected("554")),
        ],
    )
    async def test_before_the_content(self, session: list[Line], outcome: Outcome) -> None:
        assert await outcome_of(session) == [outcome]


class TestInDoubt:
    @pytest.mark.parametrize(
        ("last", "why"), [(cut, "disconnected"), (be_silent, "timeout"), ("?!", "disconnected")]
    )
    async def test_after_the_content(self, last: Line, why: str) -> None:
        assert await outcome_of([*ACCEPTING[:-1], last]) == [InDoubt(why)]

    async def test_a_server_that_took_it_and_went(self, opened: Opening) -> None:
        found = await opened()
        found.post.replies = {"DATA": ["drop"]}
        assert await found.give() == InDoubt("disconnected")
        assert len(found.post.received) == 1  # it did take it: a second try would be a second mail

    async def test_a_server_that_took_it_and_fell_silent(self, opened: Opening) -> None:
        found = await opened(patience=0.5)
        found.post.replies = {"DATA": ["silence"]}
        began = time.monotonic()
        assert await found.give() == InDoubt("timeout")
        assert time.monotonic() - began < 5
        assert len(found.post.received) == 1

    async def test_nothing_is_given_twice_by_itself(self) -> None:
        doubtful: list[Line] = [*ACCEPTING, "250 OK", "250 OK", "354 go on", cut]
        outcomes = await outcome_of(doubtful, mails=2)
        assert isinstance(outcomes[0], Accepted)
        assert outcomes[1] == InDoubt("disconnected")

    async def test_asking_afterwards_is_not_possible(self, opened: Opening) -> None:
        found = await opened()
        asked = question(channel=Channel.EMAIL)
        assert await found.gateway.look_up(asked, now=NOW) == Unanswered()


class TestConnectionsThatEnded:
    async def test_421_to_a_connection_with_its_share_means_a_new_one(self) -> None:
        outcomes = await outcome_of([*ACCEPTING, "421 4.7.0 enough"], ACCEPTING, mails=2)
        assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]

    async def test_421_to_a_new_connection_means_later(self) -> None:
        assert await outcome_of(["220 hello", PLAIN_EHLO, "421 4.7.0 not you"]) == [Busy("4.7.0")]

    async def test_a_cancelled_hand_over_leaves_no_connection_behind(self, opened: Opening) -> None:
        found = await opened(connections=1, patience=30)
        found.post.replies = {"DATA": ["silence"]}
        giving = asyncio.create_task(found.give())
        await found.post.arrived.wait()
        giving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await giving
        assert isinstance(await found.give(), Accepted)
        assert found.post.connections == 2
