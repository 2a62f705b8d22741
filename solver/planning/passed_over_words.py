"""Who is left without a chance, in words an office uses: one Chinese line each.

What is true, and why, is worked out in passed_over.py.
"""

from collections.abc import Iterator, Sequence

from solver.planning.passed_over import Cause, Hindrance, NeverSent, NoChance, PassedOver

MOST_NAMED = 6
"""Of longer lists so many are named; the rest is counted."""

_HINDRANCES = {
    Hindrance.CERTIFICATE: "需执法证",
    Hindrance.EXPERTISE: "专长不符",
    Hindrance.UNAVAILABLE: "当日不可用",
    Hindrance.BARRED: "须回避",
    Hindrance.REACH: "超出可到达区域",
    Hindrance.APART: "与同组人员互斥",
    Hindrance.SERVES: "同一半天由其他部门使用",
    Hindrance.BORROWED: "不需借用",
    Hindrance.NO_CHANCE: "列入但概率为零",
}


def in_words(found: PassedOver) -> Iterator[str]:
    """Say who is left without a chance, first those who have none in the whole round."""
    yield from map(_never, found.never)
    yield from map(_zero, found.zero)


def _never(never: NeverSent) -> str:
    if not never.hindrances:
        return f"{never.inspector} 全轮没有中签机会：所在部门和支援的部门本轮没有可分派的岗位。"
    counted = "，".join(f"{_HINDRANCES[each]} {count} 个" for each, count in never.hindrances.items())
    return f"{never.inspector} 全轮没有中签机会：{sum(never.hindrances.values())} 个岗位中，{counted}。"


def _zero(zero: NoChance) -> str:
    return f"{zero.inspector} 在岗位 {zero.role} 的概率为 0：{_why(zero)}。"


def _why(zero: NoChance) -> str:
    match zero.cause:
        case Cause.NEEDED:
            roles, people = _some(zero.needing), _some(zero.people)
            return f"岗位 {roles} 需要 {people} 全部出动，缺一不可"
        case Cause.ANNOUNCED:
            return "这一半天已排入公告过的组次"
        case Cause.CEILING:
            return "全轮出动半天数已到上限"
        case Cause.OTHER_DEPARTMENT:
            return "上限内的半天已由其他部门使用（各部门分别向上取整）"
        case Cause.POSSIBLE:
            return "没有规则妨碍，可以给予机会；本程序的方案里只因应得份额不足一个单位"


def _some(names: Sequence[str]) -> str:
    named = "、".join(names[:MOST_NAMED])
    return named if len(names) <= MOST_NAMED else f"{named} 等 {len(names)} 个"
