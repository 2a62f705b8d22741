"""What all pages of one round share: its head, its tabs, and the mark of the seal.

Nothing of a single page lives here.
"""

from datetime import datetime

from litestar import Response

from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.rounds import is_sealed, round_line


def in_round(template: str, known: Known, now: datetime, **values: object) -> Response[bytes]:
    """Answer with a page of a round."""
    reading = known.reading
    line = round_line(reading.stored)
    return page(template, round=line, is_sealed=is_sealed(reading, now), names=known.names, **values)
