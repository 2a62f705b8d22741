"""What there is to do, one word an act; tokens name the same acts as their scopes.

Who may do what is said in `permissions`, how it is done in the actions.
"""

from enum import StrEnum


class Act(StrEnum):
    """The acts that the permissions table decides about."""

    SEE_ROUNDS = "see_rounds"
    SEE_DIRECTORIES = "see_directories"
    """Items, targets and inspectors over all rounds."""
    SEE_PLAN = "see_plan"
    """Schedule, targets and tours of a round; a department's own are its part (`parts`)."""
    WATCH_PLANNING = "watch_planning"
    """How the planning of a round fares, over all departments."""
    SEE_DRAWS = "see_draws"
    SEE_TRAIL = "see_trail"
    BEGIN_ROUND = "begin_round"
    """Set a round up, ask departments to hand in, and until when."""
    HAND_IN = "hand_in"
    COMMIT = "commit"
    """A party's own commitment and reveal."""
    FIX_DRAW = "fix_draw"
    HOLD_DRAW = "hold_draw"
    PLAN_ROUND = "plan_round"
    OVERRIDE_RULE = "override_rule"
    ENTER_RESULTS = "enter_results"
    PUBLISH = "publish"
    SEE_ACCOUNTS = "see_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    KEEP_OWN_ACCOUNT = "keep_own_account"
    """Password, second factor, tokens and sessions of one's own."""
    SEE_LETTERS = "see_letters"
    ISSUE_LETTERS = "issue_letters"
    """Write letters to firms, withdraw them, and open again what wrong tries have locked."""
    USE_LETTER = "use_letter"
    """See the visits that one's letter announces, and answer to them."""
    SEE_REQUESTS = "see_requests"
    """What firms ask of their visits, with the answers."""
    ANSWER_REQUESTS = "answer_requests"
    SEE_FEEDBACK = "see_feedback"
    """What firms say of inspections without their names."""
