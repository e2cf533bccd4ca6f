import substance_library

PUBLIC = {
    "FrozenManifest",
    "FrozenPart",
    "IonTechnique",
    "KnownSubstance",
    "MappedRelease",
    "SpectrumProvenance",
    "StandardOrigin",
    "open_mapped",
    "pack_release",
    "REFERENCE_PURPOSE",
    "TRAINING_PURPOSE",
    "Convention",
    "DatePrecision",
    "InChIKey",
    "InternationalStatus",
    "InvalidFormulaError",
    "InvalidIdentifierError",
    "InvalidReferenceSpectrumError",
    "InvalidReleaseError",
    "InvalidSubstanceError",
    "InvalidValueError",
    "LibraryRelease",
    "PackageDataError",
    "RecordError",
    "RecordErrors",
    "ReferenceSpectrum",
    "ScheduleFact",
    "Smiles",
    "Stereo",
    "StructureIdentity",
    "Substance",
    "SubstanceLibraryError",
    "SubstanceName",
    "UnknownAccessionError",
    "UnknownStatus",
    "WithheldIons",
    "draw_structure_svg",
    "identify_structure",
    "inchi_version",
    "nominal_mass",
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
    assert len(errors) == 11
    assert all(issubclass(error, substance_library.SubstanceLibraryError) for error in errors)
