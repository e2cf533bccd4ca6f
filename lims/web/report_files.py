"""What goes with a report as files: disclosure packets, copies and summaries, and the programs that check it."""

from importlib import resources
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from lims.domain.report import Report
from lims.domain.staff import StaffMember
from lims.errors import LimsError, NotFoundError, NotPermittedError
from lims.reporting.page_file import PAGE_FILE, verification_page
from lims.web.opening import laboratory
from lims.web.own_account import person_of
from lims.web.pages import see_other
from lims.web.signing_in import SIGN_IN

PROGRAM_FILE: Final = "verify_report.py"
PROGRAM: Final = f"/verify/{PROGRAM_FILE}"
PAGE: Final = f"/verify/{PAGE_FILE}"


async def packet_zip(request: Request) -> Response:
    """Give a disclosure packet that was made and recorded to head or quality manager; for others there is none."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    number, sha256 = request.path_params["number"], request.path_params["sha256"]
    try:
        path = await run_in_threadpool(_packet, number, sha256, person)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    return FileResponse(path, media_type="application/zip", filename=f"{number}-packet.zip")


def _packet(number: str, sha256: str, person: StaffMember) -> Path:
    try:
        return laboratory().seen_by(person).disclosing.packet(number, sha256, actor=person)
    except NotPermittedError as error:
        raise NotFoundError(Report.KIND, number) from error


async def copy_pdf(request: Request) -> Response:
    """Give a copy or a summary of a report to a person who may read the report; for others there is none."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    number, sha256 = request.path_params["number"], request.path_params["sha256"]
    try:
        data = await run_in_threadpool(_copy, number, sha256, person)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    headers = {"Content-Disposition": f'inline; filename="{number}-COPY.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _copy(number: str, sha256: str, person: StaffMember) -> bytes:
    try:
        return laboratory().seen_by(person).copying.document(number, sha256)
    except NotPermittedError as error:
        raise NotFoundError(Report.KIND, number) from error


async def verifier_program(_: Request) -> Response:
    """Give the program that checks a report with Python alone: the bytes that ``aigaq report verifier`` writes."""
    data = await run_in_threadpool(resources.files("lims.verifier").joinpath(PROGRAM_FILE).read_bytes)
    return _download(data, PROGRAM_FILE, media_type="text/x-python")


async def verifier_page(_: Request) -> Response:
    """Give the page that checks a report offline as a file to keep: the bytes of the page at ``/verify``."""
    return _download(await run_in_threadpool(verification_page), PAGE_FILE, media_type="application/octet-stream")


def _download(data: bytes, name: str, *, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
