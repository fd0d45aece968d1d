"""What is raised when Handbell cannot start or go on running here."""


class StartFlaw(RuntimeError):
    """Handbell cannot start; the message says why and what to do, in its user's words."""
