"""The errors of the house.

Messages are safe to show to anyone: they name what is wrong and where, never a patient. Detail goes into attributes.
"""


class PrmError(Exception):
    """Anything this project refuses on purpose."""

    def __init__(self, message: str, **detail: object) -> None:
        """Keep the sentence and whatever a log or page may need beside it."""
        super().__init__(message)
        self.message = message
        self.detail = detail


class Invalid(PrmError):
    """What came in breaks a rule; `field` says where."""

    def __init__(self, message: str, *, field: str = "", **detail: object) -> None:
        """Name the field beside the sentence, so that a form or a report can point at it."""
        super().__init__(message, **detail)
        self.field = field


class NotFound(PrmError):
    """Nothing stands under that name in this clinic."""


class Forbidden(PrmError):
    """This person, or this link, may not do that."""


class Conflict(PrmError):
    """Someone else was faster: what was read is no longer so."""


class Expired(PrmError):
    """It was real once and no longer is: a link, a code, an edit window."""


class Unavailable(PrmError):
    """A service we need did not do it. `permanent` says that trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False, **detail: object) -> None:
        """Say whether a retry makes sense."""
        super().__init__(message, **detail)
        self.permanent = permanent
