"""Rules that no import contract can say: pure code asks nobody for the time, for chance, or for a file."""

import ast

from support.sources import PACKAGES, modules, tree

PURE = tuple(
    name
    for name in modules("solver", "coordinator/domain")
    # a program of its own, for citizens, who have files
    if name != "solver/verify_draw.py"
)
IMPURE_MODULES = {"time", "random", "secrets", "os", "logging", "socket", "subprocess", "tempfile", "asyncio"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval"}
IMPURE_METHODS = {
    *("now", "utcnow", "today", "uuid1", "uuid4"),
    *("read_text", "read_bytes", "write_text", "write_bytes"),
    *("getenv", "urandom", "token_hex", "token_bytes"),
}
"""Attributes that are called nowhere in pure code, on whatever object."""
READS_ENVIRONMENT = {"coordinator/wiring.py"}
"""Hands the environment to settings.py, which alone knows the names in it."""


def imported(name: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def called(name: str) -> set[str]:
    """What is called of the impure: names, and attributes but for one's own, which the caller handed in."""
    calls = [node.func for node in ast.walk(tree(name)) if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    attributes = {call.attr for call in calls if isinstance(call, ast.Attribute) and not _is_own(call)}
    return named & IMPURE_CALLS | attributes & IMPURE_METHODS


def _is_own(call: ast.Attribute) -> bool:
    return isinstance(call.value, ast.Name) and call.value.id == "self"


def test_pure_code_imports_no_clock_chance_or_outside_world() -> None:
    impure = {name: {module.split(".")[0] for module in imported(name)} & IMPURE_MODULES for name in PURE}
    assert {name: found for name, found in impure.items() if found} == {}


def test_pure_code_calls_for_no_moment_and_no_file() -> None:
    impure = {name: called(name) for name in PURE}
    assert {name: found for name, found in impure.items() if found} == {}


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name
        for name in modules(*PACKAGES)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"}
    }
    assert readers <= READS_ENVIRONMENT


def test_only_one_file_knows_the_queue() -> None:
    knows = {name for name in modules(*PACKAGES) if {part.split(".")[0] for part in imported(name)} & {"arq", "redis"}}
    assert knows == {"coordinator/jobs/queue.py"}
