"""What botocore need not do before a patient sees a page."""

from botocore.loaders import Loader


class OneService(Loader):
    """botocore's own data, without asking the disk which of some 400 services it has: a tenth of a cold start."""

    def __init__(self, name: str) -> None:
        """Know one service, by botocore's name."""
        super().__init__()
        self._name = name

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the one service that is called."""
        del type_name
        return [self._name]
