"""`python -m handbell.bench.post_office URL PORT MAILS BATCH THREADS PROCESSES`: the peer's side.

django-post_office as its own documentation sets it up, in a process and a database of its own:
INSTALLED_APPS, its EMAIL_BACKEND over Django's SMTP backend, `mail.send` into its queue, and what
`manage.py send_queued_mail` does. Only the sending is timed, as ours is. Prints the seconds.

MAILS is a JSON file of what we would send: the same words, HTML, headers and calendar entry. They
are finished already, while ours are judged and rendered within the time. Attachments lie beside it.

Batch size and threads are whoever starts us to tune; nothing is logged, delivered mails are kept.
"""

import base64
import json
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings


def main() -> None:
    """Queue, send, print how long the sending took."""
    url, port = sys.argv[1], int(sys.argv[2])
    mails = Path(sys.argv[3])
    batch, threads, processes = map(int, sys.argv[4:7])
    address = urlsplit(url)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": address.path.lstrip("/"),
                "USER": address.username,
                "HOST": parse_qs(address.query)["host"][0],
                "CONN_MAX_AGE": 600,
            }
        },
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="of nothing",  # noqa: S106 - nothing is signed
        USE_TZ=True,
        MEDIA_ROOT=str(mails.parent),
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        POST_OFFICE={
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
            "BATCH_SIZE": batch,
            "THREADS_PER_PROCESS": threads,
            "LOG_LEVEL": 0,
        },
    )
    django.setup()
    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from django.db import transaction
    from post_office import mail

    call_command("migrate", verbosity=0)
    waiting = json.loads(mails.read_text())
    with transaction.atomic():
        for one in waiting:
            files = {
                name: {"file": ContentFile(base64.b64decode(content)), "mimetype": kind}
                for name, kind, content in one.pop("files")
            }
            mail.send(**one, attachments=files)
    count = len(waiting)
    began = time.perf_counter()
    sent = 0
    while sent < count:
        done, _, _ = mail.send_queued(processes=processes)
        if not done:
            sys.exit(f"{count - sent} were not sent")
        sent += done
    sys.stdout.write(f"{time.perf_counter() - began}\n")


if __name__ == "__main__":
    main()
