"""The checker from files to verdict, as `onedoor check` needs it.

A plan of the wrong form gets a verdict (rule 7); only what is no plan at all is an error.
"""

from solver.planning.check import Breach, Verdict, check
from solver.planning.check.teams import check_teams, read_teams
from solver.planning.reading import Misshapen, problem_digest, read_plan, read_problem


def check_documents(problem: bytes, plan: bytes, teams: bytes | None = None) -> Verdict:
    """Check a plan's file, and the teams drawn from it, against the problem's file; raises `Unreadable` (exit 2)."""
    given = read_problem(problem)
    try:
        planned = read_plan(plan)
    except Misshapen as error:
        return Verdict(breaches=(_breach_of_form(error),), metrics=None)
    verdict = check(given, planned, problem_digest(problem))
    drawn = check_teams(given, planned, read_teams(teams)) if teams is not None else ()
    return Verdict(breaches=(*verdict.breaches, *drawn), metrics=verdict.metrics)


def _breach_of_form(error: Misshapen) -> Breach:
    """Rule 7 gives the document its form; what may stand in a role's table of chances is rule 5's."""
    is_table = ".chances" in error.place or ".left_out" in error.place
    return Breach(rule=5 if is_table else 7, place=error.place, text=error.text)
