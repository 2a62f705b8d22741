"""Files and functions stay small enough to be read in one go, and each file says what lives in it."""

import ast

from support.sources import PACKAGES, ROOT, modules, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
DOCSTRING_LINES = range(2, 7)
NAMES = (*modules(*PACKAGES), "onedoor")
MADE = {"connectors/client/types.py"}
"""Made from a description, and as long as that."""


def test_a_file_has_at_most_400_lines() -> None:
    lines = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in NAMES}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE and name not in MADE} == {}


def test_a_function_has_at_most_50_lines() -> None:
    lines = {
        f"{name}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in NAMES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_FUNCTION} == {}


def test_a_module_says_in_two_to_six_lines_what_lives_in_it_and_what_does_not() -> None:
    lines = {name: len((ast.get_docstring(tree(name)) or "").splitlines()) for name in NAMES}
    assert {name: count for name, count in lines.items() if count not in DOCSTRING_LINES} == {}
