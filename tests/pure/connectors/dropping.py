"""Packages for tests, and what a receiver's folder holds."""

from pathlib import Path

import msgspec

from connectors.contract import File, Package
from connectors.file_drop.manifest import Manifest

RECIPIENT = "舞钢市水利局"


def a_package(
    number: int = 1, *, batch: str = "2026-Q1", recipient: str = RECIPIENT, salt: str = "", **files: str
) -> Package:
    """A package with a task book and a result form (or the given files), of another content for each number."""
    contents = files or {"任务书": f"book of {batch} {number}{salt}", "检查结果填报": f"form of {batch} {number}{salt}"}
    return Package(
        key=f"{recipient}/{batch}/{number}/{salt}",
        recipient=recipient,
        batch=batch,
        number=number,
        files=tuple(
            File(name=f"{name}.xlsx", content=content.encode() * 50, row_count=len(content))
            for name, content in contents.items()
        ),
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with its content, parts and manifests too."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def traces(folder: Path) -> dict[str, tuple[int, int]]:
    """What would tell that a file was touched at all, its name apart."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())}


def papers(folder: Path) -> dict[str, bytes]:
    """What the receiver reads: everything but manifests and parts."""
    return {
        name: content
        for name, content in contents(folder).items()
        if not name.startswith("清单-") and not name.endswith(".part")
    }


def manifests(folder: Path) -> list[Manifest]:
    return [msgspec.json.decode(path.read_bytes(), type=Manifest) for path in sorted(folder.glob("清单-*.json"))]


def files_of(package: Package) -> dict[str, bytes]:
    return {file.name: file.content for file in package.files}
