"""Pages: a caused inspection that comes after the plan (临时增加任务): found, looked at, filed and taken back.

What may be filed by whom is decided in actions/late_causes.py; planning it in is on the page of `replanning`.
"""

from typing import Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct
from msgspec.structs import asdict

from coordinator.actions.late_causes import NO_LONGER, file_cause, filed_causes, look_at_cause, withdraw_cause
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.codes import CauseSource
from coordinator.domain.errors import Conflict, Invalid, Refusal, TooLate
from coordinator.domain.ids import DepartmentId
from coordinator.domain.late_causes import CauseWish, Readied
from coordinator.domain.permissions import permit
from coordinator.storage.rounds import Stage
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.late_causes import filed_shown, found_shown, items_shown, own_submissions
from coordinator.web.staff.framing import in_round
from coordinator.web.staff.replanning import status_of
from coordinator.web.visiting import Asked, form_key, read_form

LATE = "/rounds/{round_id:uuid}/late-causes"


class LateForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One as it was written, with the search by which its target was found; looked at first, then filed."""

    department: str = ""
    q: str = ""
    target: str = ""
    item: str = ""
    source: str = ""
    document: str = ""
    note: str = ""
    last: str = ""
    do: Literal["look", "file"] = "look"

    @property
    def wish(self) -> CauseWish:
        fields = {name: given for name, given in asdict(self).items() if name not in {"department", "q", "do"}}
        return CauseWish(department=DepartmentId(self.department), **fields)


class Draft(Struct, frozen=True, kw_only=True):
    """What stands on the page beside the list: the form so far, what would be filed, or what is at fault."""

    form: LateForm
    ready: Readied | None = None
    fault: Refusal | None = None
    done: str = ""


@get(LATE, include_in_schema=False)
async def late_page(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    department: FromQuery[str] = "",
    q: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """What was filed, and the form to file more."""
    permit(actor, Act.ADD_CAUSE)
    draft = Draft(form=LateForm(department=actor.department or department, q=q), done=done)
    return await _page(request, planned, actor, services, draft)


@post(LATE, include_in_schema=False)
async def file_late(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Look at what was written, with warnings; or file it."""
    permit(actor, Act.ADD_CAUSE)
    form, round_ = await read_form(request, LateForm), planned.reading.stored.id
    try:
        if form.do == "file":
            await file_cause(services, actor, round_, form.wish)
            return Redirect(f"/rounds/{round_}/late-causes?done=filed", status_code=303)
        draft = Draft(form=form, ready=await look_at_cause(services, actor, round_, form.wish))
    except (Invalid, Conflict, TooLate) as fault:
        draft = Draft(form=form, fault=fault)
    return await _page(request, planned, actor, services, draft)


@post(f"{LATE}/{{cause_id:uuid}}/withdraw", include_in_schema=False)
async def withdraw_late(
    actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], cause_id: FromPath[UUID]
) -> Redirect:
    """Take one back before it was planned in."""
    await withdraw_cause(services, actor, round_id, cause_id)
    return Redirect(f"/rounds/{round_id}/late-causes?done=withdrawn", status_code=303)


async def _page(request: Asked, known: Known, actor: Actor, services: Services, draft: Draft) -> Response[bytes]:
    stored, form = known.reading.stored, draft.form
    may_be_filed_for = own_submissions(known, DepartmentId(actor.department) if actor.department else None)
    answer = in_round(
        "late_causes.html",
        known,
        services.clock(),
        actor,
        filed=filed_shown(known, await filed_causes(services, actor, stored.id)),
        found=found_shown(may_be_filed_for, form.q),
        departments=[(each.department.id, known.names[each.department.id]) for each in may_be_filed_for],
        items=items_shown(may_be_filed_for, form.department),
        sources=[(each.value, each.value) for each in CauseSource],
        form=form,
        ready=draft.ready,
        done=draft.done,
        can_act=stored.stage is Stage.PLANNED,
        no_longer=NO_LONGER,
        head=stored.settings.round,
        form_key=form_key(request),
        fault=draft.fault,
    )
    answer.status_code = status_of(draft.fault)
    return answer


LATE_CAUSES = (late_page, file_late, withdraw_late)
