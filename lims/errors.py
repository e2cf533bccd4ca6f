"""The errors of the laboratory system: one root, facts in the message, advice on what to do."""

from pathlib import Path

from lims.said import said


class LimsError(Exception):
    """Root of everything that this package raises on purpose."""

    def advice(self) -> str:
        """Say what the user can do about it."""
        return said("Check the value that is named and try again")


class SettingsError(LimsError, ValueError):
    """A setting that is missing or cannot be used."""

    def advice(self) -> str:
        """Name the two places where settings come from."""
        return "Correct it in the environment (AIGAQ_...) or in aigaq.toml of the home folder"


class NotFoundError(LimsError, LookupError):
    """A record that does not exist."""

    def __init__(self, kind: str, number: str) -> None:
        """Keep what was looked for."""
        super().__init__(said("there is no {kind} {number}", kind=kind, number=number))
        self.kind = kind
        self.number = number

    def advice(self) -> str:
        """Numbers are copied more often than typed."""
        return said("Check the number; the lists show every record that exists")


class TransitionError(LimsError):
    """A step that the record's state does not allow."""

    def advice(self) -> str:
        """Say that the record may have moved on."""
        return said("Reload the page: the record may have moved on since it was read")


class ReviewerIsExaminerError(TransitionError):
    """A person who did part of the work tried to review it."""

    def __init__(self, number: str, person: str) -> None:
        """Keep the record and the person."""
        super().__init__(said("{person} worked on {number} and cannot review it", person=person, number=number))
        self.number = number
        self.person = person

    def advice(self) -> str:
        """Another person has to do it."""
        return said("Ask another expert to review it")


class ReleaserWorkedError(TransitionError):
    """A person who had a part in the work tried to release its report."""

    def __init__(self, number: str, person: str) -> None:
        """Keep the report and the person."""
        super().__init__(said("{person} had a part in {number} and cannot issue it", person=person, number=number))
        self.number = number
        self.person = person

    def advice(self) -> str:
        """Name who else can do it."""
        return said("Ask a head who had no part in the work, or a person to whom the head delegated it")


class OpenNonconformityError(LimsError):
    """A nonconformity stands on the case of a report."""

    def __init__(self, number: str, nonconformities: str) -> None:
        """Keep the report and what stands against it."""
        super().__init__(
            said(
                "{nonconformities} stands on the case of {number} and is not closed",
                nonconformities=nonconformities,
                number=number,
            )
        )
        self.number = number
        self.nonconformities = nonconformities

    def advice(self) -> str:
        """Say what comes first."""
        return said("The quality manager closes it when its cause is corrected and the effect verified; then issue")


class NotPermittedError(LimsError):
    """An act that needs a role that the person does not hold."""

    def advice(self) -> str:
        """Rights are granted by others."""
        return said("Ask a person who holds the role, or the administrator for the role")


class WrongCredentialsError(NotPermittedError):
    """What was entered is not this person's, or too many tries came before; which of the two is never said."""

    def __init__(self, number: str) -> None:
        """Keep the number that was tried."""
        super().__init__(f"password or code of {number} is wrong, or there were too many tries")
        self.number = number

    def advice(self) -> str:
        """Say that nothing happened, and what a code that was right may suffer from."""
        return said("Nothing was recorded. Each code works once: wait for the next one, then try again")


class EnrolmentNeededError(NotPermittedError):
    """A person whose roles need a second factor and who has none yet: nothing is allowed before."""

    def __init__(self, number: str) -> None:
        """Keep the number of the person."""
        super().__init__(f"{number} needs a second factor and has none yet")
        self.number = number

    def advice(self) -> str:
        """Name both ways."""
        return "Enrol it: sign in with a browser, or run 'aigaq staff enrol' with the staff number"


class PasswordChangeNeededError(NotPermittedError):
    """A person whose password was set by somebody else: nothing is allowed before that person chose another."""

    def __init__(self, number: str, set_by: str) -> None:
        """Keep the person and who set the password."""
        super().__init__(f"the password of {number} was set by {set_by} and is not the own one yet")
        self.number = number
        self.set_by = set_by

    def advice(self) -> str:
        """Name both ways."""
        return "Choose an own one: sign in with a browser, or run 'aigaq staff password' with the staff number"


class BusyError(LimsError):
    """Too much is asked of the program at once."""

    def advice(self) -> str:
        """Nothing is wrong with what was asked."""
        return "Nothing was recorded. Try again in a minute"


