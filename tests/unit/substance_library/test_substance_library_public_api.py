import substance_library

PUBLIC = {
    "Determination",
    "InvalidLawError",
    "InvalidThresholdError",
    "LawBook",
    "LegalStatus",
    "StatusPolicy",
    "determine",
    "shipped_law_book",
    "REFERENCE_PURPOSE",
    "TRAINING_PURPOSE",
    "Convention",
    "DatePrecision",
    "FrozenManifest",
    "FrozenPart",
    "GenericRule",
    "InChIKey",
    "InternationalStatus",
    "InvalidFormulaError",
    "InvalidIdentifierError",
    "InvalidReferenceSpectrumError",
    "InvalidReleaseError",
    "InvalidRuleError",
    "InvalidSubstanceError",
    "InvalidValueError",
    "IonTechnique",
    "KnownSubstance",
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
    "Stereo",
    "StructureIdentity",
    "Substance",
    "SubstanceLibraryError",
    "SubstanceName",
    "TooManyMappingsError",
    "UnknownAccessionError",
    "UnknownStatus",
    "WithheldIons",
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
    "starter_substances",
    "structure_of",
    "training_release",
    "withheld_principal_ions",
}


def test_the_public_names_are_these_and_no_others():
    assert set(substance_library.__all__) == PUBLIC
    assert all(hasattr(substance_library, name) for name in PUBLIC)


def test_every_error_has_the_root_of_the_package():
    errors = [vars(substance_library)[name] for name in PUBLIC if name.endswith(("Error", "Errors"))]
    assert len(errors) == 15
    assert all(issubclass(error, substance_library.SubstanceLibraryError) for error in errors)
