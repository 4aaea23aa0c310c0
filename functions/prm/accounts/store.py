"""Where sessions, mailed codes and counts of attempts are kept. All of them go by themselves."""

import datetime as dt
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.accounts.model import DAY, Code, CodeKind, Session
from prm.core import record, table
from prm.core.errors import Conflict

_SESSION = "session"
_RECOVERY = "recovery"


class SessionRow(table.Row):
    """Under the hash of the token that the browser holds."""

    class Meta:
        table_name = "prm-sessions"

    expires_at: ClassVar[TTLAttribute] = TTLAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class CodeRow(table.Row):
    """One mailed code of each kind for a member of staff, a newer one in the older one's place; and printed ones."""

    class Meta:
        table_name = "prm-codes"

    tries: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    touch: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class AttemptRow(table.Row):
    """How often something was tried within a stretch of time, by a keyed hash of who tried."""

    class Meta:
        table_name = "prm-attempts"

    used: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (SessionRow, CodeRow, AttemptRow)


class SessionStore:
    """Reads and writes sessions by their token's hash: that look-up comes before a clinic is known."""

    def find(self, digest: str) -> Session | None:
        """Return the session, strongly consistent: one that was ended is gone at once."""
        try:
            return record.parse(Session, SessionRow.get(digest, _SESSION, consistent_read=True).doc)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def create(self, digest: str, session: Session) -> None:
        """Store a session under a fresh token."""
        try:
            _row(digest, session).save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def keep(self, digest: str, session: Session) -> bool:
        """Store what changed; False where the session was ended meanwhile: it stays so."""
        try:
            _row(digest, session).save(condition=SessionRow.pk.exists())
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True

    def end(self, digest: str) -> None:
        """Forget a session."""
        try:
            SessionRow(digest, _SESSION).delete()
        except PynamoDBException as err:
            raise table.remains(err) from err


class CodeStore:
    """Codes by member of staff and kind."""

    def put(self, clinic: str, member: str, code: Code) -> table.Write:
        """Return the write that makes this the code of its kind."""
        return table.put(
            CodeRow(
                table.key(clinic, member),
                code.kind,
                touch=code.touch,
                expires_at=code.expires_at,
                doc=record.dump(code),
            )
        )

    def find(self, clinic: str, member: str, kind: CodeKind) -> Code | None:
        """Return the code of that kind, strongly consistent."""
        try:
            row = CodeRow.get(table.key(clinic, member), kind, consistent_read=True)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err
        return record.parse(Code, row.doc)

    def try_once(self, clinic: str, member: str, code: Code, limit: int) -> bool:
        """Count one entry of a code; False where it had its number, or is no longer the code."""
        row = CodeRow(table.key(clinic, member), code.kind)
        room = (CodeRow.touch == code.touch) & (CodeRow.tries.does_not_exist() | (CodeRow.tries < limit))
        try:
            row.update([CodeRow.tries.add(1)], condition=room)
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True

    def use(self, clinic: str, member: str, code: Code) -> None:
        """Take a code out of use. Raises Conflict where someone used it first."""
        try:
            CodeRow(table.key(clinic, member), code.kind).delete(condition=CodeRow.touch == code.touch)
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                raise Conflict("This code was used already") from err
            raise table.remains(err) from err


class RecoveryStore:
    """What stands in for a lost authenticator: keyed hashes of codes that someone printed."""

    def save(self, clinic: str, member: str, hashes: tuple[str, ...]) -> None:
        """Replace a member's codes."""
        try:
            CodeRow(table.key(clinic, member), _RECOVERY, doc=record.dump(hashes)).save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def take(self, clinic: str, member: str, one: str) -> bool:
        """Use up one code; False where it is none of theirs, or someone used it first."""
        row = CodeRow(table.key(clinic, member), _RECOVERY)
        try:
            row.refresh(consistent_read=True)
            known = record.parse(tuple[str, ...], row.doc)
            if one not in known:
                return False
            rest = record.dump(tuple(other for other in known if other != one))
            row.update([CodeRow.doc.set(rest)], condition=CodeRow.doc == row.doc)
        except DoesNotExist:
            return False
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True


class AttemptStore:
    """Counts attempts."""

    def take(self, what: str, who: str, window: str, limit: int, expires_at: dt.datetime) -> bool:
        """Take one of the window's attempts; False when none is left."""
        row = AttemptRow(table.key(what, who), window)
        room = AttemptRow.used.does_not_exist() | (AttemptRow.used < limit)
        try:
            row.update([AttemptRow.used.add(1), AttemptRow.expires_at.set(expires_at)], condition=room)
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True


def _row(digest: str, session: Session) -> SessionRow:
    return SessionRow(digest, _SESSION, expires_at=session.started_at + DAY, doc=record.dump(session))
