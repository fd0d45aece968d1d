"""Pages load nothing from elsewhere and hold no inline script or style."""

import re
from pathlib import Path

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.console import views

ROOMS = Path(__file__).parent.parent.parent / "handbell"
TEMPLATES = sorted(
    [*ROOMS.glob("console/templates/**/*.html"), *ROOMS.glob("patientpages/templates/**/*.html")]
)


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_style_or_handler(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_the_screen_says_text_not_sms_and_shouts_nothing(template: Path) -> None:
    shown = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", template.read_text(), flags=re.DOTALL)
    assert not re.search(r"\bSMS\b|voice channel|an error occurred|blacklist|!", shown)


@pytest.mark.parametrize("address", ["/", "/messages", "/login", "/v/nobody-has-this", "/nowhere"])
def test_every_answer_carries_the_policy(browser: Client, address: str) -> None:
    policy = browser.get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    patients = address.startswith("/v/")
    assert ("script-src 'self'" in policy) is not patients  # their pages have no script at all
    assert "unsafe" not in policy
    assert "*" not in policy


def test_more_than_is_read_at_once_is_a_page_that_says_so(browser: Client) -> None:
    answer = browser.post("/patients/find", {"q": "a" * 3_000_000})
    assert answer.status_code == 413
    assert "Nothing was changed" in answer.content.decode()


def test_htmx_keeps_no_page_and_runs_no_code_of_a_page(browser: Client) -> None:
    html = browser.get("/").content.decode()
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", html)
    assert config
    for setting in ('"historyCacheSize": 0', '"allowEval": false', '"allowScriptTags": false'):
        assert setting in config[1]


@pytest.mark.parametrize(
    "asset",
    [
        "handbell/tokens.css",
        "handbell/handbell.css",
        "handbell/handbell.js",
        "handbell/bell.svg",
        "django_htmx/htmx-2.min.js",
    ],
)
def test_every_asset_is_served_from_here(client: Client, asset: str) -> None:
    answer = client.get(f"/static/{asset}")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_colours_are_named_in_the_tokens_only() -> None:
    css = (ROOMS / "console/static/handbell/handbell.css").read_text()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", css)


def test_a_page_that_breaks_says_so_calmly_and_tells_nothing(
    member: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(views, "read_board", break_down)
    browser = Client(raise_request_exception=False)
    browser.force_login(member)
    answer = browser.get("/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "This page broke" in html
    assert "secret" not in html
    assert "Content-Security-Policy" in answer.headers
