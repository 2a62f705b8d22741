"""The statistics table recomputed from the plain rows of a world, row by row and figure by figure.

Deliberately naive, and shares no code with the domain: every figure is a set comprehension read off the definition.
"""

from pure.statistics.worlds import ResultRow, TaskRow, World

Table = list[dict[str, object]]


def recomputed(world: World, year: int) -> dict[str, Table]:
    """Give each unit's table in the shape of statistics.json, regions being the sum over the rounds in them."""
    units = {name: table_of(world, year, [name], set(world.regions)) for name in ("甲局", "乙局", "丙局")}
    for region in set(world.regions.values()):
        rounds = {round_ for round_, of in world.regions.items() if of == region}
        units[region] = table_of(world, year, ["甲局", "乙局", "丙局"], rounds)
    return units


def table_of(world: World, year: int, departments: list[str], rounds: set[str]) -> Table:
    return [
        a_row(world, year, departments, rounds, section, level)
        for section in ("系统内", "联合")
        for level in ("省辖市", "县")
    ]


def a_row(
    world: World, year: int, departments: list[str], rounds: set[str], section: str, level: str
) -> dict[str, object]:
    def in_row(task: TaskRow) -> bool:
        return task.joint == (section == "联合") and task.level == level and not task.caused

    own = [task for task in world.tasks if in_row(task) and task.initiator in departments and task.round in rounds]
    batches = {(task.round, task.task, day, part) for task in own for day, part in task.batches if day.year == year}
    pairs = {(round_, task, target) for round_, task, _, part in batches for target in part}
    done = {(row.round, row.task, row.target) for row in world.results}
    filed = cases_of(world, year, departments, rounds, section, level)
    return {
        "section": section,
        "level": level,
        "batches": len(batches),
        "targets": len(pairs & done),
        "published": {
            channel: len(
                pairs
                & {
                    (row.round, row.task, row.target)
                    for row in world.results
                    if row.channel == channel and row.published
                }
            )
            for channel in ("公示系统", "专业系统", "部门网站")
        },
        "cases": len(filed),
        "fines_wan": in_wan(sum(filed.values())),
    }


def cases_of(
    world: World, year: int, departments: list[str], rounds: set[str], section: str, level: str
) -> dict[tuple[str, str], int]:
    """Each case once, in the row of the drawn task whose check found it first; its fine if any row names it."""
    tasks = {(task.round, task.task): task for task in world.tasks}
    found: dict[tuple[str, str], int] = {}
    for (department, number), day in world.case_days.items():
        rows = [
            row
            for row in world.results
            if (row.department, row.case) == (department, number) and not tasks[row.round, row.task].caused
        ]
        if not rows or department not in departments or day.year != year:
            continue
        first = min(rows, key=order)
        task = tasks[first.round, first.task]
        if first.round in rounds and task.level == level and task.joint == (section == "联合"):
            named = any(row.names_fine for row in rows)
            found[department, number] = world.case_fines[department, number] if named else 0
    return found


def order(row: ResultRow) -> tuple[object, ...]:
    return (row.inspected_on, row.round, row.task, row.department, row.target, row.item)


def in_wan(fen: int) -> str:
    """Half up by whole numbers: a hundredth of 万元 is 10,000 fen."""
    hundredths = (fen + 5_000) // 10_000
    return f"{hundredths // 100}.{hundredths % 100:02}"
