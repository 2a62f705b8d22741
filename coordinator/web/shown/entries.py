"""The form on which the results of one stop are entered: its fields, what was wrong in them, what others changed.

What the fields mean is said in the domain's `entering`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import asdict

from coordinator.domain.codes import Disposition
from coordinator.domain.entering import (
    COLUMN_OF,
    Answers,
    Asked,
    Entered,
    Fault,
    Stop,
    take_entered,
    version_of,
)
from coordinator.domain.errors import Invalid
from coordinator.domain.findings import Facts
from coordinator.domain.ids import DepartmentId, ItemCode, TaskId
from coordinator.domain.sheets import Severity

_OF, _LIST = "of", "；"
CHOSEN = "dispositions"
FOLDED = {
    "problem": ("result", "problem", CHOSEN, "filed", "case", "filed_on", "fine", "referred_to"),
    "publication": ("channel", "published_on", "withheld_reason"),
}
"""Answers that a page folds away where there is nothing in them."""


class Difference(Struct, frozen=True, kw_only=True):
    """An answer that stands otherwise than what was sent."""

    item: str
    name: str
    now: str
    sent: str


class MatterFields(Struct, frozen=True, kw_only=True):
    """The fields of one matter; `number` is in their names, `of` says which matter and tasks they are about."""

    number: int
    of: str
    item: ItemCode
    name: str
    tasks: tuple[str, ...]
    answers: Answers
    faults: tuple[Fault, ...]
    is_entered: bool

    @property
    def dispositions(self) -> frozenset[str]:
        return frozenset(self.answers.dispositions.split(_LIST))

    def is_faulty(self, field: str) -> bool:
        return any(fault.field == field and fault.severity is not Severity.WARNING for fault in self.faults)

    def is_open(self, fold: str) -> bool:
        """Whether one sees at once what can be folded away."""
        named = FOLDED[fold]
        has_no_problem = self.answers.result in {"", "未发现问题"}
        written = [name for name in named if name != "result" and getattr(self.answers, name)]
        is_result = fold == "problem" and not has_no_problem
        return is_result or bool(written) or any(fault.field in named for fault in self.faults if fault.field)


class EntryPage(Struct, frozen=True, kw_only=True):
    """The form of one stop, with what was wrong where it was sent before."""

    stop: Stop
    target_name: str
    is_market_entity: bool
    seen: str
    matters: tuple[MatterFields, ...]
    differences: tuple[Difference, ...]


def entry_page(facts: Facts, department: DepartmentId, stop: Stop, asked: Sequence[Asked], today: date) -> EntryPage:
    """Show what stands, with what is odd about it."""
    standing = [Entered(item=each.item, tasks=each.tasks, answers=each.answers) for each in asked if each.standing]
    hints = take_entered(facts, department, stop, standing, today).faults
    return _page(facts, department, stop, asked, [each.answers for each in asked], hints)


def entry_page_again(
    facts: Facts,
    department: DepartmentId,
    stop: Stop,
    asked: Sequence[Asked],
    entered: Sequence[Entered],
    faults: Sequence[Fault],
) -> EntryPage:
    """Show what was sent once more, beside what stands otherwise by now."""
    sent = [_sent(each, entered) for each in asked]
    return _page(facts, department, stop, asked, sent, faults)


def entered_in(fields: Mapping[str, str]) -> tuple[Entered, ...]:
    """Read the answers out of a form's fields; raises Invalid for a form that is not ours."""
    left, entered = dict(fields), list[Entered]()
    while of := left.pop(f"{_OF}-{len(entered) + 1}", ""):
        item, *tasks = of.split("\t")
        answers = {field: left.pop(f"{field}-{len(entered) + 1}", "") for field in COLUMN_OF if field != CHOSEN}
        chosen = [left.pop(f"{CHOSEN}-{len(entered) + 1}-{place}", "") for place, _ in enumerate(Disposition)]
        answers[CHOSEN] = _LIST.join(each for each in chosen if each)
        entered.append(Entered(item=ItemCode(item), tasks=tuple(map(TaskId, tasks)), answers=Answers(**answers)))
    if left or not entered:
        raise Invalid("表单的内容不完整。", remedy="请从页面上重新填写。")
    return tuple(entered)


def _page(
    facts: Facts,
    department: DepartmentId,
    stop: Stop,
    asked: Sequence[Asked],
    shown: Sequence[Answers],
    faults: Sequence[Fault],
) -> EntryPage:
    target = facts.expectations.target_by_id[stop.target]
    matters = tuple(
        _fields(facts, department, number, each, answers, faults)
        for number, (each, answers) in enumerate(zip(asked, shown, strict=True), start=1)
    )
    return EntryPage(
        stop=stop,
        target_name=target.name,
        is_market_entity=target.is_market_entity,
        seen=version_of(asked),
        matters=matters,
        differences=tuple(_differences(matters, asked)),
    )


def _fields(
    facts: Facts, department: DepartmentId, number: int, asked: Asked, answers: Answers, faults: Sequence[Fault]
) -> MatterFields:
    expectations = facts.expectations
    return MatterFields(
        number=number,
        of="\t".join((asked.item, *asked.tasks)),
        item=asked.item,
        name=expectations.item_names[department, asked.item],
        tasks=tuple(expectations.task_by_id[task].name for task in asked.tasks),
        answers=answers,
        faults=tuple(each for each in faults if each.item == asked.item and not {*each.tasks}.isdisjoint(asked.tasks)),
        is_entered=asked.standing is not None,
    )


def _sent(asked: Asked, entered: Iterable[Entered]) -> Answers:
    """What was sent about a matter, however the page had put its tasks together."""
    found = (each for each in entered if each.item == asked.item and not {*each.tasks}.isdisjoint(asked.tasks))
    return next((each.answers for each in found), asked.answers)


def _differences(matters: Sequence[MatterFields], asked: Sequence[Asked]) -> Iterator[Difference]:
    for matter, each in zip(matters, asked, strict=True):
        now, sent = asdict(each.answers), asdict(matter.answers)
        for field, name in COLUMN_OF.items():
            if now[field] != sent[field]:
                yield Difference(item=matter.name, name=name, now=now[field], sent=sent[field])
