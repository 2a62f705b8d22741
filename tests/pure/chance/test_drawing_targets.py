import hashlib
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.chance.building import SEED, a_frame, a_rule, an_entry, firms, frame_files, seeds

from solver.canonical import read_canonical
from solver.chance import units as frame_units
from solver.chance.frame import read_frame
from solver.chance.identifiers import Seed
from solver.chance.numbers import Algorithm, Numbers
from solver.chance.targets import StratumSelection, draw, selection_file

RATIOS = st.one_of(
    st.sampled_from(["0", "1", "1.00", "0.0"]),
    st.integers(0, 10**6 - 1).map(lambda digits: f"0.{digits:06}"),
    st.integers(0, 999).map(lambda digits: f"0.{digits:03}"),
)


@given(RATIOS, st.integers(0, 5000), st.integers(0, 50))
def test_a_size_is_the_exact_ratio_rounded_up_within_minimum_and_population(
    ratio: str, population: int, minimum: int
) -> None:
    size = a_rule("A", ratio, minimum=minimum).size(population)
    assert size == min(population, max(minimum, ceil(Fraction(ratio) * population)))


def test_seven_hundredths_of_a_hundred_are_seven_never_eight() -> None:
    assert a_rule("A", "0.07").size(100) == 7
    assert a_rule("A", "0.070000001").size(100) == 8
    assert a_rule("A", "0.29").size(100) == 29
    assert a_rule("A", "1", minimum=3).size(0) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), RATIOS, st.integers(0, 5), st.integers(0, 6), st.integers(1, 5), st.sampled_from(seeds(20)))
def test_a_stratum_is_ranked_by_number_and_cut_into_selected_alternates_and_batches(
    population: int, ratio: str, minimum: int, alternates: int, batches: int, seed: Seed
) -> None:
    rule = a_rule("A", ratio, minimum=minimum, alternates=alternates, batches=batches)
    (found,) = draw(a_frame((an_entry("任务", rule), {"A": firms(population)})), seed)
    numbers = Numbers(seed, Algorithm.SHA256)
    ranked = sorted(firms(population), key=lambda target: (numbers.number("target", target), target))
    assert list(found.selected + found.alternates) == ranked[: found.size + alternates]
    assert len(found.selected) == found.size == len(found.batches)
    assert list(found.batches) == [1 + place * batches // found.size for place in range(found.size)]
    assert all(one <= following for one, following in pairwise(found.batches))


def test_a_number_is_what_printf_and_sha256sum_give() -> None:
    by_hand = hashlib.sha256(f"{SEED}\ttarget\t𠮷店".encode()).hexdigest()[:16]
    assert Numbers(SEED, Algorithm.SHA256).number("target", "𠮷店") == int(by_hand, 16)


def test_few_of_many_come_out_as_by_sorting_all() -> None:
    few, many = (
        draw(a_frame((an_entry("任务", a_rule("A", ratio)), {"A": firms(3000)})), SEED)[0] for ratio in ("0.01", "0.9")
    )
    assert few.selected == many.selected[:30]


def test_samples_of_two_departments_overlap_as_far_as_their_ratios_allow() -> None:
    narrow, wide = an_entry("窄", a_rule("*", "0.1")), an_entry("宽", a_rule("*", "0.4"))
    for seed in seeds(50):
        wide_drawn, narrow_drawn = draw(a_frame((wide, {"*": firms(50)}), (narrow, {"*": firms(50)})), seed)
        assert set(narrow_drawn.selected) <= set(wide_drawn.selected)


def test_every_unit_is_drawn_with_probability_n_of_its_population_and_every_pair_occurs() -> None:
    frame = a_frame((an_entry("任务", a_rule("*", "0.3")), {"*": firms(10)}))
    single: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    for seed in seeds(4000):
        (found,) = draw(frame, seed)
        single.update(found.selected)
        pairs.update(frozenset((one, two)) for one in found.selected for two in found.selected if one < two)
    # chi-square, 9 degrees of freedom: 27.9 is passed once in a thousand; the seeds are fixed, so this never wavers
    assert sum((single[firm] - 1200) ** 2 / (1200 * 0.7) for firm in firms(10)) < 27.9
    assert len(pairs) == 45
    assert min(pairs.values()) > 4000 * (3 * 2) / (10 * 9) / 2


def test_a_large_frame_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_frame(frame_files())
    monkeypatch.setattr(frame_units, "PIECE", 20)
    assert read_frame(frame_files()) == whole


def test_the_selection_file_says_what_was_drawn_from_what_by_which_seed() -> None:
    frame = read_frame(frame_files())
    found = read_canonical(selection_file(frame, SEED))
    assert isinstance(found, dict)
    assert found.keys() == {"format", "round", "hash", "document_digest", "seed", "result"}
    assert (found["format"], found["hash"], found["seed"]) == ("onedoor/selection/1", "sha256", SEED)
    assert found["document_digest"] == frame.document.digest
    fields = ["alternates", "batches", "entry", "population", "selected", "size", "stratum"]
    assert [list(one) for one in found["result"]] == [fields] * 5


def test_an_empty_stratum_gives_nothing_and_no_fault() -> None:
    drawn = {(one.entry, one.stratum): one for one in draw(read_frame(frame_files()), SEED)}
    assert drawn["任务一", "空"] == StratumSelection(
        entry=drawn["任务一", "空"].entry, stratum=drawn["任务一", "空"].stratum, population=0, size=0,
        selected=(), alternates=(), batches=(),
    )  # fmt: skip