class NotCompetentError(NotPermittedError):
    """An act that needs a competence for a method that the person does not have on that day."""

    def __init__(self, person: str, method: str, reason: str) -> None:
        """Keep who lacks what, and the reason in words."""
        super().__init__(reason)
        self.person = person
        self.method = method

    def advice(self) -> str:
        """Name who grants it."""
        return "Ask the head or the quality manager for the competence, or a competent person for the act"


class DutyConflictError(NotPermittedError):
    """An act on a second side of one case: work, review and release are done by different people."""

    def __init__(self, *, case: str, person: str, wanted: str, taken: str, done: str) -> None:
        """Keep case and person, the side that was tried, the one that is taken, and the act that took it."""
        super().__init__(
            said(
                "{person} is on the side of {taken} in case {case} ({done}); this act is {wanted}",
                person=person,
                taken=taken,
                case=case,
                done=done,
                wanted=wanted,
            )
        )
        self.case = case
        self.person = person
        self.wanted = wanted
        self.taken = taken

    def advice(self) -> str:
        """Another person has to do it."""
        return said("Ask a person who had no other part in this case")


class NotInForceError(LimsError):
    """Work under a procedure that is not validated and in force on that day."""

    def advice(self) -> str:
        """Name both ways."""
        return (
            "Have the procedure validated ('aigaq procedure validate'), or ask for a deviation; the head or the "
            "quality manager authorises it and the customer accepts it"
        )


class InvalidRecordError(LimsError, ValueError):
    """Values that cannot make a record, with the field in the message."""


class StaleVersionError(LimsError):
    """Somebody changed the record since it was read."""

    def __init__(self, kind: str, number: str, version: int) -> None:
        """Keep which version was tried."""
        super().__init__(
            said(
                "{kind} {number} version {version} was already recorded by somebody else",
                kind=kind,
                number=number,
                version=version,
            )
        )
        self.kind = kind
        self.number = number
        self.version = version

    def advice(self) -> str:
        """Nothing was overwritten."""
        return said("Nothing was overwritten. Reload the record, look at what changed, and repeat your act")


class LedgerError(LimsError):
    """The ledger refuses an entry, or does not hold together."""

    def advice(self) -> str:
        """Say to stop: nobody repairs the ledger by hand."""
        return "Stop work, keep the store as it is, and run 'aigaq ledger verify'"


class StoreUnavailableError(LimsError):
    """The database cannot take or give what it is asked for: a full disk, a lost connection."""

    def advice(self) -> str:
        """Say to look first: a connection may be lost after the database has done its part."""
        return "Free its disk or mend the connection; look whether the act is recorded before you repeat it"


class ClockError(LedgerError):
    """The computer's clock is behind the ledger."""

    def advice(self) -> str:
        """Name both ways out: which of the two is wrong, only a person can say."""
        return (
            "Nothing was recorded. If this computer's clock is wrong, set it right and repeat the act; if the clock is "
            "right and the ledger's time was wrong, the quality manager says so with 'aigaq ledger set-clock-right'"
        )


class CanonicalFormError(LimsError, ValueError):
    """A body that has no canonical bytes: a float, a key that is not text, a number out of range."""


class ProofError(LimsError, ValueError):
    """A Merkle tree or a proof that cannot be: a digest of the wrong length, a leaf outside the tree."""

    def advice(self) -> str:
        """Proofs are made by programs and copied by people."""
        return "Ask for the proof again; one that was cut short or retyped proves nothing"


class CheckpointError(LimsError, ValueError):
    """A checkpoint, a signature line or a key that is not in its one written form."""

    def advice(self) -> str:
        """Point to the source: a checkpoint is compared byte for byte."""
        return "Take the checkpoint from its source again, every byte as it was written"


class SignerRefusedError(LimsError):
    """The signer of checkpoints does not sign: what was brought does not continue what it signed before."""

    def __init__(self, code: str, reason: str, size: int) -> None:
        """Keep why, and how many entries it signed."""
        super().__init__(f"the signer of checkpoints refuses: {reason}")
        self.code = code
        """``origin``, ``shorter``, ``behind`` or ``different``."""
        self.reason = reason
        self.size = size

    def advice(self) -> str:
        """Two of the causes are the worst that can be."""
        return (
            "Stop work, keep the store as it is, and run 'aigaq ledger verify': a backup was put in place, "
            "or entries were changed"
        )


class SignerUnavailableError(LimsError):
    """The signer of checkpoints cannot be asked: no key, no state, no answer."""

    def advice(self) -> str:
        """Acts go on without a checkpoint; the ledger says how long ago the last one was made."""
        return "Acts are recorded all the same. See docs/ledger.md for key, state and program of the signer"


