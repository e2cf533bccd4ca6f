"""What the laboratory knows about substances: structures, names, stated control, reference spectra in frozen releases.

Chemistry and law, but no case and no database.
"""

from substance_library.depiction import draw_structure_svg
from substance_library.determination import Determination, LegalStatus
from substance_library.errors import (
    InvalidFormulaError,
    InvalidIdentifierError,
    InvalidLawError,
    InvalidReferenceSpectrumError,
    InvalidReleaseError,
    InvalidRuleError,
    InvalidSubstanceError,
    InvalidThresholdError,
    InvalidValueError,
    PackageDataError,
    RecordError,
    RecordErrors,
    SubstanceLibraryError,
    TooManyMappingsError,
    UnknownAccessionError,
)
from substance_library.formula import nominal_mass
from substance_library.frozen_release import FrozenManifest, FrozenPart, MappedRelease, open_mapped, pack_release
from substance_library.generic_definition import GenericRule, generic_rules
from substance_library.identifiers import InChIKey, Smiles, StructureIdentity, identify_structure, inchi_version
from substance_library.importers.nist_msp import release_from_msp
from substance_library.known_substance import KnownSubstance
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book
from substance_library.prepared_structure import PreparedStructure, prepare
from substance_library.provenance import IonTechnique, SpectrumProvenance, StandardOrigin
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import REFERENCE_PURPOSE, TRAINING_PURPOSE, LibraryRelease
from substance_library.rule_answer import Placed, RuleAnswer, RuleProof, RuleResult
from substance_library.starter import (
    WithheldIons,
    principal_ions,
    starter_substances,
    structure_of,
    training_release,
    withheld_principal_ions,
)
from substance_library.status import StatusPolicy, determine
from substance_library.substance import (
    Convention,
    DatePrecision,
    InternationalStatus,
    ScheduleFact,
    Stereo,
    Substance,
    SubstanceName,
    UnknownStatus,
)

__all__ = [
    "REFERENCE_PURPOSE",
    "TRAINING_PURPOSE",
    "Convention",
    "DatePrecision",
    "Determination",
    "FrozenManifest",
    "FrozenPart",
    "GenericRule",
    "InChIKey",
    "InternationalStatus",
    "InvalidFormulaError",
    "InvalidIdentifierError",
    "InvalidLawError",
    "InvalidReferenceSpectrumError",
    "InvalidReleaseError",
    "InvalidRuleError",
    "InvalidSubstanceError",
    "InvalidThresholdError",
    "InvalidValueError",
    "IonTechnique",
    "KnownSubstance",
    "LawBook",
    "LegalStatus",
    "LibraryRelease",
    "MappedRelease",
    "PackageDataError",
    "Placed",
    "PreparedStructure",
    "RecordError",
    "RecordErrors",
    "ReferenceSpectrum",
    "RuleAnswer",
    "RuleProof",
    "RuleResult",
    "ScheduleFact",
    "Smiles",
    "SpectrumProvenance",
    "StandardOrigin",
    "StatusPolicy",
    "Stereo",
    "StructureIdentity",
    "Substance",
    "SubstanceLibraryError",
    "SubstanceName",
    "TooManyMappingsError",
    "UnknownAccessionError",
    "UnknownStatus",
    "WithheldIons",
    "determine",
    "draw_structure_svg",
    "generic_rules",
    "identify_structure",
    "inchi_version",
    "nominal_mass",
    "open_mapped",
    "pack_release",
    "prepare",
    "principal_ions",
    "release_from_msp",
    "shipped_law_book",
    "starter_substances",
    "structure_of",
    "training_release",
    "withheld_principal_ions",
]
