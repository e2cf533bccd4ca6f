"""Conclusions of the week: identified, limited to isomers, a class, not detected, inconclusive, and one disputed."""

from collections.abc import Sequence

from lims.demo.bench import inchikey_of
from lims.demo.crew import Site
from lims.demo.stage import Stage
from lims.domain.exhibit import Exhibit
from lims.domain.identification import Conclusion, Identification, Verdict
from lims.domain.identification_basis import IsomerSet, IsomerState
from lims.domain.legal_determination import LegalDetermination, StructureLevel
from lims.services.determining import DeterminationFacts
from lims.services.identifying import BasisFacts
from lims.services.supporting import ComponentUse, Question
from substance_library import starter_substances

_JURISDICTIONS = ("KZ", "UN")
_LOOKED_FOR = "looked for in the tables of the package (demo)"
NOT_DETECTED = Verdict(
    conclusion=Conclusion.NOT_DETECTED, scope="what the colour test and the spectrum would have shown (demo)"
)
INCONCLUSIVE = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="the background of the spectrum was not met (demo)")


def conclude(
    stage: Stage,
    exhibit: Exhibit,
    site: Site,
    substance: str,
    findings: Sequence[str],
    *,
    verdict: Verdict | None = None,
    components: Sequence[ComponentUse] = (),
) -> Identification:
    """Put a substance in question and conclude.

    Parameters
    ----------
    verdict : Verdict, optional
        None: identified, or limited to a set of isomers where the results do not tell them apart.
    """
    stage.clock.later(3)
    identifying, expert = stage.laboratory.identifying, stage.crew[site.experts[0]]
    question = Question(exhibit_number=exhibit.number, substance=substance, inchikey=inchikey_of(substance))
    basis = BasisFacts(
        findings=tuple(findings),
        components=tuple(components),
        isomers=IsomerSet(state=IsomerState.NONE_KNOWN, basis=_LOOKED_FOR),
    )
    opened = identifying.open(question, basis, actor=expert)
    stage.clock.later(2)
    return identifying.conclude(opened.number, verdict or _positive(opened), actor=expert)


def agree(stage: Stage, site: Site, identification: Identification) -> Identification:
    """Let the reviewer of the laboratory come to the same conclusion."""
    stage.clock.later(4)
    return stage.laboratory.identifying.agree(identification.number, actor=stage.crew[site.reviewer])


def determine(stage: Stage, exhibit: Exhibit, site: Site, substance: str) -> tuple[LegalDetermination, ...]:
    """Ask the shipped book about a substance of the package's table, and let the reviewer look; nothing for others.

    The rows of Kazakhstan are not shipped: its answer is that nothing can be decided.
    """
    known = [one.smiles.text for one in starter_substances() if one.preferred_name == substance]
    if not known:
        return ()
    determining, expert = stage.laboratory.determining, stage.crew[site.experts[0]]
    made = []
    for jurisdiction in _JURISDICTIONS:
        stage.clock.later(1)
        facts = DeterminationFacts(
            exhibit_number=exhibit.number,
            substance=substance,
            structures=(known[0],),
            level=StructureLevel.NO_STEREO,
            jurisdiction=jurisdiction,
        )
        one = determining.determine(facts, actor=expert)
        stage.clock.later(1)
        made.append(determining.review(one.number, actor=stage.crew[site.reviewer]))
    return tuple(made)


def dispute(stage: Stage, site: Site, identification: Identification) -> Identification:
    """Let the reviewer disagree, and the head resolve it; both stay in the record."""
    stage.clock.later(4)
    identifying = stage.laboratory.identifying
    words = "one weak test is too little for a class (demo)"
    identifying.dispute(identification.number, words=words, actor=stage.crew[site.reviewer])
    stage.clock.later(30)
    return identifying.resolve(
        identification.number,
        words="the conclusion names a class and nothing more; it stands (demo)",
        stands=True,
        actor=stage.crew[site.head],
    )


def class_only(name: str) -> Verdict:
    """Give the conclusion that no more than a class is known."""
    return Verdict(conclusion=Conclusion.CLASS_ONLY, class_name=name)


def _positive(opened: Identification) -> Verdict:
    several = len(opened.outcome.identity) > 1
    return Verdict(conclusion=Conclusion.LIMITED if several else Conclusion.IDENTIFIED)
