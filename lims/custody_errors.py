"""Errors of custody: who holds an object, its seals, its places, and what a scan says."""

from lims.errors import LimsError, TransitionError


class NotCustodianError(LimsError):
    """An act on an exhibit by a person who does not hold it (rules CC-3, CC-6)."""

    def __init__(self, exhibit: str, person: str, where: str) -> None:
        """Keep the exhibit, the person, and in words where the exhibit is."""
        super().__init__(f"exhibit {exhibit} is {where}, not in the hands of {person}")
        self.exhibit = exhibit
        self.person = person
        self.where = where

    def advice(self) -> str:
        """Say how an exhibit comes into one's hands."""
        return "Take it out of storage, or let the person who holds it hand it over; both confirm"


class CustodyError(TransitionError):
    """A step of custody that does not follow from where the exhibit is."""

    def advice(self) -> str:
        """Name the one way from place to place."""
        return "Look at the exhibit's timeline; between two places stands a person who takes it out and puts it in"


class HandOverLapsedError(TransitionError):
    """A hand-over that the second person did not confirm in time (rule CC-1)."""

    def __init__(self, number: str, minutes: int) -> None:
        """Keep the number and the time that was allowed."""
        super().__init__(f"{number} was offered more than {minutes} minutes ago and stays offered")
        self.number = number
        self.minutes = minutes

    def advice(self) -> str:
        """Both have to be there again."""
        return "Withdraw the offer and hand over anew, both of you at the exhibits"


class SealUsedError(LimsError):
    """A seal whose number was used before (rule CC-7)."""

    def __init__(self, seal: str, exhibit: str) -> None:
        """Keep the seal, and the exhibit that had it."""
        super().__init__(f"seal {seal} was used before, on exhibit {exhibit}")
        self.seal = seal
        self.exhibit = exhibit

    def advice(self) -> str:
        """Send for a new one."""
        return "Take a seal whose number was never used; nothing was recorded"


class PlaceFullError(LimsError):
    """A place without room for what is to be put into it."""

    def __init__(self, place: str, *, capacity: int, there: int, more: int) -> None:
        """Keep the place, its capacity, how many exhibits lie there and how many were to come."""
        super().__init__(f"place {place} takes {capacity} exhibits, holds {there}, and {more} more were to come")
        self.place = place
        self.capacity = capacity
        self.there = there
        self.more = more

    def advice(self) -> str:
        """Another place has to be found."""
        return "Choose another place, or correct the capacity of this one"


class ScanError(LimsError, ValueError):
    """A scanned text that is no label of this laboratory, or was read or typed wrong."""

    def advice(self) -> str:
        """Name the two usual causes."""
        return "Scan the label again; if that does not help, set the keyboard to English letters, as scanners type them"
