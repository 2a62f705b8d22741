"""Problems and plans as bytes: read strictly, written canonically, and known by their digest.

A file that cannot be used raises `Unreadable` with JSON path and remedy (exit 2). A plan that is JSON of its format but
not of its form raises the narrower `Misshapen`, which a checker reports as a breach. Nothing is guessed or repaired.
"""

from hashlib import sha256
from typing import Any

import msgspec

from solver.canonical import canonical_json
from solver.planning.ids import Sha256
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.references import faults
from solver.planning.strict_json import Misshapen, Unreadable, canonical, parse, shape

__all__ = [
    "Misshapen",
    "Unreadable",
    "plan_document",
    "problem_digest",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]

PROBLEM_FORMAT = "onedoor/problem/1"
PLAN_FORMAT = "onedoor/plan/1"


def read_problem(data: bytes) -> Problem:
    """Read a problem that can be planned as it stands, or raise `Unreadable` at the first place that cannot."""
    problem = shape(parse(data, PROBLEM_FORMAT), Problem)
    for fault in faults(problem):
        raise fault
    return problem


def read_plan(data: bytes) -> Plan:
    """Read a plan, lawful or not; raises `Unreadable` where it is no plan at all, `Misshapen` where its form fails."""
    return shape(parse(data, PLAN_FORMAT), Plan)


def problem_digest(problem: bytes | Problem) -> Sha256:
    """Give the `problem_sha256`: SHA-256 of the problem's canonical JSON.

    A file is taken as given, with the defaults left out where it leaves them out, so its bytes and the `Problem` read
    from them may differ in digest: whoever has the file passes the file.
    """
    document = write_problem(problem) if isinstance(problem, Problem) else canonical(parse(problem, PROBLEM_FORMAT))
    return Sha256(sha256(document).hexdigest())


def write_problem(problem: Problem) -> bytes:
    """Write a problem canonically with every default spelt out; reading it back gives an equal problem."""
    return canonical(msgspec.to_builtins(problem))


def write_plan(plan: Plan) -> bytes:
    """Write a plan canonically, metrics included."""
    return canonical(_builtins(plan))


def plan_document(plan: Plan) -> bytes:
    """Write what the stage `teams` of the draw fixes: the plan without its metrics, whole numbers only."""
    document = _builtins(plan)
    del document["metrics"]
    return canonical_json(document)


def _builtins(plan: Plan) -> dict[str, Any]:
    """Turn a plan into what JSON knows, without the parts that may be missing when empty."""
    document: dict[str, Any] = msgspec.to_builtins(plan)
    for role in (role for tour in document["tours"] for role in tour["roles"]):
        if not role["left_out"]:
            del role["left_out"]
    if not document["desk"]:
        del document["desk"]
    return document
