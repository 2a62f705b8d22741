"""Who may do what, to whose rows: the one table that every action of an account asks.

Row-level security in the database draws the same lines once more. From when something may be seen is in `disclosure`.
"""

from collections.abc import Mapping
from enum import Enum, auto

from coordinator.domain.actors import Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import NotPermitted


class Whose(Enum):
    """Whose rows an office may do something to."""

    NOBODYS = auto()
    ONES_OWN = auto()
    """What belongs to the person."""
    OWN_DEPARTMENTS = auto()
    ALL = auto()


_NO, _ME, _OWN, _ALL = Whose.NOBODYS, Whose.ONES_OWN, Whose.OWN_DEPARTMENTS, Whose.ALL

# fmt: off
_TABLE: Mapping[Act, tuple[Whose, ...]] = {
    #                      coord. liaison insp.  superv. auditor admin. console gate public firm
    Act.SEE_ROUNDS:       (_ALL,  _OWN,   _OWN,  _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_DIRECTORIES:  (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.MERGE_TARGETS:    (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_PLAN:         (_ALL,  _OWN,   _OWN,  _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.WATCH_PLANNING:   (_ALL,  _NO,    _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_DRAWS:        (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_TRAIL:        (_ALL,  _OWN,   _NO,   _ALL,   _ALL,   _NO,   _ALL,   _NO, _NO,   _NO),
    Act.BEGIN_ROUND:      (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.HAND_IN:          (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.COMMIT:           (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.FIX_DRAW:         (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.HOLD_DRAW:        (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.PLAN_ROUND:       (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.ADD_CAUSE:        (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.OVERRIDE_RULE:    (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _NO,    _NO, _NO,   _NO),
    Act.DRAW_UP_PAPERS:   (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.APPROVE_PAPERS:   (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_PAPERS:       (_ALL,  _NO,    _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_ANNUAL_PLAN:  (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.PLAN_YEAR:        (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.APPROVE_YEAR:     (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _NO,    _NO, _NO,   _NO),
    Act.ASK_RECUSAL:      (_ALL,  _OWN,   _OWN,  _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.DECIDE_RECUSAL:   (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _NO,    _NO, _NO,   _NO),
    Act.SEE_RESULTS:      (_ALL,  _OWN,   _OWN,  _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    # who inspects enters and publishes (谁检查、谁录入、谁公开)
    Act.ENTER_RESULTS:    (_NO,   _OWN,   _OWN,  _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.CLOSE_TABLE:      (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_ACCOUNTS:     (_NO,   _NO,    _NO,   _NO,    _ALL,   _ALL,  _ALL,   _NO, _NO,   _NO),
    Act.MANAGE_ACCOUNTS:  (_NO,   _NO,    _NO,   _NO,    _NO,    _ALL,  _ALL,   _NO, _NO,   _NO),
    Act.KEEP_OWN_ACCOUNT: (_ME,   _ME,    _ME,   _ME,    _ME,    _ME,   _NO,    _NO, _NO,   _NO),
    # a letter opens one firm's page; who takes part in its visits may write it, and open it again
    Act.SEE_LETTERS:      (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.ISSUE_LETTERS:    (_ALL,  _OWN,   _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_REQUESTS:     (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.ANSWER_REQUESTS:  (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.KEEP_REGISTRY:    (_ALL,  _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_DELIVERIES:   (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.MANAGE_DELIVERIES: (_ALL, _NO,    _NO,   _NO,    _NO,    _NO,   _ALL,   _NO, _NO,   _NO),
    Act.SEE_DESTINATIONS: (_ALL,  _OWN,   _NO,   _ALL,   _NO,    _ALL,  _ALL,   _NO, _NO,   _NO),
    Act.MANAGE_DESTINATIONS: (_ALL, _NO,  _NO,   _NO,    _NO,    _ALL,  _NO,    _NO, _NO,   _NO),
    # who inspects, or could tell who looked when, does not read what firms say without their names
    Act.SEE_FEEDBACK:     (_NO,   _NO,    _NO,   _ALL,   _NO,    _NO,   _NO,    _NO, _NO,   _NO),
    Act.USE_LETTER:       (_NO,   _NO,    _NO,   _NO,    _NO,    _NO,   _NO,    _NO, _NO,   _ME),
}
# fmt: on

BY_TWO = frozenset({Act.HOLD_DRAW, Act.OVERRIDE_RULE, Act.MANAGE_DESTINATIONS})
"""What one person alone may not do: somebody proposes it, another confirms. Publishing takes two by its own way:
papers, the annual plan and recusals are drawn up by one and approved by another (`approvals`)."""
BY_PROGRAM = (
    *(Act.SEE_ROUNDS, Act.SEE_PLAN, Act.SEE_DRAWS, Act.SEE_TRAIL, Act.WATCH_PLANNING),
    *(Act.FIX_DRAW, Act.COMMIT, Act.HOLD_DRAW, Act.PLAN_ROUND),
    *(Act.SEE_DELIVERIES, Act.SEE_DIRECTORIES, Act.MERGE_TARGETS, Act.HAND_IN),
    *(Act.SEE_PAPERS, Act.DRAW_UP_PAPERS, Act.APPROVE_PAPERS, Act.SEE_LETTERS, Act.ISSUE_LETTERS),
    *(Act.SEE_RESULTS, Act.ENTER_RESULTS, Act.CLOSE_TABLE, Act.BEGIN_ROUND, Act.ASK_RECUSAL, Act.DECIDE_RECUSAL),
    *(Act.SEE_REQUESTS, Act.ANSWER_REQUESTS, Act.SEE_ANNUAL_PLAN, Act.PLAN_YEAR, Act.APPROVE_YEAR),
    *(Act.ADD_CAUSE, Act.MANAGE_DELIVERIES, Act.SEE_DESTINATIONS, Act.MANAGE_DESTINATIONS, Act.KEEP_REGISTRY),
)
"""What a token can be good for: reading, and what is done through the interface for programs."""


def whose(act: Act, office: Office) -> Whose:
    """Look up whose rows an office may do something to."""
    return dict(zip(Office, _TABLE[act], strict=True))[office]


def may(actor: Actor, act: Act, *, department: str | None = None) -> bool:
    """Say whether an actor may do something; `department` is whose rows it is done to, None: to the actor's own."""
    if actor.scopes is not None and act not in actor.scopes:
        return False
    granted = whose(act, actor.office)
    if granted is Whose.ALL or department is None:
        return granted is not Whose.NOBODYS
    return granted is Whose.OWN_DEPARTMENTS and department == actor.department


def permit(actor: Actor, act: Act, *, department: str | None = None) -> None:
    """Raise NotPermitted unless an actor may do something."""
    if not may(actor, act, department=department):
        raise NotPermitted("您的岗位没有这项权限。", remedy="如需办理，请与系统管理员联系。")


def permit_two(act: Act, proposer: Actor, confirmer: Actor, *, department: str | None = None) -> None:
    """Raise NotPermitted unless two different people, each of whom may do it, do something together."""
    permit(proposer, act, department=department)
    permit(confirmer, act, department=department)
    if proposer.id == confirmer.id:
        raise NotPermitted("这一步要由两个人办理，不能自己确认自己提出的。", remedy="请由另一位有权限的人确认。")
