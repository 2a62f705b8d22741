"""Result forms that came in through the web: tried, then entered; what their rows said is in `findings`.

Whose form it is and what it comes to is the domain's affair.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.findings import HandedInFile
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one


class StoredForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One form; its bytes are kept until it is entered."""

    id: UUID
    round: UUID
    department: DepartmentId
    file: str
    sha256: str
    content: bytes
    tried_by: str
    tried_at: datetime
    entered_by: str | None = None
    entered_at: datetime | None = None


async def insert_form(db: Connection, form: StoredForm) -> None:
    sql = """
        INSERT INTO result_form (id, round, department, file, sha256, content, tried_by, tried_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    """
    values = (form.id, form.round, form.department, form.file, form.sha256, form.content)
    await execute(db, sql, *values, form.tried_by, form.tried_at)


async def form(db: Connection, id_: UUID) -> StoredForm | None:
    """A form that the actor may see."""
    sql = """
        SELECT id, round, department, file, sha256, content, tried_by, tried_at, entered_by, entered_at
        FROM result_form WHERE id = $1
    """
    return await fetch_one(db, StoredForm, sql, id_)


async def entered_files(db: Connection, round_: UUID) -> list[HandedInFile]:
    """The forms that were entered, of those that the actor may see."""
    sql = """
        SELECT department, file, sha256 FROM result_form
        WHERE round = $1 AND entered_at IS NOT NULL ORDER BY entered_at, id
    """
    return await fetch_all(db, HandedInFile, sql, round_)


async def mark_entered(db: Connection, id_: UUID, by: str, at: datetime) -> None:
    """Say that a form was entered, and keep its bytes no longer."""
    sql = "UPDATE result_form SET content = '', entered_by = $2, entered_at = $3 WHERE id = $1"
    await execute(db, sql, id_, by, at)


async def delete_tried(db: Connection, round_: UUID, before: datetime) -> None:
    """Forget what was tried long ago and not entered."""
    sql = "DELETE FROM result_form WHERE round = $1 AND entered_at IS NULL AND tried_at < $2"
    await execute(db, sql, round_, before)
