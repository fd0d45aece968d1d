"""The form of one script. What it says is the guard's to judge; here only its size."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel

#: An e-mail of two pages; a text or a call is far shorter, and the guard says so.
MOST_CHARACTERS: Final = 4000
MOST_IN_SUBJECT: Final = 200


class ScriptForm(forms.Form):
    """A script's words, and the version they were written over."""

    subject = forms.CharField(
        label=_("Subject"),
        required=False,
        max_length=MOST_IN_SUBJECT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Shorten it to %(limit_value)d characters.")},
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"max_length": _("Shorten it to %(limit_value)d characters.")},
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if channel is not Channel.EMAIL:
            del self.fields["subject"]
        if channel is Channel.VOICE:
            self.fields["body"].label = _("What is spoken")
        for name in self.fields.keys() - {"version"}:
            self.fields[name].widget.attrs["aria-describedby"] = "verdict"

    def clean_subject(self) -> str:
        """A subject is one line, however it was pasted."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_body(self) -> str:
        """Browsers send another line end than texts have."""
        body = str(self.cleaned_data["body"])
        return body.replace("\r\n", "\n").replace("\r", "\n")

    @property
    def text(self) -> Text:
        """What was typed; what is too long or cannot be read is empty."""
        given = self.cleaned_data
        return Text(body=given.get("body", ""), subject=given.get("subject", ""))
