"""Figures for dashboards, as Prometheus reads them: how requests fare in this process, what waits in the database.

Only this machine may ask, never somebody who came by the public name. Counts and routes' patterns alone, no person, no
firm, no address.
"""

from collections.abc import Iterable, Sequence

from litestar import MediaType, get
from litestar.types import Method
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from coordinator.actions.operating import Load, load_now
from coordinator.actions.services import Services
from coordinator.domain.errors import NotFound
from coordinator.storage.operating import Counted
from coordinator.web.given import Given
from coordinator.web.visiting import Asked, is_here

BOUNDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
"""Seconds: what people notice, and what they give up at."""


class Watch:
    """How requests fared since this process began."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "onedoor_request_seconds",
            "Seconds until an answer was complete, by the route's pattern",
            ("method", "route", "status"),
            buckets=BOUNDS,
            registry=self.registry,
        )

    def note(self, method: Method | str, route: str, status: int, seconds: float) -> None:
        self._seconds.labels(method, route, str(status)).observe(seconds)


class _Waiting(Collector):
    """What was counted in the database, as gauges."""

    def __init__(self, load: Load) -> None:
        self._load = load

    def collect(self) -> Iterable[GaugeMetricFamily]:
        load = self._load
        yield _gauge("onedoor_jobs", "Jobs that have not ended well", ("queue", "state"), load.jobs)
        yield _gauge("onedoor_deliveries", "Deliveries to other systems", ("connector", "state"), load.deliveries)
        yield _gauge("onedoor_rounds", "Rounds by stage", ("kind", "stage"), load.rounds)
        for name, counted in (
            ("onedoor_oldest_job_seconds", load.jobs),
            ("onedoor_oldest_delivery_seconds", load.deliveries),
        ):
            yield _oldest(name, counted)


@get("/metrics", media_type=MediaType.TEXT, tags=["运行"], summary="运行指标（Prometheus 格式，只限本机）")
async def metrics(request: Asked, services: Given[Services], watch: Given[Watch]) -> str:
    """Give the figures to this machine; to anybody else there is no such page."""
    if not is_here(request):
        raise NotFound("没有这个页面。")
    waiting = CollectorRegistry()
    waiting.register(_Waiting(await load_now(services)))
    return (generate_latest(watch.registry) + generate_latest(waiting)).decode()


def _gauge(name: str, words: str, labels: Sequence[str], counted: Iterable[Counted]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=labels)
    for one in counted:
        gauge.add_metric([one.kind, one.state], one.count)
    return gauge


def _oldest(name: str, counted: Iterable[Counted]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, "Seconds that the oldest has been due")
    gauge.add_metric([], max((one.seconds for one in counted), default=0.0))
    return gauge
