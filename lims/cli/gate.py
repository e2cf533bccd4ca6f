"""``aigaq init``, ``report lacks`` and ``report omit``: what a report needs before anybody signs it."""

from pathlib import Path

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.report_item import ReportItem
from lims.services.answering import AnswerFacts
from lims.settings import load_settings
from lims.settings_template import write_safe_settings

_SOMETHING_FOUND = 4


def run_init(*, laboratory: str, address: str, home: Path | None) -> None:
    """Write the settings of a new laboratory."""
    path = write_safe_settings(load_settings(home=home).home, laboratory=laboratory, address=address)
    say(f"settings written to {path}: the custody gate and the warning of liability are on")


def run_lacks(examination: str, *, as_json: bool, home: Path | None) -> None:
    """Print what keeps the report of an examination from being signed, and what it will state as a gap of the law."""
    reporting = require_laboratory(home).reporting
    faults, gaps = reporting.faults(examination), list(map(str, reporting.legal_gaps(examination)))
    if as_json:
        lacks = [{"fault": str(one), "advice": one.advice()} for one in faults]
        print_json({"examination": examination, "lacks": lacks, "legal_gaps": gaps})
    else:
        for one in faults:
            say(f"{one}. {one.advice()}")
        if not faults:
            say(f"nothing keeps the report of {examination} from being signed")
        for words in gaps:
            say(f"the report will say: {words}")
    if faults:
        raise typer.Exit(_SOMETHING_FOUND)


def run_answer(examination: str, question: int, facts: AnswerFacts, *, by: str, home: Path | None) -> None:
    """Record what answers a question of the order, or why nothing does."""
    here = seat(require_laboratory(home), by)
    examined = here.laboratory.examining.answer_question(examination, question, facts, actor=here.person)
    said = next(one for one in examined.answers if one.question == question)
    words = "is answered" if said.answered else "is not answered, and the report says why"
    say(f"question {question} of {examination} {words}: {said.wording}")


def run_omit(examination: str, item: str, *, reason: str, by: str, home: Path | None) -> None:
    """Record why the report of an examination leaves an item out."""
    here = seat(require_laboratory(home), by)
    here.laboratory.examining.state_omission(examination, ReportItem(item), reason=reason, actor=here.person)
    say(f"the report of {examination} leaves item {item} out, and says why")
