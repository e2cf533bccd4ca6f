"""Small mzML and mzXML files whose every element a test may choose; the numbers are made up for the tests."""

import base64
import hashlib
import re
import struct
import zlib
from dataclasses import dataclass

MZML_HEAD = b"""<?xml version="1.0" encoding="utf-8"?>
<indexedmzML xmlns="http://psi.hupo.org/ms/mzml">
"""
MZXML_HEAD = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<mzXML xmlns="http://sashimi.sourceforge.net/schema_revision/mzXML_3.2">
"""
ARRAY_TYPES = {
    "f4": ("MS:1000521", "32-bit float"),
    "f8": ("MS:1000523", "64-bit float"),
    "i4": ("MS:1000519", "32-bit integer"),
    "i8": ("MS:1000522", "64-bit integer"),
}


@dataclass(frozen=True, kw_only=True)
class Scan:
    time_s: float
    mz: tuple[float, ...] = ()
    intensity: tuple[float, ...] = ()
    level: int = 1
    polarity: int = 1
    centroided: int = 1
    precursor: float | None = None
    charge: int = 0
    window: tuple[float, float] | None = None
    energy_ev: float | None = None


THREE_SCANS = (
    Scan(time_s=1.5, mz=(58.5, 91.25, 304.5), intensity=(10.0, 5.0, 70.0)),
    Scan(
        time_s=1.75,
        mz=(82.0, 105.0, 182.5, 304.5),
        intensity=(40.0, 20.0, 99.0, 1.0),
        level=2,
        precursor=304.5,
        charge=1,
        window=(0.5, 0.75),
        energy_ev=30.0,
    ),
    Scan(time_s=2.5, mz=(59.0,), intensity=(3.0,)),
)


def cv(accession, name, value="", unit=""):
    ref = f' unitCvRef="UO" unitAccession="{unit}"' if unit else ""
    return f'<cvParam cvRef="MS" accession="{accession}" name="{name}" value="{value}"{ref}/>'


def mzml_array(numbers, kind, *, code="f8", compression="zlib", extra=""):
    raw = struct.pack(f"<{len(numbers)}{ {'f4': 'f', 'f8': 'd', 'i4': 'i', 'i8': 'q'}[code] }", *numbers)
    packed = base64.b64encode(zlib.compress(raw) if compression == "zlib" else raw).decode()
    kinds = {
        "mz": cv("MS:1000514", "m/z array", unit="MS:1000040"),
        "intensity": cv("MS:1000515", "intensity array", unit="MS:1000131"),
    }
    packing = cv("MS:1000574", "zlib compression") if compression == "zlib" else cv("MS:1000576", "no compression")
    return (
        f'<binaryDataArray encodedLength="{len(packed)}"{extra}>'
        f"{cv(*ARRAY_TYPES[code])}{packing}{kinds[kind]}<binary>{packed}</binary></binaryDataArray>"
    )


def mzml_spectrum(index, scan, *, codes=("f8", "f8"), compression="zlib", unit="UO:0000010"):
    time = scan.time_s / 60 if unit == "UO:0000031" else scan.time_s
    params = cv("MS:1000511", "ms level", scan.level)
    if scan.polarity:
        params += cv("MS:1000130", "positive scan") if scan.polarity > 0 else cv("MS:1000129", "negative scan")
    if scan.centroided >= 0:
        params += cv("MS:1000127", "centroid spectrum") if scan.centroided else cv("MS:1000128", "profile spectrum")
    precursor = ""
    if scan.precursor is not None:
        window = cv("MS:1000827", "isolation window target m/z", scan.precursor)
        if scan.window:
            window += cv("MS:1000828", "isolation window lower offset", scan.window[0])
            window += cv("MS:1000829", "isolation window upper offset", scan.window[1])
        ion = cv("MS:1000744", "selected ion m/z", scan.precursor)
        ion += cv("MS:1000041", "charge state", scan.charge) if scan.charge else ""
        activation = cv("MS:1000133", "collision-induced dissociation")
        if scan.energy_ev is not None:
            activation += cv("MS:1000045", "collision energy", scan.energy_ev, "UO:0000266")
        precursor = (
            f'<precursorList count="1"><precursor><isolationWindow>{window}</isolationWindow>'
            f'<selectedIonList count="1"><selectedIon>{ion}</selectedIon></selectedIonList>'
            f"<activation>{activation}</activation></precursor></precursorList>"
        )
    arrays = mzml_array(scan.mz, "mz", code=codes[0], compression=compression)
    arrays += mzml_array(scan.intensity, "intensity", code=codes[1], compression=compression)
    return (
        f'<spectrum index="{index}" id="scan={index + 1}" defaultArrayLength="{len(scan.mz)}">{params}'
        f'<scanList count="1"><scan>{cv("MS:1000016", "scan start time", repr(time), unit)}</scan></scanList>'
        f'{precursor}<binaryDataArrayList count="2">{arrays}</binaryDataArrayList></spectrum>'
    )


CHROMATOGRAM = '<chromatogram index="0" id="TIC" defaultArrayLength="0"><binaryDataArrayList count="0"/></chromatogram>'


def mzml_body(scans=THREE_SCANS, *, chromatograms=CHROMATOGRAM, **packing):
    """Give the ``mzML`` element as text, for tests to change before it is sealed."""
    spectra = "\n".join(mzml_spectrum(index, scan, **packing) for index, scan in enumerate(scans))
    return (
        '<mzML xmlns="http://psi.hupo.org/ms/mzml" version="1.1.0">'
        '<sampleList count="1"><sample id="s" name="made for a test"/></sampleList>'
        '<instrumentConfigurationList count="1"><instrumentConfiguration id="IC1">'
        f"{cv('MS:1000554', 'LCQ Deca')}{cv('MS:1000529', 'instrument serial number', '7')}"
        "</instrumentConfiguration></instrumentConfigurationList>"
        '<run id="r" startTimeStamp="2026-11-22T10:00:00Z">'
        f'<spectrumList count="{len(scans)}">\n{spectra}\n</spectrumList>'
        f'<chromatogramList count="{chromatograms.count("<chromatogram ")}">{chromatograms}</chromatogramList>'
        "</run></mzML>"
    )


def sealed_mzml(body, *, head=MZML_HEAD):
    """Put an index and a checksum around an ``mzML`` element, true to whatever is in it."""
    data = head + (body if isinstance(body, bytes) else body.encode())
    index = b'\n<indexList count="2">'
    for name in (b"spectrum", b"chromatogram"):
        index += b'<index name="' + name + b'">'
        for found in re.finditer(rb"<" + name + rb'\s[^>]*?\bid="([^"]*)"', data):
            index += b'<offset idRef="' + found[1] + b'">' + str(found.start()).encode() + b"</offset>"
        index += b"</index>"
    data += index + b"</indexList>\n<indexListOffset>%d</indexListOffset>" % (len(data) + 1)
    data += b"\n<fileChecksum>"
    return data + hashlib.sha1(data).hexdigest().encode() + b"</fileChecksum>\n</indexedmzML>\n"  # noqa: S324 - the format's


def mzml_file(scans=THREE_SCANS, **packing):
    return sealed_mzml(mzml_body(scans, **packing))


def bare_mzml(body):
    """Give an ``mzML`` element as a file of its own, without index and checksum."""
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + (body if isinstance(body, bytes) else body.encode())


def mzxml_peaks(scan, *, precision=32, compression="zlib"):
    pairs = [number for pair in zip(scan.mz, scan.intensity, strict=True) for number in pair]
    raw = struct.pack(f">{len(pairs)}{'f' if precision == 32 else 'd'}", *pairs)
    packed = zlib.compress(raw) if compression == "zlib" else raw
    return (
        f'<peaks compressionType="{compression}" compressedLen="{len(packed) if compression == "zlib" else 0}" '
        f'precision="{precision}" byteOrder="network" contentType="m/z-int">{base64.b64encode(packed).decode()}</peaks>'
    )


def mzxml_scan(number, scan, inside="", **packing):
    polarity = f' polarity="{"+" if scan.polarity > 0 else "-"}"' if scan.polarity else ""
    centroided = f' centroided="{scan.centroided}"' if scan.centroided >= 0 else ""
    precursor = ""
    if scan.precursor is not None:
        charge = f' precursorCharge="{scan.charge}"' if scan.charge else ""
        width = f' windowWideness="{sum(scan.window)}"' if scan.window else ""
        precursor = (
            f'<precursorMz precursorIntensity="0"{charge} activationMethod="CID"{width}>{scan.precursor}</precursorMz>'
        )
    return (
        f'<scan num="{number}"{centroided} msLevel="{scan.level}" peaksCount="{len(scan.mz)}"{polarity} '
        f'retentionTime="PT{scan.time_s!r}S">{precursor}{mzxml_peaks(scan, **packing)}{inside}</scan>'
    )


def mzxml_body(scans=THREE_SCANS, *, nested=True, **packing):
    """Give the ``msRun`` element as text; product scans stand inside the scan before them."""
    text, inside = "", ""
    for number in range(len(scans), 0, -1):
        scan = scans[number - 1]
        if nested and scan.level > 1 and number > 1:
            inside = "\n" + mzxml_scan(number, scan, **packing) + inside
        else:
            text = mzxml_scan(number, scan, inside, **packing) + "\n" + text
            inside = ""
    return (
        f'<msRun scanCount="{len(scans)}" startTime="PT0S" endTime="PT9S">'
        '<parentFile fileName="a.raw" fileType="RAWData" fileSha1="0"/>'
        '<msInstrument><msModel category="msModel" value="LCQ Deca"/></msInstrument>'
        f'<dataProcessing centroided="1"/>\n{text}</msRun>'
    )


def sealed_mzxml(body, *, head=MZXML_HEAD):
    """Put an index and a checksum after an ``msRun`` element, true to whatever is in it."""
    data = head + (body if isinstance(body, bytes) else body.encode()) + b"\n"
    begin = len(data)
    data += b'<index name="scan">'
    for found in re.finditer(rb'<scan\s[^>]*?\bnum="([^"]*)"', data):
        data += b'<offset id="' + found[1] + b'">' + str(found.start()).encode() + b"</offset>"
    data += b"</index><indexOffset>%d</indexOffset><sha1>" % begin
    return data + hashlib.sha1(data).hexdigest().encode() + b"</sha1></mzXML>\n"  # noqa: S324 - the format's


def mzxml_file(scans=THREE_SCANS, **packing):
    return sealed_mzxml(mzxml_body(scans, **packing))
