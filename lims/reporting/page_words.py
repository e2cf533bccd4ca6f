"""The words of the page that checks a report offline: keys of its program, texts of the catalogues.

Where the command says the same thing, the page says it in the same words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator, marked

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "VALID": marked("Valid"),
        "SUPERSEDED": marked("Superseded"),
        "WITHDRAWN": marked("Withdrawn"),
        "ALTERED": marked("Altered"),
        "NOT ISSUED": marked("Not issued"),
        "CANNOT SAY": marked("Cannot say"),
    }
)
"""By the words that programs print, which are the same in every language."""
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "VALID means": marked("The file is the report as it was issued, and by this receipt it still stands."),
        "SUPERSEDED means": marked("The file is the report as it was issued; another report has replaced it."),
        "WITHDRAWN means": marked("The file is the report as it was issued; the laboratory has taken it back."),
        "ALTERED means": marked("The file is not what was signed or issued. Do not rely on it."),
        "NOT ISSUED means": marked("The file never left the laboratory as a report. Do not rely on it."),
        "CANNOT SAY means": marked(
            "Something that a verdict needs is missing or cannot be relied on. The reasons follow."
        ),
    }
)
_PAGE: Mapping[str, str] = MappingProxyType(
    {
        "title": marked("Check a forensic report"),
        "intro": marked(
            "This page works without a network: the files stay on this computer. Drag the report, its receipt and the "
            "trust file here, or choose them."
        ),
        "drop": marked("Drop files here"),
        "report": marked("Report (PDF)"),
        "receipt": marked("Receipt of issue"),
        "trust": marked("Trust file"),
        "receipt help": marked(
            "The laboratory gives it out with the report. Without it nobody can say here whether the report was issued."
        ),
        "trust help": marked(
            "From the court or from the laboratory's public notice, never from whoever handed over the report."
        ),
        "choose": marked("Choose a file"),
        "none chosen": marked("none chosen"),
        "checking": marked("Checking ..."),
        "verdict": marked("Verdict"),
        "reasons": marked("Reasons"),
        "checks": marked("What was computed again"),
        "details": marked("Details"),
        "machine": marked("The result for programs"),
        "print": marked("Print"),
        "language": marked("Language"),
        "too large": marked("The file {name} is too large for this page."),
        "bad trust": marked("The trust file cannot be read: {words}."),
        "bad program": marked("The check stopped because of a fault of this page: {words}. Nothing was found out."),
        "unknown file": marked("What {name} is could not be told; choose it in its place."),
        "file": marked("File"),
        "sha256": marked("SHA-256 of the file"),
        "number": marked("Report number"),
        "level": marked("Signature level"),
        "checked at": marked("Checked on"),
        "clock": marked("by the clock of this computer"),
        "check": marked("Check"),
        "outcome": marked("Outcome"),
        "found": marked("What was found"),
        "by": marked("by report {number}"),
        "equal": marked("done, the report says the same"),
        "differs": marked("DONE, THE REPORT SAYS SOMETHING ELSE"),
        "not possible": marked("not possible"),
        "data": marked("Data of the report"),
        "match_factors": marked("Match factors"),
        "sampling": marked("Sampling statement"),
        "weights": marked("Masses and their uncertainty"),
        "threshold": marked("Thresholds and size classes"),
        "quantitation": marked("Content of the substance"),
        "confidence": marked("Error rate and its interval"),
        "proofs": marked("Proofs of the ledger entries"),
        "checkpoint": marked("Checkpoint of the ledger"),
        "Expert": marked("Expert"),
        "Reviewer": marked("Reviewer"),
        "none": marked("none"),
    }
)
_VERDICT_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "same bytes": marked(
            "The file is report {number}, unchanged to the last byte: its SHA-256 is the recorded one."
        ),
        "stands": marked("By this receipt it is not withdrawn; a later withdrawal would stand in a later receipt."),
        "withdrawn": marked("The laboratory withdrew it. Its reason: {reason}."),
        "replaced": marked("Report {number} replaced it."),
        "not issued": marked("By the receipt, it was not issued."),
        "weak": marked("It cannot be relied on, for the reasons below."),
        "weak signatures": marked("Its signatures cannot be relied on, for the reasons below."),
        "wrong signer": marked("A signature is by {signer}; the report names {named}."),
        "demonstration": marked("By its own data the report is a demonstration and no evidence."),
        "other number": marked("The data of the report bear another number than the receipt."),
        "two histories": marked(
            "Two checkpoints of this ledger exclude each other: it has two histories, or what was brought is damaged."
        ),
        "changed after signing": marked("The file was changed after it was signed."),
        "damaged": marked("The file was signed, and is damaged or changed since: it cannot be read as a PDF."),
        "unchanged since signing": marked("The file is unchanged since both signatures were made."),
        "issue unchecked": marked(
            "Whether the report was issued was not checked: no receipt that is believed is at hand."
        ),
        "other digest": marked("The SHA-256 of the file is not that of report {number}, which the receipt is of."),
        "names report": marked("It names report {number}."),
        "receipt of another": marked("The receipt belongs to another report."),
        "brought unreadable": marked("What was brought is neither a receipt nor a checkpoint that can be read."),
        "receipt of another ledger": marked(
            "The receipt is of another ledger than the one that the file names, and counts as if it were not there."
        ),
        "receipt unreadable": marked("The receipt is not believed: its checkpoint or an entry cannot be read."),
        "receipt unsigned": marked(
            "The receipt is not believed: its checkpoint is not signed by a key of the trust file."
        ),
        "receipt unproved": marked("The receipt is not believed: an entry is not proved to be in the ledger."),
        "receipt contradictory": marked("The receipt is not believed: its entries are not those of one report."),
        "note unsigned": marked("The checkpoint that was brought is signed by no trusted key."),
        "note alone": marked("A checkpoint alone does not tell whether a report was issued; a receipt does."),
    }
)
_SIGNATURES: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": marked("The file cannot be read as a PDF, so its signatures were not checked."),
        "no signature": marked("{field}: there is no signature."),
        "signature damaged": marked("{field}: the signature is damaged and cannot be read."),
        "signature changed": marked("{field}: what {signer} signed was changed afterwards."),
        "signature holds": marked("{field}: signed by {signer}; what was signed is unchanged."),
        "addition": marked("{field}: something was added to the file that this signature does not allow."),
        "names person": marked("{field}: the document names {person}."),
        "trusted": marked("{field}: the certificate leads to a trusted root and was valid on {moment}."),
        "revoked": marked("{field}: the certificate was revoked."),
        "revocation unknown": marked("{field}: whether the certificate was revoked is not shown in the file."),
        "no usage": marked("{field}: the certificate is not made for digital signatures."),
        "out of time": marked("{field}: the certificate was not valid on {moment}."),
        "no chain": marked("{field}: the certificate does not lead to a trusted root."),
        "untrusted": marked("{field}: the certificate cannot be trusted."),
        "stamp holds": marked("{field}: a time stamp of {service} proves that the signature existed on {moment}."),
        "stamp fails": marked(
            "{field}: its time stamp does not hold, or its service is not trusted; the time of signing is not proven."
        ),
        "document stamp holds": marked("A time stamp over the whole file proves that it existed on {moment}."),
        "document stamp fails": marked(
            "The time stamp over the whole file does not hold, or its service is not trusted."
        ),
        "level missed": marked("The report states signature level {stated}; found was {found}."),
        "other fields": marked("There are signature fields that a report does not have: {names}."),
        "same key": marked("Both signatures were made with the same key."),
        "revocation unchecked": marked(
            "Whether certificates were revoked was not checked: no revocation list is at hand."
        ),
    }
)
_CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "data equal": marked("The data of the report agree with what else names or repeats them."),
        "data unnamed": marked("No record that names the digest of the data is at hand."),
        "data digest differs": marked("The data of the report do not have the digest that the record names."),
        "data damaged": marked("The data of the report are damaged, or of a version that this program does not know."),
        "data unread": marked("The data of the report could not be read."),
        "spectra differ": marked("The file of spectra does not hold the spectra of the data."),
        "attached twice": marked("Two files are attached under the name {name}."),
        "component": marked("Run {run}, component {component}, {name}"),
        "preset unknown": marked("The preset {preset}, version {version}, is not known to this program."),
        "no hit": marked("{place}: it stands in no hit list of the report."),
        "no spectra": marked("{place}: its spectra are none."),
        "match factors differ": marked(
            "{place}: the report says match factor {match} and reverse {reverse}; its spectra give {found} and "
            "{found_reverse}."
        ),
        "match factors equal": marked("Components whose match factors follow from the embedded spectra: {count}."),
        "no component": marked("The report names no component."),
        "no plan": marked("The report has no sampling plan."),
        "population too large": marked("Sampling plan {number}: the population is too large here."),
        "sampling numbers": marked("Sampling plan {number}: its numbers cannot be computed with."),
        "sampling to test": marked(
            "Sampling plan {number}: the report says that {said} units were to be tested; its figures give {found}."
        ),
        "sampling sentence": marked("Sampling plan {number}: its figures do not support the sentence of the report."),
        "sampling at least": marked(
            "Sampling plan {number}: the report says that at least {said} units are positive; its figures give {found}."
        ),
        "sampling draw": marked("Sampling plan {number}: the seed does not give the units that were drawn."),
        "sampling equal": marked("Sampling statements that follow from population, tested units and results: {count}."),
        "no mass": marked("The report states no mass."),
        "weight coverage": marked("Weighing {number}: k = {k} does not cover {percent} %."),
        "weight readings": marked("Weighing {number}: its readings are not in the data."),
        "weight numbers": marked("Weighing {number}: its numbers cannot be computed with."),
        "weight differs": marked(
            "Weighing {number}: the report says {mass} g, U {u} g; readings and balance give {found} g, U {found_u} g."
        ),
        "weights equal": marked("Masses that follow from the readings and the balance: {count}."),
        "no threshold": marked("The report holds no mass against a threshold."),
        "threshold differs": marked("{what}: the decision does not follow from mass, uncertainty and threshold."),
        "no amount": marked("Determination {number}: its amount is not in the data."),
        "other amount": marked("Determination {number}: its amount is not that of weighing {weighing}."),
        "thresholds equal": marked("Decisions about thresholds that follow from mass and uncertainty: {count}."),
        "no calibration": marked("The data hold no quantitation."),
        "quantitation numbers": marked("Quantitation {number}: its numbers cannot be computed with."),
        "quantitation curve": marked("Quantitation {number}: its calibrators give another curve."),
        "quantitation readings": marked("Quantitation {number}: a concentration does not follow from its response."),
        "quantitation content": marked("Quantitation {number}: its portions give another content or uncertainty."),
        "quantitation mass": marked("Quantitation {number}: its content gives another mass or uncertainty."),
        "quantitation equal": marked("Quantitations that follow from calibrators, responses and portions: {count}."),
        "no rate": marked("The report states no error rate."),
        "rate numbers": marked("The numbers of the error rate cannot be computed with."),
        "rate differs": marked(
            "The report says {low} to {high} %; {errors} errors in {trials} trials give {found_low} to {found_high} %."
        ),
        "rate equal": marked("The interval of the error rate follows from {errors} errors in {trials} trials."),
        "no extract": marked("The file carries no extract of the ledger."),
        "proof counts": marked("The extract of the ledger has {entries} entries and {proofs} proofs."),
        "entry unproved": marked("Entry {place} of the extract is not proved to be in the ledger."),
        "not begun": marked("The first entry of the extract is not the one that began this report."),
        "ledger files differ": marked("The files of the ledger are not those that the data of the report name."),
        "proofs equal": marked("Ledger entries that are proved to be under the checkpoint: {count}."),
        "no checkpoint": marked("The file carries no checkpoint of the ledger."),
        "checkpoint unreadable": marked("The checkpoint in the file cannot be read."),
        "checkpoint other": marked("The checkpoint in the file is not the one that its data name."),
        "checkpoint signature": marked("The signature of the checkpoint does not hold."),
        "checkpoint trusted": marked("The checkpoint over {size} entries is signed by a trusted key of {origin}."),
        "checkpoint own": marked(
            "The checkpoint is signed by a key of {origin} that only the file itself names; hold it against a key from "
            "elsewhere."
        ),
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {**VERDICTS, **_MEANINGS, **_PAGE, **_VERDICT_REASONS, **_SIGNATURES, **_CHECKS}
)
"""By the keys that the page's program uses."""


def page_words() -> dict[str, dict[str, str]]:
    """Give all texts in every language, with their places for facts, and the names of the languages.

    Raises
    ------
    TranslationError
        If a language lacks a text.
    """
    return {
        language: {key: Translator(language)(text) for key, text in WORDS.items()} | {"name": LANGUAGE_NAMES[language]}
        for language in LANGUAGES
    }
