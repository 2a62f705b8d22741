"""How far the samples of several departments overlap, against the fewest doors that their ratios allow."""

from fractions import Fraction
from statistics import mean

from hypothesis import given, settings
from hypothesis import strategies as st
from pure.chance.building import a_frame, a_rule, an_entry, firms, seeds

from solver.chance.frame import Frame
from solver.chance.identifiers import Seed
from solver.chance.overlap import doors, least_doors
from solver.chance.targets import draw

RATIOS = st.sampled_from(["0", "0.02", "0.1", "0.25", "0.3", "0.5", "1"])


@settings(max_examples=60, deadline=None)
@given(st.lists(RATIOS, min_size=1, max_size=5), st.integers(0, 120), st.sampled_from(seeds(100)))
def test_where_every_department_draws_from_all_it_opens_the_fewest_doors(
    ratios: list[str], population: int, seed: Seed
) -> None:
    entries = [an_entry(f"任务{place}", a_rule("*", ratio)) for place, ratio in enumerate(ratios)]
    frame = a_frame(*((entry, {"*": firms(population)}) for entry in entries))
    sizes = [one.size for one in draw(frame, seed)]
    found = doors(frame, draw(frame, seed))
    assert (found.opened, found.least, found.apart) == (max(sizes), max(sizes), sum(sizes))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sets(st.sampled_from(firms(40))), RATIOS, RATIOS), min_size=1, max_size=4))
def test_the_fewest_doors_are_the_sum_of_each_targets_highest_probability(
    tasks: list[tuple[set[str], str, str]],
) -> None:
    strata = [
        (an_entry(f"任务{place}", a_rule("A", first), a_rule("B", second)), {"A": sorted(found)[::3], "B": rest(found)})
        for place, (found, first, second) in enumerate(tasks)
    ]
    likeliest: dict[str, Fraction] = {}
    for entry, members in strata:
        for rule in entry.strata:
            for target in members[rule.id]:
                chance = Fraction(rule.size(len(members[rule.id])), len(members[rule.id]))
                likeliest[target] = max(chance, likeliest.get(target, chance))
    assert least_doors(a_frame(*strata)) == sum(likeliest.values())


def rest(found: set[str]) -> list[str]:
    return sorted(found - set(sorted(found)[::3]))


def two_departments_that_classify_differently() -> Frame:
    one, other = an_entry("甲", a_rule("*", "0.1")), an_entry("乙", a_rule("A", "0.2"), a_rule("B", "0.05"))
    return a_frame((one, {"*": firms(400)}), (other, {"A": firms(400)[::2], "B": firms(400)[1::2]}))


def test_doors_expected_over_many_seeds_are_hardly_more_than_the_fewest_possible() -> None:
    frame = two_departments_that_classify_differently()
    measured = [doors(frame, draw(frame, seed)) for seed in seeds(300)]
    expected, least = mean(one.opened for one in measured), least_doors(frame)
    assert least == 60
    assert {one.apart for one in measured} == {90}
    # their mean errs by less than a quarter of a door; the seeds are fixed, so this never wavers
    assert least - 1 < expected < least + 3
