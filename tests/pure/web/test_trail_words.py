"""Every action that the trail can hold has words of its own."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime

from support.sources import modules, tree

from coordinator.storage.audit import AuditEntry
from coordinator.web.shown.trails import trail_entry

# actions of signing in and of accounts whose name comes to the entry through a parameter
HANDED_ON = {"signed_in", "invitation_accepted", "account_created", "code_given"}
PLACE = 2


def recorded() -> Iterator[str]:
    """The names that stand in the calls of `audit.append`."""
    for name in modules("coordinator"):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append":
                yield from (
                    each.value
                    for each in ast.walk(node.args[PLACE])
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def test_every_action_is_said_in_words() -> None:
    actions = {*recorded(), *HANDED_ON}
    assert len(actions) > 25
    for action in actions:
        entry = AuditEntry(at=datetime(2026, 3, 2, tzinfo=UTC), actor="x", action=action, subject="y", facts={})
        assert action not in trail_entry(entry).words
