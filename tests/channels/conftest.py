"""What tests of providers share: real inputs, Twilio's own contract, a provider to talk to."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.voice.twilio.client import TwilioVoice
from tests.channels.contract import Contract
from tests.channels.loopback import Loopback, loopback_server

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Return a file or folder of real inputs; the test skips, saying so, where there is none."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real inputs are not here: ../shared/data/{'/'.join(parts)}")
    return path


@pytest.fixture(scope="session")
def contract() -> Contract:
    document: dict[str, Any] = json.loads(shared("twilio", "twilio_api_v2010.json").read_text())
    return Contract(document)


@pytest.fixture(scope="session")
def signature_vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("twilio", "signature_vectors.json").read_text())
    return found


@pytest.fixture(scope="session")
def bounces() -> list[Path]:
    folder = shared("bounces")
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in {".txt", ".eml", ""} and path.is_file() and path.name != "LICENSE"
    )


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with loopback_server() as found:
        yield found


@pytest.fixture
async def sms(loopback: Loopback) -> AsyncIterator[TwilioSms]:
    gateway = TwilioSms(loopback.account, timeout_seconds=1)
    yield gateway
    await gateway.close()


@pytest.fixture
async def voice(loopback: Loopback) -> AsyncIterator[TwilioVoice]:
    gateway = TwilioVoice(loopback.account, timeout_seconds=1)
    yield gateway
    await gateway.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a key and a self-signed certificate for localhost, in one PEM file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_text(key.read_text() + cert.read_text())
    return both
