"""The checker can be believed because it shares with the planner only words: types, travel, and who is eligible."""

import ast
from pathlib import Path

import solver.planning.check

SHARED = {"ids", "problem", "plan", "times", "geometry", "index", "eligible", "reading", "strict_json"}


def imported_by(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    from_imports = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return from_imports | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


def test_the_checker_imports_nothing_of_the_solver() -> None:
    modules = list(Path(solver.planning.check.__file__).parent.glob("*.py"))
    ours = {name for module in modules for name in imported_by(module) if name.startswith("solver.")}
    allowed = {f"solver.planning.{name}" for name in SHARED}
    assert len(modules) > 5
    assert {name for name in ours if not name.startswith("solver.planning.check")} <= allowed


def test_what_the_checker_shares_imports_nothing_of_the_solver_either() -> None:
    planning = Path(solver.planning.check.__file__).parent.parent
    ours = {name for part in SHARED for name in imported_by(planning / f"{part}.py") if name.startswith("solver.")}
    assert ours <= {f"solver.planning.{name}" for name in SHARED | {"references"}} | {"solver.canonical"}
