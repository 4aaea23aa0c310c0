"""Where links and their hits are kept. Both go by themselves: a link after its mail's life, a hit after 30 days."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.core import ids, record, table
from prm.core.errors import NotFound
from prm.links.model import Hit, Link

_LINK = "link"
LINK_LIFE = dt.timedelta(days=400)
"""A link leaves the list long after its answers expired; the law asks for 30 days (15 U.S.C. 7704(a)(3)(A)(ii))."""
HIT_LIFE = dt.timedelta(days=30)


class LinkRow(table.Row):
    class Meta:
        table_name = "prm-links"

    expires_at: ClassVar[TTLAttribute] = TTLAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class HitRow(table.Row):
    class Meta:
        table_name = "prm-hits"

    expires_at: ClassVar[TTLAttribute] = TTLAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (LinkRow, HitRow)


class LinkStore:
    """Reads and writes links by the hash of their token, and hits by the touch they belong to."""

    def get(self, digest: str) -> Link:
        """Return the link behind a token's hash. Second of the three look-ups that know no clinic yet.

        Strongly consistent: a reader may click within a second. Raises NotFound.
        """
        try:
            row = LinkRow.get(digest, _LINK, consistent_read=True)
        except DoesNotExist as err:
            raise NotFound("This link is unknown") from err
        except PynamoDBException as err:
            raise table.remains(err) from err
        return record.parse(Link, row.doc)

    def save(self, digest: str, link: Link, wall: dt.datetime) -> None:
        """Store a link. The token is fresh, so nothing can stand there yet."""
        row = LinkRow(pk=digest, sk=_LINK, expires_at=wall + LINK_LIFE, doc=record.dump(link))
        try:
            row.save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def add_hit(self, link: Link, hit: Hit, wall: dt.datetime) -> None:
        """Append a hit to those of the link's mail."""
        row = HitRow(
            pk=table.key(link.clinic, link.touch),
            sk=f"{hit.at.isoformat()}{table.SEPARATOR}{ids.draw(40)}",
            expires_at=wall + HIT_LIFE,
            doc=record.dump(hit),
        )
        try:
            row.save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def remove(self, clinic: str, touch: str, digest: str) -> None:
        """Remove the link under a token's hash ("" for none), and the hits on the mail's links."""
        try:
            if digest:
                LinkRow(pk=digest, sk=_LINK).delete()
            for row in HitRow.query(table.key(clinic, touch), consistent_read=True):
                row.delete()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_hits(self, clinic: str, touch: str) -> Iterator[Hit]:
        """Yield the hits on one mail's links, oldest first."""
        try:
            for row in HitRow.query(table.key(clinic, touch), consistent_read=True):
                yield record.parse(Hit, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err
