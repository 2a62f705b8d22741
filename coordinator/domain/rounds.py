"""A round as its coordinator sets it up (round.toml): dates, half-days, policy, rules of the draw.

Reading the bytes and saying in words what is wrong with them live here too; what departments hand in does not.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from coordinator.domain.codes import CreditRiskClass, DepartmentLevel
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import DepartmentId, HalfDayId, RoundId
from coordinator.domain.submissions import HalfDayPart, Occasion
from coordinator.domain.workdays import Calendar, days
from solver.chance.identifiers import FORBIDDEN
from solver.planning.problem import HalfDay, Policy

_NOON = "12:00"
_FILE = "round.toml"
_LARGEST = 1_000_000
_KINDS = {
    "str": "文字（加引号）",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "date": "日期（不加引号）",
    "datetime": "日期和时间（不加引号，带时区）",
    "array": "列表",
    "object": "一组项目",
    "null": "不填",
}
"""What a reader of types calls the kinds of values, and what people do."""

DayOfMonth = Annotated[int, Meta(ge=1, le=31)]
StartTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class RoundHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: RoundId
    name: str
    region: str
    year: Annotated[int, Meta(ge=2000, le=2100)]
    first_day: date
    last_day: date
    coordinator: DepartmentId


class HalfDayPattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of a working day in which visits are made; in the morning where it starts before noon."""

    start: StartTime
    minutes: Annotated[int, Meta(ge=30, le=720)]

    @property
    def part(self) -> HalfDayPart:
        return HalfDayPart.MORNING if self.start < _NOON else HalfDayPart.AFTERNOON


class RoundCalendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()
    half_days: tuple[HalfDayPattern, ...] = (
        HalfDayPattern(start="08:30", minutes=210),
        HalfDayPattern(start="14:30", minutes=180),
    )


