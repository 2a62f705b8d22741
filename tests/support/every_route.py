"""Every address of the service: what the permissions table must grant for it, and what whoever may gets there.

Those of the interface for programs stand in `every_program_route`.
What is sent is well-formed and changes nothing that a second sender would miss. `test_web_every_route` walks it.
"""

from datetime import date

from support.every_program_route import PROGRAMS
from support.one_route import HEX, LINE, MOVE, SETTINGS, WRONG, YEAR, Route, collecting, pressed, seen
from support.rounds import small

from coordinator.domain.acts import Act
from coordinator.domain.new_rounds import at_first

ROUND, DRAW, HAND_IN = "/rounds/{round_id:uuid}", "/rounds/{round_id:uuid}/draws/{stage:str}", "/hand-in/{id_:uuid}"
ACCOUNT, LETTER = "/accounts/{account_id:uuid}", "/letters/{letter_id:uuid}"
NEW_ROUND = at_first(date(2026, 2, 25), None, ()) | {"key": "{absent}"}


NEW_SHARE = {"name": "X", "connector": "folder", "title": "x", "department": "x", "wants": ["公示数据"], "settings": {}}
BESIDE = {"key": "{absent}", "due_on": "", "departments": ""}


OPEN = (
    *(seen("/verify"), seen("/healthz"), seen("/readyz"), seen("/metrics"), seen("/schema")),
    *(seen("/schema/openapi.json"), seen("/schema/{path:str}", at="/schema/openapi.yaml", then=404)),
    seen("/static/{name:path}", at="/static/web.css"),
    *(seen("/public"), seen("/public/rounds/{round_id:uuid}")),
    # sealed until its last visit has begun
    seen("/public/rounds/{round_id:uuid}/draws/{stage:str}/{name:str}", at="/public{of_round}/head.json", then=404),
    seen("/public/annual-plans/{year:int}"),
    seen("/public/annual-plans/{year:int}/plan.csv"),
    seen("/public/annual-plans/{year:int}/plan.json"),
    seen("/api/v1/public/rounds/{round_id:uuid}"),
    *(seen("/sign-in"), seen("/sign-in/first"), seen("/letter"), seen("/directories", then=303)),
    pressed("/sign-in", then=422, login="nobody", password=WRONG),
    pressed("/sign-in/first", then=422, login="nobody", code="wrong", password=WRONG, again=WRONG),
    pressed("/letter", then=422, number="00000000", code="00000000"),
    seen("/calendar/{name:str}", at="/calendar/unknown.ics", then=404),
    pressed("/letter/leave", then=303)._replace(ends_session=True),
)
"""For anybody at all."""

FIRMS = (
    seen("/letter/visits", Act.USE_LETTER),
    seen("/letter/ask/{kind:str}", Act.USE_LETTER, at="/letter/ask/objection"),
    pressed("/letter/ask/{kind:str}", Act.USE_LETTER, at="/letter/ask/objection", then=422, reason=""),
    seen("/letter/feedback/{kind:str}", Act.USE_LETTER, at="/letter/feedback/rating"),
    pressed("/letter/feedback/{kind:str}", Act.USE_LETTER, at="/letter/feedback/rating", then=409),
    pressed("/letter/calendar", Act.USE_LETTER, then=200),
)
"""For a firm that has opened its letter."""

OWN = (
    *(seen(f"/account{page}", Act.KEEP_OWN_ACCOUNT) for page in ("", "/password", "/second-factor", "/tokens")),
    pressed("/account/password", Act.KEEP_OWN_ACCOUNT, then=422, old="x", password=WRONG, again=WRONG),
    pressed("/account/second-factor", Act.KEEP_OWN_ACCOUNT, then=422, old="x"),
    pressed("/account/second-factor/code", Act.KEEP_OWN_ACCOUNT, then=422, code="000000"),
    pressed("/account/tokens", Act.KEEP_OWN_ACCOUNT, then=422, program=""),
    pressed("/account/tokens/{token:uuid}/revoke", Act.KEEP_OWN_ACCOUNT, then=303),
    pressed("/sign-out", Act.KEEP_OWN_ACCOUNT, then=303)._replace(ends_session=True),
    pressed("/sign-out/everywhere", Act.KEEP_OWN_ACCOUNT, then=303)._replace(ends_session=True),
)

