"""Texts for the editor's tests: one of each answer the guard gives."""

REMINDER = "/settings/scripts/appointment_reminder"
TEXT = f"{REMINDER}/sms/en"
CALL = f"{REMINDER}/voice/en"
MAIL = f"{REMINDER}/email/en"
BALANCE = "/settings/scripts/balance_alert/sms/en"

HONEST = "{{ clinic }}: see you {{ date }} at {{ time }}. Please use the side door."
OFFER = "{{ clinic }}: see you {{ date }} at {{ time }}. 20% off massage this week."
STRANGE = "{{ clinic }}: see you {{ date }} at {{ time }}. The choir sings in the lobby at noon."
UNFINISHED = "{{ clinic }}: see you {{ date }}."
OWING = "{{ clinic }}: there is an open balance on your account. Please call {{ phone }}."
