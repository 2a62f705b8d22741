"""What a round came to: the figures of summary.json, and the same in words at the end of a run.

Shares of each item's directory are in `coverage`, target by target what was merged in `ledger`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from coordinator.domain.coverage import ItemCoverage, debts
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.wording import REHEARSAL_WORDS, remedy_words, share_words, together
from solver.planning.plan import Reason, Unserved

SINGLE_OPERATOR_WORDS = "计算可复核，但不能证明种子未经挑选。"
_LISTED = 8


class Summary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """summary.json, field for field and in this order (spec/round-folder.md, “Out”).

    `matters` and `served` are those on site, as the plan counts them; `desk_matters` those that somebody was drawn for;
    `unserved` holds both kinds. `seconds` by stage.
    """

    round: str
    tasks: int
    drawn_targets: int
    matters: int
    desk_matters: int
    served: int
    visits: int
    visits_apart: int
    officer_half_days: int
    officer_half_days_apart: int
    unserved: tuple[Unserved, ...]
    refused_rows: int
    excluded: int
    single_operator: bool
    seconds: dict[str, float]


def summarise(
    dispatch: Dispatch, *, refused_rows: int, excluded: int, single_operator: bool, seconds: Mapping[str, float]
) -> Summary:
    """Count a round; what it would have cost apart is the planner's word (`plan.metrics`), the rest is counted here."""
    plan = dispatch.plan
    visits = [visit for tour in plan.tours for visit in tour.visits]
    return Summary(
        round=dispatch.round.id,
        tasks=len(dispatch.tasks),
        drawn_targets=len({drawn.target for drawn in dispatch.drawn}),
        matters=len(dispatch.problem.matters),
        desk_matters=len(plan.desk),
        served=sum(len(visit.matters) for visit in visits),
        visits=len(visits),
        visits_apart=plan.metrics.visits_apart,
        officer_half_days=sum(role.need for tour in plan.tours for role in tour.roles),
        officer_half_days_apart=plan.metrics.officer_half_days_apart,
        unserved=plan.unserved,
        refused_rows=refused_rows,
        excluded=excluded,
        single_operator=single_operator,
        seconds=dict(seconds),
    )


class UnservedGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Matters that could not be served for the same reasons."""

    reasons: tuple[Reason, ...]
    matters: tuple[str, ...]


def unserved_groups(unserved: Iterable[Unserved]) -> tuple[UnservedGroup, ...]:
    """Bring unserved matters together by their reasons, the largest group first."""
    groups: dict[tuple[Reason, ...], list[str]] = defaultdict(list)
    for each in unserved:
        groups[each.reasons].append(str(each.matter))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    return tuple(UnservedGroup(reasons=reasons, matters=tuple(matters)) for reasons, matters in ordered)


def matter_words(dispatch: Dispatch, matter: str) -> str:
    """Name a matter so that its department recognises it: 某局 SL01 → 某厂."""
    wanted = dispatch.matters[matter]
    return f"{wanted.department} {wanted.item.code} → {dispatch.targets[wanted.target].name}"


def summary_in_words(dispatch: Dispatch, summary: Summary, coverage: Sequence[ItemCoverage]) -> list[str]:
    """Say at the end of a run what was reached and what was not, a line each."""
    return [
        *([REHEARSAL_WORDS] if dispatch.rehearsal else []),
        *_reached(summary),
        *_not_served(dispatch, summary),
        *_left_aside(dispatch, summary),
        *_ratios(coverage),
        *([SINGLE_OPERATOR_WORDS] if summary.single_operator else []),
    ]


def _reached(summary: Summary) -> Iterator[str]:
    yield (
        f"{summary.tasks}项任务抽中{summary.drawn_targets}户；现场事项{summary.matters}个，"
        f"安排了{summary.served}个；书面、网络事项{summary.desk_matters}个。"
    )
    yield _held_against("上门", "次", summary.visits, summary.visits_apart)
    yield _held_against("执法人员", "个半天", summary.officer_half_days, summary.officer_half_days_apart)


def _held_against(what: str, unit: str, now: int, apart: int) -> str:
    if now and not apart:
        return f"{what}{now}{unit}；{change_words(now, apart, unit)}。"
    return f"{what}{now}{unit}；各部门单独去要{apart}{unit}，合起来{change_words(now, apart, unit)}。"


def change_words(now: int, apart: int, unit: str) -> str:
    """Say what going together changed: 少103次（67%）; more is said as plainly as less.

    An `apart` of 0 says nothing: the planner had no time left to work it out.
    """
    if now and not apart:
        return "各部门单独去要多少，这次来不及测算，可加长排期时间"
    if now == apart:
        return "一样多"
    less = now < apart
    return f"{'少' if less else '多'}{abs(apart - now)}{unit}（{share_words(abs(apart - now), apart)}）"


def _not_served(dispatch: Dispatch, summary: Summary) -> Iterator[str]:
    if not summary.unserved:
        yield "全部事项都已安排。"
        return
    yield f"未能安排{len(summary.unserved)}个事项："
    groups = unserved_groups(summary.unserved)
    for group in groups[:_LISTED]:
        named = together(matter_words(dispatch, matter) for matter in group.matters[:3])
        more = f"等{len(group.matters)}个" if len(group.matters) > 3 else ""  # noqa: PLR2004 - as many as are named
        yield f"  {named}{more}：{''.join(_reason_words(reason) for reason in group.reasons)}"
    if len(groups) > _LISTED:
        yield f"  另有{len(groups) - _LISTED}种原因，见 report.html。"


def _reason_words(reason: Reason) -> str:
    return "".join(f"{sentence.rstrip('。')}。" for sentence in (reason.text, remedy_words(reason.remedy)) if sentence)


def _left_aside(dispatch: Dispatch, summary: Summary) -> Iterator[str]:
    if summary.refused_rows:
        yield f"退回{summary.refused_rows}行，见各部门的退回.xlsx，改正后可在下一轮报送。"
    if summary.excluded:
        yield f"未列入抽样框{summary.excluded}条，原因见 excluded.tsv。"
    if dispatch.wanted.dropped:
        yield f"配合部门因达到年度上限，在{len(dispatch.wanted.dropped)}处不检查，见 report.html。"


def _ratios(coverage: Sequence[ItemCoverage]) -> Iterator[str]:
    exceeding = [each for each in coverage if each.exceeds_ceiling]
    if exceeding:
        yield f"超过最高比例{len(exceeding)}项：{_named(exceeding)}。"
    owing = debts(coverage)
    if owing:
        yield f"本年尚未达到最低比例{len(owing)}项（以后各轮补足）：{_named(owing)}。"


def _named(coverage: Sequence[ItemCoverage]) -> str:
    named = "、".join(
        f"{each.department} {each.item.code} {each.drawn}/{each.population}" for each in coverage[:_LISTED]
    )
    return named if len(coverage) <= _LISTED else f"{named} 等"
