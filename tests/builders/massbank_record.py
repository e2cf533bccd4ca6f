"""MassBank records written here, by hand or from the spectra of an MSP file; no original record files are at hand."""

NICOTINE = """\
ACCESSION: TST00006
RECORD_TITLE: (-)-Nicotine; ESI-QQ; MS2; CE 40 V; [M+H]+
DATE: 2011.02.21 (Created 2007.07.07)
LICENSE: CC BY
CH$NAME: (-)-Nicotine
CH$NAME: 3-[(2S)-1-methylpyrrolidin-2-yl]pyridine
CH$LINK: CAS 54-11-5
CH$LINK: INCHIKEY SNICXCGAKADSCV-JTQLQIEISA-N
AC$MASS_SPECTROMETRY: MS_TYPE MS2
MS$FOCUSED_ION: PRECURSOR_M/Z 163.12
MS$FOCUSED_ION: PRECURSOR_TYPE [M+H]+
UNKNOWN$TAG: kept as it is
PK$ANNOTATION: m/z tentative_formula
  80.05 C5H6N+
  84.08 C5H10N+
PK$NUM_PEAK: 3
PK$PEAK: m/z int. rel.int.
  80.05 120.5 250
  84.08 60 125
  130.07 480.25 999
//
"""
"""Its numbers are made for tests."""


def record_text(record) -> str:
    """Write one spectrum of an MSP file as a MassBank record."""
    top = max(record.peaks.intensity, default=1.0) or 1.0
    peaks = sorted(zip(record.peaks.mz, record.peaks.intensity, strict=True))
    table = "".join(f"  {mz!r} {height!r} {round(999 * height / top)}\n" for mz, height in peaks)
    precursor = record.first("PrecursorMZ")
    lines = [
        f"ACCESSION: {record.first('DB#') or 'NONE'}",
        f"RECORD_TITLE: {record.name}",
        f"CH$NAME: {record.name}",
        f"CH$LINK: INCHIKEY {record.first('InChIKey') or 'N/A'}",
        *([f"MS$FOCUSED_ION: PRECURSOR_M/Z {precursor}"] if precursor else []),
        f"PK$NUM_PEAK: {len(peaks)}",
    ]
    return "\n".join(lines) + f"\nPK$PEAK: m/z int. rel.int.\n{table}//\n"
