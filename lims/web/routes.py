"""Which address leads where."""

from starlette.routing import Route

from lims.web import own_account, provider_routes, signing_in
from lims.web.checking import TRUST, VERIFY, trust_pem, verifying_page
from lims.web.documents import health, intake_receipt_pdf, labels_pdf, report_page, report_pdf, report_receipt
from lims.web.gate import HEALTH
from lims.web.report_files import PAGE, PROGRAM, copy_pdf, packet_zip, verifier_page, verifier_program

ROUTES = (
    Route(signing_in.SIGN_IN, signing_in.sign_in_page, methods=["GET"]),
    Route(signing_in.SIGN_IN, signing_in.sign_in, methods=["POST"]),
    Route(signing_in.CODE, signing_in.code_page, methods=["GET"]),
    Route(signing_in.CODE, signing_in.enter_code, methods=["POST"]),
    Route(signing_in.OWN_PASSWORD, signing_in.own_password_page, methods=["GET"]),
    Route(signing_in.OWN_PASSWORD, signing_in.choose_password, methods=["POST"]),
    Route(signing_in.SECOND_FACTOR, signing_in.enrolment_page, methods=["GET"]),
    Route(signing_in.SECOND_FACTOR, signing_in.enrol, methods=["POST"]),
    Route(signing_in.SIGN_OUT, signing_in.sign_out_page, methods=["GET"]),
    Route(signing_in.SIGN_OUT, signing_in.sign_out, methods=["POST"]),
    Route(signing_in.PROVIDER_START, provider_routes.start, methods=["GET"]),
    Route(provider_routes.BACK, provider_routes.come_back, methods=["GET"]),
    Route(own_account.ACCOUNT, own_account.account_page, methods=["GET"]),
    Route(own_account.REVOKE, own_account.revoke, methods=["POST"]),
    Route(own_account.PASSWORD, own_account.change_password, methods=["POST"]),
    Route("/reports/{number}.pdf", report_pdf, methods=["GET"]),
    Route("/reports/{number}/page-{place:int}.png", report_page, methods=["GET"]),
    Route("/reports/{number}.receipt.json", report_receipt, methods=["GET"]),
    Route("/reports/{number}/packets/{sha256}.zip", packet_zip, methods=["GET"]),
    Route("/reports/{number}/copies/{sha256}.pdf", copy_pdf, methods=["GET"]),
    Route("/labels/{form:str}.pdf", labels_pdf, methods=["GET"]),
    Route("/intakes/{number}.pdf", intake_receipt_pdf, methods=["GET"]),
    Route(VERIFY, verifying_page, methods=["GET"]),
    Route(TRUST, trust_pem, methods=["GET"]),
    Route(PROGRAM, verifier_program, methods=["GET"]),
    Route(PAGE, verifier_page, methods=["GET"]),
    Route(HEALTH, health, methods=["GET"]),
)
