"""Reports and labels as files, for those who may read them; and whether the program lives."""

from collections.abc import Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lims.domain.exhibit_code import CodeKind
from lims.domain.receipt import Receipt
from lims.domain.report import Report
from lims.domain.staff import StaffMember
from lims.errors import LimsError, NotFoundError, NotPermittedError
from lims.label_sheet import SINGLE
from lims.reporting.intake_receipt import IntakeReceipt, compose_intake_receipt
from lims.reporting.labels import Label, compose_labels
from lims.reporting.page_pictures import page_picture
from lims.services.laboratory import Laboratory
from lims.services.scanning import code_kind
from lims.translation import LANGUAGES, Translator
from lims.web.opening import laboratory
from lims.web.own_account import person_of
from lims.web.pages import see_other
from lims.web.signing_in import SIGN_IN

_SHEET: Final = "sheet"
_SINGLE: Final = "single"
_FORMS = frozenset({_SHEET, _SINGLE})


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


async def report_page(request: Request) -> Response:
    """Give one page of a report's document as a picture, to a person who may read it."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    number, place = request.path_params["number"], request.path_params["place"]
    try:
        data = await run_in_threadpool(_page, number, place, person)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    return Response(data, media_type="image/png")


def _page(number: str, place: int, person: StaffMember) -> bytes:
    return page_picture(_document(number, person)[1], place)


def _document(number: str, person: StaffMember) -> tuple[str, bytes]:
    """Give its file name and bytes as this person may see it; a refusal does not say whether there is one."""
    try:
        reporting = laboratory().seen_by(person).reporting
        return reporting.get(number).file_name, reporting.document(number)
    except NotPermittedError as error:
        raise NotFoundError(Report.KIND, number) from error


async def report_receipt(request: Request) -> Response:
    """Give the receipt of a report to a person who may deliver reports; for everybody else there is none."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    try:
        receipt = await run_in_threadpool(_receipt, request.path_params["number"], person)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    headers = {"Content-Disposition": f'attachment; filename="{receipt.file_name}"'}
    return Response(receipt.to_bytes(), media_type="application/json", headers=headers)


def _receipt(number: str, person: StaffMember) -> Receipt:
    try:
        return laboratory().seen_by(person).receipting.make(number, actor=person)
    except NotPermittedError as error:
        raise NotFoundError(Report.KIND, number) from error


async def labels_pdf(request: Request) -> Response:
    """Give labels of exhibits and places, as a sheet or as single ones, to a person who may read them."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    form, asked = request.path_params["form"], request.query_params
    if form not in _FORMS:
        return JSONResponse({"error": "no such form of labels"}, status_code=404)
    language = asked.get("language", "")
    try:
        data = await run_in_threadpool(_labels, asked.getlist("number"), person, form, language)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=404)
    headers = {"Content-Disposition": f'inline; filename="labels-{form}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _labels(numbers: Sequence[str], person: StaffMember, form: str, language: str) -> bytes:
    """Compose labels as this person may see what stands on them."""
    seen = laboratory().seen_by(person)
    labels = [_label(seen, number) for number in dict.fromkeys(numbers)]
    return compose_labels(
        labels,
        laboratory=seen.settings.laboratory,
        sheet=SINGLE if form == _SINGLE else seen.settings.labels,
        translator=Translator(language if language in LANGUAGES else seen.settings.language),
        at=seen.clock.now(),
    )


def _label(seen: Laboratory, number: str) -> Label:
    if code_kind(number) is CodeKind.PLACE:
        return Label(number=number, words=seen.storing.place(number).title)
    return Label(number=number, seal=seen.custody.custody(number).seal)


async def intake_receipt_pdf(request: Request) -> Response:
    """Give the receipt for the bringer of a case to a person who may read its exhibits; for others there is none."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    number, language = request.path_params["number"], request.query_params.get("language", "")
    try:
        data = await run_in_threadpool(_intake_receipt, number, person, language)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=404)
    headers = {"Content-Disposition": 'inline; filename="received.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _intake_receipt(number: str, person: StaffMember, language: str) -> bytes:
    seen = laboratory().seen_by(person)
    exhibits = seen.accessioning.exhibits_of(number)
    receivers = {one.received_by for one in exhibits}
    return compose_intake_receipt(
        IntakeReceipt(
            case=seen.accessioning.case(number),
            exhibits=exhibits,
            receivers={one: seen.staffing.get(one).name for one in receivers},
        ),
        translator=Translator(language if language in LANGUAGES else seen.settings.language),
        at=seen.clock.now(),
    )


async def health(_: Request) -> Response:
    """Say that the process answers and its store can be read."""
    await run_in_threadpool(laboratory().curating.releases)
    return JSONResponse({"status": "ok"})
