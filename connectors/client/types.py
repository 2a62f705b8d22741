"""The answers of OneDoor's interface, as its description gives them.

Made by tests/support/client_types.py, and not by hand; as long as the interface is wide.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field


class Algorithm(StrEnum):
    sha256 = "sha256"
    sm3 = "sm3"


class Announcement(StrEnum):
    提前告知 = "提前告知"
    不予告知 = "不予告知"


class ApproveWish(Struct):
    seen: Annotated[str, Meta(description="所看到的那一套文书的摘要", pattern="^[0-9a-f]{64}$")]
    number: Annotated[str, Meta(description="文号", max_length=40)]


class AskWish(Struct):
    due_on: date
    departments: Annotated[list[str], Meta(description="部门的全称；牵头部门不用写", max_length=500)] | UnsetType = (
        UNSET
    )
    sure: bool | UnsetType = False


class AskedDepartments(Struct):
    due_on: date
    departments: list[str]


class Beacon(Struct):
    source: Annotated[str, Meta(min_length=1)]
    when: str
    pattern: str


class Best(Struct):
    visits: int
    visits_bound: int
    gap: int
    officer_half_days: int
    unserved: int


class CauseSource(StrEnum):
    投诉举报 = "投诉举报"
    转办交办 = "转办交办"
    数据监测 = "数据监测"
    其他 = "其他"


class CauseTried(Struct):
    target: str
    name: str
    item: str
    first_day: date
    last_day: date
    warnings: list[str]


class CauseWish(Struct):
    task: str
    reason: Annotated[str, Meta(max_length=500)]


class CellChange(Struct):
    column: str
    before: str
    after: str


class CellDiffers(Struct):
    column: str
    before: str
    now: str


class ChanceShown(Struct):
    inspector: str
    name: str
    chance: int
    is_drawn: bool | None


class ChangeKind(StrEnum):
    new = "new"
    changed = "changed"
    gone = "gone"


class ChangeLine(Struct):
    code: str
    name: str
    change: str
    differs: list[str]


class CloseWish(Struct):
    unit: str
    seen: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Column(StrEnum):
    batches = "batches"
    targets = "targets"
    公示系统 = "公示系统"
    专业系统 = "专业系统"
    部门网站 = "部门网站"
    cases = "cases"
    fines_wan = "fines_wan"


class Commitment(Struct):
    commitment: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class CommitmentShown(Struct):
    party: str
    commitment: str
    committed_at: datetime
    secret: str | None
    revealed_at: datetime | None


class ContradictionShown(Struct):
    field_: str = field(name="field")
    taken: str
    taken_from: str
    other: str
    other_from: str


class CorrectionShown(Struct):
    target: str
    item: str
    cells: list[CellChange]


class CoverageShown(Struct):
    department: str
    item: str
    name: str
    drawn: int
    population: int
    debt: int
    exceeds_ceiling: bool


class Crew(Struct):
    department: str
    people: int


class Decision(StrEnum):
    approved = "approved"
    returned = "returned"


class DeliveryReceipt(Struct):
    reference: str
    is_superseded: bool


class DeliveryStanding(StrEnum):
    pending = "pending"
    taken = "taken"
    refused = "refused"
    missing = "missing"


class DeliveryState(StrEnum):
    waiting = "waiting"
    delivered = "delivered"
    dead = "dead"
    paused = "paused"


class DepartmentLevel(StrEnum):
    省辖市 = "省辖市"
    县 = "县"


class DepartmentShown(Struct):
    name: str
    file: str
    items: int
    targets: int
    inspectors: int
    refused_rows: int
    visits: int | None
    officer_half_days: int | None


class DestinationSeen(Struct):
    seen: str


class DestinationState(StrEnum):
    open = "open"
    paused = "paused"
    closed = "closed"


class DestinationWithdrawn(Struct):
    name: str


class Directory(StrEnum):
    targets = "targets"
    items = "items"
    inspectors = "inspectors"


class DirectoryTarget(Struct):
    id: str
    name: str
    kind: str
    departments: list[str]
    address: str
    area: str | None
    credit_risk: str | None
    stands: str | None


class Doubt(StrEnum):
    namesakes = "namesakes"
    contradiction = "contradiction"
    old_code = "old_code"
    closed = "closed"
    renamed = "renamed"
    incomplete = "incomplete"
    expired = "expired"


class DoubtfulRow(Struct):
    code: str
    name: str
    departments: list[str]
    found: str


class DrawState(StrEnum):
    fixed = "fixed"
    held = "held"
    void = "void"


class DutyKind(StrEnum):
    hand_in = "hand_in"
    mend = "mend"
    commit = "commit"
    reveal = "reveal"
    enter_results = "enter_results"
    read_notices = "read_notices"
    chase = "chase"
    fix_frame = "fix_frame"
    draw_targets = "draw_targets"
    plan = "plan"
    take_in = "take_in"
    draw_teams = "draw_teams"
    draw_up = "draw_up"
    approve = "approve"
    decide_recusals = "decide_recusals"
    answer_firms = "answer_firms"


class EnterWish(Struct):
    seen: Annotated[str, Meta(max_length=64)]
    with_faults: bool | UnsetType = False


class Event(StrEnum):
    away = "away"
    closed = "closed"
    window = "window"


class Figures(Struct):
    drawn_targets: int
    matters: int
    key_matters: int
    desk_matters: int
    served: int
    unserved: int
    tours: int
    visits: int
    visits_apart: int
    officer_half_days: int
    officer_half_days_apart: int


class FileShown(Struct):
    name: str
    size: int
    digest: str
    is_fixed: bool


class FirmRequestAnswer(Struct):
    granted: bool
    answer: Annotated[str, Meta(description="给企业看的一句话", max_length=500, pattern="^[^\\x00]*$")]


class FixWish(Struct):
    minutes: Annotated[int, Meta(ge=5, le=10080)]


class FrequencyRule(StrEnum):
    国办发_2024_54号_年度检查频次上限_投诉举报_转办交办_复查_自行申请的不计入 = (
        "国办发〔2024〕54号：年度检查频次上限；投诉举报、转办交办、复查、自行申请的不计入"
    )
    国办发_2024_54号_联合检查合并计算_写明占用哪个部门的次数 = (
        "国办发〔2024〕54号：联合检查合并计算，写明占用哪个部门的次数"
    )
    避免重复检查_同一对象短期内重复上门的_先看能否合并 = "避免重复检查：同一对象短期内重复上门的，先看能否合并"
    企业安静期_除有因检查外不入企 = "企业安静期：除有因检查外不入企"
    舞水_2021_28号_二_二__对守信者无扰 = "舞水〔2021〕28号 二（二）：对守信者无扰"
    舞水_2021_28号_三_二__按风险程度_信用水平差异化确定抽查比例 = (
        "舞水〔2021〕28号 三（二）：按风险程度、信用水平差异化确定抽查比例"
    )


class FrequencyWarning(Struct):
    rule: FrequencyRule
    words: str
    target: str | None | UnsetType = UNSET


class Given(StrEnum):
    nothing = "nothing"
    committed = "committed"
    revealed = "revealed"
    out = "out"
    silent = "silent"


class GoingPerson(Struct):
    department: str
    id: str
    name: str


class HalfDayPart(StrEnum):
    am = "am"
    pm = "pm"


class HalfDayPlace(Struct):
    half_day: str
    day: date
    part: str
    start: str
    end: str
    joins: str
    rule: int
    obstacle: str


class HandInState(StrEnum):
    missing = "missing"
    late = "late"
    faulty = "faulty"
    done = "done"


class HandInStep(StrEnum):
    tried = "tried"
    handed_in = "handed_in"
    undone = "undone"


class HandInWish(Struct):
    with_faults: bool | UnsetType = False


class HoldProposed(Struct):
    id: str
    outcome: str
    proposer_name: str
    proposed_at: datetime
    expires_at: datetime


class HoldSeen(Struct):
    seen: str


class HoldWish(Struct):
    outcome: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")] | UnsetType = ""


class InspectionMethod(StrEnum):
    现场 = "现场"
    书面 = "书面"
    网络 = "网络"
    委托 = "委托"


class InspectorKind(StrEnum):
    执法人员 = "执法人员"
    专家 = "专家"


class ItemWeight(StrEnum):
    重点 = "重点"
    field_一般 = "一般"


class JobState(StrEnum):
    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    dead = "dead"
    cancelled = "cancelled"


class KeptSecret(Struct):
    name: str
    set_by: str
    set_at: datetime


class Kind(StrEnum):
    kept = "kept"
    changed = "changed"
    moved = "moved"
    dropped = "dropped"
    new = "new"


class LateCauseWish(Struct):
    department: Annotated[str, Meta(max_length=500, pattern="^[^\\x00-\\x1f]*$")]
    target: Annotated[str, Meta(max_length=500, pattern="^[^\\x00-\\x1f]*$")]
    item: Annotated[str, Meta(max_length=500, pattern="^[^\\x00-\\x1f]*$")]
    source: CauseSource
    document: Annotated[str, Meta(description="依据的文号或登记编号", max_length=500, pattern="^[^\\x00-\\x1f]*$")]
    note: Annotated[str, Meta(description="事由", max_length=500, pattern="^[^\\x00-\\x1f]*$")]
    last: date


class LateOutcome(StrEnum):
    taken = "taken"
    withdrawn = "withdrawn"


class LeftOutShown(Struct):
    task: str
    count: int


class LetterChanged(Struct):
    id: str
    number: str


class State(StrEnum):
    withdrawn = "withdrawn"
    expired = "expired"
    locked = "locked"
    opened = "opened"
    sent = "sent"


class LetterShown(Struct):
    id: str
    number: str
    target: str
    target_name: str
    departments: list[str]
    issued_at: datetime
    expires_at: datetime
    first_opened_on: date | None
    state: State


class LetterWritten(Struct):
    id: str
    number: str
    code: str
    target: str
    address: str


class Likeness(StrEnum):
    登记机关记载的原注册号相同 = "登记机关记载的原注册号相同"
    field_15位旧代码就在18位代码里 = "15位旧代码就在18位代码里"
    名称和地址相同 = "名称和地址相同"
    地址相同_名称读音相同 = "地址相同，名称读音相同"


class LineWithdrawal(Struct):
    id: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    reason: Annotated[str, Meta(max_length=500)]


class MatterShown(Struct):
    id: str
    department: str
    item: str
    name: str
    methods: list[str]
    legal_basis: list[str]
    documents: list[str]
    minutes: int
    officers: int
    is_key: bool
    is_caused: bool
    is_unannounced: bool
    first_day: date
    last_day: date
    tasks: list[str]


class MemberShown(Struct):
    id: str
    name: str
    department: str
    lent_by: str | None
    is_officer: bool
    is_lead: bool
    certificate: str


class MergeWish(Struct):
    away: Annotated[str, Meta(max_length=300, pattern="^[^\\x00-\\x1f]+$")]
    stands: Annotated[str, Meta(max_length=300, pattern="^[^\\x00-\\x1f]+$")]
    seen: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class MoveCause(Struct):
    rule: int | None
    text: str


class MoveUndone(Struct):
    plan: str


class MoveWish(Struct):
    plan: str
    tour: str
    target: str
    half_day: str
    join: str | UnsetType = ""


class Offered(Struct):
    fix: bool
    close: bool
    void: bool
    propose: bool
    confirm: bool


class Openness(StrEnum):
    open = "open"
    sealed = "sealed"


class Outcome(StrEnum):
    taken = "taken"
    left = "left"


class OwnParty(Struct):
    party: str
    given: Given
    lines: list[str]


class PaperKind(StrEnum):
    scheme = "scheme"
    approval_sheet = "approval_sheet"
    notice = "notice"


class PaperShown(Struct):
    issue: int
    kind: PaperKind
    subject: str
    digest: str
    target: str | None
    begins_at: datetime | None
    is_early: bool


class PartyShown(Struct):
    name: str
    given: Given
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None


class PassedOver(Struct):
    inspector: str
    name: str
    reason: str


class PlaceChanged(Struct):
    lot: str
    leaves: str
    comes: str | None
    candidates: list[str]


class PlaceShown(Struct):
    half_day: str
    when: str
    tour: str
    firms: list[str]
    travel: int
    rule: int
    obstacle: str
    people: list[str]


class PlacesShown(Struct):
    plan: str
    half_day: str
    start: str
    places: list[PlaceShown]
    asked: PlaceShown | None
    loosening: list[str]
    still: str


class PlanApproval(Struct):
    seen: Annotated[str, Meta(description="所看到的那一套文书的摘要", pattern="^[0-9a-f]{64}$")]
    number: Annotated[str, Meta(description="文号", max_length=40)]


class PlanFigures(Struct):
    unserved: int
    unserved_key: int
    visits: int
    tours: int
    officer_half_days: int
    travel_minutes: int


class PlanIssue(Struct):
    id: str
    issue: int
    digest: str
    lines: int
    drawn_up_name: str
    drawn_up_at: datetime
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None


class PlanReturn(Struct):
    seen: Annotated[str, Meta(description="所看到的那一套文书的摘要", pattern="^[0-9a-f]{64}$")]
    reason: Annotated[str, Meta(max_length=500)]


class PlanningShown(Struct):
    can_begin: bool
    state: JobState | None
    is_under_way: bool
    waits_long: bool
    is_finishing: bool
    is_cancelling: bool
    step: str
    seconds: int
    limit: int
    tries: int
    best: Best | None
    error: str


class PlanningWish(Struct):
    seconds: Annotated[int, Meta(ge=1, le=3600)]


class PostedFile(Struct):
    name: str
    size: int
    row_count: int
    sha256: str


class Problem(Struct):
    type: str
    title: str
    status: int
    detail: str
    instance: str
    remedy: str | UnsetType = ""
    incident: str | UnsetType = ""


class PublicCommitment(Struct):
    party: str
    commitment: str


class RatioText(Struct):
    text: str


class Ready(Struct):
    database: bool


class ReasonShown(Struct):
    text: str
    remedy: str


class RecusalCause(StrEnum):
    declared = "declared"
    requested = "requested"


class RecusalDecision(StrEnum):
    granted = "granted"
    refused = "refused"


class RecusalLine(Struct):
    id: str
    target: str
    inspector: str
    department: str
    cause: RecusalCause
    reason: str
    asked_name: str
    asked_at: datetime
    due_on: date
    decision: RecusalDecision | None
    decided_name: str | None
    decided_at: datetime | None
    decision_reason: str | None
    replacements: list[PlaceChanged]


class RefusedRow(Struct):
    row: int
    words: str


class RefusedRowShown(Struct):
    department: str
    sheet: str
    row: int
    code: str
    reason: str


class RegistryBatch(Struct):
    id: str
    source: str
    cursor: str
    taken_at: datetime
    taken_by: str
    rows: int
    refused: list[RefusedRow]


class RegistryChange(StrEnum):
    new = "new"
    changed = "changed"
    closed = "closed"
    reopened = "reopened"
    listed = "listed"
    unlisted = "unlisted"


class ReleaseWish(Struct):
    department: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]


class Remedy(Struct):
    remedy: str
    words: str
    serves: list[str]
    loosens: bool


class ReplanningLine(Struct):
    id: str
    base: str
    changes: list[str]
    is_looser: bool
    asked_name: str
    asked_at: datetime
    is_made: bool
    outcome: Outcome | None
    decided_name: str | None
    decided_at: datetime | None
    reason: str | None


class RequestKind(StrEnum):
    move = "move"
    recusal = "recusal"
    objection = "objection"


class Rescheduled(Struct):
    matter: str
    target: str
    was_half_day: str
    was_start: str
    was_tour: str
    half_day: str
    start: str
    tour: str


class ReschedulingShown(Struct):
    matter: str
    target: str
    target_name: str
    tour: str
    half_day: str
    begins_at: datetime
    is_unannounced: bool
    people: list[GoingPerson]
    nearest: list[HalfDayPlace]
    wished: list[HalfDayPlace]
    places: list[HalfDayPlace]


class ReschedulingWish(Struct):
    half_day: str
    half_day_seen: str
    reason: Annotated[str, Meta(max_length=500)]


class ReturnWish(Struct):
    seen: Annotated[str, Meta(description="所看到的那一套文书的摘要", pattern="^[0-9a-f]{64}$")]
    reason: Annotated[str, Meta(max_length=500)]


class Reveal(Struct):
    secret: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class RoleShown(Struct):
    id: str
    department: str
    need: int
    is_certified: bool
    expertise: list[str]
    chances: list[ChanceShown]
    passed_over: list[PassedOver]


class RoundBegun(Struct):
    id: str
    code: str


class RoundWish(Struct):
    settings: Annotated[str, Meta(description="round.toml 的全文", max_length=1000000)]
    due_on: date
    departments: Annotated[list[str], Meta(description="部门的全称；牵头部门不用写", max_length=500)] | UnsetType = (
        UNSET
    )
    sure: bool | UnsetType = False


class RowDiffers(Struct):
    kind: ChangeKind
    row: int | None
    name: str
    cells: list[CellDiffers]


class RowsRefused(Struct):
    department: str
    before: int
    after: int


class ScheduleFilter(Struct):
    week: date | None | UnsetType = UNSET
    day: date | None | UnsetType = UNSET
    department: str | UnsetType = ""
    team: str | UnsetType = ""
    area: str | UnsetType = ""
    notice: str | UnsetType = ""


class Section(StrEnum):
    系统内 = "系统内"
    联合 = "联合"


class SettingChanged(Struct):
    words: str
    before: str
    after: str


class SettingsShown(Struct):
    settings: str


class SettingsTried(Struct):
    changes: list[SettingChanged]
    effects: list[RowsRefused]


class SettingsWish(Struct):
    settings: Annotated[str, Meta(description="round.toml 的全文", max_length=1000000)]
    seen: Annotated[str, Meta(description="round.toml 的全文", max_length=1000000)]


class Severity(StrEnum):
    错误 = "错误"
    待确认 = "待确认"
    提醒 = "提醒"


class SheetDiffers(Struct):
    sheet: str
    new: int
    changed: int
    gone: int
    same: int
    rows: list[RowDiffers]


class Standing(StrEnum):
    unfixed = "unfixed"
    committing = "committing"
    revealing = "revealing"
    awaiting_event = "awaiting_event"
    ready = "ready"
    failed = "failed"
    void = "void"
    held = "held"


class StateWish(Struct):
    state: DestinationState


class StepState(StrEnum):
    done = "done"
    now = "now"
    later = "later"


class Stop(Struct):
    target: str
    name: str
    begins_at: datetime
    ends_at: datetime
    offset: int
    minutes: int
    departments: list[str]
    matters: int
    is_unannounced: bool


class StopRequest(StrEnum):
    finish = "finish"
    cancel = "cancel"


class StopState(StrEnum):
    due = "due"
    later = "later"
    unpublished = "unpublished"
    done = "done"


class StratumDrawn(Struct):
    task: str
    stratum: str
    population: int
    selected: list[str]


class StratumShown(Struct):
    task: str
    stratum: str
    population: int
    size: int
    alternates: int


class TargetLine(Struct):
    id: str
    name: str
    kind: str
    area: str
    credit_risk: str
    departments: list[str]
    matters: int
    desk_matters: int
    unserved: int
    visits: int
    visits_apart: int
    first_visit_at: datetime | None
    is_unannounced: bool


class TargetMerged(Struct):
    id: str
    department: str | None
    away: str
    stands: str
    merged_at: datetime


class TargetSaid(Struct):
    round: str
    round_name: str
    department: str
    name: str
    kind: str
    address: str
    area: str | None
    scope: str
    credit_risk: str | None
    tags: list[str]
    last_inspected_on: date | None
    inspected_count: int


class TaskHere(Struct):
    id: str
    name: str
    batch: int


class TaskKind(StrEnum):
    系统内 = "系统内"
    部门联合 = "部门联合"


class TaskState(StrEnum):
    waiting = "waiting"
    drawn = "drawn"
    planned = "planned"
    partly = "partly"


class TourLine(Struct):
    id: str
    day: date
    part: HalfDayPart
    half_day_minutes: int
    begins_at: datetime
    ends_at: datetime
    areas: list[str]
    travel_minutes: int
    crew: list[Crew]
    stops: list[Stop]
    inspectors: list[str]
    is_unannounced: bool


class TrailEntry(Struct):
    at: datetime
    actor: str
    action: str
    subject: str
    words: str
    facts: dict[str, Any]
    round: str


class UndoWish(Struct):
    plan: str


class UnplannedTask(Struct):
    id: str
    name: str


class UnservedHere(Struct):
    matter: MatterShown
    reasons: list[ReasonShown]


class UnservedMatter(Struct):
    id: str
    target: str
    words: str


class UnservedShown(Struct):
    matters: list[UnservedMatter]
    reasons: list[ReasonShown]


class VisitLine(Struct):
    tour: str
    begins_at: datetime
    departments: list[str]
    matters: int
    obstacle: str


class VisitMoved(Struct):
    plan: str
    tour: str


class VisitShown(Struct):
    tour: str
    target: str
    target_name: str
    begins_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    is_unannounced: bool
    departments: list[str]
    led_by: str
    matters: list[MatterShown]
    team: list[MemberShown]


class VisitSpot(Struct):
    tour: str
    half_day: str
    start: str
    end: str


class VoidShown(Struct):
    attempt: int
    reason: str
    ended_at: datetime
    digest: str


class VoidWish(Struct):
    reason: Annotated[str, Meta(max_length=200)]


class Wanted(StrEnum):
    任务书和填报表 = "任务书和填报表"
    本部门的检查结果 = "本部门的检查结果"
    抄告本部门的问题 = "抄告本部门的问题"
    公示数据 = "公示数据"
    监管行为 = "监管行为"
    公开网页 = "公开网页"
    取回登记信息 = "取回登记信息"


class YearCount(Struct):
    department: str
    before: int
    announced: int
    cap: int | None


class CoordinatorStorageRoundsStage(StrEnum):
    collected = "collected"
    frozen = "frozen"
    drawn = "drawn"
    planned = "planned"
    lots_frozen = "lots_frozen"
    teams_drawn = "teams_drawn"
    dispatched = "dispatched"


class SolverChanceHeadStage(StrEnum):
    targets = "targets"
    teams = "teams"


class ApprovalShown(Struct):
    issue: int
    digest: str
    drawn_up_name: str
    drawn_up_at: datetime
    single_operator: bool
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None


class CeremonyState(Struct):
    stage: SolverChanceHeadStage
    standing: Standing
    attempt: int
    is_rehearsal: bool
    single_operator: bool
    hash: Algorithm | None
    parties: list[PartyShown]
    fixed_at: datetime | None
    reveal_by: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    beacon: Beacon | None
    event_at: datetime | None
    outcome: str
    document_digest: str | None
    commitments_digest: str | None
    reveals_digest: str | None
    transcript_digest: str | None
    seed: str | None
    by: str
    strata: list[StratumDrawn]
    lots: int
    void: list[VoidShown]
    proposal: HoldProposed | None
    own: OwnParty | None
    offered: Offered


class Change(Struct):
    event: Event
    who: str
    first: str | UnsetType = ""
    last: str | UnsetType = ""
    part: str | UnsetType = ""
    department: str | UnsetType = ""


class Counted(Struct):
    department: str | None
    change: RegistryChange
    count: int


class DayShown(Struct):
    day: date
    morning: list[TourLine]
    afternoon: list[TourLine]


class Decided(Struct):
    digest: str
    decision: Decision


class DeliveryAttempt(Struct):
    started_at: datetime
    ended_at: datetime
    state: DeliveryState
    answer: str


class DeliveryConfirmation(Struct):
    standing: DeliveryStanding
    words: str


class DeliveryLine(Struct):
    outbox: str
    round: str | None
    department: str
    connector: str
    destination: str
    recipient: str
    batch: str
    number: int
    state: DeliveryState
    attempts: int
    next_try_at: datetime
    receipt: DeliveryReceipt | None
    confirmation: DeliveryConfirmation | None
    last_error: str | None
    created_at: datetime


class DeliveryWhole(Struct):
    delivery: DeliveryLine
    files: list[PostedFile]
    attempts: list[DeliveryAttempt]


class DepartmentLine(Struct):
    department: str
    state: HandInState
    id: str | None
    file: str
    by: str
    at: datetime | None
    kept_rows: int
    refused_rows: int
    may_be_undone: bool
    may_be_taken_off: bool


class Destination(Struct):
    name: str
    connector: str
    title: str
    department: str
    wants: list[Wanted]
    settings: dict[str, Any]
    state: DestinationState
    proposed_by: str
    approved_by: str
    approved_at: datetime


class DestinationLine(Struct):
    name: str
    connector: str
    title: str
    department: str
    wants: list[Wanted]
    state: DestinationState | None
    proposal: str | None
    waiting: int
    dead: int
    delivered: int
    last_delivered_at: datetime | None


class DestinationProposed(Struct):
    id: str
    title: str
    department: str
    wants: list[Wanted]
    settings: dict[str, Any]
    proposer_name: str
    proposed_at: datetime
    expires_at: datetime


class DestinationShown(Struct):
    name: str
    connector_title: str
    standing: Destination | None
    proposed: DestinationProposed | None
    secrets: list[KeptSecret]


class DestinationWish(Struct):
    name: Annotated[str, Meta(max_length=200)]
    connector: Annotated[str, Meta(max_length=200)]
    title: Annotated[str, Meta(max_length=200)]
    department: Annotated[str, Meta(max_length=200)]
    wants: Annotated[list[Wanted], Meta(max_length=7)]
    settings: dict[str, Any]
    sure: bool | UnsetType = False


class DirectoryInspector(Struct):
    id: str
    department: str
    name: str
    organisation: str
    post: str
    kind: InspectorKind
    certificate: str
    certificate_expires_on: date | None
    expertise: list[str]
    round_name: str


class DirectoryTargetWhole(Struct):
    id: str
    said: list[TargetSaid]
    merges: list[TargetMerged]


class DirectoryWorkList(Struct):
    doubt: Doubt
    rows: list[DoubtfulRow]
    is_whole: bool


class DrawShown(Struct):
    stage: SolverChanceHeadStage
    attempt: int
    state: DrawState
    hash: Algorithm
    is_rehearsal: bool
    single_operator: bool
    parties: list[str]
    reveal_by: str
    beacon: Beacon | None
    outcome: str
    fixed_at: datetime
    ended_at: datetime | None
    document_digest: str
    files: list[FileShown]
    commitments: list[CommitmentShown]
    commitments_digest: str | None
    reveals_digest: str | None
    seed: str | None
    transcript_digest: str | None
    strata: list[StratumShown]
    lots: int


class DuplicatePair(Struct):
    records: list[Any]
    likeness: Likeness | None
    stands: str
    seen: str


class Duty(Struct):
    kind: DutyKind
    round: str
    round_name: str
    count: int | UnsetType = 0
    names: list[str] | UnsetType = field(default_factory=list)
    due_on: date | None | UnsetType = UNSET
    provisional: bool | UnsetType = False
    days_left: int | None | UnsetType = UNSET


class FigureChange(Struct):
    section: Section
    level: DepartmentLevel
    column: Column
    reported: str
    now: str


class FiledCause(Struct):
    id: str
    department: str
    number: int
    matter: str
    target: str
    item: str
    source: CauseSource
    document: str
    note: str
    first_day: date
    last_day: date
    filed_name: str
    filed_at: datetime
    outcome: LateOutcome | None | UnsetType = UNSET
    decided_name: str | None | UnsetType = UNSET
    decided_at: datetime | None | UnsetType = UNSET


class FirmRequestLine(Struct):
    id: str
    kind: RequestKind
    target: str
    target_name: str
    visit: str
    wish: str
    wished_day: date | None
    inspector: str | None
    reason: str
    made_at: datetime
    granted: bool | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class FirmView(Struct):
    visits: list[VisitShown]
    desk: list[MatterShown]
    documents: list[str]
    year_counts: list[YearCount]


class FoundInCell(Struct):
    sheet: str
    row: int | None
    column: int | None
    found: str
    message: str
    remedy: str
    severity: Severity


class HandInShown(Struct):
    id: str
    department: str
    file: str
    sha256: str
    step: HandInStep
    compared_with: str
    changes: list[SheetDiffers]
    faults: list[FoundInCell]
    warnings: list[FoundInCell]
    waiting: list[FoundInCell]
    kept_rows: int
    refused_rows: int
    waiting_rows: int
    awaits: list[str]
    tried_at: datetime
    handed_in_at: datetime | None
    undone_at: datetime | None
    may_be_undone: bool


class ItemContent(Struct):
    code: str
    category: str
    name: str
    weight: ItemWeight
    applies_to: list[str]
    methods: list[InspectionMethod]
    legal_basis: list[str]
    lowest_ratio: RatioText | None
    highest_ratio: RatioText | None
    expertise: list[str]
    officers: int
    minutes: int
    announcement: Announcement
    unit: str
    documents: list[str]


class LineWish(Struct):
    id: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    name: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    kind: TaskKind
    items: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    targets: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    ratio: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
    first_day: date
    last_day: date
    reason: Annotated[str, Meta(max_length=500)]
    cooperating: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")] | UnsetType = ""
    department: Annotated[str, Meta(max_length=200, pattern="^[^\\x00-\\x1f]*$")] | UnsetType = ""


class MergeLine(Struct):
    target: str
    name: str
    departments: dict[str, int]
    before: int
    visits: list[VisitLine]
    saved: int


class PlanLine(Struct):
    id: str
    name: str
    kind: TaskKind
    department: str
    cooperating: str
    items: str
    targets: str
    ratio: str
    first_day: date
    last_day: date


class PlanningEnd(Struct):
    how: StopRequest


class PublicDraw(Struct):
    stage: SolverChanceHeadStage
    attempt: int
    fixed_at: datetime
    document_digest: str
    commitments: list[PublicCommitment]
    commitments_digest: str | None
    reveals_digest: str | None
    transcript_digest: str | None
    seed: str | None
    files: list[FileShown]


class PublicVoid(Struct):
    stage: SolverChanceHeadStage
    attempt: int
    fixed_at: datetime
    void_at: datetime
    reason: str
    document_digest: str
    transcript_digest: str


class RecusalAsked(Struct):
    target: Annotated[str, Meta(max_length=100)]
    inspector: Annotated[str, Meta(max_length=100)]
    reason: Annotated[str, Meta(max_length=500)]
    cause: RecusalCause


class RecusalDecided(Struct):
    decision: RecusalDecision
    reason: Annotated[str, Meta(max_length=500)]


class RegistryReport(Struct):
    batch: RegistryBatch
    counted: list[Counted]
    changes: list[ChangeLine]


class Remedies(Struct):
    plan: str
    remedies: list[Remedy]


class ReplanningWish(Struct):
    plan: str
    seconds: Annotated[int, Meta(ge=1, le=3600)]
    changes: Annotated[list[Change], Meta(max_length=100)] | UnsetType = UNSET
    remedies: Annotated[list[str], Meta(max_length=100)] | UnsetType = UNSET


class ResultTrial(Struct):
    new: int
    unchanged: int
    corrected: int
    refused: int
    faults: list[FoundInCell]
    warnings: list[FoundInCell]
    corrections: list[CorrectionShown]


class ResultsOwed(Struct):
    target: str
    name: str
    day: date
    results: int
    missing: int
    unpublished: int
    state: StopState
    due_on: date
    provisional: bool
    days_left: int


class RoundLine(Struct):
    id: str
    code: str
    name: str
    region: str
    first_day: date
    last_day: date
    stage: CoordinatorStorageRoundsStage
    is_rehearsal: bool
    in_web: bool
    has_frame: bool
    has_targets: bool
    has_plan: bool
    has_lots: bool
    has_teams: bool
    created_at: datetime


class ScheduleShown(Struct):
    asked: ScheduleFilter
    days: list[DayShown]
    tours: int
    visits: int
    weeks: list[date]
    all_days: list[date]
    departments: list[str]
    areas: list[str]


class Step(Struct):
    name: str
    state: StepState
    note: str


class TableLine(Struct):
    unit: str
    digest: str
    closed_on: date | None
    closed_by: str | None
    changes: list[FigureChange]


class TargetShown(Struct):
    line: TargetLine
    address: str
    tags: list[str]
    last_inspected_on: date | None
    tasks: list[TaskHere]
    visits: list[VisitShown]
    obstacles: list[str]
    desk: list[MatterShown]
    unserved: list[UnservedHere]
    documents: list[str]
    contradictions: list[ContradictionShown]
    firm: FirmView | None


class TaskShown(Struct):
    id: str
    name: str
    kind: str
    initiator: str
    cooperating: list[str]
    ratio: str
    first_day: date
    last_day: date
    population: int | None
    drawn: int | None
    unserved: int
    state: TaskState


class TourShown(Struct):
    line: TourLine
    scale: int
    visits: list[VisitShown]
    roles: list[RoleShown]


class VisitMove(Struct):
    kind: Kind
    target: str
    matters: list[str]
    before: VisitSpot | None
    after: VisitSpot | None
    why: list[MoveCause]


class DirectoryItem(Struct):
    department: str
    version: int
    created_at: datetime
    item: ItemContent


class PlanChange(Struct):
    number: int
    line: str
    department: str
    content: PlanLine | None
    reason: str
    by_name: str
    at: datetime


class PublicRound(Struct):
    code: str
    name: str
    region: str
    coordinator: str
    first_day: date
    last_day: date
    openness: Openness
    draws: list[PublicDraw]
    void: list[PublicVoid]


class ReplanningShown(Struct):
    asked: ReplanningLine
    plan: str | None
    is_stale: bool
    progress: PlanningShown | None
    error: str
    before: PlanFigures
    after: PlanFigures | None
    moves: list[VisitMove]
    kept: int


class ResultFormShown(Struct):
    id: str
    department: str
    file: str
    sha256: str
    tried_at: datetime
    entered_at: datetime | None
    seen: str
    trial: ResultTrial | None


class RoundShown(Struct):
    round: RoundLine
    coordinator: str
    is_whole: bool
    is_sealed: bool
    opens_at: datetime | None
    remark: str
    course: list[Step]
    plan: str | None
    figures: Figures | None
    tasks: list[TaskShown]
    departments: list[DepartmentShown]
    unserved: list[UnservedShown]
    left_out: list[LeftOutShown]
    refused_rows: list[RefusedRowShown]
    warnings: list[str]
    frequency: list[FrequencyWarning]
    coverage: list[CoverageShown]
    draws: list[SolverChanceHeadStage]
