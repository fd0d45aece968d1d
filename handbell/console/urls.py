"""The addresses staff use. No address carries a patient's name, number or e-mail."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from handbell.console import views
from handbell.console.account.urls import urlpatterns as account
from handbell.console.audit.urls import urlpatterns as audit
from handbell.console.guidance.urls import urlpatterns as guidance
from handbell.console.settings.staff.urls import urlpatterns as staff

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="today"),
    path("today/live", views.today_live, name="today_live"),
    path("", include("handbell.console.patients.urls")),
    path("messages", views.messages, name="messages"),
    path("messages/find", views.find, name="find"),
    path("messages/export.csv", views.export, name="export"),
    path("messages/<int:message_id>", views.message, name="message"),
    path("replies/<int:reply_id>/read", views.reply_read, name="reply_read"),
    path("language", set_language, name="language"),
    path("", include(account)),
    path("", include(audit)),
    path("", include(guidance)),
    path("", include("handbell.console.settings.urls")),
    path("", include(staff)),
]
