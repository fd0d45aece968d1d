"""The addresses staff use. No address carries a patient's name, number or e-mail."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from handbell.console import views
from handbell.console.account.urls import urlpatterns as account
from handbell.console.audit.urls import urlpatterns as audit
from handbell.console.frame.urls import urlpatterns as frame
from handbell.console.guidance.urls import urlpatterns as guidance
from handbell.console.health.urls import urlpatterns as health
from handbell.console.settings.facilities.urls import urlpatterns as facilities
from handbell.console.settings.imports.urls import urlpatterns as imports
from handbell.console.settings.practice.urls import urlpatterns as practice
from handbell.console.settings.senders.urls import urlpatterns as senders
from handbell.console.settings.staff.urls import urlpatterns as staff

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="today"),
    path("today/live", views.today_live, name="today_live"),
    path("", include("handbell.console.patients.urls")),
    path("", include("handbell.console.schedule.urls")),
    path("", include("handbell.console.balances.urls")),
    path("", include("handbell.console.emergency.urls")),
    path("messages", views.messages, name="messages"),
    path("messages/find", views.find, name="find"),
    path("messages/export.csv", views.export, name="export"),
    path("messages/<int:message_id>", views.message, name="message"),
    path("replies/<int:reply_id>/read", views.reply_read, name="reply_read"),
    path("", include(frame)),
    path("language", set_language, name="language"),
    path("", include(account)),
    path("", include(audit)),
    path("", include(guidance)),
    path("", include(health)),
    path("", include("handbell.console.reports.urls")),
    path("", include("handbell.console.settings.urls")),
    path("", include(practice)),
    path("", include(facilities)),
    path("", include(senders)),
    path("", include(staff)),
    path("", include(imports)),
]
