"""The addresses of Emergency; they name closures and numbers, never a patient's name."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.emergency import acts, after, people, views, writing

_ONE = "emergency/<int:closure_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("emergency", views.overview, name="emergency"),
    path("emergency/close", views.close, name="close_facilities"),
    path(_ONE, views.closure, name="closure"),
    path(f"{_ONE}/live", views.live, name="closure_live"),
    path(f"{_ONE}/extend", acts.extend, name="closure_extend"),
    path(f"{_ONE}/end", acts.end, name="closure_end"),
    path(f"{_ONE}/words/<slug:kind>/<slug:channel>", writing.write, name="notice"),
    path(f"{_ONE}/words/<slug:kind>/<slug:channel>/check", writing.check, name="check_notice"),
    path(f"{_ONE}/words/<slug:kind>/<slug:channel>/test", acts.test, name="test_notice"),
    path(f"{_ONE}/words/<slug:kind>/<slug:channel>/send", acts.send, name="send_notice"),
    path(f"{_ONE}/approve/<int:text_id>", writing.approve, name="approve_notice"),
    path(f"{_ONE}/sendings/<int:sending_id>", acts.change, name="change_sending"),
    path(f"{_ONE}/people", people.people, name="closure_people"),
    path(f"{_ONE}/people/find", people.find, name="closure_people_find"),
    path(f"{_ONE}/people/<int:patient_id>", people.choose, name="closure_person"),
    path(f"{_ONE}/calls", after.calls, name="closure_calls"),
    path(f"{_ONE}/calls.csv", after.calls_csv, name="closure_calls_csv"),
    path(f"{_ONE}/calls/<int:patient_id>", after.call, name="closure_call"),
    path(f"{_ONE}/record", after.record_page, name="closure_record"),
    path(f"{_ONE}/record.pdf", after.record_pdf, name="closure_record_pdf"),
]
