"""The sign-in form, in our words."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """An e-mail address and a password; says nothing about which of the two was wrong."""

    error_messages = {
        "invalid_login": (
            "This e-mail address and password do not belong together. Check both and sign in again."
        ),
        "inactive": (
            "This e-mail address and password do not belong together. Check both and sign in again."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        super().__init__(*args, **kwargs)
        username, password = self.fields["username"], self.fields["password"]
        username.widget.input_type = "email"
        username.error_messages["required"] = "Type your e-mail address."
        password.error_messages["required"] = "Type your password."
