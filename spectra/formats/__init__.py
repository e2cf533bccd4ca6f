"""Readers of files that others write: one module a format, each refusing what it does not fully understand."""

from spectra.formats.agilent_d import read_agilent_d
from spectra.formats.andi_cdf import read_andi_cdf, write_andi_cdf
from spectra.formats.andi_hdf import read_andi_hdf
from spectra.formats.detection import RUN_FORMATS, read_run
from spectra.formats.jcamp_dx import read_jcamp_dx
from spectra.formats.jcamp_run import read_jcamp_run
from spectra.formats.manifest import Manifest, ManifestEntry, run_manifest
from spectra.formats.massbank import read_massbank
from spectra.formats.mgf import MgfFile, MgfRecord, read_mgf
from spectra.formats.msp import MspFile, MspRecord, read_msp, write_msp
from spectra.formats.mzml import read_mzml
from spectra.formats.mzxml import read_mzxml
from spectra.formats.spectrum_file import SPECTRUM_FORMATS, NamedSpectrum, read_spectra
from spectra.formats.text_record import TextRecord, TextRecordFile
from spectra.formats.two_column import read_two_column

__all__ = [
    "RUN_FORMATS",
    "SPECTRUM_FORMATS",
    "Manifest",
    "ManifestEntry",
    "MgfFile",
    "MgfRecord",
    "MspFile",
    "MspRecord",
    "NamedSpectrum",
    "TextRecord",
    "TextRecordFile",
    "read_agilent_d",
    "read_andi_cdf",
    "read_andi_hdf",
    "read_jcamp_dx",
    "read_jcamp_run",
    "read_massbank",
    "read_mgf",
    "read_msp",
    "read_mzml",
    "read_mzxml",
    "read_run",
    "read_spectra",
    "read_two_column",
    "run_manifest",
    "write_andi_cdf",
    "write_msp",
]
