"""What a release says of one substance: its structure, its names with language and source, its class."""

from dataclasses import dataclass

from substance_library.errors import InvalidSubstanceError, quoted
from substance_library.identifiers import InChIKey
from substance_library.substance import SubstanceName


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSubstance:
    """A substance as a curated release carries it: less than a ``Substance`` of the starter list, and nothing made up.

    Raises
    ------
    InvalidSubstanceError
        If it has neither a structure nor a name: nothing would be known of it.
    """

    inchikey: InChIKey
    """Recomputed from the structure where there is one; else as sources state it."""
    smiles: str = ""
    """Read by RDKit before; empty where no source gives a structure."""
    names: tuple[SubstanceName, ...] = ()
    substance_class: str = ""
    """A group of chemistry or use, in the words of the source; never a legal class."""
    structure_source: str = ""
    """Who gives the structure."""

    def __post_init__(self) -> None:
        """Refuse a substance of which nothing is known."""
        if not self.smiles and not self.names:
            raise InvalidSubstanceError(
                f"substance {quoted(str(self.inchikey))}", found="neither structure nor name", expected="one of them"
            )
