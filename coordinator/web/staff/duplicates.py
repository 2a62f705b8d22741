"""Pages: records that may be one target, side by side, merged by a form and separated again.

Who may merge what, and what becomes of it, is decided in actions/duplicates.py.
"""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.duplicates import Outdated, compare, merge, undo_merge
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import TargetId
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.rendering import page
from coordinator.web.shown.directories import TITLES
from coordinator.web.visiting import Asked, form_key, read_form


class MergeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`stands` is one of the two; `seen` is the digest of what the page showed of them."""

    one: str
    other: str
    seen: str
    stands: str = ""


class UndoForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    merge: UUID


@get("/directories/duplicates", include_in_schema=False)
async def duplicates_page(actor: Given[Actor], memory: Given[Memory]) -> Response[bytes]:
    """The pairs to look at, the surest first."""
    found = (await memory.work_lists(actor)).pairs
    return page("duplicates.html", actor=actor, titles=TITLES, found=found)


@get("/directories/duplicates/pair", include_in_schema=False)
async def pair_page(
    request: Asked, actor: Given[Actor], services: Given[Services], one: FromQuery[str], other: FromQuery[str]
) -> Response[bytes]:
    """Two records side by side, and the form that merges them."""
    pair = await compare(services, actor, TargetId(one), TargetId(other))
    return page("duplicate.html", actor=actor, pair=pair, form_key=form_key(request), fault=None)


@post("/directories/duplicates/merge", include_in_schema=False)
async def merge_records(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes] | Redirect:
    """Merge what the page showed; where that has changed, show what is there now."""
    form = await read_form(request, MergeForm)
    away = {form.one, form.other} - {form.stands}
    if len(away) != 1 or form.stands not in {form.one, form.other}:
        raise Invalid("请选择保留哪一条。", remedy="请退回上一页选择。")
    try:
        await merge(services, actor, TargetId(away.pop()), TargetId(form.stands), form.seen)
    except Outdated as fault:
        pair = await compare(services, actor, TargetId(form.one), TargetId(form.other))
        key = form_key(request)
        return page("duplicate.html", status=HTTPStatus.CONFLICT, actor=actor, pair=pair, form_key=key, fault=fault)
    return _target(form.stands)


@post("/directories/duplicates/undo", include_in_schema=False)
async def separate_records(request: Asked, actor: Given[Actor], services: Given[Services]) -> Redirect:
    """Let both records stand for themselves again."""
    form = await read_form(request, UndoForm)
    return _target((await undo_merge(services, actor, form.merge)).away)


def _target(code: str) -> Redirect:
    return Redirect(f"/directories/target/{quote(code)}", status_code=303)


DUPLICATES = (duplicates_page, pair_page, merge_records, separate_records)
