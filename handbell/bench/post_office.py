"""`python -m handbell.bench.post_office URL PORT COUNT BATCH THREADS PROCESSES`: the peer's side.

django-post_office as its own documentation sets it up, in a process and a database of its own:
INSTALLED_APPS, its EMAIL_BACKEND over Django's SMTP backend, `mail.send` into its queue, and what
`manage.py send_queued_mail` does. Only the sending is timed, as ours is. Prints the seconds.

Batch size and threads are whoever starts us to tune; nothing is logged, delivered mails are kept.
"""

import sys
import time
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings

BODY = (
    "You have a visit on Monday, November 2, at 2:00 PM.\n\nHarbor PT, 1 Harbor St, Springfield\n"
)


def main() -> None:
    """Queue, send, print how long the sending took."""
    url, port = sys.argv[1], int(sys.argv[2])
    count, batch, threads, processes = map(int, sys.argv[3:7])
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
    from django.core.management import call_command
    from post_office import mail

    call_command("migrate", verbosity=0)
    mail.send_many(
        [
            {
                "recipients": [f"p{number}@mail.example"],
                "sender": "desk@harborpt.example",
                "subject": "Your visit at Harbor PT",
                "message": BODY,
                "html_message": f"<p>{BODY}</p>",
            }
            for number in range(count)
        ]
    )
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
