"""Every address of the interface for programs, as `every_route` lists those of the pages."""

from support.one_route import HEX, LATE, LINE, MOVE, SETTINGS, YEAR, collecting, pressed, seen
from support.rounds import small

from coordinator.domain.acts import Act

_SEEN = (Act.SEE_ROUNDS, Act.SEE_PLAN)
LETTER = "/letters/{letter_id:uuid}"
_API = "/api/v1/rounds/{round_id:uuid}"
_LISTS = "/api/v1/directories"
_CEREMONY = f"{_API}/draws/{{stage:str}}/ceremony"
PROGRAMS = (
    *(seen(f"{_LISTS}/{of}", Act.SEE_DIRECTORIES) for of in ("targets", "items", "inspectors", "checks", "duplicates")),
    seen(f"{_LISTS}/targets/{{code:path}}", Act.SEE_DIRECTORIES),
    seen(f"{_LISTS}/export/{{directory:str}}", Act.SEE_DIRECTORIES),
    seen(
        f"{_LISTS}/items/{{department:str}}/{{code:str}}",
        Act.SEE_DIRECTORIES,
        at=f"{_LISTS}/items/{{item_department}}/{{item}}",
    ),
    seen("/api/v1/rounds", Act.SEE_ROUNDS),
    seen("/api/v1/duties", Act.SEE_ROUNDS),
    seen(_API, Act.SEE_ROUNDS),
    seen(f"{_API}/trail", Act.SEE_TRAIL),
    seen(f"{_API}/schedule", *_SEEN),
    seen(f"{_API}/tours/{{tour:str}}", *_SEEN),
    *(seen(f"{_API}/{of}", *_SEEN, Act.WATCH_PLANNING) for of in ("merges", "unserved")),
    seen(f"{_API}/targets", *_SEEN),
    seen(f"{_API}/targets/{{code:path}}", *_SEEN),
    seen(f"{_API}/draws/{{stage:str}}", Act.SEE_DRAWS),
    seen(f"{_API}/draws/{{stage:str}}/files/{{name:str}}", Act.SEE_DRAWS, at="/api/v1{of_round}/files/frame.tsv"),
    seen(f"{_API}/planning", Act.WATCH_PLANNING),
    pressed(f"{_API}/draws/{{stage:str}}/commitment", Act.COMMIT, Act.SEE_DRAWS, then=409, commitment=HEX),
    pressed(f"{_API}/draws/{{stage:str}}/reveal", Act.COMMIT, Act.SEE_DRAWS, then=409, secret=HEX),
    seen(_CEREMONY, Act.SEE_DRAWS),
    pressed(f"{_CEREMONY}/fix", Act.FIX_DRAW, Act.SEE_DRAWS, then=200, minutes=15),
    pressed(f"{_CEREMONY}/close", Act.FIX_DRAW, Act.SEE_DRAWS, then=409),
    pressed(f"{_CEREMONY}/void", Act.FIX_DRAW, Act.SEE_DRAWS, then=409, reason="x"),
    pressed(f"{_CEREMONY}/propose", Act.HOLD_DRAW, Act.SEE_DRAWS, then=409),
    pressed(f"{_CEREMONY}/confirm", Act.HOLD_DRAW, Act.SEE_DRAWS, then=409, seen="{round}"),
    pressed(f"{_CEREMONY}/withdraw", Act.HOLD_DRAW, Act.SEE_DRAWS, then=409),
    pressed(f"{_API}/planning", Act.PLAN_ROUND, Act.WATCH_PLANNING, then=202, seconds=1),
    pressed(f"{_API}/planning/stop", Act.PLAN_ROUND, Act.WATCH_PLANNING, then=200, how="cancel"),
)

