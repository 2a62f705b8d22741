"""One folder put before both verifiers, the library's and the stand-alone one: they must say the same."""

from pathlib import Path
from typing import NamedTuple

from pure.chance.building import Files, laid_out

from solver import verify_draw
from solver.chance.errors import Check, Unreadable
from solver.chance.report import report
from solver.chance.transcript import TRANSCRIPT
from solver.chance.verify import verify

HOLDS, BROKEN, UNREADABLE = 0, 1, 2


class Judgement(NamedTuple):
    """The exit code and the check that failed first; `words` are what each verifier says, the library's first."""

    code: int
    check: Check | None
    words: tuple[str, str]


def judged(folder: Files, place: Path) -> Judgement:
    """Return what both verifiers find, and fail where they differ."""
    code, check, words = _by_the_library(folder)
    other_code, other_check, other_words = _by_the_standalone(folder, place)
    assert (code, check) == (other_code, other_check), (words, other_words)
    return Judgement(code, check, (words, other_words))


def _by_the_library(folder: Files) -> tuple[int, Check | None, str]:
    try:
        verdict = verify(folder[TRANSCRIPT], {name: data for name, data in folder.items() if name != TRANSCRIPT})
    except Unreadable as unreadable:
        return UNREADABLE, None, str(unreadable)
    words = report(verdict)
    return (BROKEN, verdict.failure.check, words) if verdict.failure else (HOLDS, None, words)


def _by_the_standalone(folder: Files, place: Path) -> tuple[int, Check | None, str]:
    for left_over in place.iterdir():
        left_over.unlink()
    try:
        return HOLDS, None, "\n".join(verify_draw.verify(laid_out(folder, place)))
    except verify_draw.Verdict as verdict:
        code, words = verdict.args
        check = next((check for check in Check if f" {check} 不符：" in words), None)
        return code, check, words
