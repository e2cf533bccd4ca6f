"""Reports as files, for those who may read them; and whether the program lives."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lims.domain.report import Report
from lims.domain.staff import StaffMember
from lims.errors import LimsError, NotFoundError, NotPermittedError
from lims.web.opening import laboratory
from lims.web.own_account import person_of
from lims.web.pages import see_other
from lims.web.signing_in import SIGN_IN


async def report_pdf(request: Request) -> Response:
    """Give a report's document to a person who may read it; for everybody else there is none."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    number = request.path_params["number"]
    try:
        name, data = await run_in_threadpool(_document, number, person)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _document(number: str, person: StaffMember) -> tuple[str, bytes]:
    """Give its file name and bytes as this person may see it; a refusal does not say whether there is one."""
    try:
        reporting = laboratory().seen_by(person).reporting
        return reporting.get(number).file_name, reporting.document(number)
    except NotPermittedError as error:
        raise NotFoundError(Report.KIND, number) from error


async def health(_: Request) -> Response:
    """Say that the process answers and its store can be read."""
    await run_in_threadpool(laboratory().curating.releases)
    return JSONResponse({"status": "ok"})
