"""Guidance is for everybody, and its sections can be led to."""

import re

import pytest
from django.test import Client

from handbell.console.guidance.page import read_guidance, render
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.world import Clinic

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("limited", [False, True])
def test_every_level_with_every_modifier_may_read_it(
    clinic: Clinic, level: PermissionLevel, limited: bool
) -> None:
    member = staff(clinic, level, limit_messaging=limited, limit_financial=limited)
    answer = signed_in(member).get("/guidance")

    assert answer.status_code == 200
    assert "Why marketing is not sent here" in answer.content.decode()


def test_somebody_not_signed_in_is_led_to_the_login() -> None:
    assert Client().get("/guidance").headers["Location"].startswith("/login")


def test_somebody_who_left_may_not_read_it(clinic: Clinic) -> None:
    member = staff(clinic)
    browser = signed_in(member)
    member.is_active = False
    member.save()

    assert browser.get("/guidance").status_code in {302, 403}


def test_it_is_read_and_never_posted_to(clinic: Clinic) -> None:
    assert signed_in(staff(clinic)).post("/guidance").status_code == 405


def test_the_rail_leads_to_it(clinic: Clinic) -> None:
    assert 'href="/guidance"' in signed_in(staff(clinic)).get("/").content.decode()


def test_every_heading_has_an_anchor_and_no_anchor_stands_twice() -> None:
    guidance = read_guidance()
    headings = re.findall(r"<h[1-6]( id=\"[a-z-]+\")?>", guidance.html)
    anchors = [section.anchor for section in guidance.sections]

    assert all(headings)
    assert len(anchors) == len(headings) == len(set(anchors))
    assert "{#" not in guidance.html


def test_the_sections_other_pages_lead_to_are_there() -> None:
    anchors = {section.anchor for section in read_guidance().sections}

    assert {"purposes", "consent", "marketing", "instead", "writing"} <= anchors
    assert {"reminder", "balance", "closure", "never", "stop", "ask"} <= anchors


def test_html_and_scripts_in_the_text_are_shown_and_not_obeyed() -> None:
    html = render("<script>alert(1)</script>\n\n[press](javascript:alert(1)) <b>x</b>").html

    assert "<script" not in html
    assert "<b>" not in html
    assert "href" not in html
