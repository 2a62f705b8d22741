"""The firms, projects and people of 禾川县: names, lawful codes, places, classes, all invented.

Every code carries the area 419999, which is assigned to nobody, so that none is a real firm's. What departments know
of a firm is in `directories`.
"""

import csv
from pathlib import Path
from random import Random
from typing import NamedTuple

from stdnum.cn.uscc import calc_check_digit

COUNTY = "禾川县"
REGION = "419999"
CONTENT = Path(__file__).parent / "county"

# Sorts of bodies as the second digit of a unified code writes them (GB 32100-2015).
_KIND_DIGITS = {"企业": "1", "个体工商户": "2", "农民专业合作社": "3"}
_BRAND_FIRST = "瑞鸿恒盛嘉宏永广鑫华泰祥德隆福安康顺兴诚"
_BRAND_SECOND = "丰达源通和美成利茂昌旺康裕宁润辉腾信翔远"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊洋勇艳杰娟涛明超霞平刚桂文辉玲建国志海燕红梅"
_WEIGHTED_CLASSES = "A" * 30 + "B" * 45 + "C" * 18 + "D" * 7
_TAGS = ((0.06, "经营异常名录"), (0.03, "投诉举报较多"), (0.02, "高风险"), (0.01, "严重违法失信名单"))
_SPREAD_DEGREES = 0.012


class Township(NamedTuple):
    code: str
    name: str
    lon: float
    lat: float
    weight: int


class Firm(NamedTuple):
    """A firm or a project; a project has its department's own number in place of a code."""

    code: str
    number: str
    name: str
    kind: str
    scope: str
    address: str
    township: Township
    industries: tuple[str, ...]
    credit_risk: str
    tags: tuple[str, ...]
    lon: float
    lat: float


def content(name: str) -> list[dict[str, str]]:
    """Read one of the county's tables, a dict a line by column."""
    with (CONTENT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def townships() -> list[Township]:
    """The townships, with places in the open sea."""
    return [
        Township(
            code=row["代码"],
            name=row["名称"],
            lon=float(row["经度"]),
            lat=float(row["纬度"]),
            weight=int(row["户数权重"]),
        )
        for row in content("areas")
    ]


def uscc(kind: str, number: int) -> str:
    """Make the unified code of the n-th body of a kind, with its organisation code's and its own check digit."""
    organisation = f"MA{number:06d}"
    body = f"9{_KIND_DIGITS[kind]}{REGION}{organisation}{_organisation_check(organisation)}"
    return f"{body}{calc_check_digit(body)}"


def _organisation_check(organisation: str) -> str:
    """The check character of GB 11714."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(sign, 36) * weight for sign, weight in zip(organisation, weights, strict=True)) % 11
    return "0X987654321"[rest]


def firms(chance: Random, share: float) -> list[Firm]:
    """Invent that share of the county's firms, but at least one of every trade."""
    places = townships()
    brands = [first + second for first in _BRAND_FIRST for second in _BRAND_SECOND]
    invented: list[Firm] = []
    for trade in content("trades"):
        chance.shuffle(brands)
        count = max(1, round(int(trade["户数"]) * share))
        # One name once in a trade: no two firms of the county bear the same.
        invented += [_firm(chance, trade, len(invented) + place, brands[place], places) for place in range(count)]
    return invented


def _firm(chance: Random, trade: dict[str, str], number: int, brand: str, places: list[Township]) -> Firm:
    township = chance.choices(places, [place.weight for place in places])[0]
    kind = trade["对象类型"]
    return Firm(
        code=uscc(kind, 100_000 + 37 * number),
        number="",
        name=f"{COUNTY}{township.name[:2] if kind != '企业' else ''}{brand}{trade['名称用语']}",
        kind=kind,
        scope=trade["经营范围"],
        address=f"{COUNTY}{township.name}{chance.choice(_STREETS)}{chance.randint(1, 260)}号",
        township=township,
        industries=tuple(trade["行业"].split("；")),
        credit_risk=chance.choice(_WEIGHTED_CLASSES),
        tags=tuple(tag for likelihood, tag in _TAGS if chance.random() < likelihood),
        lon=round(chance.gauss(township.lon, _SPREAD_DEGREES), 5),
        lat=round(chance.gauss(township.lat, _SPREAD_DEGREES), 5),
    )


_STREETS = ("人民路", "建设路", "解放街", "振兴路", "文化路", "迎宾大道", "东环路", "滨河路", "工业路", "市场街")


def projects(chance: Random, count: int) -> list[Firm]:
    """Invent public works, which have no unified code."""
    works = ("河道治理工程", "水库除险加固工程", "灌区改造工程", "清淤工程")
    return [
        Firm(
            code="",
            number=f"GC-{number:03d}",
            name=f"{COUNTY}{(township := chance.choice(townships())).name[:2]}{works[number % len(works)]}{number}标段",
            kind="项目",
            scope="水利工程建设",
            address=f"{township.name}沿线",
            township=township,
            industries=("水利工程",),
            credit_risk="B",
            tags=(),
            lon=township.lon,
            lat=township.lat,
        )
        for number in range(1, count + 1)
    ]


def person(chance: Random) -> str:
    """Invent a name."""
    return chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
