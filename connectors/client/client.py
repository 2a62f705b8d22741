"""Everything that OneDoor's interface offers to programs, a method each; answers are the types of `types`.

with OneDoor("https://ymc.example.gov.cn", token) as onedoor:
for each in onedoor.rounds():
print(each.code, each.stage)
"""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import UUID

import httpx

from connectors.client import types
from connectors.client.ceremonies import Ceremonies
from connectors.client.office import OfficeWork
from connectors.client.papers import Papers
from connectors.client.sending import Sender
from connectors.client.ways_out import WaysOut

MOST = 500
"""How many lines of a long list come at once."""


class OneDoor(Ceremonies, OfficeWork, Papers, WaysOut):
    """One service, as one token. Every method raises Refused, or httpx.TransportError where nothing answers."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sender = Sender(address, token, transport, pause)

    def __enter__(self) -> Self:
        """Hold the connection."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let it go."""
        self._sender.close()

    def rounds(self) -> list[types.RoundLine]:
        """All rounds that the token's owner may see, the newest first."""
        return list(self._sender.pages("/rounds", types.RoundLine))

    def duties(self) -> list[types.Duty]:
        """What is owed now of what this token may do, the most urgent first."""
        return list(self._sender.pages("/duties", types.Duty))

    def round(self, id_: UUID | str) -> types.RoundShown:
        """One round: its course, figures, tasks, what could not be served."""
        return self._sender.read(f"/rounds/{id_}", types.RoundShown)

    def trail(self, round_: UUID | str) -> list[types.TrailEntry]:
        """Who did what, oldest first."""
        return list(self._sender.pages(f"/rounds/{round_}/trail", types.TrailEntry))

    def schedule(self, round_: UUID | str, **asked: str) -> types.ScheduleShown:
        """The schedule; `week`, `day`, `department`, `team`, `area` and `notice` choose from it."""
        return self._sender.read(f"/rounds/{round_}/schedule", types.ScheduleShown, **asked)

    def tour(self, round_: UUID | str, tour: str) -> types.TourShown:
        """One tour: its visits, roles and everyone's chances."""
        return self._sender.read(f"/rounds/{round_}/tours/{quote(tour, safe='')}", types.TourShown)

    def merges(self, round_: UUID | str, **asked: str) -> list[types.MergeLine]:
        """The merge board, most doors saved first; `q`, `department` and `only` (merged, parted) choose from it."""
        return list(self._sender.pages(f"/rounds/{round_}/merges", types.MergeLine, **asked, most=MOST))

    def unserved(self, round_: UUID | str) -> list[types.UnservedShown]:
        """What could not be served and why, the largest group first; what would help is in `remedies`."""
        return list(self._sender.pages(f"/rounds/{round_}/unserved", types.UnservedShown))

    def targets(self, round_: UUID | str, words: str = "") -> list[types.TargetLine]:
        """A round's targets whose name or code holds the words."""
        return list(self._sender.pages(f"/rounds/{round_}/targets", types.TargetLine, q=words))

    def target(self, round_: UUID | str, code: str) -> types.TargetShown:
        """One target, and what the firm itself may see now."""
        return self._sender.read(f"/rounds/{round_}/targets/{quote(code)}", types.TargetShown)

    def planning(self, round_: UUID | str) -> types.PlanningShown:
        """How the planning stands."""
        return self._sender.read(f"/rounds/{round_}/planning", types.PlanningShown)

    def plan(self, round_: UUID | str, seconds: int, *, key: str | None = None) -> types.PlanningShown:
        """Ask for a plan; where one is under way, follow that."""
        given = types.PlanningWish(seconds=seconds)
        return self._sender.write(f"/rounds/{round_}/planning", given, types.PlanningShown, key)

    def end_planning(
        self, round_: UUID | str, how: types.StopRequest, *, key: str | None = None
    ) -> types.PlanningShown:
        """End a planning early, with the best plan so far or with none."""
        given = types.PlanningEnd(how=how)
        return self._sender.write(f"/rounds/{round_}/planning/stop", given, types.PlanningShown, key)

    def remedies(self, round_: UUID | str) -> types.Remedies:
        """The plan that stands, and what would help what it leaves unserved; may take seconds."""
        return self._sender.read(f"/rounds/{round_}/remedies", types.Remedies)

    def replannings(self, round_: UUID | str) -> list[types.ReplanningLine]:
        """What was planned again, the newest first."""
        return list(self._sender.pages(f"/rounds/{round_}/replannings", types.ReplanningLine))

    def replan(
        self, round_: UUID | str, wish: types.ReplanningWish, *, key: str | None = None
    ) -> types.ReplanningShown:
        """Say what has changed and ask for another plan; the one that stands stays until it is taken."""
        return self._sender.write(f"/rounds/{round_}/replannings", wish, types.ReplanningShown, key)

    def replanning(self, round_: UUID | str, id_: UUID | str) -> types.ReplanningShown:
        """How it fares; once it is made, what moved and why."""
        return self._sender.read(f"/rounds/{round_}/replannings/{id_}", types.ReplanningShown)

    def end_replanning(
        self, round_: UUID | str, id_: UUID | str, how: types.StopRequest, *, key: str | None = None
    ) -> types.ReplanningShown:
        """End it early, with the best plan so far or with none."""
        given = types.PlanningEnd(how=how)
        return self._sender.write(f"/rounds/{round_}/replannings/{id_}/stop", given, types.ReplanningShown, key)

    def take_replanning(self, round_: UUID | str, id_: UUID | str, *, key: str | None = None) -> types.ReplanningShown:
        """Let the new plan stand; refused where a rule is loosened, for that takes two people."""
        return self._sender.write(f"/rounds/{round_}/replannings/{id_}/take", {}, types.ReplanningShown, key)

    def leave_replanning(self, round_: UUID | str, id_: UUID | str, *, key: str | None = None) -> types.ReplanningShown:
        """Let the old plan stand."""
        return self._sender.write(f"/rounds/{round_}/replannings/{id_}/leave", {}, types.ReplanningShown, key)

    def move_places(self, round_: UUID | str, tour: str, target: str, **asked: str) -> types.PlacesShown:
        """Before the lots: where a visit may go; `half_day` and `join` ask for one place in full words."""
        return self._sender.read(f"/rounds/{round_}/moves", types.PlacesShown, tour=tour, target=target, **asked)

    def move(self, round_: UUID | str, wish: types.MoveWish, *, key: str | None = None) -> types.VisitMoved:
        """Move one visit; all others stay where they are."""
        return self._sender.write(f"/rounds/{round_}/moves", wish, types.VisitMoved, key)

    def undo_move(self, round_: UUID | str, plan: UUID | str, *, key: str | None = None) -> types.MoveUndone:
        """Put the plan before the last move in its place again; `plan` is the one that stands."""
        given = types.UndoWish(plan=str(plan))
        return self._sender.write(f"/rounds/{round_}/moves/undo", given, types.MoveUndone, key)

    def hand_ins(self, round_: UUID | str) -> list[types.DepartmentLine]:
        """How far departments have come with handing in; a department's program sees its own."""
        return list(self._sender.pages(f"/rounds/{round_}/hand-ins", types.DepartmentLine))

    def template(self, round_: UUID | str, department: str = "") -> bytes:
        """The workbook to fill in, with the department's own lists as it handed them in last."""
        return self._sender.fetch(f"/rounds/{round_}/template", department=department)

    def try_workbook(
        self, round_: UUID | str, file: str, content: bytes, *, key: str | None = None
    ) -> types.HandInShown:
        """Have a workbook looked through; nothing is handed in yet."""
        return self._sender.upload(f"/rounds/{round_}/hand-ins", file, content, types.HandInShown, key)

    def hand_in(
        self, round_: UUID | str, tried: UUID | str, *, with_faults: bool = False, key: str | None = None
    ) -> types.HandInShown:
        """Hand a tried workbook in; with faults only its good rows count."""
        given = types.HandInWish(with_faults=with_faults)
        return self._sender.write(f"/rounds/{round_}/hand-ins/{tried}/commit", given, types.HandInShown, key)

    def undo_hand_in(self, round_: UUID | str, handed_in: UUID | str, *, key: str | None = None) -> types.HandInShown:
        """Take back what was handed in, within its day."""
        return self._sender.write(f"/rounds/{round_}/hand-ins/{handed_in}/undo", {}, types.HandInShown, key)

    def returned_workbook(self, round_: UUID | str, tried: UUID | str) -> bytes:
        """The workbook with its faults marked."""
        return self._sender.fetch(f"/rounds/{round_}/hand-ins/{tried}/returned")

    def results(self, round_: UUID | str) -> list[types.ResultsOwed]:
        """What is still owed of results, stop by stop, those first that must be public first."""
        return list(self._sender.pages(f"/rounds/{round_}/results", types.ResultsOwed))

    def result_form(self, round_: UUID | str) -> bytes:
        """The department's form to fill in."""
        return self._sender.fetch(f"/rounds/{round_}/results/form")

    def try_results(
        self, round_: UUID | str, file: str, content: bytes, *, key: str | None = None
    ) -> types.ResultFormShown:
        """Have a filled-in form looked through; nothing is entered yet."""
        return self._sender.upload(f"/rounds/{round_}/results/forms", file, content, types.ResultFormShown, key)

    def tried_results(self, round_: UUID | str, form: UUID | str) -> types.ResultFormShown:
        """What a form would come to now."""
        return self._sender.read(f"/rounds/{round_}/results/forms/{form}", types.ResultFormShown)

    def enter_results(
        self, round_: UUID | str, form: UUID | str, seen: str, *, with_faults: bool = False, key: str | None = None
    ) -> types.ResultFormShown:
        """Enter a form that comes to what was seen; with faults only its good rows count."""
        given = types.EnterWish(seen=seen, with_faults=with_faults)
        return self._sender.write(f"/rounds/{round_}/results/forms/{form}/enter", given, types.ResultFormShown, key)

    def returned_results(self, round_: UUID | str, form: UUID | str) -> bytes:
        """The form with its faults marked."""
        return self._sender.fetch(f"/rounds/{round_}/results/forms/{form}/returned")

    def statistics(self, year: int) -> dict[str, object]:
        """The statistics tables of a year, as in statistics.json."""
        return self._sender.read("/statistics", dict[str, object], year=str(year))

    def statistics_tables(self, year: int) -> list[types.TableLine]:
        """A year's tables by unit: which were reported, and what was corrected since."""
        return list(self._sender.pages(f"/statistics/{year}/tables", types.TableLine))

    def close_table(self, year: int, unit: str, seen: str, *, key: str | None = None) -> types.TableLine:
        """Report a unit's table, once; `seen` is the digest of its figures."""
        given = types.CloseWish(unit=unit, seen=seen)
        return self._sender.write(f"/statistics/{year}/tables", given, types.TableLine, key)

    def letters(self, round_: UUID | str) -> list[types.LetterShown]:
        """A round's letters to firms, withdrawn ones too."""
        return list(self._sender.pages(f"/rounds/{round_}/letters", types.LetterShown))

    def issue_letters(self, round_: UUID | str, *, key: str | None = None) -> list[types.LetterWritten]:
        """Write to every firm that has no letter; codes come this once, and a repeat is refused."""
        return self._sender.write(f"/rounds/{round_}/letters", {}, list[types.LetterWritten], key)

    def renew_letter(self, letter: UUID | str, *, key: str | None = None) -> list[types.LetterWritten]:
        """Withdraw a letter and write another to the same firm; its code comes this once."""
        return self._sender.write(f"/letters/{letter}/renew", {}, list[types.LetterWritten], key)

    def reopen_letter(self, letter: UUID | str, *, key: str | None = None) -> types.LetterChanged:
        """Let a letter that wrong tries have locked be opened again, with the code it has."""
        return self._sender.write(f"/letters/{letter}/reopen", {}, types.LetterChanged, key)

    def withdraw_letter(self, letter: UUID | str, *, key: str | None = None) -> types.LetterChanged:
        """Take a letter out of use."""
        return self._sender.write(f"/letters/{letter}/withdraw", {}, types.LetterChanged, key)

    def places(self, round_: UUID | str, matter: str) -> types.ReschedulingShown:
        """Where the visit of a matter may go after the lots with its drawn team, and why not elsewhere."""
        return self._sender.read(f"/rounds/{round_}/visits/{matter}/places", types.ReschedulingShown)

    def reschedule(
        self,
        round_: UUID | str,
        matter: str,
        half_day: str,
        *,
        seen: str,
        reason: str,
        key: str | None = None,
    ) -> types.Rescheduled:
        """Move the visit of a matter to a half-day, where it stands still in the one `seen`."""
        given = types.ReschedulingWish(half_day=half_day, half_day_seen=seen, reason=reason)
        return self._sender.write(f"/rounds/{round_}/visits/{matter}/rescheduling", given, types.Rescheduled, key)

    def directory_targets(self, words: str = "") -> Iterator[types.DirectoryTarget]:
        """Targets over all rounds, found by name, code, pinyin or first letters."""
        return self._sender.pages("/directories/targets", types.DirectoryTarget, q=words, most=MOST)

    def directory_target(self, code: str) -> types.DirectoryTargetWhole:
        """What departments said about a target, round by round, and with what it was merged."""
        return self._sender.read(f"/directories/targets/{quote(code)}", types.DirectoryTargetWhole)

    def directory_items(self, words: str = "") -> Iterator[types.DirectoryItem]:
        """Items in their newest version."""
        return self._sender.pages("/directories/items", types.DirectoryItem, q=words, most=MOST)

    def item_versions(self, department: str, code: str) -> list[types.DirectoryItem]:
        """Every version of an item, the newest first."""
        path = f"/directories/items/{quote(department, safe='')}/{quote(code, safe='')}"
        return list(self._sender.pages(path, types.DirectoryItem))

    def directory_inspectors(self, words: str = "") -> Iterator[types.DirectoryInspector]:
        """People as last listed."""
        return self._sender.pages("/directories/inspectors", types.DirectoryInspector, q=words, most=MOST)

    def directory_workbook(self, directory: types.Directory, words: str = "") -> bytes:
        """The `targets`, `items` or `inspectors` found, as a workbook; 20,000 lines at most."""
        return self._sender.fetch(f"/directories/export/{directory}", q=words)

    def work_lists(self) -> list[types.DirectoryWorkList]:
        """What has to be mended in the directories."""
        return list(self._sender.pages("/directories/checks", types.DirectoryWorkList))

    def duplicates(self) -> list[types.DuplicatePair]:
        """Records that may be one target."""
        return list(self._sender.pages("/directories/duplicates", types.DuplicatePair))

    def compare(self, one: str, other: str) -> types.DuplicatePair:
        """Two records side by side, and the digest of what is shown."""
        return self._sender.read("/directories/duplicates/pair", types.DuplicatePair, one=one, other=other)

    def merge(self, away: str, stands: str, seen: str, *, key: str | None = None) -> types.TargetMerged:
        """Let one record refer to the other, as both were seen."""
        given = types.MergeWish(away=away, stands=stands, seen=seen)
        return self._sender.write("/directories/merges", given, types.TargetMerged, key)

    def undo_merge(self, merge: UUID | str, *, key: str | None = None) -> types.TargetMerged:
        """Let both records stand for themselves again."""
        return self._sender.write(f"/directories/merges/{merge}/undo", {}, types.TargetMerged, key)

    def registry_batches(self) -> list[types.RegistryBatch]:
        """Registrations as they were taken in, file by file or pull by pull, the newest first."""
        return list(self._sender.pages("/registry", types.RegistryBatch))

    def registry_batch(self, batch: UUID | str) -> types.RegistryReport:
        """What a batch changed, and which of its rows were left out."""
        return self._sender.read(f"/registry/{batch}", types.RegistryReport)

    def take_registry_file(self, file: str, content: bytes, *, key: str | None = None) -> types.RegistryReport:
        """Have registrations taken in from a file; rows with faults are left out and named."""
        return self._sender.upload("/registry", file, content, types.RegistryReport, key)

    def public_round(self, round_: UUID | str) -> types.PublicRound:
        """What anybody may see of a round now."""
        return self._sender.read(f"/public/rounds/{round_}", types.PublicRound)
