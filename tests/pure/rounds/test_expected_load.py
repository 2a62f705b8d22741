"""The load to expect before anything is drawn, held against many draws of the small sample."""

from collections import Counter
from functools import cache
from hashlib import sha256

import pytest
from pure.intake.comparing import RealRound, real_round_of
from pure.intake.round_folders import SMALL

from coordinator.domain.expected_load import ExpectedLoad, expected_load
from coordinator.domain.tasks import item_applies

DRAWS = 400


@cache
def the_round() -> RealRound:
    return real_round_of(SMALL)


def the_load() -> ExpectedLoad:
    real = the_round()
    return expected_load(real.tasks, real.frames, real.targets)


def drawn(seed: int) -> dict[str, set[str]]:
    """One draw by its definition: rank each stratum by one number for each target, take the first n."""
    result: dict[str, set[str]] = {}
    for frame in the_round().frames:
        for rule in frame.entry.strata:
            units = [target for stratum, target in frame.units if stratum == rule.id]
            ranked = sorted(units, key=lambda target: sha256(f"{seed}/{target}".encode()).digest())
            result.setdefault(frame.task, set()).update(ranked[: rule.size(len(units))])
    return result


def test_a_task_s_population_and_sample_are_what_its_frame_gives() -> None:
    real, once = the_round(), drawn(0)
    for load, frame in zip(the_load().tasks, real.frames, strict=True):
        assert (load.task, load.population) == (frame.task, len(frame.units))
        assert load.drawn == len(once[frame.task])
    assert the_load().doors_apart == sum(map(len, once.values()))


def test_doors_are_what_draws_reach_on_average_and_never_more_than_apart() -> None:
    doors = [len(set().union(*drawn(seed).values())) for seed in range(DRAWS)]
    assert sum(doors) / DRAWS == pytest.approx(the_load().doors, rel=0.05)
    assert the_load().doors <= the_load().doors_apart


def test_each_department_s_matters_and_minutes_are_what_draws_bring_on_average() -> None:
    real = the_round()
    matters: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for seed in range(DRAWS):
        selected = drawn(seed)
        for task in real.tasks:
            for target in selected[task.id]:
                for department, items in task.items.items():
                    applying = [i for i in items if item_applies(i, real.targets[target].entries[task.initiator])]
                    matters[department] += len(applying)
                    minutes[department] += sum(item.minutes for item in applying)
    loads = {load.department: load for load in the_load().departments}
    assert loads.keys() == matters.keys()
    for department, load in loads.items():
        assert matters[department] / DRAWS == pytest.approx(load.matters, rel=0.05, abs=0.1)
        assert minutes[department] / DRAWS == pytest.approx(load.minutes, rel=0.05, abs=3)


def test_nothing_to_draw_is_no_load() -> None:
    load = expected_load([], [], {})
    assert (load.tasks, load.departments, load.doors, load.doors_apart) == ((), (), 0, 0)
