"""The fairest levels of a tiny net a second time: one exact linear programme after another, by the simplex method.

Shares nothing with the planner but the net's type; slow, and meant to be plain.
"""

from fractions import Fraction

from solver.planning.fairness import Net

Row = list[Fraction]
DEARLY = Fraction(10**12)
"""What meeting a supply weighs against any level."""


def maximum(rows: list[Row], most: Row, worth: Row) -> Row:
    """Maximise worth·x where rows·x ≤ most (none negative) and x ≥ 0; Bland's rule, so it ends."""
    count = len(worth)
    table = [
        [*row, *(Fraction(place == other) for other in range(len(rows))), limit]
        for place, (row, limit) in enumerate(zip(rows, most, strict=True))
    ]
    price = [*(-each for each in worth), *[Fraction(0)] * (len(rows) + 1)]
    basis = [count + place for place in range(len(rows))]
    while (enters := next((place for place, each in enumerate(price[:-1]) if each < 0), None)) is not None:
        _, _, leaves = min((row[-1] / row[enters], basis[at], at) for at, row in enumerate(table) if row[enters] > 0)
        pivot = table[leaves][enters]
        table[leaves] = [each / pivot for each in table[leaves]]
        for row in (*(row for at, row in enumerate(table) if at != leaves), price):
            factor = row[enters]
            if factor:
                row[:] = [each - factor * other for each, other in zip(row, table[leaves], strict=True)]
        basis[leaves] = enters
    found = [Fraction(0)] * (count + len(rows))
    for row, variable in zip(table, basis, strict=True):
        found[variable] = row[-1]
    return found[:count]


def shares(net: Net, least: dict[int, Fraction], rising: set[int]) -> tuple[Fraction, dict[int, Fraction]] | None:
    """Raise the level of all `rising` edges together, the others at `least` or more; the level and one division."""
    names = list(net.edges)
    rows: list[Row] = []
    most: Row = []

    def limit(some: list[int], amount: int) -> None:
        level = Fraction(sum(net.edges[each].even for each in some if each in rising))
        rows.append([level, *(Fraction(each in some) for each in names)])
        most.append(amount - sum(least.get(each, Fraction(0)) for each in some if each not in rising))

    for role, amount in net.supply.items():
        limit([each for each in names if net.edges[each].role == role], amount)
    for slot, amount in net.room.items():
        limit([each for each in names if net.edges[each].slot == slot], amount)
    for owner, amount in net.ceiling.items():
        limit([each for each in names if net.owner.get(net.edges[each].slot) == owner], amount)
    shipped = sum(net.edges[each].even for each in rising)
    found = maximum(rows, most, [DEARLY * shipped + 1, *[DEARLY] * len(names)])
    base = {each: found[0] * net.edges[each].even if each in rising else least.get(each, Fraction(0)) for each in names}
    division = {each: base[each] + more for each, more in zip(names, found[1:], strict=True)}
    return (found[0], division) if sum(division.values()) == sum(net.supply.values()) else None


def levels(net: Net) -> dict[int, Fraction] | None:
    """For each edge its level: the highest common one; then who can be lifted above it goes on, alone each time."""
    least: dict[int, Fraction] = {}
    rising = set(net.edges)
    reached: dict[int, Fraction] = {}
    while rising:
        found = shares(net, least, rising)
        if found is None:
            return None
        level = found[0]
        floor = least | {each: level * net.edges[each].even for each in rising}
        stuck = {each for each in rising if _highest(net, floor, each) == level}
        reached |= dict.fromkeys(stuck, level)
        least |= {each: floor[each] for each in stuck}
        rising -= stuck
    return reached


def _highest(net: Net, floor: dict[int, Fraction], edge: int) -> Fraction:
    found = shares(net, floor, {edge})
    assert found is not None
    return found[1][edge] / net.edges[edge].even
