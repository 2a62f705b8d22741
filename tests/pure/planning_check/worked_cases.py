"""Worked cases: one problem, one plan, edits of both with the rules that each breaks; our own and the shared ones."""

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

OURS = Path(__file__).parents[2] / "vectors" / "planning_check.json"
SHARED = Path(__file__).parents[3].parent / "shared"


class WorkedCase(NamedTuple):
    problem: bytes
    plan: bytes
    rules: frozenset[int]
    metrics: dict[str, float]


def our_document() -> Any:
    return json.loads(OURS.read_text(encoding="utf-8"))


def our_cases() -> list[Any]:
    document = our_document()
    return [pytest.param(_edited(document, case), id=case["name"]) for case in document["cases"]]


def shared_cases() -> list[Any]:
    vectors = SHARED / "spec" / "vectors"
    if not vectors.is_dir():
        reason = "the shared worked cases are not here (../shared/spec/vectors): only our own were compared"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    small = json.loads((vectors / "check.json").read_text(encoding="utf-8"))
    by_rule = json.loads((vectors / "check_rules.json").read_text(encoding="utf-8"))
    measured = [case | {"metrics": small["metrics"] if case["name"] == "lawful" else {}} for case in small["cases"]]
    cases = [case | {"problem": small["problem"]} for case in measured] + by_rule
    return [pytest.param(_worked(case, case), id=case["name"]) for case in cases]


def _edited(document: Any, case: Any) -> WorkedCase:
    parts = copy.deepcopy({"problem": document["problem"], "plan": document["plan"]})
    for edit in case["edits"]:
        *path, last = edit["at"]
        part: Any = parts
        for step in path:
            part = part[step]
        if "take" in edit:
            del part[last]
        elif isinstance(part, list) and last == len(part):
            part.append(edit["put"])
        else:
            part[last] = edit["put"]
    return _worked(parts, case | {"metrics": {} if case["edits"] else document["metrics"]})


def _worked(parts: Any, case: Any) -> WorkedCase:
    problem, plan = (json.dumps(parts[part], ensure_ascii=False).encode() for part in ("problem", "plan"))
    return WorkedCase(problem, plan, frozenset(case["rules"]), case["metrics"])
