"""The page that checks a report, and whom to trust: for everybody, without signing in."""

import re
from functools import cache
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lims.errors import LimsError
from lims.reporting.page_file import PAGE_FILE, verification_page
from lims.reporting.trust_file import trust_file
from lims.web.opening import laboratory

VERIFY: Final = "/verify"
TRUST: Final = "/verify/trust.pem"
_OWN_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


async def verifying_page(_: Request) -> Response:
    """Give the page that checks a report offline: the very bytes that ``aigaq report verifier --page`` writes."""
    page = await run_in_threadpool(verification_page)
    headers = {
        "Content-Security-Policy": _policy(),
        "Content-Disposition": f'inline; filename="{PAGE_FILE}"',
    }
    return Response(page, media_type="text/html", headers=headers)


async def trust_pem(_: Request) -> Response:
    """Give the trust file of the laboratory; nothing in it is secret."""
    try:
        data = await run_in_threadpool(_trust)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    headers = {"Content-Disposition": 'attachment; filename="trust.pem"'}
    return Response(data, media_type="application/x-pem-file", headers=headers)


@cache
def _policy() -> str:
    """Repeat in the header what the page says of itself, and what only a header can say: nobody frames it."""
    (own,) = _OWN_POLICY.findall(verification_page())
    return f"{own.decode()}; frame-ancestors 'none'"


def _trust() -> bytes:
    here = laboratory()
    return trust_file(here.desk.trust_roots, here.checkpointing.identity().keys)
