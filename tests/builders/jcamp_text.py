"""Small JCAMP-DX texts whose every line a test may change."""

SPECTRUM = """\
##TITLE= Cocaine $$ the base
##JCAMP-DX= 4.24
##DATA TYPE= MASS SPECTRUM
##CAS REGISTRY NO= 50-36-2
##$LOT= a
b
##XUNITS= M/Z
##YUNITS= RELATIVE ABUNDANCE
##FIRSTX= 82
##LASTX= 303.1
##MAXY= 999.0
##NPOINTS= 4
##PEAK TABLE= (XY..XY)
82, 999.0 182, 700
198,80; 303.12 150.5
##END=
"""

REPORT = """\
##TITLE= exhibit 7
##DATE= 2026-11-22
##TIME= 12:09
##SPECTROMETER_SYSTEM= GCMS 7
##MASS_RANGE= (50.0, 500.0)
##XUNITS=
##FIRST=  ,  ,  0.0175
##LAST=  ,  ,  0.05
##SCAN_NUMBER= 1
##PAGE=   T=1.05
##RETENTION_TIME= 1.05
##TIC= 30.0
##NPOINTS= 2
##XYDATA= (XY..XY)
 58.1, 10.0
 91.0, 20.0
##SCAN_NUMBER= 2
##PAGE=   T=2.0
##RETENTION_TIME= 2.0
##TIC= 0.0
##NPOINTS= 0
##XYDATA= (XY..XY)

##SCAN_NUMBER= 3
##PAGE=   T=3.0
##RETENTION_TIME= 3.0
##TIC= 7.5
##NPOINTS= 1
##XYDATA= (XY..XY)
 41.0, 7.5
"""

NTUPLES = """\
##TITLE= exhibit 8
##JCAMP-DX= 5.00
##DATA TYPE= MASS SPECTRUM
##LONGDATE= 2026/11/22 12:09:00
##OPERATOR= CN
##METHOD= screen.M
##SPECTROMETER/DATA SYSTEM= GCMS 8
##NTUPLES= MASS SPECTRUM
##VAR_NAME= MASS, INTENSITY, RETENTION TIME,
##SYMBOL= X, Y, T
##VAR_TYPE= INDEPENDENT, DEPENDENT, INDEPENDENT
##VAR_FORM= AFFN, AFFN, AFFN
##VAR_DIM= , , 2
##UNITS= M/Z, RELATIVE ABUNDANCE, SECONDS
##FACTOR= 1, 2, 1
##FIRST= , , 10
##LAST= , , 11.5
##PAGE= T=10
##NPOINTS= 4
##DATA TABLE= (XY..XY), PEAKS
50.0, 10.0; 51.0, 11.0
130.0, 20.0; 131.0, 21.0
##PAGE= T=11.5
##NPOINTS= 1
##DATA TABLE= (XY..XY), PEAKS
91 5
##END NTUPLES= MASS SPECTRUM
##END=
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Change pieces that are there exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def spectrum_text(record) -> str:
    """Write one spectrum of an MSP file as a JCAMP-DX block."""
    fields = "".join(f"##${key.upper()}= {value}\n" for key, value in record.fields[1:] if "$$" not in value)
    peaks = "".join(f"{mz!r}, {height!r}\n" for mz, height in zip(record.peaks.mz, record.peaks.intensity, strict=True))
    head = f"##TITLE= {record.name.replace('$$', '')}\n##JCAMP-DX= 5.00\n##DATA TYPE= MASS SPECTRUM\n"
    return f"{head}{fields}##NPOINTS= {len(record.peaks.mz)}\n##PEAK TABLE= (XY..XY)\n{peaks}##END=\n"
