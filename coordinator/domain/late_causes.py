"""Caused inspections that come after their round was planned (临时增加的任务): what may be filed, what to know before.

They are outside the draw; what a complaint or a transfer asks for is outside the yearly cap, too. How a plan takes them
in is in `replannings`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.codes import CauseSource, CreditRiskClass
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Invalid, SeveralInvalid
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.intake import cells
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.matters import caused_matter
from coordinator.domain.problems import addition
from coordinator.domain.rounds import Round, occasions_among
from coordinator.domain.submissions import InspectionItem, LateCause, Submission
from coordinator.domain.targets import Target
from coordinator.domain.tasks import item_applies
from coordinator.domain.wording import day_words, together
from solver.planning.alterations import Added
from solver.planning.problem import HalfDay

EXEMPT = frozenset({CauseSource.COMPLAINT, CauseSource.TRANSFER})
"""Outside the yearly cap (国办发〔2024〕54号); what somebody finds in data, or for another reason, is not."""
LONGEST_DOCUMENT, LONGEST_NOTE = 80, 500


class LateOutcome(StrEnum):
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


class FiledCause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One that was filed; in the round once a plan that has it was `taken`."""

    id: UUID
    department: DepartmentId
    number: int
    matter: str
    target: TargetId
    item: ItemCode
    source: CauseSource
    document: str
    note: str
    first_day: date
    last_day: date
    filed_name: str
    filed_at: datetime
    outcome: LateOutcome | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.outcome is None

    @property
    def cause(self) -> LateCause:
        """As it stands among what its department handed in; it has no row there."""
        return LateCause(
            row=0,
            source=self.source,
            target=self.target,
            item=self.item,
            number=self.number,
            last_day=self.last_day,
            note=self.note,
            matter=self.matter,
            document=self.document,
            first_day=self.first_day,
        )


class CauseWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One as it was written into a form."""

    department: DepartmentId
    target: str = ""
    item: str = ""
    source: str = ""
    document: str = ""
    note: str = ""
    last: str = ""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What is known of a round where one is filed; `submission` is its department's, `visits` when it goes there."""

    round: Round
    half_days: tuple[HalfDay, ...]
    submission: Submission
    targets: dict[TargetId, Target]
    visits: tuple[str, ...]
    """The half-days in which the plan sends the department to the wished target, for drawn matters."""
    today: date


class Readied(Struct, frozen=True, kw_only=True):
    """What can be filed, its number still open, and what should be known before."""

    target: Target
    item: InspectionItem
    source: CauseSource
    document: str
    note: str
    first_day: date
    last_day: date
    warnings: tuple[str, ...]


def ready(around: Surroundings, wish: CauseWish) -> Readied:
    """Judge what was written; raises Invalid with every field at fault."""
    faults: list[Invalid] = []
    target, item = around.targets.get(TargetId(wish.target.strip())), _item(around, wish)
    if target is None:
        faults.append(_unknown_target(wish))
    if item is None or not item.needs_visit:
        faults.append(_unfit_item(item))
    faults += [fault for fault in (_source_fault(wish), *_paper_faults(wish)) if fault]
    last = _last_day(around, wish)
    if isinstance(last, Invalid):
        faults.append(last)
    if faults or target is None or item is None or isinstance(last, Invalid):
        raise SeveralInvalid(faults)
    first = max(around.round.round.first_day, around.today)
    source = CauseSource(wish.source)
    _refuse_shut(around, target, first, last)
    _refuse_over_cap(around, target, source)
    return Readied(
        target=target,
        item=item,
        source=source,
        document=" ".join(wish.document.split()),
        note=" ".join(wish.note.split()),
        first_day=first,
        last_day=last,
        warnings=tuple(_warnings(around, target, item, source, (first, last))),
    )


def additions(dispatch: Dispatch, filed: Sequence[FiledCause]) -> tuple[Added, ...]:
    """What those that wait alter of the problem."""
    return tuple(_addition(dispatch, each) for each in filed if each.waits)


def _addition(dispatch: Dispatch, filed: FiledCause) -> Added:
    submission = next(each for each in dispatch.submissions if each.department.id == filed.department)
    item = next(each for each in submission.items if each.code == filed.item)
    matter = caused_matter(dispatch.round, filed.department, item, filed.cause)
    return addition(dispatch.submissions, dispatch.targets, dispatch.problem.half_days, matter)


def _item(around: Surroundings, wish: CauseWish) -> InspectionItem | None:
    return next((each for each in around.submission.items if each.code == wish.item.strip()), None)


def _unknown_target(wish: CauseWish) -> Invalid:
    if not wish.target.strip():
        return Invalid("没有选检查对象。", remedy="请先查找，再选一户。", field="target")
    text = f"本轮的检查对象名录里没有“{wish.target.strip()}”。"
    remedy = "请核对代码；名录里没有的，另建一个轮次，报送名录和特别检查。"
    return Invalid(text, remedy=remedy, field="target")


