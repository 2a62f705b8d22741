"""Pages: a firm rates an inspection, or complains of it; its name goes nowhere.

Who reads it is decided in actions/feedback.py.
"""

from datetime import datetime
from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.feedback import give_feedback
from coordinator.actions.opening import Opened
from coordinator.actions.services import Services
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.feedback import FEEDBACK_NAMES, STARS, FeedbackKind, Said
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.portal.opening import VISITS
from coordinator.web.rendering import page
from coordinator.web.shown.targets import firm_view, has_begun
from coordinator.web.visiting import Asked, read_form, with_form_key


class FeedbackForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    stars: str = ""
    about: str = ""
    words: str = ""


@get("/letter/feedback/{kind:str}", include_in_schema=False, sync_to_thread=False)
def feedback_form(request: Asked, firm: Given[Opened], kind: FromPath[FeedbackKind]) -> Response[bytes]:
    """The form."""
    return _form(request, firm, kind, FeedbackForm())


@post("/letter/feedback/{kind:str}", include_in_schema=False)
async def try_feedback(
    request: Asked,
    firm: Given[Opened],
    told: Given[Known],
    services: Given[Services],
    now: Given[datetime],
    kind: FromPath[FeedbackKind],
) -> Response[bytes] | Redirect:
    """Take it in, or say what is missing."""
    form = await read_form(request, FeedbackForm)
    said = Said(kind=kind, stars=form.stars, about=form.about, words=form.words)
    begun = has_begun(firm_view(told, firm.letter.target, now), now)
    try:
        await give_feedback(services, firm, firm.letter.departments, said, begun=begun)
    except (Invalid, Conflict) as fault:
        return _form(request, firm, kind, form, fault)
    return Redirect(f"{VISITS}?done={kind.value}", status_code=303)


def _form(
    request: Asked, firm: Opened, kind: FeedbackKind, form: FeedbackForm, fault: Invalid | Conflict | None = None
) -> Response[bytes]:
    values = {"kind": kind.value, "name": FEEDBACK_NAMES[kind], "stars": STARS, "departments": firm.letter.departments}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return with_form_key(
        request,
        lambda key: page("firm_feedback.html", status=status, form_key=key, form=form, fault=fault, **values),
    )


FEEDBACK = (feedback_form, try_feedback)
