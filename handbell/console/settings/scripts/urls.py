"""The addresses of Settings > Scripts: a script is named by its purpose, channel and language."""

from django.urls import path

from handbell.console.settings.scripts import views

_SCRIPTS = "settings/scripts"
_SCRIPT = f"{_SCRIPTS}/<str:purpose>/<str:channel>/<str:language>"

urlpatterns = [
    path(_SCRIPTS, views.scripts, name="scripts"),
    path(f"{_SCRIPTS}/refused", views.refused, name="refused_scripts"),
    path(f"{_SCRIPTS}/<int:script_id>/approve", views.approve, name="approve_script"),
    path(f"{_SCRIPTS}/<int:script_id>/decline", views.decline, name="decline_script"),
    path(_SCRIPT, views.script, name="script"),
    path(f"{_SCRIPT}/edit", views.edit_script, name="edit_script"),
    path(f"{_SCRIPT}/check", views.check_script, name="check_script"),
    path(f"{_SCRIPT}/release", views.release, name="release_script"),
    path(f"{_SCRIPT}/again/<int:number>", views.again_script, name="again_script"),
]
