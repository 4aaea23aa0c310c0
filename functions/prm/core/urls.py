"""All addresses of this deployment, from one base: its own domain, or the stage address API Gateway gives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Urls:
    """Addresses under `base`, which has no slash at its end and may hold a path (`/v1`). None says who it is for."""

    base: str

    def survey(self, token: str, score: int | None = None) -> str:
        """Return the survey page of a mail, with a score chosen already where one is given."""
        return f"{self.base}/s/{token}" if score is None else f"{self.base}/s/{token}/{score}"

    def stop(self, token: str) -> str:
        """Return the page where a reader stops mails, also the RFC 8058 address."""
        return f"{self.base}/u/{token}"

    def review(self, token: str, site: str | None = None) -> str:
        """Return the list of review sites, or the one-click address of one of them."""
        return f"{self.base}/r/{token}" if site is None else f"{self.base}/r/{token}/{site}"

    def join(self, token: str) -> str:
        """Return the page behind the button of a mailed code."""
        return f"{self.base}/clinic/join/{token}"

    def console(self, path: str = "") -> str:
        """Return a page of the clinic's console."""
        return f"{self.base}/clinic/{path}" if path else f"{self.base}/clinic"

    def sign_up(self, path: str = "") -> str:
        """Return the public page where a clinic signs up, or one of its steps."""
        return f"{self.base}/signup/{path}" if path else f"{self.base}/signup"

    def asset(self, name: str) -> str:
        """Return a style sheet, script or picture."""
        return f"{self.base}/assets/{name}"

    def picture(self, clinic: str, name: str) -> str:
        """Return a picture that a clinic put there."""
        return self.asset(f"pictures/{clinic}/{name}")
