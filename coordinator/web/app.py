"""The web service, wired: routes, what they are given, what becomes of errors, and the gate before all of it.

What a page says is decided in staff, portal, public and shown.
"""

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.web.api.routes import API
from coordinator.web.assets import asset
from coordinator.web.documentation import documentation
from coordinator.web.given import dependencies
from coordinator.web.guard import Guarded
from coordinator.web.health import alive, ready
from coordinator.web.metrics import Watch, metrics
from coordinator.web.portal.feedback import FEEDBACK
from coordinator.web.portal.opening import OPENING
from coordinator.web.portal.requests import ASKING
from coordinator.web.problems import HANDLERS
from coordinator.web.public.annual_plans import PUBLIC_PLANS
from coordinator.web.public.rounds import open_file, public_list, public_page
from coordinator.web.public.verification import verification_page
from coordinator.web.request_log import Logged
from coordinator.web.staff.accounts import ACCOUNTS
from coordinator.web.staff.annual_plans import ANNUAL_PLANS
from coordinator.web.staff.beginning import BEGINNING
from coordinator.web.staff.ceremonies import CEREMONIES
from coordinator.web.staff.ceremony_papers import PAPERS
from coordinator.web.staff.destinations import DESTINATIONS
from coordinator.web.staff.directories import DIRECTORIES
from coordinator.web.staff.draws import draw_file, draw_page
from coordinator.web.staff.duplicates import DUPLICATES
from coordinator.web.staff.feedback import feedback_page
from coordinator.web.staff.handing_in import HANDING_IN
from coordinator.web.staff.late_causes import LATE_CAUSES
from coordinator.web.staff.letters import LETTERS
from coordinator.web.staff.moves import MOVES
from coordinator.web.staff.own_account import OWN_ACCOUNT
from coordinator.web.staff.papers import OFFICIAL_PAPERS
from coordinator.web.staff.planning import PLANNING
from coordinator.web.staff.recusals import RECUSALS
from coordinator.web.staff.registry import REGISTRY
from coordinator.web.staff.replanned import REPLANNED
from coordinator.web.staff.replanning import REPLANNING
from coordinator.web.staff.requests import REQUESTS
from coordinator.web.staff.rescheduling import RESCHEDULING
from coordinator.web.staff.result_uploads import RESULT_UPLOADS
from coordinator.web.staff.results import RESULTS
from coordinator.web.staff.rounds import round_page, rounds_page, trail_page
from coordinator.web.staff.schedules import SCHEDULES
from coordinator.web.staff.settings import SETTINGS
from coordinator.web.staff.signing_in import SIGNING_IN
from coordinator.web.staff.statistics import STATISTICS
from coordinator.web.staff.targets import target_page, targets_list
from coordinator.web.visiting import refuse_foreign_form

PAGES = (
    rounds_page,
    round_page,
    trail_page,
    targets_list,
    target_page,
    draw_page,
    draw_file,
    public_page,
    open_file,
    public_list,
    verification_page,
    *OFFICIAL_PAPERS,
    *ANNUAL_PLANS,
    *PUBLIC_PLANS,
    *RECUSALS,
    *RESULTS,
    *RESULT_UPLOADS,
    *STATISTICS,
    *SIGNING_IN,
    *OWN_ACCOUNT,
    *ACCOUNTS,
    *CEREMONIES,
    *PAPERS,
    *PLANNING,
    *REPLANNING,
    *LATE_CAUSES,
    *REPLANNED,
    *SCHEDULES,
    *MOVES,
    *BEGINNING,
    *SETTINGS,
    *HANDING_IN,
    *DESTINATIONS,
    *DIRECTORIES,
    *DUPLICATES,
    *REGISTRY,
    *LETTERS,
    *OPENING,
    *ASKING,
    *FEEDBACK,
    feedback_page,
    *REQUESTS,
    *RESCHEDULING,
)
LARGEST_FORM = 64 * 1024


def create_app(services: Services, *, local: Actor | None = None) -> ASGIApp:
    """Make the service that answers on behalf of these services.

    With `local`, whoever is at this machine looks as that actor until somebody has set a password here.
    """
    watch = Watch()
    return Logged(Guarded(routed(services, local, watch), services.settings.public_host), watch.note)


def routed(services: Services, local: Actor | None, watch: Watch) -> Litestar:
    """Make what answers behind the gate, with the table of all routes."""
    return Litestar(
        route_handlers=[*PAGES, API, alive, ready, metrics, asset],
        dependencies=dependencies(services, local) | {"watch": Provide(lambda: watch, sync_to_thread=False)},
        before_request=refuse_foreign_form,
        request_max_body_size=LARGEST_FORM,
        exception_handlers=HANDLERS,
        openapi_config=documentation(),
        state=State({"services": services}),
        logging_config=None,
        debug=False,
    )