class RoundPolicy(Policy, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The planning policy, and what limits the frame: yearly caps by credit class, and the gap after a visit."""

    approach_minutes: Annotated[int, Meta(ge=0)] = 15
    cap: dict[CreditRiskClass, Annotated[int, Meta(ge=0)]] | Annotated[int, Meta(ge=0)] | None = None
    gap_days: Annotated[int, Meta(ge=0)] = 0

    def cap_of(self, credit_risk: CreditRiskClass) -> int | None:
        """How often one department may inspect such a target in a year; None where nothing limits it."""
        return self.cap.get(credit_risk) if isinstance(self.cap, dict) else self.cap


class YearlyLimit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a target may be inspected in a year (国办发〔2024〕54号), by whom and for what; empty: any."""

    most: Annotated[int, Meta(ge=0)]
    department: str = ""
    level: DepartmentLevel | None = None
    item: str = ""
    credit_risk: CreditRiskClass | None = None


class RoundLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is warned of before anything is announced, and excludes nobody: yearly limits, quiet days of each month.

    In cities that leave firms in peace for the greater part of a month, `quiet_days` are its first and last day.
    """

    yearly: tuple[YearlyLimit, ...] = ()
    quiet_days: tuple[DayOfMonth, DayOfMonth] | None = None
    apart_days: Annotated[int, Meta(ge=0)] = 60


class Beacon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public event whose outcome enters the seed (spec/draw.md 2)."""

    source: str
    when: datetime
    pattern: str

    def doubts(self, fixed_at: datetime, ended_at: datetime | None) -> tuple[str, ...]:
        """What the moments of a draw leave unproven: an event before the fixing, an outcome before the event.

        One operator holds such a draw and answers for it, so it is told and not refused.
        """
        doubts = []
        if self.when <= fixed_at:
            doubts.append("提醒：公共随机事件早于名单固定的时间，不能证明固定名单时结果尚未可知。")
        if ended_at is not None and ended_at < self.when:
            doubts.append("提醒：抽取早于公共随机事件的时间，请把所填的结果与公布的核对。")
        return tuple(doubts)


class DrawRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    hash: Literal["sha256", "sm3"] = "sha256"
    alternates: Annotated[int, Meta(ge=0)] = 2
    beacon: Beacon | None = None


class Round(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that round.toml says."""

    round: RoundHead
    calendar: RoundCalendar = RoundCalendar()
    policy: RoundPolicy = RoundPolicy()
    draw: DrawRules = DrawRules()
    limits: RoundLimits = RoundLimits()

    @property
    def id(self) -> RoundId:
        return self.round.id

    def working_days(self, calendar: Calendar) -> tuple[date, ...]:
        """The round's own working days: the calendar's, less `closed`, plus `open`."""
        closed, opened = set(self.calendar.closed), set(self.calendar.open)
        return tuple(
            day
            for day in days(self.round.first_day, self.round.last_day)
            if day in opened or (day not in closed and calendar.is_working_day(day))
        )

    def half_days(self, calendar: Calendar) -> tuple[HalfDay, ...]:
        """The half-days in which visits can be made, in order of time."""
        return tuple(
            HalfDay(id=half_day_id(day, pattern.part), date=day, start=pattern.start, minutes=pattern.minutes)
            for day in self.working_days(calendar)
            for pattern in sorted(self.calendar.half_days, key=lambda pattern: pattern.start)
        )


def half_day_id(day: date, part: HalfDayPart) -> HalfDayId:
    return HalfDayId(f"{day.isoformat()}/{part}")


def occasions_among(occasions: tuple[Occasion, ...], half_days: tuple[HalfDay, ...]) -> tuple[HalfDayId, ...]:
    """Say which half-days of the round the dates or halves of dates take up."""
    whole = {occasion.date for occasion in occasions if occasion.part is None}
    halves = {half_day_id(occasion.date, occasion.part) for occasion in occasions if occasion.part is not None}
    return tuple(half.id for half in half_days if half.id in halves or half.date in whole)


def read_round(data: bytes) -> Round:
    """Read round.toml; a file that cannot be used is refused with the place and the remedy."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(f"{_FILE} 不是 UTF-8 文本。", remedy="请用记事本另存为 UTF-8 编码。") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            f"{_FILE} 不符合 TOML 格式{_place_words(str(error))}。", remedy="请对照 onedoor new 生成的样例修改。"
        ) from error
    return round_of(content)


def round_of(content: Mapping[str, object]) -> Round:
    """Judge what a round.toml holds; one that cannot be used is refused with the place and the remedy."""
    try:
        read = msgspec.convert(content, Round)
    except msgspec.ValidationError as error:
        raise Invalid(
            f"{_FILE} 的内容不对：{_in_words(str(error))}。", remedy="请对照 onedoor new 生成的样例修改。"
        ) from error
    _refuse_unwritable(content)
    _refuse_contradictions(read)
    return read


def _refuse_unwritable(content: object) -> None:
    """Refuse what no document may hold: text that spec/draw.md 1 forbids, which is never repaired; endless numbers."""
    for place, value in _leaves(content, ""):
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise Invalid(f"{_FILE} 的 {place} 太大。", remedy=f"请改为不超过 {_LARGEST} 的数。")
        if isinstance(value, str) and (found := FORBIDDEN.search(value)):
            raise Invalid(
                f"{_FILE} 的 {place} 里有看不见的字符（U+{ord(found.group()):04X}）。", remedy="请删去后重新手工输入。"
            )
        if isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
            raise Invalid(f"{_FILE} 的 {place} 不是规范的写法（Unicode NFC）。", remedy="请重新手工输入。")


def _leaves(content: object, place: str) -> Iterator[tuple[str, object]]:
    """Every single value with its place."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _leaves(value, f"{place}.{name}" if place else name)
    elif isinstance(content, list):
        for value in content:
            yield from _leaves(value, place)
    else:
        yield place, content


def _refuse_contradictions(round_: Round) -> None:
    head, parts = round_.round, [pattern.part for pattern in round_.calendar.half_days]
    if head.first_day > head.last_day:
        raise Invalid(f"{_FILE} 的 first_day 晚于 last_day。", remedy="请改正起止日期。")
    if not parts or len(set(parts)) != len(parts):
        raise Invalid(
            f"{_FILE} 的 half_days 应当是上午、下午各至多一段，且至少一段。", remedy="请删去多余的一段或补上一段。"
        )
    if not re.fullmatch("[0-9]{6}", head.region):
        raise Invalid(f"{_FILE} 的 region“{head.region}”不是6位行政区划代码。", remedy="请填写6位数字。")
    if not head.id.strip() or "/" in head.id or head.id in {".", ".."}:
        raise Invalid(f"{_FILE} 的 id 不能为空，也不能含斜杠。", remedy="请换一个编号。")
    if not head.coordinator.strip():
        raise Invalid(f"{_FILE} 的 coordinator 没有填。", remedy="请填写牵头部门全称，与其工作簿中的写法一致。")
    _refuse_bad_beacon(round_.draw.beacon)


def _refuse_bad_beacon(beacon: Beacon | None) -> None:
    if beacon is None:
        return
    if beacon.when.tzinfo is None:
        raise Invalid(f"{_FILE} 的 beacon.when 缺少时区。", remedy="请写成 2026-03-01T09:00:00+08:00 的样子。")
    if not beacon.source.strip():
        raise Invalid(f"{_FILE} 的 beacon.source 没有填。", remedy="请写明是哪一次公共随机事件，如某彩票第几期。")
    if not re.fullmatch(r"\^.*[^\\](\\\\)*\$", beacon.pattern):
        raise Invalid(f"{_FILE} 的 beacon.pattern 应以 ^ 开头、以 $ 结尾。", remedy="请写全，例如 ^\\d{7}$。")
    try:
        re.compile(beacon.pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise Invalid(
            f"{_FILE} 的 beacon.pattern 不是正确的正则表达式。", remedy="请改正，例如七位数字写成 ^[0-9]{7}$。"
        ) from error


def _place_words(problem: str) -> str:
    """Say where a TOML reader stopped."""
    place = re.search(r"at line (\d+), column (\d+)", problem)
    return f"（第{place[1]}行第{place[2]}个字附近）" if place else "（文件末尾，可能少了一半引号或括号）"


def _in_words(problem: str) -> str:
    """Say a msgspec validation message in Chinese, keeping the place."""
    problem = re.sub(r"`(\w+(?: \| \w+)*)`", lambda named: f"`{_kind_words(named[1])}`", problem)
    for pattern, words in (
        (r"Object missing required field `(.+?)`", r"缺少“\1”"),
        (r"Object contains unknown field `(.+?)`", r"不认识的项目“\1”"),
        (r"Expected `(.+?)`, got `(.+?)`", r"应为\1，写成了\2"),
        (r"Expected `(.+?)` >= (\S+)", r"应为不小于 \2 的\1"),
        (r"Expected `(.+?)` <= (\S+)", r"应为不大于 \2 的\1"),
        (r"Expected `(.+?)` matching regex .+?(?= - |$)", "写法不对，时刻应如 08:30"),
        (r"Invalid RFC3339 encoded date(time)?", "应为日期（不加引号），如 2026-03-02"),
        (r"Invalid enum value '?(.+?)'?(?= - |$)", r"没有“\1”这个取值"),
        (r" - at `key` in `\$\.?(.*?)`", r"（位置：\1）"),
        (r" - at `\$\.?(.*?)`", r"（位置：\1）"),
    ):
        problem = re.sub(pattern, words, problem)
    return problem


def _kind_words(names: str) -> str:
    return "或".join(_KINDS.get(name, name) for name in names.split(" | "))
