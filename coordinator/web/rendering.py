"""How values look on the service's pages, and the one template environment that escapes everything.

Pages carry no style or script of their own: the browser is told to refuse both (guard.py).
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Response

from coordinator.documents.pages import in_groups
from coordinator.domain.accounts import OFFICE_NAMES, SCOPE_NAMES
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.letters import in_halves
from coordinator.domain.permissions import may
from coordinator.domain.sheets import place_of
from coordinator.domain.wording import (
    REHEARSAL_WORDS,
    day_words,
    moment_words,
    part_words,
    share_words,
    span_words,
    together,
)
from coordinator.web.shown.trail_facts import fact_name, fact_words

KIB = 1024


def page(template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response[bytes]:  # noqa: ANN401 - as a template takes them
    """Answer with a page; `actor` among the values is who looks, on pages for which one signs in."""
    return Response(render(template, **values), status_code=status, media_type=MediaType.HTML)


def render(template: str, *, actor: Actor | None = None, **values: Any) -> bytes:  # noqa: ANN401 - as a template takes them
    """Fill in a template; a value that is missing is a bug, never an empty place."""
    return _ENVIRONMENT.get_template(template).render(actor=actor, **values).encode()


def _may(actor: Actor | None, act: str) -> bool:
    return actor is not None and may(actor, Act(act))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL_TIME)


def _moment(moment: datetime) -> str:
    return moment_words(_local(moment))


def _clock(moment: datetime) -> str:
    return f"{_local(moment):%H:%M}"


def _stamp(moment: datetime | str) -> str:
    """Write a moment; a draw's head holds moments as the text whose digest was published."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{_local(moment):%Y-%m-%d %H:%M:%S}"


def _size(count: int) -> str:
    return f"{count / KIB:,.1f} KB" if count >= KIB else f"{count} 字节"


def _per_cent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%"


def _environment() -> Environment:
    environment = Environment(
        # pages may show a part of the report as it is; a name of our own comes first
        loader=ChoiceLoader(
            [PackageLoader("coordinator.web", "templates"), PackageLoader("coordinator.documents", "templates_html")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": _clock,
        "day": day_words,
        "fact_name": fact_name,
        "fact_words": fact_words,
        "in_groups": in_groups,
        "in_halves": in_halves,
        "moment": _moment,
        "part": part_words,
        "size": _size,
        "stamp": _stamp,
        "together": together,
    }
    environment.globals |= {
        "may": _may,
        "office_names": OFFICE_NAMES,
        "per_cent": _per_cent,
        "place_of": place_of,
        "rehearsal_words": REHEARSAL_WORDS,
        "scope_names": SCOPE_NAMES,
        "share": share_words,
        "span": span_words,
    }
    return environment


_ENVIRONMENT = _environment()
