"""What a filled-in result form would come to: counts, faults, and each correction with before and after.

What counts as a fault is decided in the domain's `results`.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from coordinator.actions.result_uploads import TriedForm
from coordinator.domain.entering import COLUMN_OF, answers_of
from coordinator.domain.expectations import Expectations
from coordinator.domain.findings import Correction
from coordinator.domain.results import ResultsTaken
from coordinator.domain.sheets import CellFinding, Severity
from coordinator.web.shown.hand_ins import FoundInCell

MOST_SHOWN = 200


class CellChange(Struct, frozen=True, kw_only=True):
    column: str
    before: str
    after: str


class CorrectionShown(Struct, frozen=True, kw_only=True):
    """One result that would be corrected."""

    target: str
    item: str
    cells: tuple[CellChange, ...]


class FormTrial(Struct, frozen=True, kw_only=True):
    """What a form would come to."""

    new: int
    unchanged: int
    corrected: int
    refused: int
    faults: tuple[CellFinding, ...]
    warnings: tuple[CellFinding, ...]
    corrections: tuple[CorrectionShown, ...]


class ResultTrial(Struct, frozen=True, kw_only=True):
    """What a form would come to, as programs are told."""

    new: int
    unchanged: int
    corrected: int
    refused: int
    faults: tuple[FoundInCell, ...]
    warnings: tuple[FoundInCell, ...]
    corrections: tuple[CorrectionShown, ...]


class ResultFormShown(Struct, frozen=True, kw_only=True):
    """One form; `seen` is handed back by whoever enters it, and there is no trial any more once it is entered."""

    id: UUID
    department: str
    file: str
    sha256: str
    tried_at: datetime
    entered_at: datetime | None
    seen: str
    trial: ResultTrial | None


def result_form_shown(tried: TriedForm) -> ResultFormShown:
    """Show programs a form and what it would come to now."""
    trial = form_trial(tried)
    return ResultFormShown(
        id=tried.form.id,
        department=tried.form.department,
        file=tried.form.file,
        sha256=tried.form.sha256,
        tried_at=tried.form.tried_at,
        entered_at=tried.form.entered_at,
        seen=tried.outcome,
        trial=msgspec.convert(trial, ResultTrial, from_attributes=True) if trial else None,
    )


def form_trial(tried: TriedForm) -> FormTrial | None:
    """Show what a form would come to; None once it is entered."""
    if tried.taken is None:
        return None
    form = tried.taken.forms[0]
    return FormTrial(
        new=form.new,
        unchanged=form.unchanged,
        corrected=form.corrected,
        refused=len(form.refused),
        faults=tuple(each for each in form.findings if each.severity is not Severity.WARNING),
        warnings=tuple(each for each in form.findings if each.severity is Severity.WARNING),
        corrections=tuple(_corrections(tried.taken))[:MOST_SHOWN],
    )


def _corrections(taken: ResultsTaken) -> Iterator[CorrectionShown]:
    for each in taken.facts.corrections:
        yield _correction(taken.facts.expectations, each)


def _correction(expectations: Expectations, each: Correction) -> CorrectionShown:
    before, after = asdict(answers_of(each.before)), asdict(answers_of(each.after))
    return CorrectionShown(
        target=expectations.target_by_id[each.after.target].name,
        item=expectations.item_names[each.after.department, each.after.item],
        cells=tuple(
            CellChange(column=name, before=before[field], after=after[field])
            for field, name in COLUMN_OF.items()
            if before[field] != after[field]
        ),
    )