def _unfit_item(item: InspectionItem | None) -> Invalid:
    if item is None:
        return Invalid("没有选本部门的抽查事项。", remedy="请从清单里选择。", field="item")
    remedy = "请选要上门检查的事项；只书面检查的，列入下一轮的特别检查。"
    return Invalid(f"“{item.name}”不用上门，不在排期里。", remedy=remedy, field="item")


def _source_fault(wish: CauseWish) -> Invalid | None:
    if wish.source in set(CauseSource):
        return None
    return Invalid("没有选线索来源。", remedy="请选择。", field="source")


def _paper_faults(wish: CauseWish) -> Iterator[Invalid]:
    for field, said, words, most in (
        ("document", wish.document, "依据的文号或登记编号", LONGEST_DOCUMENT),
        ("note", wish.note, "事由", LONGEST_NOTE),
    ):
        written = " ".join(said.split())
        if not 1 <= len(written) <= most or not written.isprintable():
            yield Invalid(f"请写明{words}，不超过{most}个字。", field=field)


def _last_day(around: Surroundings, wish: CauseWish) -> date | Invalid:
    try:
        last = cells.day(wish.last)
    except CellFault as fault:
        return Invalid(f"{fault.message}。", remedy=fault.remedy, field="last")
    head = around.round.round
    first = max(head.first_day, around.today)
    if first <= last <= head.last_day:
        return last
    remedy = f"请填{day_words(first)}至{day_words(head.last_day)}之间的日期；更晚的另建轮次。"
    return Invalid("截止日期不在本轮还能检查的日子里。", remedy=remedy, field="last")


def _refuse_shut(around: Surroundings, target: Target, first: date, last: date) -> None:
    """There must be a half-day in which the target can be visited at all."""
    shut = set(occasions_among(target.closed, around.half_days))
    if not any(first <= each.date <= last and each.id not in shut for each in around.half_days):
        text = f"{target.name}在截止日期之前没有可以检查的工作日（停业或不便受检）。"
        raise Invalid(text, remedy="请推迟截止日期，或与企业核对后另建轮次。", field="last")


def _cap(around: Surroundings, target: Target) -> tuple[int | None, int]:
    """The department's yearly cap there, and how often it will have been there with the visits that are planned."""
    entry = target.entries.get(around.submission.department.id)
    before = entry.inspected_count if entry else 0
    return around.round.policy.cap_of(target.credit_risk), before + len(around.visits)


def _refuse_over_cap(around: Surroundings, target: Target, source: CauseSource) -> None:
    cap, count = _cap(around, target)
    if cap is not None and count >= cap and source not in EXEMPT:
        text = f"{target.name}：连同本轮已排的，本部门今年检查{count}次，已到{target.credit_risk}级年度上限{cap}次。"
        remedy = "只有投诉举报和转办交办的不计入上限；其他线索请并入已排的检查，或列入下一年。"
        raise Invalid(text, remedy=remedy, field="source")


def _warnings(
    around: Surroundings, target: Target, item: InspectionItem, source: CauseSource, window: tuple[date, date]
) -> Iterator[str]:
    cap, count = _cap(around, target)
    if cap is not None and count >= cap:
        yield f"本部门今年检查{count}次，已到{target.credit_risk}级年度上限{cap}次；{source}不计入上限，可以办理。"
    if around.visits:
        days = together(day_words(each.date) for each in around.half_days if each.id in set(around.visits))
        yield f"本部门已排{days}到这一户；有因检查单独上门，不合并。"
    yield from _too_soon(around, target, window[0])
    closed = set(occasions_among(target.closed, around.half_days))
    shut = [each for each in around.half_days if each.id in closed and window[0] <= each.date <= window[1]]
    if shut:
        yield f"{together(day_words(each.date) for each in shut)}停业或不便受检，会避开。"
    entry = target.entries.get(around.submission.department.id)
    if entry is not None and not item_applies(item, entry):
        yield f"“{item.name}”的检查对象类型不含这一户的类型，请核对。"
    yield from _too_few(around, target, item)


def _too_soon(around: Surroundings, target: Target, first: date) -> Iterator[str]:
    last, gap = target.last_inspected_on, around.round.policy.gap_days
    if last is None:
        return
    if target.credit_risk in (CreditRiskClass.A, CreditRiskClass.B) and (first - last).days < gap:
        yield f"{target.credit_risk}级，{day_words(last)}查过，不满{gap}日（守信者无扰）；有因检查不受限。"
    elif 0 <= (first - last).days < around.round.limits.apart_days:
        yield f"{day_words(last)}刚查过，不足{around.round.limits.apart_days}日又上门。"


def _too_few(around: Surroundings, target: Target, item: InspectionItem) -> Iterator[str]:
    """Of the own people only, for that is what the department can see; help from others may still come."""
    barred = {each.inspector for each in around.submission.recusals if each.target == target.id}
    barred |= set(target.last_inspectors)
    able = [each for each in around.submission.inspectors if each.certified and each.id not in barred]
    if len(able) < item.officers:
        yield f"本部门除去回避的执法人员只有{len(able)}人，需要{item.officers}人，可能排不进。"
    missing = [each for each in item.expertise if not any(each in one.expertise for one in able)]
    if missing:
        yield f"本部门没有可派的{together(missing)}专长人员，可能排不进。"
