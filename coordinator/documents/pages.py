"""How we make pages: one template environment that escapes everything, and how values look on a page.

Each page stands alone: styles inside, no script, nothing fetched. What is on a page is said by `notices` and `reports`.
"""

from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from coordinator.domain.letters import in_halves
from coordinator.domain.wording import day_words, moment_words, part_words, together

_USCC_LENGTH = 18
_GROUP = 4


def render(template: str, **values: object) -> bytes:
    """Fill in a template of `templates_html`; a value that is missing is a bug, never an empty place."""
    return _ENVIRONMENT.get_template(template).render(**values).encode()


def in_groups(code: str) -> Markup:
    """Show a USCC as 4-4-4-4-2, apart by style alone, so that it is copied without blanks."""
    if len(code) != _USCC_LENGTH:
        return Markup('<span class="code">{}</span>').format(code)
    groups = (code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
    return Markup('<span class="code">{}</span>').format(Markup("").join(Markup("<b>{}</b>").format(g) for g in groups))


def clock_words(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("coordinator.documents", "templates_html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": clock_words,
        "day": day_words,
        "in_groups": in_groups,
        "in_halves": in_halves,
        "moment": moment_words,
        "part": part_words,
        "together": together,
    }
    return environment


_ENVIRONMENT = _environment()