_AGAIN = f"{_API}/replannings"
_ONE_AGAIN = f"{_AGAIN}/{{replanning_id:uuid}}"
_ONE_THERE = "/api/v1/rounds/{round}/replannings/{absent}"
PROGRAMS += (
    seen(f"{_API}/remedies", *_SEEN, Act.PLAN_ROUND, then=409),
    seen(_AGAIN, *_SEEN, Act.WATCH_PLANNING),
    pressed(_AGAIN, *_SEEN, Act.WATCH_PLANNING, Act.PLAN_ROUND, then=409, plan="{absent}", seconds=20),
    seen(_ONE_AGAIN, Act.WATCH_PLANNING, at=_ONE_THERE, then=404),
    pressed(f"{_ONE_AGAIN}/stop", Act.WATCH_PLANNING, Act.PLAN_ROUND, at=f"{_ONE_THERE}/stop", then=404, how="cancel"),
    *(
        pressed(f"{_ONE_AGAIN}/{do}", Act.WATCH_PLANNING, Act.PLAN_ROUND, at=f"{_ONE_THERE}/{do}", then=404)
        for do in ("take", "leave")
    ),
    seen(
        f"{_LISTS}/duplicates/pair",
        Act.SEE_DIRECTORIES,
        at=f"{_LISTS}/duplicates/pair?one={{target}}&other={{another}}",
    ),
    seen("/api/v1/registry", Act.SEE_DIRECTORIES),
    seen("/api/v1/registry/{batch_id:uuid}", Act.SEE_DIRECTORIES, at="/api/v1/registry/{absent}", then=404),
    pressed("/api/v1/registry", Act.SEE_DIRECTORIES, Act.KEEP_REGISTRY, then=422),
    pressed(f"{_LISTS}/merges", Act.MERGE_TARGETS, then=409, away="{target}", stands="{another}", seen=HEX),
    pressed(
        f"{_LISTS}/merges/{{merge_id:uuid}}/undo", Act.MERGE_TARGETS, at=f"{_LISTS}/merges/{{absent}}/undo", then=404
    ),
)

_HANDED_IN = f"{_API}/hand-ins/{{hand_in_id:uuid}}"
PROGRAMS += tuple(
    collecting(route)
    for route in (
        seen(f"{_API}/hand-ins", Act.SEE_ROUNDS),
        seen(f"{_API}/template", Act.HAND_IN, at="/api/v1/rounds/{round}/template?department={department}"),
        pressed(f"{_API}/hand-ins", Act.HAND_IN, then=422),
        seen(_HANDED_IN, Act.HAND_IN),
        pressed(f"{_HANDED_IN}/commit", Act.HAND_IN, then=200, with_faults=True),
        pressed(f"{_HANDED_IN}/undo", Act.HAND_IN, at="/api/v1/rounds/{round}/hand-ins/{trial}/undo", then=409),
        seen(f"{_HANDED_IN}/returned", Act.HAND_IN, Act.SEE_ROUNDS),
    )
)
PROGRAMS += (
    seen(f"{_API}/approvals", Act.SEE_PAPERS),
    pressed(f"{_API}/approvals", Act.DRAW_UP_PAPERS, then=409),
    pressed(f"{_API}/approvals/approve", Act.APPROVE_PAPERS, then=409, seen=HEX, number="1号"),
    pressed(f"{_API}/approvals/return", Act.APPROVE_PAPERS, then=409, seen=HEX, reason="x"),
    seen(f"{_API}/papers", *_SEEN, Act.SEE_PAPERS),
    *(
        seen(
            f"{_API}/papers/{{issue:int}}/{{kind:str}}/{form}",
            *(*_SEEN, Act.SEE_PAPERS),
            at=f"/api/v1/rounds/{{round}}/papers/1/scheme/{form}",
        )
        for form in ("docx", "pdf")
    ),
    seen(f"{_API}/papers/package", *_SEEN),
    seen(f"{_API}/papers/unplanned", Act.SEE_PAPERS),
    pressed(f"{_API}/papers/unplanned", Act.SEE_PAPERS, Act.DRAW_UP_PAPERS, then=404, task="x", reason="x"),
    seen(
        f"{_API}/visits/{{matter:str}}/places",
        *(*_SEEN, Act.PLAN_ROUND),
        at="/api/v1/rounds/{round}/visits/x/places",
        then=404,
    ),
    pressed(
        f"{_API}/visits/{{matter:str}}/rescheduling",
        *(*_SEEN, Act.PLAN_ROUND),
        at="/api/v1/rounds/{round}/visits/x/rescheduling",
        then=404,
        half_day="y",
        half_day_seen="z",
        reason="w",
    ),
    seen(f"{_API}/letters", Act.SEE_ROUNDS, Act.SEE_LETTERS),
    pressed(f"{_API}/letters", Act.ISSUE_LETTERS, then=409),
    *(pressed(f"/api/v1{LETTER}/{act}", Act.ISSUE_LETTERS, then=409) for act in ("renew", "reopen", "withdraw")),
)

PROGRAMS += (
    seen(
        f"{_API}/moves",
        *(*_SEEN, Act.PLAN_ROUND),
        at="/api/v1/rounds/{round}/moves?tour={tour}&target={target}",
        then=409,
    ),
    pressed(f"{_API}/moves", *_SEEN, Act.PLAN_ROUND, then=409, **MOVE),
    pressed(f"{_API}/moves/undo", Act.PLAN_ROUND, then=409, plan="{round}"),
)

