"""Pages: the draw on the projector, as it happens, and the record of it to be printed and signed.

Who takes part does so in `ceremonies`; what is shown is in ../shown/ceremonies.py.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import ServerSentEvent
from msgspec import Struct

from coordinator.actions.reading import RoundReading
from coordinator.domain.codes import Announcement
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.live import live_events, live_part
from coordinator.web.rendering import page, render
from coordinator.web.seats import LOOK_SECONDS, Seat
from coordinator.web.shown.ceremonies import STAGE_WORDS, CeremonyShown
from coordinator.web.shown.rounds import round_line

PLACE = "/rounds/{round_id:uuid}/draws/{stage:str}"


@get(f"{PLACE}/screen", include_in_schema=False)
async def screen_page(seat: Given[Seat], known: Given[Known], whole: Given[Known]) -> Response[bytes]:
    """The draw in large type, for the projector in the room."""
    paper = Paper(seat=seat, known=known, is_sealed=has_unannounced(whole.reading))
    return page("ceremony_screen.html", **paper.values(await seat.look()), actor=seat.actor, path=seat.path)


@get(f"{PLACE}/screen/progress", include_in_schema=False)
async def screen_progress(
    seat: Given[Seat], known: Given[Known], whole: Given[Known], seen: FromQuery[str]
) -> Response[bytes]:
    """What is live on the projector, for a browser that asks again and again."""
    paper = Paper(seat=seat, known=known, is_sealed=has_unannounced(whole.reading))
    return await live_part(seat.live(seen, paper.draw))


@get(f"{PLACE}/screen/events", include_in_schema=False)
async def screen_events(
    seat: Given[Seat], known: Given[Known], whole: Given[Known], seen: FromQuery[str]
) -> ServerSentEvent:
    """The same, told as it happens."""
    paper = Paper(seat=seat, known=known, is_sealed=has_unannounced(whole.reading))
    return await live_events(seat.live(seen, paper.draw), LOOK_SECONDS)


@get(f"{PLACE}/record", include_in_schema=False)
async def record_page(seat: Given[Seat], known: Given[Known], whole: Given[Known]) -> Response[bytes]:
    """The record of the draw, to be printed and signed."""
    paper = Paper(seat=seat, known=known, is_sealed=has_unannounced(whole.reading))
    return page("ceremony_record.html", **paper.values(await seat.look()), actor=seat.actor, path=seat.path)


class Paper(Struct, frozen=True, kw_only=True):
    """What stands on the wall or on paper: `is_sealed` where a name or the seed would tell a firm too much."""

    seat: Seat
    known: Known
    is_sealed: bool

    def values(self, shown: CeremonyShown) -> Mapping[str, Any]:
        """What the templates ask for; names are those of the looker's own part."""
        reading = self.known.reading
        return {
            "shown": shown,
            "round": round_line(reading.stored),
            "coordinator": reading.stored.settings.round.coordinator,
            "stage_words": STAGE_WORDS[self.seat.stage],
            "tasks": {task.id: task.name for task in reading.tasks},
            "names": {target.id: target.name for each in reading.submissions for target in each.targets},
            "is_sealed": self.is_sealed,
        }

    def draw(self, shown: CeremonyShown) -> bytes:
        """Fill in what is live on the projector."""
        return render("ceremony_screen_live.html", **self.values(shown))


def has_unannounced(reading: RoundReading) -> bool:
    """Whether a seed or a name may tell a firm of a visit that it must not hear of (spec/draw.md 6, sealed)."""
    items = (item for submission in reading.submissions for item in submission.items)
    return any(item.announcement is Announcement.UNANNOUNCED for item in items)


PAPERS = (screen_page, screen_progress, screen_events, record_page)
