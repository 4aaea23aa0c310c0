"""Sessions of browsers: opened, kept alive, ended."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.accounts.model import Session, Stage
from prm.accounts.store import SessionStore
from prm.core import tokens
from prm.core.clock import Clock

_NOTICED = dt.timedelta(minutes=1)
"""How exactly idleness is kept: a page costs no write unless the last one is a minute old."""


@dataclass(frozen=True)
class SessionService:
    """What stands behind the cookie of a browser. The token is in the cookie alone."""

    store: SessionStore
    clock: Clock

    def open(self, stage: Stage, clinic: str, member: str, **more: object) -> str:
        """Start a session and return its token."""
        now = self.clock.wall()
        token = tokens.draw()
        self.store.create(tokens.digest(token), replace(Session(stage, clinic, member, now, now), **more))  # type: ignore[arg-type]
        return token

    def find(self, token: str) -> Session | None:
        """Return a session that is not over, and note that it is used."""
        clean = tokens.clean(token)
        session = self.store.find(tokens.digest(clean)) if clean else None
        now = self.clock.wall()
        if session is None or session.is_over(now):
            return None
        if session.is_in and now - session.seen_at >= _NOTICED:
            session = replace(session, seen_at=now)
            return session if self.store.keep(tokens.digest(token), session) else None
        return session

    def advance(self, token: str, session: Session) -> str:
        """Take the next step under a fresh token, which is returned: an older one that someone saw opens nothing."""
        self.end(token)
        fresh = tokens.draw()
        self.store.create(tokens.digest(fresh), replace(session, seen_at=self.clock.wall()))
        return fresh

    def end(self, token: str) -> None:
        """Sign out."""
        clean = tokens.clean(token)
        if clean:
            self.store.end(tokens.digest(clean))
