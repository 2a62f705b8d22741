"""What lies in the repository: the agreed entries at its root, no address of a registry, no path of a machine."""

import re

import pytest
from support.sources import ROOT, tracked

AGREED = {
    *("coordinator", "solver", "connectors", "tests", "deploy"),
    *("README.md", "ARCHITECTURE.md", "LICENSE", "pyproject.toml", "onedoor"),
}
LARGEST_TEXT = 2_000_000
# written in pieces, so that this file does not hold what it looks for
MACHINE = re.compile(rb"(?<![\w.])/" + b"(?:work|root)" + rb"/[\w.]")
REGISTRY = re.compile(b"py" + b"pi\\.org|python" + b"hosted|registry\\.npm" + b"js")
LOCKS = sorted(path.name for path in ROOT.glob("*.lock") if path.name != "uv.lock")


def test_the_root_holds_what_was_agreed_and_nothing_else() -> None:
    entries = {name.split("/")[0] for name in tracked()}
    strange = {name for name in entries - AGREED if not name.startswith(".") and not name.endswith(".lock")}
    assert strange == set()


def test_no_tracked_file_names_a_registry_or_a_path_of_this_machine() -> None:
    found = []
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or path.stat().st_size > LARGEST_TEXT:
            continue
        content = path.read_bytes()
        if b"\0" not in content and (MACHINE.search(content) or REGISTRY.search(content)):
            found.append(name)
    assert found == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE)
    pinned = re.findall(r"^\S+==\S+", text, re.MULTILINE)
    unhashed = re.findall(r"^(\S+==\S+)(?![^\n]*\\\n\s+--hash=sha256:)", text, re.MULTILINE)
    assert pinned
    assert unhashed == []


def test_the_development_lock_holds_the_whole_runtime_lock() -> None:
    runtime, development = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime <= development


def test_the_lock_of_an_address_keeping_tool_is_not_tracked() -> None:
    assert not {"uv.lock", "pylock.toml"} & set(tracked())
