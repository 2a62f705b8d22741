"""One target whole, as its coordinator sees it, and what its firm may see of it at this moment.

The list of targets is in `target_lines`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from msgspec import Struct

from coordinator.domain.announcements import YearCount
from coordinator.domain.disclosure import UNSEALED, Audience, Part, seal_of_visit, visible
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import TargetId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.targets import Contradiction
from coordinator.domain.wording import remedy_words
from coordinator.web.known import Known
from coordinator.web.shown.parts import ReasonShown
from coordinator.web.shown.target_lines import TargetLine, find_target
from coordinator.web.shown.visits import MatterShown, VisitShown, matter_shown, visit_shown


class ContradictionShown(Struct, frozen=True, kw_only=True):
    """Two departments say different things about this target; the first one's word was taken."""

    field: str
    taken: str
    taken_from: str
    other: str
    other_from: str


class TaskHere(Struct, frozen=True, kw_only=True):
    """A task that drew this target, in which batch; a caused inspection has none."""

    id: str
    name: str
    batch: int


class UnservedHere(Struct, frozen=True, kw_only=True):
    matter: MatterShown
    reasons: tuple[ReasonShown, ...]


class FirmView(Struct, frozen=True, kw_only=True):
    """What the firm may see now: announced visits, and unannounced ones that have begun."""

    visits: tuple[VisitShown, ...]
    desk: tuple[MatterShown, ...]
    documents: tuple[str, ...]
    year_counts: tuple[YearCount, ...]


class TargetShown(Struct, frozen=True, kw_only=True):
    """One target whole, for the coordinator; `firm` is null while the firm may see nothing."""

    line: TargetLine
    address: str
    tags: tuple[str, ...]
    last_inspected_on: date | None
    tasks: tuple[TaskHere, ...]
    visits: tuple[VisitShown, ...]
    obstacles: tuple[str, ...]
    desk: tuple[MatterShown, ...]
    unserved: tuple[UnservedHere, ...]
    documents: tuple[str, ...]
    contradictions: tuple[ContradictionShown, ...]
    firm: FirmView | None


def target_shown(known: Known, id_: str, now: datetime) -> TargetShown:
    """Show one target whole; raises NotFound where nothing is to be checked there."""
    line = find_target(known.targets, id_)
    dispatch, target = known.dispatch, known.dispatch.targets[TargetId(line.id)]
    entry = known.ledger.get(target.id)
    matters = [matter for matter in dispatch.wanted.matters if matter.target == target.id]
    return TargetShown(
        line=line,
        address=target.address,
        tags=target.tags,
        last_inspected_on=target.last_inspected_on,
        tasks=tuple(_tasks_here(dispatch, target.id)),
        visits=tuple(
            visit_shown(dispatch, tour, visit, audience=Audience.COORDINATOR, now=now, seal=UNSEALED)
            for tour, visit in (entry.visits if entry else ())
        ),
        obstacles=entry.obstacles if entry else (),
        desk=tuple(matter_shown(matter) for matter in matters if matter.desk and matter.id not in dispatch.unserved()),
        unserved=tuple(_unserved_here(dispatch, matters)),
        documents=_documents(matters),
        contradictions=tuple(_contradiction(each) for each in target.contradictions),
        firm=firm_view(known, target.id, now),
    )


def has_begun(view: FirmView | None, now: datetime) -> bool:
    """Whether somebody has come to this firm already."""
    return view is not None and any(visit.begins_at <= now for visit in view.visits)


def firm_view(known: Known, target: TargetId, now: datetime) -> FirmView | None:
    """What a firm may see now, each visit as the table of disclosure says; None before the papers are approved."""
    dispatch, drawn_at, entry = known.dispatch, known.drawn_at, known.ledger.get(target)
    if drawn_at is None or entry is None or not known.reading.is_dispatched:
        return None
    visits = []
    for tour, visit in entry.visits:
        seal = seal_of_visit(dispatch, tour, visit, drawn_at)
        if visible(Part.NOTICE, Audience.INSPECTED, now, seal):
            visits.append(visit_shown(dispatch, tour, visit, audience=Audience.INSPECTED, now=now, seal=seal))
    told = known.announcements.get(target)
    desk = tuple(matter_shown(matter) for matter in told.desk) if told else ()
    matters = (*(matter for visit in visits for matter in visit.matters), *desk)
    return (
        FirmView(
            visits=tuple(visits),
            desk=desk,
            documents=tuple(dict.fromkeys(document for matter in matters for document in matter.documents)),
            year_counts=told.year_counts if told else (),
        )
        if visits
        else None
    )


def _tasks_here(dispatch: Dispatch, target: TargetId) -> Iterator[TaskHere]:
    names = {task.id: task.name for task in dispatch.tasks}
    for drawn in dispatch.drawn:
        if drawn.target == target:
            yield TaskHere(id=drawn.task, name=names[drawn.task], batch=drawn.batch)


def _unserved_here(dispatch: Dispatch, matters: Iterable[WantedMatter]) -> Iterator[UnservedHere]:
    reasons = {str(each.matter): each.reasons for each in dispatch.plan.unserved}
    for matter in matters:
        if matter.id in reasons:
            said = tuple(ReasonShown(text=each.text, remedy=remedy_words(each.remedy)) for each in reasons[matter.id])
            yield UnservedHere(matter=matter_shown(matter), reasons=said)


def _documents(matters: Iterable[WantedMatter]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(document for matter in matters for document in matter.item.documents))


def _contradiction(each: Contradiction) -> ContradictionShown:
    return ContradictionShown(
        field=each.field, taken=each.taken, taken_from=each.taken_from, other=each.other, other_from=each.other_from
    )
