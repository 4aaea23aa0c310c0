"""Handing out links, opening them, and noting who fetched them."""

from dataclasses import dataclass

from prm.core import ids, tokens
from prm.core.clock import Clock
from prm.core.errors import NotFound
from prm.links.model import Hit, HitKind, Link
from prm.links.store import LinkStore


@dataclass(frozen=True)
class LinkService:
    """Links of mails. `hit_key` keys the hash under which a reader's network and user agent are kept."""

    store: LinkStore
    clock: Clock
    hit_key: bytes

    def issue(self, link: Link, token: str = "") -> str:
        """Store a link under a token, by default a fresh one, and return the token, which is kept nowhere."""
        token = token or tokens.draw()
        self.store.save(tokens.digest(token), link, self.clock.wall())
        return token

    def forget(self, clinic: str, touch: str, digest: str) -> None:
        """Remove one mail's link and the fetches it saw, where they still are."""
        self.store.remove(clinic, touch, digest)

    def open(self, text: str) -> Link:
        """Return what stands behind a token. Raises NotFound for anything that is no token of ours."""
        token = tokens.clean(text)
        if token is None:
            raise NotFound("This link is unknown")
        return self.store.get(tokens.digest(token))

    def client(self, network: str, user_agent: str) -> str:
        """Return the name under which one reader's fetches are told from another's; it names nobody."""
        return ids.keyed(self.hit_key, network, user_agent)

    def hit(self, link: Link, kind: HitKind, client: str, *, score: int | None = None, site: str | None = None) -> None:
        """Note one fetch. All a GET may write."""
        self.store.add_hit(link, Hit(kind, client, self.clock.business(), score, site), self.clock.wall())

    def hits(self, clinic: str, touch: str) -> tuple[Hit, ...]:
        """Return the fetches of one mail's links."""
        return tuple(self.store.list_hits(clinic, touch))
