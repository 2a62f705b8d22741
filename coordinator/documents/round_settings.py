"""A round's settings written as round.toml, so that a form and a file say the same to one reader.

The commented file with which a folder begins is in `templates`; what the settings mean is in domain/rounds.py.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.rounds import Beacon, Round, RoundLimits


def settings_file(settings: Round) -> bytes:
    """Write round.toml; `read_round` reads it back to the same settings."""
    head, policy, draw = settings.round, settings.policy, settings.draw
    half_days = [
        f"{{ start = {_value(each.start)}, minutes = {each.minutes} }}" for each in settings.calendar.half_days
    ]
    lines = [
        "[round]",
        *(f"{name} = {_value(getattr(head, name))}" for name in head.__struct_fields__),
        "",
        "[calendar]",
        f"closed = {_values(settings.calendar.closed)}",
        f"open = {_values(settings.calendar.open)}",
        f"half_days = [{', '.join(half_days)}]",
        "",
        "[policy]",
        *([f"cap = {_cap(policy.cap)}"] if policy.cap is not None else []),
        *(
            f"{name} = {_value(getattr(policy, name))}"
            for name in policy.__struct_fields__
            if name != "cap" and getattr(policy, name) is not None
        ),
        "",
        "[draw]",
        f"hash = {_value(draw.hash)}",
        f"alternates = {draw.alternates}",
        *([f"beacon = {_beacon(draw.beacon)}"] if draw.beacon else []),
        *_limits(settings.limits),
    ]
    return ("\n".join(lines) + "\n").encode()


def _limits(limits: RoundLimits) -> Iterator[str]:
    """What is warned of, where a round says it otherwise than all others."""
    if limits == RoundLimits():
        return
    yield from ("", "[limits]", f"apart_days = {limits.apart_days}")
    if limits.quiet_days:
        yield f"quiet_days = [{limits.quiet_days[0]}, {limits.quiet_days[1]}]"
    for limit in limits.yearly:
        said = {name: getattr(limit, name) for name in limit.__struct_fields__}
        yield from ("", "[[limits.yearly]]", *(f"{name} = {_value(value)}" for name, value in said.items() if value))
        if not limit.most:
            yield "most = 0"


def _value(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        # a TOML basic string, whose escapes are those of JSON
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(values: tuple[date, ...]) -> str:
    return f"[{', '.join(map(_value, values))}]"


def _cap(cap: dict[CreditRiskClass, int] | int) -> str:
    if isinstance(cap, int):
        return str(cap)
    return f"{{ {', '.join(f'{credit_risk} = {most}' for credit_risk, most in cap.items())} }}"


def _beacon(beacon: Beacon) -> str:
    said = f"source = {_value(beacon.source)}, when = {_value(beacon.when)}, pattern = {_value(beacon.pattern)}"
    return f"{{ {said} }}"
