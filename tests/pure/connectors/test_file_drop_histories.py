"""Any history of deliveries, duplicated, shuffled and cut short anywhere, ends where an undisturbed one would."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from pure.connectors.disk_steps import PowerCut, power_cut_before
from pure.connectors.dropping import RECIPIENT, a_package, contents, files_of, manifests, papers, traces

from connectors.contract import Package, Receipt
from connectors.file_drop.drop import drop

PACKAGES = (
    a_package(1, batch="甲", 任务书="book 1", 退回="refused 1"),
    a_package(2, batch="甲", 任务书="book 2", 检查结果填报="form 2"),
    a_package(3, batch="甲", 任务书="book 3", 退回="refused 3"),
    a_package(1, batch="乙", 抄告="notice 1"),
    a_package(2, batch="乙", 抄告="notice 2", 附件="annex 2"),
)
NEVER = 10**6
# thousands of small files brought down to the disk: in memory it takes a second
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own is made in it


class Delivery(Struct, frozen=True):
    """One delivery of a history; the power goes before that step on the disk."""

    package: int
    cut_before: int = NEVER


def histories(cuts: st.SearchStrategy[int]) -> st.SearchStrategy[list[Delivery]]:
    return st.lists(st.builds(Delivery, st.integers(0, len(PACKAGES) - 1), cuts), min_size=1, max_size=12)


def delivered(root: Path, delivery: Delivery) -> Receipt | None:
    """Deliver; None when it was cut short."""
    try:
        with power_cut_before(delivery.cut_before):
            return drop(root, PACKAGES[delivery.package])
    except PowerCut:
        return None


def newest(packages: Sequence[Package]) -> list[Package]:
    batches = {package.batch for package in packages}
    return [max((one for one in packages if one.batch == batch), key=lambda one: one.number) for batch in batches]


def assert_nothing_is_half_written(folder: Path) -> None:
    whole = {(name, content) for package in PACKAGES for name, content in files_of(package).items()}
    assert set(papers(folder).items()) <= whole


@settings(deadline=None, max_examples=60)
@given(histories(st.just(NEVER)))
def test_duplicates_and_shuffles_have_one_effect_each(history: list[Delivery]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        root, effects = Path(folder), 0
        receipts: dict[str, Receipt] = {}
        before: dict[str, tuple[int, int]] = {}
        for delivery in history:
            receipt = drop(root, PACKAGES[delivery.package])
            assert receipts.setdefault(receipt.key, receipt) == receipt
            after = traces(root / RECIPIENT)
            effects, before = effects + (after != before), after
        assert effects == sum(not receipt.is_superseded for receipt in receipts.values())
        assert_only_the_newest_lie_there(root, [PACKAGES[delivery.package] for delivery in history])


@settings(deadline=None, max_examples=120)
@given(histories(st.integers(1, 30) | st.just(NEVER)))
@example([Delivery(0, cut_before=12), Delivery(1)])  # cut while files get their names; then the next number
@example([Delivery(0, cut_before=12), Delivery(0, cut_before=9), Delivery(1)])  # the repeat cut too, while it writes
def test_a_history_cut_short_anywhere_is_whole_once_all_is_repeated(history: list[Delivery]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        root = Path(folder)
        receipts: dict[str, Receipt] = {}
        for delivery in history:
            receipt = delivered(root, delivery)
            if (root / RECIPIENT).exists():
                assert_nothing_is_half_written(root / RECIPIENT)
            if receipt:
                assert receipts.setdefault(receipt.key, receipt) == receipt
        for package in dict.fromkeys(PACKAGES[delivery.package] for delivery in history):
            receipt = drop(root, package)
            assert receipts.setdefault(receipt.key, receipt) == receipt
        assert_only_the_newest_lie_there(root, [PACKAGES[delivery.package] for delivery in history])


def assert_only_the_newest_lie_there(root: Path, packages: Sequence[Package]) -> None:
    """Nothing but the newest number of each batch and its manifest, which lists it truly."""
    folder = root / RECIPIENT
    expected = newest(packages)
    assert papers(folder) == {name: content for package in expected for name, content in files_of(package).items()}
    assert {manifest.key for manifest in manifests(folder)} == {package.key for package in expected}
    assert len(contents(folder)) == len(papers(folder)) + len(expected)
    for manifest in manifests(folder):
        package = next(one for one in expected if one.key == manifest.key)
        assert {file.name: file.sha256 for file in manifest.files} == {file.name: file.sha256 for file in package.files}
