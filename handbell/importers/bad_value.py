"""Why can a value not be used? Said without repeating the value, which may be a patient's."""


class BadValue(ValueError):
    """A value that cannot be used.

    `value_kind` says what it should have been ("telephone number"), `reason` what is wrong with
    it and `cure` what to write instead. None of them may quote it.
    """

    def __init__(self, value_kind: str, reason: str, cure: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.field = field  # which column, where the one who raises it knows
        self.value_kind = value_kind
        self.reason = reason
        self.cure = cure
