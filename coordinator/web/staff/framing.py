"""What all pages of one round share: its head, its tabs, and the mark of the seal.

Nothing of a single page lives here.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import Response

from coordinator.domain.actors import Actor
from coordinator.storage.rounds import StoredRound
from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.rounds import is_sealed, round_line


def in_round(template: str, known: Known, now: datetime, actor: Actor, **values: Any) -> Response[bytes]:  # noqa: ANN401 - as a template takes them
    """Answer with a page of a round, as far as the actor may see it."""
    reading = known.reading
    line = round_line(reading.stored)
    return page(template, actor=actor, round=line, is_sealed=is_sealed(reading, now), names=known.names, **values)


def while_collecting(
    template: str,
    stored: StoredRound,
    actor: Actor,
    status: HTTPStatus = HTTPStatus.OK,
    **values: Any,  # noqa: ANN401 - as a template takes them
) -> Response[bytes]:
    """Answer with a page about what departments hand in, which reads no more of the round than its head."""
    return page(template, status=status, actor=actor, round=round_line(stored), is_sealed=False, **values)
