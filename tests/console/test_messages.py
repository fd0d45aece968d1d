"""The Messages list: what is asked for is what is shown, a page at a time, and nothing else."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.facts.models import Patient
from handbell.outbox.models import Message
from handbell.outbox.queries import (
    Cursor,
    Wanted,
    count_up_to,
    messages_of,
    page_of,
)
from handbell.vocabulary.words import (
    Channel,
    MessageState,
    Purpose,
)
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic, phone


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'class="row-link" href="/messages/(\d+)"', html)]


def show(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/messages{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def search(browser: Client, typed: str) -> str:
    answer = browser.post("/messages/find", {"q": typed})
    assert answer.status_code == 302
    return show(browser, answer.headers["Location"].removeprefix("/messages"))


class TestFilters:
    """Each filter shows its rows and no others."""

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("?channel=email", {"mail"}),
            ("?purpose=balance_alert", {"balance"}),
            ("?state=delivered", {"mail"}),
            ("?state=held_back", {"held"}),
            ("?reason=no_consent", {"held"}),
            ("?channel=email&state=waiting", set()),
            ("?from=2020-01-01&to=2020-01-02", {"old"}),
            ("?from=&to=", {"mail", "balance", "held", "plain", "old"}),
            ("", {"mail", "balance", "held", "plain"}),
        ],
    )
    def test_a_filter(self, clinic: Clinic, browser: Client, query: str, wanted: set[str]) -> None:
        patient = clinic.patient()
        long_ago = clinic.now.replace(year=2020, month=1, day=1, hour=17)
        rows = {
            "plain": message(clinic, patient),
            "mail": message(clinic, patient, channel=Channel.EMAIL, state=MessageState.DELIVERED),
            "balance": message(clinic, patient, purpose=Purpose.BALANCE_ALERT),
            "held": message(clinic, patient, state=MessageState.WITHHELD),
            "old": message(clinic, patient, due_at=long_ago),
        }
        if query and "from" not in query:
            query += f"&from={clinic.now - timedelta(days=1):%Y-%m-%d}&to="
        shown = set(ids(show(browser, query)))
        assert {name for name, row in rows.items() if row.pk in shown} == wanted

    def test_the_order_can_be_turned(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        rows = [
            message(clinic, patient, due_at=clinic.now + timedelta(days=n)).pk for n in range(3)
        ]
        assert ids(show(browser, "?from=&to=")) == rows[::-1]
        assert ids(show(browser, "?from=&to=&sort=earliest")) == rows

    def test_an_empty_list_says_what_to_do_next(self, browser: Client) -> None:
        assert "as soon as patients, visits and consents are imported" in show(browser)
        assert "Remove one above" in show(browser, "?channel=sms")


class TestSearch:
    """By name, number, e-mail, id; never in an address."""

    @pytest.fixture
    def hers(self, clinic: Clinic) -> Message:
        patient = clinic.patient(
            "María", last_name="de la Peña-Smith", mobile=phone(55), email="maria@mailbox.example"
        )
        return message(clinic, patient, due_at=clinic.now - timedelta(days=90))

    @pytest.fixture(autouse=True)
    def somebody_else(self, clinic: Clinic) -> Message:
        patient = clinic.patient("Marvin", mobile=phone(56), email="marvin@mailbox.example")
        return message(clinic, patient, address=phone(56))

    @pytest.mark.parametrize(
        "typed",
        [
            "maria",
            "MARÍA",
            "pena",
            "smith mar",
            "penã",
            "de la peña",
            "(202) 555-0155",
            "202.555.0155",
            "+12025550155",
            "maria@mailbox.example",
            "maria@",
        ],
    )
    def test_finds_her_on_any_day_and_nobody_else(
        self, hers: Message, browser: Client, typed: str
    ) -> None:
        assert ids(search(browser, typed)) == [hers.pk]

    def test_finds_by_the_patient_s_id_and_by_the_message_s_number(
        self, hers: Message, browser: Client
    ) -> None:
        assert ids(search(browser, hers.patient.external_id)) == [hers.pk]
        assert ids(search(browser, f"#{hers.pk}")) == [hers.pk]

    def test_finds_whoever_was_written_to_at_a_number_that_is_no_longer_theirs(
        self, clinic: Clinic, browser: Client
    ) -> None:
        sent = message(clinic, clinic.patient(), state=MessageState.DELIVERED, address=phone(77))
        assert ids(search(browser, phone(77))) == [sent.pk]

    @pytest.mark.parametrize(
        "typed",
        [
            "zzz",
            "%",
            "_",
            "'; DROP TABLE x; --",
            "#999999999",
            "@",
            "\\",
            "555",
            "(",
            "[a-",
            ".*",
            "a\0b",
        ],
    )
    def test_finds_nothing_and_says_how_to_search(self, browser: Client, typed: str) -> None:
        html = search(browser, typed)
        assert ids(html) == []
        assert "Search by the beginning of a name" in html

    def test_finds_nobody_of_another_practice(self, clinic: Clinic, browser: Client) -> None:
        other = Clinic(now=clinic.now)
        theirs = message(other, other.patient("Zacharias", mobile=phone(88)))
        for typed in ("zacharias", phone(88), f"#{theirs.pk}", theirs.patient.external_id):
            assert theirs.pk not in ids(search(browser, typed))

    def test_what_was_typed_never_stands_in_an_address(
        self, hers: Message, browser: Client
    ) -> None:
        html = search(browser, "maria")
        links = [unescape(link) for link in re.findall(r'(?:href|action|hx-get)="([^"]*)"', html)]
        assert links
        assert not [link for link in links if "mar" in link.lower().replace("email", "")]

    def test_a_search_of_another_session_is_not_known_here(
        self, hers: Message, browser: Client, clinic: Clinic
    ) -> None:
        address = browser.post("/messages/find", {"q": "maria"}).headers["Location"]
        other = signed_in(staff(clinic))
        html = other.get(address).content.decode()
        assert "Search again" in html
        assert "María" in html  # the list without the search

    def test_a_search_can_be_narrowed_and_removed(self, hers: Message, browser: Client) -> None:
        address = browser.post("/messages/find", {"q": "maria"}).headers["Location"]
        assert ids(browser.get(f"{address}&channel=email").content.decode()) == []
        html = browser.get(address).content.decode()
        assert "Search: maria" in html

    @pytest.mark.parametrize("typed", ["", "  ", "\0"])
    def test_an_empty_search_opens_the_plain_list(self, browser: Client, typed: str) -> None:
        assert browser.post("/messages/find", {"q": typed}).headers["Location"] == "/messages"

    def test_too_many_patients_are_said(self, clinic: Clinic, browser: Client) -> None:
        Patient.objects.bulk_create(
            Patient(
                practice=clinic.practice, external_id=f"x{n}", first_name="Ann", last_name="Lee"
            )
            for n in range(501)
        )
        assert "more than 500 patients" in search(browser, "ann lee")


class TestPages:
    """Keyset pages show every row once, in order, forwards and backwards."""

    @pytest.fixture
    def rows(self, clinic: Clinic) -> list[int]:
        """Return 23 messages, several at the same moment, in the order of time."""
        patient = clinic.patient()
        visit = clinic.visit(patient, clinic.now)
        made = [
            message(clinic, patient, visit=visit, due_at=clinic.now + timedelta(minutes=n // 6))
            for n in range(23)
        ]
        return [row.pk for row in made]

    @pytest.mark.parametrize("latest_first", [True, False])
    def test_forwards_and_back(self, clinic: Clinic, rows: list[int], latest_first: bool) -> None:
        expected = rows[::-1] if latest_first else rows
        found = messages_of(clinic.practice.pk, Wanted())
        page = page_of(found, latest_first=latest_first, size=5)
        assert page.before is None
        pages = [page]
        while page.after:
            page = page_of(found, latest_first=latest_first, after=page.after, size=5)
            pages.append(page)
        assert [row.pk for page in pages for row in page.rows] == expected

        for earlier, later in zip(pages[-2::-1], pages[:0:-1], strict=True):
            back = page_of(found, latest_first=latest_first, before=later.before, size=5)
            assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]

    def test_a_row_that_comes_in_meanwhile_moves_no_other_row(
        self, clinic: Clinic, rows: list[int]
    ) -> None:
        found = messages_of(clinic.practice.pk, Wanted())
        first = page_of(found, latest_first=False, size=5)
        message(clinic, clinic.patient(), due_at=clinic.now - timedelta(minutes=1))
        second = page_of(found, latest_first=False, after=first.after, size=5)
        assert [row.pk for row in second.rows] == rows[5:10]

    def test_a_key_whose_row_is_gone_still_works(self, clinic: Clinic, rows: list[int]) -> None:
        found = messages_of(clinic.practice.pk, Wanted())
        page = page_of(found, latest_first=False, after=Cursor(clinic.now, 0), size=5)
        assert [row.pk for row in page.rows] == rows[:5]

    def test_the_links_walk_the_list(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        visit = clinic.visit(patient, clinic.now)
        for _ in range(60):
            message(clinic, patient, visit=visit)
        html = show(browser)
        assert "60 messages" in html
        following = re.search(r'rel="next" href="([^"]+)"', html)
        assert following
        second = show(browser, unescape(following[1]))
        assert len(ids(html)) + len(ids(second)) == 60
        back = re.search(r'rel="prev" href="([^"]+)"', second)
        assert back
        assert ids(show(browser, unescape(back[1]))) == ids(html)


def test_a_count_is_true_up_to_its_limit_and_then_says_more(clinic: Clinic) -> None:
    patient = clinic.patient()
    visit = clinic.visit(patient, clinic.now)
    for _ in range(4):
        message(clinic, patient, visit=visit)
    found = messages_of(clinic.practice.pk, Wanted())
    assert (count_up_to(found, 4).number, count_up_to(found, 4).more) == (4, False)
    assert (count_up_to(found, 3).number, count_up_to(found, 3).more) == (3, True)


def test_the_list_costs_the_same_number_of_queries_however_long(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: object
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(15) as counted:  # type: ignore[operator]
            show(browser)
        return len(counted)

    message(clinic, clinic.patient())
    one = queries()
    for _ in range(30):
        message(clinic, clinic.patient())
        message(clinic, clinic.patient(), purpose=Purpose.BALANCE_ALERT)
    assert queries() == one


def test_another_practice_s_messages_are_not_there(clinic: Clinic, browser: Client) -> None:
    other = Clinic(now=clinic.now)
    theirs = message(other, other.patient())
    assert ids(show(browser, "?from=&to=")) == []
    assert browser.get(f"/messages/{theirs.pk}").status_code == 404


def test_balance_alerts_are_not_there_for_limited_finance(clinic: Clinic) -> None:
    alert = message(clinic, clinic.patient(), purpose=Purpose.BALANCE_ALERT)
    reminder = message(clinic, clinic.patient())
    limited = signed_in(staff(clinic, limit_financial=True))
    assert ids(show(limited)) == [reminder.pk]
    assert limited.get(f"/messages/{alert.pk}").status_code == 404


def test_limited_messaging_sees_the_list(clinic: Clinic) -> None:
    reminder = message(clinic, clinic.patient())
    limited = signed_in(staff(clinic, limit_messaging=True))
    assert ids(show(limited)) == [reminder.pk]


class TestExport:
    """The list as a file."""

    @pytest.fixture
    def exporter(self, clinic: Clinic) -> Client:
        return signed_in(staff(clinic, may_run_reports=True))

    def lines(self, browser: Client, query: str = "") -> list[str]:
        answer = browser.get(f"/messages/export.csv{query}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/csv")
        return answer.getvalue().decode().splitlines()

    def test_holds_the_filtered_rows_in_order(self, clinic: Clinic, exporter: Client) -> None:
        patient = clinic.patient("Ana")
        message(clinic, patient, channel=Channel.EMAIL)
        later = message(clinic, patient, state=MessageState.WITHHELD)
        header, *rows = self.lines(exporter, "?state=held_back&from=&to=")
        assert header.startswith("message,due_at,")
        assert [row.split(",")[0] for row in rows] == [str(later.pk)]
        assert "Held back,No consent" in rows[0]

    def test_a_name_that_is_a_formula_is_only_text(self, clinic: Clinic, exporter: Client) -> None:
        message(clinic, clinic.patient("=HYPERLINK(1)", last_name="@SUM"))
        [row] = self.lines(exporter)[1:]
        assert "'=HYPERLINK(1)" in row
        assert "'@SUM" in row
        assert ",+12025550123," in row  # a number stays a number

    def test_is_refused_without_the_permission(self, browser: Client) -> None:
        assert browser.get("/messages/export.csv").status_code == 403
        assert "Download CSV" not in show(browser)

    def test_costs_the_same_number_of_queries_however_long(
        self, clinic: Clinic, exporter: Client, django_assert_max_num_queries: object
    ) -> None:
        def queries(rows: int) -> int:
            with django_assert_max_num_queries(15) as counted:  # type: ignore[operator]
                assert len(self.lines(exporter)) == rows + 1
            return len(counted)

        message(clinic, clinic.patient())
        one = queries(1)
        for _ in range(20):
            message(clinic, clinic.patient())
        assert queries(21) == one


def test_a_moment_at_the_edge_of_the_day_belongs_to_one_day(
    clinic: Clinic, member: StaffMember
) -> None:
    patient = clinic.patient()
    midnight = datetime(2026, 11, 2, 0, 0, tzinfo=clinic.now.tzinfo) + timedelta(hours=5)
    edge = message(clinic, patient, due_at=midnight)  # 00:00 in New York
    browser = signed_in(member)
    assert ids(show(browser, "?from=2026-11-02&to=2026-11-02")) == [edge.pk]
    assert ids(show(browser, "?from=2026-11-01&to=2026-11-01")) == []
