"""The department's folder: whole, once, the newest of its batch, and nobody's own work overwritten."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pure.connectors.dropping import (
    RECIPIENT,
    a_package,
    contents,
    files_of,
    manifests,
    papers,
    traces,
)

from connectors.contract import File, Package, PermanentError, TemporaryError
from connectors.file_drop import FileDrop
from connectors.file_drop.drop import drop

PROJECT = Path(__file__).parents[3]
TRIALS = Path(__file__).with_name("disk_trials.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "departments"
    made.mkdir()
    return made


def trial(*arguments: str, before: tuple[str, ...] = ()) -> str:
    done = subprocess.run(
        [*before, sys.executable, TRIALS, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


async def test_a_package_lies_in_its_receivers_folder_under_its_own_names(root: Path) -> None:
    connector = FileDrop(root)
    package = a_package()
    receipt = await connector.deliver(package)
    await connector.aclose()
    assert papers(root / RECIPIENT) == files_of(package)
    assert receipt.key == package.key
    assert receipt.reference in contents(root / RECIPIENT)
    assert not receipt.is_superseded


def test_the_manifest_names_batch_number_hash_key_digests_and_rows(root: Path) -> None:
    package = a_package(3)
    receipt = drop(root, package)
    [manifest] = manifests(root / RECIPIENT)
    listed = {file.name: (file.sha256, file.row_count) for file in manifest.files}
    assert (manifest.key, manifest.batch, manifest.number) == (package.key, package.batch, package.number)
    assert listed == {file.name: (file.sha256, file.row_count) for file in package.files}
    name, _, digest = receipt.reference.removesuffix(".json").rpartition("-")
    assert name == "清单-2026-Q1-3"
    assert len(digest) == 12


def test_the_same_package_again_changes_nothing_and_gives_the_same_receipt(root: Path) -> None:
    first = drop(root, a_package())
    before = traces(root / RECIPIENT)
    assert drop(root, a_package()) == first
    assert traces(root / RECIPIENT) == before


def test_a_repeat_leaves_a_form_alone_that_was_filled_in_meanwhile(root: Path) -> None:
    drop(root, a_package())
    form = root / RECIPIENT / "检查结果填报.xlsx"
    form.write_text("filled in")
    drop(root, a_package())
    assert form.read_text() == "filled in"


def test_a_repeat_does_not_bring_back_what_the_receiver_took_away(root: Path) -> None:
    drop(root, a_package())
    (root / RECIPIENT / "任务书.xlsx").unlink()
    drop(root, a_package())
    assert set(papers(root / RECIPIENT)) == {"检查结果填报.xlsx"}


def test_a_newer_number_takes_the_place_of_an_older_one_and_says_so(root: Path) -> None:
    first = drop(root, a_package(1))
    drop(root, a_package(2))
    [manifest] = manifests(root / RECIPIENT)
    assert papers(root / RECIPIENT) == files_of(a_package(2))
    assert [(past.number, past.key, past.manifest) for past in manifest.supersedes] == [
        (1, a_package(1).key, first.reference)
    ]


def test_a_file_that_the_newer_number_no_longer_has_is_withdrawn(root: Path) -> None:
    drop(root, a_package(1, 任务书="book", 退回="refused rows"))
    drop(root, a_package(2, 任务书="book, mended"))
    assert set(papers(root / RECIPIENT)) == {"任务书.xlsx"}


def test_an_older_number_arriving_late_changes_nothing(root: Path) -> None:
    drop(root, a_package(2))
    before = traces(root / RECIPIENT)
    late = drop(root, a_package(1))
    assert late.is_superseded
    assert drop(root, a_package(1)) == late
    assert traces(root / RECIPIENT) == before


def test_a_superseded_package_again_gives_the_receipt_of_its_first_delivery(root: Path) -> None:
    first = drop(root, a_package(1))
    drop(root, a_package(2))
    drop(root, a_package(3))
    assert drop(root, a_package(1)) == first


def test_a_form_filled_in_on_the_spot_is_set_aside_before_a_newer_one_comes(root: Path) -> None:
    drop(root, a_package(1))
    (root / RECIPIENT / "检查结果填报.xlsx").write_text("filled in")
    drop(root, a_package(2))
    present = papers(root / RECIPIENT)
    [kept] = set(present) - set(files_of(a_package(2)))
    assert kept.startswith("检查结果填报（另存-")
    assert kept.endswith("）.xlsx")
    assert present.pop(kept) == b"filled in"
    assert present == files_of(a_package(2))


def test_another_content_under_the_same_number_is_refused(root: Path) -> None:
    drop(root, a_package(1))
    before = contents(root / RECIPIENT)
    with pytest.raises(PermanentError, match="内容与这次不同"):
        drop(root, a_package(1, salt="another draw"))
    assert contents(root / RECIPIENT) == before


def test_another_batchs_file_of_the_same_name_is_not_overwritten(root: Path) -> None:
    drop(root, a_package(batch="2026-Q1"))
    before = contents(root / RECIPIENT)
    with pytest.raises(PermanentError, match="2026-Q1"):
        drop(root, a_package(batch="2026-Q2"))
    assert contents(root / RECIPIENT) == before


def test_two_batches_with_names_of_their_own_lie_side_by_side(root: Path) -> None:
    one, other = a_package(batch="甲", 任务书甲="a"), a_package(batch="乙", 任务书乙="b")
    drop(root, one)
    drop(root, other)
    assert papers(root / RECIPIENT) == files_of(one) | files_of(other)
    assert {manifest.batch for manifest in manifests(root / RECIPIENT)} == {"甲", "乙"}


def test_names_that_differ_only_in_capitals_are_refused_within_a_package(root: Path) -> None:
    with pytest.raises(PermanentError, match="重名"):
        drop(root, a_package(a="1", A="2"))
    assert contents(root / RECIPIENT) == {}


def test_names_cannot_leave_the_folder(root: Path) -> None:
    package = Package(
        key="k",
        recipient="../../etc",
        batch="../b",
        number=1,
        files=(File(name="../../passwd", content=b"x", row_count=0), File(name="..", content=b"y", row_count=0)),
    )
    drop(root, package)
    [folder] = root.iterdir()
    assert set(papers(folder).values()) == {b"x", b"y"}
    assert {path.name for path in root.parent.iterdir()} == {"departments"}


def test_a_copied_or_damaged_manifest_says_nothing(root: Path) -> None:
    receipt = drop(root, a_package(1))
    manifest = root / RECIPIENT / receipt.reference
    (root / RECIPIENT / "清单-副本.json").write_bytes(manifest.read_bytes())
    manifest.write_bytes(manifest.read_bytes()[:20])
    drop(root, a_package(1))
    assert drop(root, a_package(2)).reference in contents(root / RECIPIENT)
    assert papers(root / RECIPIENT) == files_of(a_package(2))


def test_other_programs_part_files_are_left_alone(root: Path) -> None:
    drop(root, a_package(1))
    other = root / RECIPIENT / "video.mp4.part"
    other.write_text("downloading")
    drop(root, a_package(2))
    assert other.read_text() == "downloading"


def test_a_missing_root_is_not_made_but_waited_for(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match="网络盘"):
        drop(tmp_path / "unmounted", a_package())
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_needs_a_person(root: Path) -> None:
    (root / RECIPIENT).write_text("a file")
    with pytest.raises(PermanentError, match="不是文件夹"):
        drop(root, a_package())


def test_a_folder_in_place_of_a_file_needs_a_person(root: Path) -> None:
    (root / RECIPIENT / "任务书.xlsx").mkdir(parents=True)
    with pytest.raises(PermanentError, match="同名的文件夹"):
        drop(root, a_package())
    (root / RECIPIENT / "任务书.xlsx").rmdir()
    drop(root, a_package())
    assert papers(root / RECIPIENT) == files_of(a_package())


async def test_many_deliveries_at_once_into_one_folder_end_with_the_newest(root: Path) -> None:
    connectors = [FileDrop(root) for _ in range(6)]
    numbers = [3, 1, 2, 3, 2, 1]
    receipts = await asyncio.gather(
        *(connector.deliver(a_package(number)) for connector, number in zip(connectors, numbers, strict=True))
    )
    for connector in connectors:
        await connector.aclose()
    assert [receipt.key for receipt in receipts] == [a_package(number).key for number in numbers]
    assert papers(root / RECIPIENT) == files_of(a_package(3))
    assert [manifest.number for manifest in manifests(root / RECIPIENT)] == [3]


def whole_or_untouched(folder: Path) -> bool:
    """Every paper is wholly that of number 1 or wholly that of number 2; a manifest of 2 says that all are of 2."""
    old, new = files_of(a_package(1)), files_of(a_package(2))
    present = papers(folder)
    is_replaced = 2 in {manifest.number for manifest in manifests(folder)}
    return set(present) == set(old) and all(
        content == new[name] or (content == old[name] and not is_replaced) for name, content in present.items()
    )


@pytest.mark.parametrize(("kind", "cases"), [("killed", 15), ("torn", 10)])
def test_a_drop_killed_anywhere_is_whole_after_a_repeat(root: Path, kind: str, cases: int) -> None:
    """Real processes, killed before each step on the disk and within writes."""
    trial(kind, str(root))
    broken = sorted(root.iterdir())
    assert len(broken) >= cases
    leftovers = 0
    for one in broken:
        folder = one / RECIPIENT
        assert whole_or_untouched(folder)
        leftovers += any(name.endswith(".part") for name in contents(folder))
        receipt = drop(one, a_package(2))
        assert contents(folder).keys() == {*files_of(a_package(2)), receipt.reference}
        assert papers(folder) == files_of(a_package(2))
    assert leftovers > 3, "the processes were really cut short in the middle"


def test_a_full_disk_leaves_the_former_drop_as_it_was(root: Path) -> None:
    """A real file system that is too small, in a mount namespace of its own."""
    own = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
    if not shutil.which("unshare") or subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody have mounts of his own, so there is no small disk to fill")
    said, is_unchanged, receipt = trial("full", str(root), before=own).splitlines()
    assert said.startswith("TemporaryError")
    assert "磁盘已满" in said
    assert is_unchanged == "True"
    assert receipt.startswith("清单-2026-Q1-2-")


def test_a_folder_without_permission_needs_a_person(root: Path) -> None:
    root.chmod(0o555)
    said = trial("shut-out", str(root))
    assert said.startswith("PermanentError")
    assert "没有写入权限" in said
    assert list(root.iterdir()) == []