ACCOUNTS = (
    seen("/accounts", Act.SEE_ACCOUNTS),
    pressed("/accounts", Act.MANAGE_ACCOUNTS, then=422, login="somebody", name="x", office="supervisor"),
    seen(ACCOUNT, Act.SEE_ACCOUNTS),
    pressed(f"{ACCOUNT}/lock", Act.MANAGE_ACCOUNTS, then=303),
    pressed(f"{ACCOUNT}/unlock", Act.MANAGE_ACCOUNTS, then=303),
    pressed(f"{ACCOUNT}/code", Act.MANAGE_ACCOUNTS, then=200),
    pressed(f"{ACCOUNT}/end", Act.MANAGE_ACCOUNTS, then=422, successor="nobody"),
    seen("/trail", Act.SEE_TRAIL),
    seen("/feedback", Act.SEE_FEEDBACK),
)

BEGINNING = tuple(
    collecting(route)
    for route in (
        seen("/", Act.SEE_ROUNDS, refused=303),
        seen("/rounds/new", Act.BEGIN_ROUND),
        pressed("/rounds", Act.BEGIN_ROUND, then=422, **NEW_ROUND),
        pressed("/rounds/file", Act.BEGIN_ROUND, then=422, **BESIDE)._replace(file="settings"),
        pressed(f"{ROUND}/ask", Act.BEGIN_ROUND, then=422, due_on=""),
        pressed(f"{ROUND}/ask/no-more", Act.BEGIN_ROUND, then=409, department=small().settings.round.coordinator),
        seen(f"{ROUND}/settings", Act.BEGIN_ROUND),
        pressed(f"{ROUND}/settings", Act.BEGIN_ROUND, then=422),
        pressed(f"{ROUND}/settings/file", Act.BEGIN_ROUND, then=422)._replace(file="settings"),
        pressed(f"{ROUND}/settings/change", Act.BEGIN_ROUND, then=409, settings=SETTINGS, seen=SETTINGS),
        seen(f"{ROUND}/hand-in", Act.SEE_ROUNDS),
        pressed(f"{ROUND}/hand-in", Act.HAND_IN, then=422)._replace(file="workbook"),
        seen(f"{ROUND}/template", Act.HAND_IN, at="/rounds/{round}/template?department={department}"),
        seen(ROUND + HAND_IN, Act.HAND_IN, Act.SEE_ROUNDS),
        pressed(f"{ROUND}{HAND_IN}/commit", Act.HAND_IN, then=303, with_faults="yes"),
        pressed(f"{ROUND}{HAND_IN}/again", Act.HAND_IN, then=303),
        pressed(f"{ROUND}{HAND_IN}/undo", Act.HAND_IN, at="/rounds/{round}/hand-in/{trial}/undo", then=409),
        seen(f"{ROUND}{HAND_IN}/returned", Act.HAND_IN),
    )
)

DIRECTORIES = (
    seen("/directories/{directory:str}", Act.SEE_DIRECTORIES),
    seen("/directories/checks", Act.SEE_DIRECTORIES),
    seen("/directories/export/{directory:str}", Act.SEE_DIRECTORIES),
    seen("/directories/duplicates", Act.SEE_DIRECTORIES),
    seen(
        "/directories/duplicates/pair",
        Act.SEE_DIRECTORIES,
        at="/directories/duplicates/pair?one={target}&other={another}",
    ),
    pressed(
        "/directories/duplicates/merge",
        Act.MERGE_TARGETS,
        then=409,
        one="{target}",
        other="{another}",
        stands="{target}",
        seen="x",
    ),
    pressed("/directories/duplicates/undo", Act.MERGE_TARGETS, then=404, merge="{absent}"),
    seen("/registry", Act.SEE_DIRECTORIES),
    pressed("/registry", Act.KEEP_REGISTRY, then=422)._replace(file="file"),
    seen("/registry/{batch_id:uuid}", Act.SEE_DIRECTORIES, at="/registry/{absent}", then=404),
    seen("/directories/target/{code:path}", Act.SEE_DIRECTORIES),
    seen(
        "/directories/item/{department:str}/{code:str}",
        Act.SEE_DIRECTORIES,
        at="/directories/item/{item_department}/{item}",
    ),
)

