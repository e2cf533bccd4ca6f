"""Readers of files that others write: one module a format, each refusing what it does not fully understand."""

from spectra.formats.agilent_d import read_agilent_d
from spectra.formats.andi_cdf import read_andi_cdf, write_andi_cdf
from spectra.formats.detection import RUN_FORMATS, read_run
from spectra.formats.manifest import Manifest, ManifestEntry, run_manifest
from spectra.formats.msp import MspFile, MspRecord, read_msp, write_msp

__all__ = [
    "RUN_FORMATS",
    "Manifest",
    "ManifestEntry",
    "MspFile",
    "MspRecord",
    "read_agilent_d",
    "read_andi_cdf",
    "read_msp",
    "read_run",
    "run_manifest",
    "write_andi_cdf",
    "write_msp",
]
