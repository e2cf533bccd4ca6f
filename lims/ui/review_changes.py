"""What changed since the last review, at the component that it concerns and in a list of all records."""

from collections.abc import Mapping, Sequence

from lims.domain.examination import Examination
from lims.domain.record_changes import RecordChange, changes_by_component
from lims.domain.report import Report
from lims.translation import Translator
from lims.ui.change_words import mark_words
from lims.ui.review_points import point_words


def component_marks(
    t: Translator, examination: Examination, changes: Sequence[RecordChange], before: Report | None
) -> Mapping[int, str]:
    """Give the words to be shown at components: what was said of them at the last review, and what changed since.

    Parameters
    ----------
    before : Report or None
        The report that came before; None for the first review.
    """
    said = _said_before(t, before)
    changed = {
        number: mark_words(t, fields) for number, fields in changes_by_component(changes, examination.number).items()
    }
    return {
        number: " ".join(filter(None, (said.get(number), changed.get(number)))) for number in sorted({*said, *changed})
    }


def _said_before(t: Translator, before: Report | None) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for review in () if before is None else before.reviews:
        for point in review.placed if not review.approved else ():
            if point.component:
                found.setdefault(point.component, []).append(point_words(t, point))
    return {number: t("Said at the last review: {words}.", words="; ".join(words)) for number, words in found.items()}