YEARS = (
    seen("/annual-plans", Act.SEE_ANNUAL_PLAN),
    seen(YEAR, Act.SEE_ANNUAL_PLAN, at="/annual-plans/2026?line={line}"),
    pressed(YEAR, Act.PLAN_YEAR, then=422, **LINE, department="{department}", id="{line}", reason="x"),
    pressed(f"{YEAR}/withdraw", Act.PLAN_YEAR, then=404, id="{others_line}", reason="x"),
    pressed(f"{YEAR}/draw-up", Act.APPROVE_YEAR, then=409),
    pressed(f"{YEAR}/decide", Act.APPROVE_YEAR, then=409, seen="x", decision="approved"),
)

_SEEN = (Act.SEE_ROUNDS, Act.SEE_PLAN)
ROUNDS = (
    seen(ROUND, Act.SEE_ROUNDS),
    seen(f"{ROUND}/trail", Act.SEE_ROUNDS, Act.SEE_TRAIL),
    *(seen(f"{ROUND}/{view}", *_SEEN) for view in ("schedule", "timeline", "map", "targets", "recusals")),
    seen(f"{ROUND}/merges", *_SEEN, Act.WATCH_PLANNING),
    seen(f"{ROUND}/targets/{{code:path}}", *_SEEN),
    seen(f"{ROUND}/planning", *_SEEN, Act.WATCH_PLANNING),
    *(seen(f"{ROUND}/planning/{live}", Act.WATCH_PLANNING) for live in ("progress", "events")),
    pressed(f"{ROUND}/planning", Act.PLAN_ROUND, then=303, seconds="20"),
    pressed(f"{ROUND}/planning/stop", Act.PLAN_ROUND, then=303, how="cancel"),
    seen(f"{ROUND}/moves", *_SEEN, Act.PLAN_ROUND, at="/rounds/{round}/moves?tour={tour}&target={target}", then=409),
    pressed(f"{ROUND}/moves", Act.PLAN_ROUND, then=409, **MOVE),
    pressed(f"{ROUND}/moves/override", Act.OVERRIDE_RULE, then=409, **MOVE),
    pressed(f"{ROUND}/moves/undo", Act.PLAN_ROUND, then=409, plan="{round}"),
    seen(f"{ROUND}/rescheduling", *_SEEN, Act.PLAN_ROUND, at="/rounds/{round}/rescheduling?matter=x", then=404),
    pressed(
        f"{ROUND}/rescheduling",
        *_SEEN,
        Act.PLAN_ROUND,
        then=404,
        matter="x",
        half_day="y",
        half_day_seen="z",
        reason="w",
    ),
    seen(f"{ROUND}/letters", Act.SEE_ROUNDS, Act.SEE_LETTERS),
    pressed(f"{ROUND}/letters", Act.ISSUE_LETTERS, then=409),
    *(pressed(f"{LETTER}/{act}", Act.ISSUE_LETTERS, then=409) for act in ("renew", "reopen", "withdraw")),
    seen("/requests", Act.SEE_REQUESTS),
    seen("/requests/{request_id:uuid}", Act.SEE_REQUESTS, at="/requests/{request}"),
    pressed(
        "/requests/{request_id:uuid}", Act.ANSWER_REQUESTS, at="/requests/{request}", then=422, granted="yes", answer=""
    ),
    pressed(
        f"{ROUND}/recusals",
        *(*_SEEN, Act.ASK_RECUSAL),
        then=409,
        target="{recused_at}",
        inspector="{inspector}",
        reason="x",
    ),
    pressed(
        f"{ROUND}/recusals/{{request_id:uuid}}",
        Act.DECIDE_RECUSAL,
        at="/rounds/{round}/recusals/{recusal}",
        then=422,
        decision="refused",
    ),
)

