"""A round's settings changed after it began: the form as it stands, what was written made settings, what differs.

Its code and its coordinating department stay; what the form does not show stays as it was. Until when settings may be
changed is decided in the actions.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.errors import Invalid
from coordinator.domain.new_rounds import new_settings
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import HalfDayPart

FIXED = ("id", "coordinator")
_PLACES = {
    "round.name": "名称",
    "round.region": "行政区划代码",
    "round.year": "年度",
    "round.first_day": "检查开始日期",
    "round.last_day": "检查结束日期",
    "calendar.closed": "另行停止检查的日子",
    "calendar.open": "照常检查的周末",
    "calendar.half_days": "每天的检查时间",
    "policy.cap": "每年最多检查次数",
    "policy.gap_days": "两次检查至少相隔天数",
    "policy.approach_minutes": "往返单位的分钟",
    "policy.team_minimum": "每组最少人数",
    "policy.max_visits_per_tour": "每组最多户数",
    "policy.max_tours": "每半天最多组次",
    "policy.reach": "人员派出范围",
    "draw.hash": "摘要算法",
    "draw.alternates": "每层递补家数",
    "draw.beacon": "公共随机事件",
    "limits": "频次提醒",
}


class Difference(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One setting that is not as it was."""

    words: str
    before: str
    after: str

    def sentence(self) -> str:
        return f"{self.words}：{self.before}改为{self.after}"


def fields_of(settings: Round) -> dict[str, str]:
    """Fill the form in with settings that stand."""
    head, policy, draw = settings.round, settings.policy, settings.draw
    halves = {each.part: each for each in settings.calendar.half_days}
    morning, afternoon = halves.get(HalfDayPart.MORNING), halves.get(HalfDayPart.AFTERNOON)
    caps = {each: policy.cap_of(each) for each in CreditRiskClass}
    return {
        **{name: str(getattr(head, name)) for name in ("id", "name", "region", "coordinator", "first_day", "last_day")},
        **{name: "；".join(map(str, getattr(settings.calendar, name))) for name in ("closed", "open")},
        "morning": morning.start if morning else "",
        "morning_minutes": str(morning.minutes if morning else 210),
        "afternoon": afternoon.start if afternoon else "",
        "afternoon_minutes": str(afternoon.minutes if afternoon else 180),
        **{f"cap_{each.value}": "" if most is None else str(most) for each, most in caps.items()},
        "gap_days": str(policy.gap_days),
        "approach_minutes": str(policy.approach_minutes),
        "hash": draw.hash,
        "alternates": str(draw.alternates),
        "source": draw.beacon.source if draw.beacon else "",
        "when": draw.beacon.when.isoformat() if draw.beacon else "",
        "pattern": draw.beacon.pattern if draw.beacon else "",
    }


def changed_settings(before: Round, fields: Mapping[str, str]) -> Round:
    """Read the form over settings that stand; raises Invalid with the field at fault."""
    written = new_settings({**fields, **{name: str(getattr(before.round, name)) for name in FIXED}})
    own = {name: getattr(written.policy, name) for name in ("cap", "gap_days", "approach_minutes")}
    if all(written.policy.cap_of(each) == before.policy.cap_of(each) for each in CreditRiskClass):
        own["cap"] = before.policy.cap  # one number for all classes is the same as four of it
    return replace(written, policy=replace(before.policy, **own), limits=before.limits)


def refuse_other_round(before: Round, after: Round) -> None:
    """Raise Invalid where a file is another round's."""
    if any(getattr(before.round, name) != getattr(after.round, name) for name in FIXED):
        raise Invalid(
            "文件里的轮次编号或牵头部门与本轮不同，这两项建立后不能改。", remedy="请改回原来的。", field="settings"
        )


def differences(before: Round, after: Round) -> tuple[Difference, ...]:
    """Every setting that is not as it was, in the order of the form."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    changed = [place for place in dict.fromkeys((*old, *new)) if old.get(place) != new.get(place)]
    return tuple(
        Difference(words=_PLACES.get(place, place), before=_words(old.get(place)), after=_words(new.get(place)))
        for place in sorted(changed, key=lambda place: list(_PLACES).index(place) if place in _PLACES else len(_PLACES))
    )


def _leaves(settings: Round) -> Iterator[tuple[str, object]]:
    for part, values in msgspec.to_builtins(settings).items():
        if part == "limits":
            yield part, values
            continue
        for name, value in values.items():
            yield f"{part}.{name}", value


def _words(value: object) -> str:
    """A value as an office reads it; nothing is 不设."""
    if value is None or value in ([], {}, ""):
        return "不设"
    if isinstance(value, dict):
        return "，".join(f"{name} {_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "；".join(_words(each) for each in value)
    return {"sha256": "SHA-256", "sm3": "国密 SM3"}.get(str(value), str(value))
