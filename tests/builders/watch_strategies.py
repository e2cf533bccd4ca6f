"""Generated records of the watch: re-searches, alerts, provisional substances."""

from decimal import Decimal

from hypothesis import strategies as st

from lims.domain.alert import Alert, AlertReason
from lims.domain.examination import Candidate
from lims.domain.provisional import ProvisionalSubstance
from lims.domain.watch import Watch, WatchedSubject, WatchRule

ENTITIES = (Alert, ProvisionalSubstance, Watch)

_NAMES = st.lists(st.sampled_from(("a", "б", "c 1", "d/2")), min_size=1, max_size=3, unique=True)
_HIT = st.builds(
    Candidate,
    rank=st.integers(1, 25),
    accession=st.just("000001"),
    name=st.sampled_from(("Ketamine", "x")),
    inchikey=st.none() | st.just("YQEZLKZALYSWHR-UHFFFAOYSA-N"),
    match_factor=st.decimals(0, 999, places=2),
    reverse_match_factor=st.decimals(0, 999, places=2),
    matched_ions=st.integers(0, 99),
)

SOUND = {
    WatchRule: lambda: {"match_factor": st.decimals(Decimal("0.01"), 999, places=2)},
    Watch: lambda: {
        "subjects": _NAMES.map(lambda names: tuple(WatchedSubject(number=one, components=1) for one in names))
    },
    Alert: lambda: {
        "reason": st.sampled_from([one for one in AlertReason if one is not AlertReason.LAW]),
        "hits": st.lists(_HIT, min_size=1, max_size=2).map(tuple),
        "law": st.none(),
        "determination_number": st.just(""),
        "reports": _NAMES.map(tuple),
    },
    ProvisionalSubstance: lambda: {"components": _NAMES.map(tuple)},
}