_REPLANNED = f"{ROUND}/replanning/{{id_:uuid}}"
REPLANNING = tuple(
    route._replace(address=route.address.replace("{hand_in}", "{absent}"))
    for route in (
        *(seen(f"{ROUND}/{page}", *_SEEN, Act.WATCH_PLANNING) for page in ("unserved", "replanning")),
        pressed(f"{ROUND}/replanning", *_SEEN, Act.PLAN_ROUND, then=409, plan="{absent}"),
        *(seen(f"{_REPLANNED}{live}", *_SEEN, Act.WATCH_PLANNING, then=404) for live in ("", "/progress", "/events")),
        *(pressed(f"{_REPLANNED}/{do}", *_SEEN, Act.PLAN_ROUND, then=404) for do in ("take", "leave")),
        pressed(f"{_REPLANNED}/stop", *_SEEN, Act.PLAN_ROUND, then=404, how="cancel"),
        *(pressed(f"{_REPLANNED}/{do}", *_SEEN, Act.OVERRIDE_RULE, then=404) for do in ("propose", "withdraw")),
        seen(f"{ROUND}/late-causes", *_SEEN, Act.ADD_CAUSE),
        pressed(f"{ROUND}/late-causes", *_SEEN, Act.ADD_CAUSE, then=409, department="{department}"),
        pressed(
            f"{ROUND}/late-causes/{{cause_id:uuid}}/withdraw",
            Act.ADD_CAUSE,
            at="/rounds/{round}/late-causes/{absent}/withdraw",
            then=404,
        ),
        pressed(f"{_REPLANNED}/confirm", *_SEEN, Act.OVERRIDE_RULE, then=404, proposal="{absent}"),
    )
)

STATISTICS = (
    seen("/statistics", Act.SEE_ROUNDS, Act.SEE_RESULTS),
    pressed("/statistics", Act.SEE_RESULTS, Act.CLOSE_TABLE, then=404, year="2026", unit="nobody", seen="x"),
    *(
        seen(f"/statistics.{kind}", Act.SEE_ROUNDS, Act.SEE_RESULTS, at=f"/statistics.{kind}?year=2026")
        for kind in ("xlsx", "json")
    ),
)

_ENTERED = (*_SEEN, Act.SEE_RESULTS, Act.ENTER_RESULTS)
_FORM = f"{ROUND}/results/forms/{{id_:uuid}}"
RESULTS = (
    seen(f"{ROUND}/results", *_SEEN, Act.SEE_RESULTS),
    seen(f"{ROUND}/results/form", *_ENTERED),
    seen(f"{ROUND}/results/forms", *_ENTERED),
    pressed(f"{ROUND}/results/forms", *_ENTERED, then=422)._replace(file="form"),
    seen(f"{_FORM}", *_ENTERED, at="/rounds/{round}/results/forms/{absent}", then=404),
    pressed(f"{_FORM}", *_ENTERED, at="/rounds/{round}/results/forms/{absent}", then=404, seen="x"),
    seen(f"{_FORM}/returned", *_ENTERED, at="/rounds/{round}/results/forms/{absent}/returned", then=404),
    seen(f"{ROUND}/results/notices", *_SEEN, Act.SEE_RESULTS),
    seen(f"{ROUND}/results/entry", *_ENTERED, at="/rounds/{round}/results/entry?target={stop}&day={stop_day}"),
    pressed(
        f"{ROUND}/results/entry",
        *_ENTERED,
        then=409,
        **{"target": "{stop}", "day": "{stop_day}", "seen": "x", "of-1": "{item}\tx"},
    ),
)

_WAYS_OUT = (Act.SEE_DESTINATIONS, Act.MANAGE_DESTINATIONS)
DESTINATION, DELIVERY = "/destinations/{name:str}", "/deliveries/{delivery_id:uuid}"
PARTNERS = tuple(
    route._replace(address=route.address.replace("{name:str}", "{share}").replace("{delivery_id:uuid}", "{delivery}"))
    for route in (
        seen("/destinations", Act.SEE_DESTINATIONS),
        seen("/destinations/new", Act.MANAGE_DESTINATIONS, at="/destinations/new?connector=folder"),
        pressed("/destinations", Act.MANAGE_DESTINATIONS, then=422, connector="folder"),
        seen(DESTINATION, Act.SEE_DESTINATIONS),
        seen(f"{DESTINATION}/import", Act.MANAGE_DELIVERIES, then=404),
        pressed(f"{DESTINATION}/confirm", Act.MANAGE_DESTINATIONS, then=409, seen="{absent}"),
        pressed(f"{DESTINATION}/withdraw", Act.MANAGE_DESTINATIONS, then=303),
        pressed(f"{DESTINATION}/state", Act.MANAGE_DESTINATIONS, then=409, state="open"),
        pressed(f"{DESTINATION}/secret", Act.MANAGE_DESTINATIONS, then=404, name="none", value="x"),
        pressed(f"{DESTINATION}/test", Act.MANAGE_DELIVERIES, then=303),
        seen(DELIVERY, Act.SEE_DELIVERIES),
        pressed(f"{DELIVERY}/pause", Act.MANAGE_DELIVERIES, then=303),
        pressed(f"{DELIVERY}/replay", Act.MANAGE_DELIVERIES, then=303),
        seen(f"/api/v1{DESTINATION}", Act.SEE_DESTINATIONS),
        pressed(f"/api/v1{DESTINATION}/confirm", *_WAYS_OUT, then=409, seen="{absent}"),
        pressed(f"/api/v1{DESTINATION}/withdraw", *_WAYS_OUT, then=200),
        pressed(f"/api/v1{DESTINATION}/state", *_WAYS_OUT, then=409, state="open"),
        pressed(f"/api/v1{DESTINATION}/test", Act.SEE_DELIVERIES, Act.MANAGE_DELIVERIES, then=200),
        seen(f"/api/v1{DELIVERY}", Act.SEE_DELIVERIES),
        *(
            pressed(f"/api/v1{DELIVERY}/{do}", Act.SEE_DELIVERIES, Act.MANAGE_DELIVERIES, then=200)
            for do in ("pause", "replay")
        ),
        seen("/api/v1/destinations", Act.SEE_DESTINATIONS),
        pressed("/api/v1/destinations", *_WAYS_OUT, then=422, **NEW_SHARE),
        seen("/api/v1/deliveries", Act.SEE_DELIVERIES),
        seen("/api/v1/packages/{key:str}/{name:str}", Act.SEE_DELIVERIES, at="/api/v1/packages/{package}/测试.txt"),
    )
)