class RawStoreError(LimsError):
    """The store of raw files cannot keep or give a file."""

    def __init__(self, message: str, *, remedy: str = "Check free space and rights of the raw store") -> None:
        """Keep what helps against this very cause."""
        super().__init__(message)
        self.remedy = remedy

    def advice(self) -> str:
        """Give the remedy; an act whose bytes are not safe is never recorded."""
        return f"{self.remedy}; nothing was recorded"


class MissingRawError(RawStoreError):
    """A raw object that should be there is not."""


class AlteredRawError(RawStoreError):
    """A raw object whose bytes are no longer those of its name."""


class DuplicateRawDataError(LimsError):
    """The same raw data was brought a second time."""

    def __init__(self, sha256: str, number: str) -> None:
        """Keep the digest and the run that has it already."""
        super().__init__(f"the raw data {sha256} is already run {number}")
        self.sha256 = sha256
        self.number = number

    def advice(self) -> str:
        """One injection is one run."""
        return "Use that run; one injection cannot be the evidence for two exhibits"


class RunMismatchError(LimsError):
    """A run that does not belong where it was brought: another vial, another name, out of its turn."""

    def advice(self) -> str:
        """Ask for the cause: a mix-up is found out, never corrected by renaming."""
        return "Nothing was recorded. Compare tray, sequence and file; a mix-up is written down, not renamed away"


class BatchNotUsableError(LimsError):
    """A report of a run whose batch nobody may rely on: not complete, not judged, or failed."""

    def __init__(self, run: str, batch: str, reason: str) -> None:
        """Keep the run, its batch and why."""
        super().__init__(said("run {run} belongs to batch {batch}: {reason}", run=run, batch=batch, reason=reason))
        self.run = run
        self.batch = batch
        self.reason = reason

    def advice(self) -> str:
        """Name the two ways out."""
        return said(
            "Complete and judge the batch; if it failed, a nonconformity must say what was done, and release it"
        )


class TranslationError(LimsError, LookupError):
    """A text without a translation, or an unknown language."""


class DocumentError(LimsError):
    """A report that cannot be composed: a character without a glyph, a picture that fails."""

    def advice(self) -> str:
        """Point to the text that the message names."""
        return "Change the text that is named; nothing was issued"


class SigningError(LimsError):
    """A signature that cannot be made."""

    def advice(self) -> str:
        """Keys, passwords and services are settings."""
        return "Check the key, its password, the certificate's dates and the services of [signing]; nothing was issued"


class PinRefusedError(SigningError):
    """A token that did not open with the PIN that was typed."""

    def advice(self) -> str:
        """Wrong PINs are counted by the token."""
        return "Nothing was signed. Type the PIN of your token; after a few wrong ones the token locks itself"


class SignatureRefusedError(LimsError):
    """A confirmation that is not for this signature: another person, meaning or record, too old, or used."""

    def advice(self) -> str:
        """Ask again, for what is there now."""
        return said("Nothing was signed. Reload the page, look at what you sign, and confirm it anew")


class SamplingPlanError(LimsError, ValueError):
    """A sampling plan whose numbers contradict one another or are out of range."""

    def advice(self) -> str:
        """Name what a plan consists of."""
        return "Give the population as a count, proportion and confidence between 0 and 1, negatives as a count"


class WeighingError(LimsError, ValueError):
    """A weight, or the budget of a balance, that cannot be."""

    def advice(self) -> str:
        """Ask for the numbers of the certificate."""
        return "Compare with the display, the balance's certificate and its check of today"


class UnreadableFileError(LimsError):
    """A file that was named but cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep path and reason."""
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class NotUsableError(LimsError):
    """An instrument, a lot or a standard that must not be used at the bench now."""

    def __init__(self, what: str, reason: str, *, remedy: str) -> None:
        """Keep what is refused, why and since or until when, and what helps."""
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason
        self.remedy = remedy

    def advice(self) -> str:
        """Give the remedy."""
        return f"Nothing was recorded. {self.remedy}"


class BalanceError(LimsError):
    """A balance that does not answer, or answers what cannot be used."""

    def advice(self) -> str:
        """Point to the display."""
        return "Nothing was recorded. Look at the balance and its cable, wait until it is at rest, then read it again"


class ShortageError(LimsError):
    """More is to be taken than is there."""

    def advice(self) -> str:
        """Ask for the difference."""
        return "Nothing was recorded. Weigh what is there and compare; a difference goes to the quality manager"
