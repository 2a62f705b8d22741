"""The annual plan as anyone may see it: a page, and the same as open data.

Only what was approved stands here; how it came about is for the offices.
"""

from litestar import Response, get

from coordinator.actions.annual_planning import published_year
from coordinator.actions.services import Services
from coordinator.domain.annual_plans import COLUMNS, issue_content, plan_csv
from coordinator.web.given import Given, Year
from coordinator.web.rendering import page


@get("/public/annual-plans/{year:int}", include_in_schema=False)
async def public_plan(services: Given[Services], year: Year) -> Response[bytes]:
    """The plan that was published last."""
    return page("public_annual_plan.html", year=year, issue=await published_year(services, year), columns=COLUMNS)


@get("/public/annual-plans/{year:int}/plan.csv", include_in_schema=False)
async def public_plan_csv(services: Given[Services], year: Year) -> Response[bytes]:
    """For spreadsheets."""
    issue = await published_year(services, year)
    return Response(plan_csv(issue.lines), media_type="text/csv; charset=utf-8")


@get("/public/annual-plans/{year:int}/plan.json", include_in_schema=False)
async def public_plan_json(services: Given[Services], year: Year) -> Response[bytes]:
    """The very bytes whose digest was approved."""
    issue = await published_year(services, year)
    return Response(issue_content(issue.lines), media_type="application/json")


PUBLIC_PLANS = (public_plan, public_plan_csv, public_plan_json)