PAPERS = (
    seen(f"{ROUND}/papers", *_SEEN, Act.SEE_PAPERS),
    seen(f"{ROUND}/papers.zip", *_SEEN),
    pressed(f"{ROUND}/papers", Act.DRAW_UP_PAPERS, then=409),
    pressed(f"{ROUND}/papers/approve", *_SEEN, Act.APPROVE_PAPERS, then=409, seen="x"),
    pressed(f"{ROUND}/papers/return", *_SEEN, Act.APPROVE_PAPERS, then=409, seen="x"),
    pressed(f"{ROUND}/papers/cause", Act.DRAW_UP_PAPERS, then=422, task="x"),
    seen(f"{ROUND}/papers/{{issue:int}}/{{kind:str}}", *_SEEN, Act.SEE_PAPERS, at="/rounds/{round}/papers/1/scheme"),
)

_TABLE = (Act.SEE_ROUNDS, Act.SEE_DRAWS)
DRAWS = (
    seen(DRAW, *_TABLE),
    seen(f"{DRAW}/{{name:str}}", Act.SEE_DRAWS, at="{of_round}/frame.tsv"),
    *(seen(f"{DRAW}/{page}", *_TABLE) for page in ("ceremony", "screen", "record")),
    *(
        seen(f"{DRAW}/{page}/{live}", *_TABLE, at=f"{{of_round}}/{page}/{live}?seen=x")
        for page in ("ceremony", "screen")
        for live in ("progress", "events")
    ),
    pressed(f"{DRAW}/ceremony/fix", *_TABLE, Act.FIX_DRAW, then=303, minutes="15"),
    pressed(f"{DRAW}/ceremony/commitment", *_TABLE, Act.COMMIT, then=409, commitment=HEX),
    pressed(f"{DRAW}/ceremony/close", *_TABLE, Act.FIX_DRAW, then=409),
    pressed(f"{DRAW}/ceremony/secret", *_TABLE, Act.COMMIT, then=409, secret=HEX),
    pressed(f"{DRAW}/ceremony/void", *_TABLE, Act.FIX_DRAW, then=409, reason="x"),
    pressed(f"{DRAW}/ceremony/propose", *_TABLE, Act.HOLD_DRAW, then=409),
    pressed(f"{DRAW}/ceremony/confirm", *_TABLE, Act.HOLD_DRAW, then=409, proposal="{round}"),
    pressed(f"{DRAW}/ceremony/withdraw", *_TABLE, Act.HOLD_DRAW, then=409),
)

EVERY_ROUTE: tuple[Route, ...] = tuple(
    route._replace(address=route.address.replace("{of_round}", "/rounds/{round}/draws/targets"))
    for group in (
        *(OPEN, FIRMS, ACCOUNTS, BEGINNING, DIRECTORIES, YEARS, ROUNDS, REPLANNING, RESULTS, PAPERS, DRAWS),
        *(STATISTICS, PARTNERS, PROGRAMS, OWN),
    )
    for route in group
)
