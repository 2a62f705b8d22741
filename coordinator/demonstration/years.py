"""The year's plan to be shown: every task of the sample, written by who initiates it, approved by two and published.

The tasks come from the rounds that stand; a plan that somebody has begun to write is left alone.
"""

from coordinator.actions.accounts import listed_accounts
from coordinator.actions.annual_planning import decide_year, draw_up_year, put_line, read_year
from coordinator.actions.collecting import load_tasks
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE
from coordinator.domain.approvals import Decision
from coordinator.domain.tasks import Task
from coordinator.domain.wording import together
from coordinator.storage import rounds
from coordinator.storage.connection import transaction

FIRST, SECOND = "tongchou1", "tongchou2"
NUMBER, REASON = "禾双随机办〔2026〕1号", "年初编制"


async def a_published_year(services: Services) -> None:
    """Write and publish the plan of the sample's year, unless somebody has begun to."""
    async with transaction(services.pool, CONSOLE) as db:
        # the newest come first: a task stands in the plan as the oldest round, the county's, has it
        known = [each for each in await rounds.rounds(db) if each.stage is not rounds.Stage.COLLECTED]
        tasks = {task.id: task for each in known for task in await load_tasks(db, each.id)}
    year = known[-1].settings.round.year
    if (await read_year(services, CONSOLE, year)).changes:
        return
    for task in tasks.values():
        await put_line(services, CONSOLE, year, task.initiator, _fields(task), REASON)
    people = {each.login: each.actor() for each in (await listed_accounts(services, CONSOLE)).accounts}
    await draw_up_year(services, people[FIRST], year)
    drawn_up = (await read_year(services, CONSOLE, year)).issues[0]
    await decide_year(services, people[SECOND], year, drawn_up.digest, Decision.APPROVED, NUMBER)


def _fields(task: Task) -> dict[str, str]:
    return {
        "id": task.id,
        "name": task.name,
        "kind": task.kind.value,
        "cooperating": together([each for each in task.items if each != task.initiator]),
        "items": together([item.name for item in task.all_items]),
        "targets": together((*task.kinds, *task.scope)) or "名录内全部对象",
        "ratio": task.ratio.text if task.ratio else f"≥{task.class_ratios[min(task.class_ratios)].text}",
        "first_day": task.first_day.isoformat(),
        "last_day": task.last_day.isoformat(),
    }