_LATE = f"{_API}/late-causes"
PROGRAMS += (
    seen(_LATE, Act.ADD_CAUSE),
    *(pressed(address, Act.ADD_CAUSE, then=409, **LATE) for address in (_LATE, f"{_LATE}/trial")),
    pressed(
        f"{_LATE}/{{cause_id:uuid}}/withdraw",
        Act.ADD_CAUSE,
        at="/api/v1/rounds/{round}/late-causes/{absent}/withdraw",
        then=404,
    ),
)

_RESULTS = f"{_API}/results"
_TRIED = f"{_RESULTS}/forms/{{form_id:uuid}}"
_TRIED_THERE = "/api/v1/rounds/{round}/results/forms/{absent}"
PROGRAMS += (
    seen(_RESULTS, *_SEEN, Act.SEE_RESULTS),
    seen(f"{_RESULTS}/form", *_SEEN, Act.ENTER_RESULTS),
    pressed(f"{_RESULTS}/forms", *_SEEN, Act.ENTER_RESULTS, then=422),
    seen(_TRIED, *_SEEN, Act.ENTER_RESULTS, at=_TRIED_THERE, then=404),
    pressed(f"{_TRIED}/enter", *_SEEN, Act.ENTER_RESULTS, at=f"{_TRIED_THERE}/enter", then=404, seen="x"),
    seen(f"{_TRIED}/returned", *_SEEN, Act.ENTER_RESULTS, at=f"{_TRIED_THERE}/returned", then=404),
    seen("/api/v1/statistics", Act.SEE_ROUNDS, Act.SEE_RESULTS, at="/api/v1/statistics?year=2026"),
    seen("/api/v1/statistics/{year:int}/tables", Act.SEE_ROUNDS, Act.SEE_RESULTS),
    pressed(
        "/api/v1/statistics/{year:int}/tables",
        *(Act.SEE_ROUNDS, Act.SEE_RESULTS, Act.CLOSE_TABLE),
        then=404,
        unit="x",
        seen=HEX,
    ),
)

_YEARS = f"/api/v1{YEAR}"
_YEAR = (Act.SEE_ANNUAL_PLAN, Act.APPROVE_YEAR)
PROGRAMS += (
    seen(f"{_API}/recusals", *_SEEN),
    pressed(
        f"{_API}/recusals",
        Act.ASK_RECUSAL,
        then=409,
        target="{recused_at}",
        inspector="{inspector}",
        reason="x",
        cause="declared",
    ),
    pressed(
        f"{_API}/recusals/{{request_id:uuid}}/decide",
        *(Act.SEE_PLAN, Act.DECIDE_RECUSAL),
        at="/api/v1/rounds/{round}/recusals/{recusal}/decide",
        then=422,
        decision="refused",
        reason="",
    ),
    seen(f"{_API}/requests", Act.SEE_ROUNDS, Act.SEE_REQUESTS),
    pressed(
        "/api/v1/requests/{request_id:uuid}/answer",
        *(Act.SEE_REQUESTS, Act.ANSWER_REQUESTS),
        at="/api/v1/requests/{request}/answer",
        then=422,
        granted=True,
        answer="",
    ),
    *(seen(f"{_YEARS}/{of}", Act.SEE_ANNUAL_PLAN) for of in ("lines", "changes", "issues")),
    pressed(f"{_YEARS}/lines", Act.PLAN_YEAR, then=409, **LINE, department="{department}", id="{line}", reason="x"),
    pressed(f"{_YEARS}/lines/withdraw", Act.PLAN_YEAR, then=404, id="{others_line}", reason="x"),
    pressed(f"{_YEARS}/issues", *_YEAR, then=409),
    pressed(f"{_YEARS}/issues/approve", *_YEAR, then=409, seen=HEX, number="1号"),
    pressed(f"{_YEARS}/issues/return", *_YEAR, then=409, seen=HEX, reason="x"),
    pressed("/api/v1/rounds", Act.BEGIN_ROUND, then=422, settings="x", due_on="2026-02-26"),
    *(
        collecting(route)
        for route in (
            pressed(f"{_API}/ask", Act.SEE_ROUNDS, Act.BEGIN_ROUND, then=422, due_on="2020-01-01"),
            pressed(
                f"{_API}/ask/no-more",
                *(Act.SEE_ROUNDS, Act.BEGIN_ROUND),
                then=409,
                department=small().settings.round.coordinator,
            ),
            seen(f"{_API}/settings", Act.BEGIN_ROUND),
            *(
                pressed(f"{_API}/settings{do}", Act.BEGIN_ROUND, then=409, settings=SETTINGS, seen=SETTINGS)
                for do in ("/try", "")
            ),
        )
    ),
)
