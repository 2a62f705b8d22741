"""Telling departments anew what was sent to them before and has changed: task books, after a team has.

What did not change is not sent again. The first sending of a round's papers is in `delivering`.
"""

from coordinator.actions.delivering import PAPERS
from coordinator.actions.posting import post
from coordinator.actions.result_folder import department_files
from coordinator.actions.round_records import load_round_record
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import Partner, Posting
from coordinator.domain.wording import marked
from coordinator.storage import outbox
from coordinator.storage.connection import Connection
from coordinator.storage.rounds import StoredRound


async def send_task_books_again(db: Connection, services: Services, actor: Actor, stored: StoredRound) -> None:
    """Post a round's papers as they are now to every department that was sent them, in the caller's transaction."""
    batch = marked(f"{stored.code} {PAPERS}", rehearsal=stored.rehearsal_seed is not None)
    sent = await outbox.sent_to(db, stored.id, batch)
    if not sent:
        return
    files = dict(department_files(await load_round_record(db, actor, stored.id), {each.department for each in sent}))
    postings = [
        Posting(
            partner=Partner(connector=each.connector, destination=each.destination, recipient=each.recipient),
            department=each.department,
            round=stored.id,
            batch=batch,
            files=files[each.department],
        )
        for each in sent
    ]
    await post(db, services, actor, postings)
