"""Settings > Staff: the list, one person, and what can be done for them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages as notices
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access import staff as operations
from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may, may_make, may_manage, rank
from handbell.access.queries import practice_zone
from handbell.access.sessions import open_sessions
from handbell.console.guard import SECOND_FACTORS, StaffRequest, staff_page
from handbell.console.settings.staff.forms import (
    MODIFIER_WORDS,
    NewStaffForm,
    OwnNameForm,
    SigningInForm,
    StaffForm,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@require_GET
@staff_page(Action.CHANGE_STAFF)
def staff(request: StaffRequest) -> HttpResponse:
    """Everybody who may sign in, those who may no longer last."""
    members = list(StaffMember.objects.filter(practice_id=request.user.practice_id))
    factors = set(
        Authenticator.objects.filter(user__in=members, type__in=SECOND_FACTORS).values_list(
            "user_id", flat=True
        )
    )
    members.sort(key=lambda one: (not one.is_active, -rank(one.level), one.name.lower(), one.pk))
    rows = [(one, one.pk in factors, _modifiers_said(one)) for one in members]
    return render(request, "console/settings/staff/list.html", _context(request, rows=rows))


@require_http_methods(["GET", "POST"])
@staff_page(Action.CHANGE_STAFF)
def staff_add(request: StaffRequest) -> HttpResponse:
    """Make a login; the page that follows shows the link to hand over."""
    form = NewStaffForm(request.POST or None, by=request.user, initial={"level": "front_desk"})
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(request.user, form)
        if not may_make(request.user, wanted):
            form.add_error(None, _MORE_THAN_YOURS)
        else:
            try:
                member = operations.add_staff(
                    by=request.user,
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    level=form.cleaned_data["level"],
                    modifiers=form.modifiers,
                    now=datetime.now(UTC),
                )
            except operations.AddressTaken:
                form.add_error(
                    "email", gettext("This address has a login already. Type another one.")
                )
            else:
                return _show_link(request, member)
    context = _context(request, form=form, modifiers=_modifier_fields(form))
    return render(request, "console/settings/staff/add.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Action.CHANGE_STAFF)
def staff_member(request: StaffRequest, member_id: int) -> HttpResponse:
    """One person: what they may do, and what can be done for them."""
    member = _member(request, member_id)
    own = member == request.user
    manageable = may_manage(request.user, member)
    form: forms.Form
    initial = {name: getattr(member, name) for name in ("name", "level", *operations.MODIFIERS)}
    if own:
        form = OwnNameForm(request.POST or None, initial=initial)
    else:
        form = StaffForm(request.POST or None, initial=initial, by=request.user)
    if request.method == "POST" and form.is_valid() and _change(request, member, form):
        changed = gettext("%(name)s: changed, from the next page on.")
        notices.success(request, changed % {"name": form.cleaned_data["name"]})
        return redirect("console:staff")
    factors = Authenticator.objects.filter(user=member).values_list("type", flat=True)
    now = datetime.now(UTC)
    context = _context(
        request,
        member=member,
        own=own,
        manageable=manageable,
        may_vouch=manageable and may_make(request.user, member),
        form=form,
        modifiers=[] if own else _modifier_fields(form),
        has_factor=any(kind in SECOND_FACTORS for kind in factors),
        sessions=len(open_sessions(member, this=None, now=now)),
    )
    return render(request, "console/settings/staff/member.html", context)


def _change(request: StaffRequest, member: StaffMember, form: forms.Form) -> bool:
    if isinstance(form, StaffForm):
        if not may_make(request.user, _wanted(request.user, form), member):
            form.add_error(None, _MORE_THAN_YOURS)
            return False
        level, modifiers = form.cleaned_data["level"], form.modifiers
    else:
        level = member.level
        modifiers = {name: bool(getattr(member, name)) for name in operations.MODIFIERS}
    operations.change_staff(
        member.pk,
        by=request.user,
        name=form.cleaned_data["name"],
        level=level,
        modifiers=modifiers,
        now=datetime.now(UTC),
    )
    return True


@require_POST
@staff_page(Action.CHANGE_STAFF)
def staff_link(request: StaffRequest, member_id: int) -> HttpResponse:
    """Make a link to choose a new password by, and show it once."""
    member = _member(request, member_id)
    operations.open_for_new_password(member.pk, by=request.user, now=datetime.now(UTC))
    return _show_link(request, member)


def _act(
    operation: Callable[..., Any],
    said: "StrOrPromise",
    **more: Any,  # noqa: ANN401
) -> Callable[..., Any]:
    """Return the view of a button: do it to the person, say so of their %(name)s, show them."""

    @require_POST
    @staff_page(Action.CHANGE_STAFF)
    def act(request: StaffRequest, member_id: int) -> HttpResponse:
        member = _member(request, member_id)
        operation(member.pk, by=request.user, now=datetime.now(UTC), **more)
        notices.success(request, str(said) % {"name": member.name})
        if member == request.user:
            return redirect("console:account")
        return redirect("console:staff_member", member.pk)

    return act


staff_deactivate = _act(
    operations.set_active,
    _("%(name)s can no longer sign in, and is signed out everywhere."),
    active=False,
)
staff_reactivate = _act(operations.set_active, _("%(name)s can sign in again."), active=True)
staff_reset_factor = _act(
    operations.reset_second_factor,
    _("%(name)s signs in with the password alone until they set up a new app."),
)
staff_sign_out = _act(operations.sign_out_everywhere, _("%(name)s is signed out everywhere."))


@require_http_methods(["GET", "POST"])
@staff_page(Action.CHANGE_PRACTICE)
def signing_in(request: StaffRequest) -> HttpResponse:
    """What the practice asks of everybody who signs in."""
    practice = request.user.practice
    initial = {
        "second_factor_required": practice.second_factor_required,
        "idle_minutes": practice.idle_minutes,
    }
    form = SigningInForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.set_signing_in(by=request.user, now=datetime.now(UTC), **form.cleaned_data)
        notices.success(request, gettext("Saved. It holds from everybody’s next page on."))
        return redirect("console:staff")
    return render(request, "console/settings/staff/signing_in.html", _context(request, form=form))


_MORE_THAN_YOURS = _(
    "This person could do something you may not do yourself. Set the limits you have yourself, "
    "or ask somebody who may."
)


def _context(request: StaffRequest, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "page": "settings",
        "zone": practice_zone(request.user.practice),
        "now": datetime.now(UTC),
        "may_change_practice": may(request.user, Action.CHANGE_PRACTICE),
        "may_see_audit": may(request.user, Action.SEE_AUDIT),
        **more,
    }


def _member(request: StaffRequest, member_id: int) -> StaffMember:
    found = StaffMember.objects.filter(practice_id=request.user.practice_id, pk=member_id).first()
    if found is None:
        raise Http404
    return found


def _wanted(by: StaffMember, form: StaffForm) -> StaffMember:
    return StaffMember(
        practice_id=by.practice_id, level=form.cleaned_data["level"], **form.modifiers
    )


def _modifier_fields(form: forms.Form) -> list[tuple[Any, "StrOrPromise", "StrOrPromise"]]:
    return [(form[name], *MODIFIER_WORDS[name]) for name in operations.MODIFIERS]


def _modifiers_said(member: StaffMember) -> list[str]:
    return [str(MODIFIER_WORDS[name][0]) for name in operations.MODIFIERS if getattr(member, name)]


def _show_link(request: StaffRequest, member: StaffMember) -> HttpResponse:
    """Show the address that lets the person choose a password; it works once, for a week."""
    member.refresh_from_db()
    context = _context(request, member=member, link=invitation(request, member))
    return render(request, "console/settings/staff/link.html", context)


def invitation(request: HttpRequest, member: StaffMember) -> str:
    """Return the address by which the person chooses a password. Only a signature, kept nowhere."""
    uid = urlsafe_base64_encode(force_bytes(member.pk))
    token = default_token_generator.make_token(member)
    return request.build_absolute_uri(reverse("console:welcome", args=[uid, token]))
