"""JCAMP-DX text with single mass spectra: one block a spectrum, alone, in a row, or inside a LINK block.

What is understood is a closed list: blocks from ``##TITLE=`` to ``##END=`` of data type MASS SPECTRUM with one table
``##PEAK TABLE=``, ``##XYDATA=`` or ``##XYPOINTS=`` of plain ``(XY..XY)`` pairs and its ``##NPOINTS=``. Everything else
that a block says is kept in its order; what it declares of its peaks is compared with them. Series of scans are read
by ``jcamp_run``. Source: Lampen et al., Appl. Spectrosc. 48 (1994) 1545, doi:10.1366/0003702944027840.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.content import read_content
from spectra.formats.jcamp_labels import JcampText, LabelledBlock, LabelledRecord, labelled_records
from spectra.formats.text_lines import shown, text_lines
from spectra.formats.text_record import MAX_FAULTS, TextRecord, TextRecordFile, whole_file

_SPECTRUM_TABLES = ("PEAKTABLE", "XYDATA", "XYPOINTS")
_TABLE_OF_ANOTHER_KIND = ("RADATA", "PEAKASSIGNMENTS", "DATATABLE", "PAGE", "NTUPLES")
_MAX_DEPTH = 8
"""Of LINK blocks inside each other."""


def is_jcamp_dx(data: bytes) -> bool:
    """Tell by content whether text is JCAMP-DX: its first record is a title."""
    return re.match(rb"(\xef\xbb\xbf)?(\s|\$\$[^\r\n]*)*##\s*TITLE\s*=", data[:10_000], re.IGNORECASE) is not None


def read_jcamp_dx(path: Path) -> TextRecordFile:
    """Read a JCAMP-DX library, plain or gzipped, to its end.

    Returns
    -------
    TextRecordFile
        A record a block; its fields are all labels but the table and ``##NPOINTS=``, comments under ``$$``; its peaks
        in the order of the file, multiplied by ``##XFACTOR=`` and ``##YFACTOR=``.

    Raises
    ------
    FormatError
        If the file cannot be read or inflated, is not UTF-8, or holds no block.
    FormatErrors
        If blocks are faulty or one is not closed; each fault names its line.
    """
    content = read_content(path)
    blocks = _Blocks(labelled_records(path, text_lines(path, content.data)))
    records: list[TextRecord] = []
    for block in blocks.spectra:
        if len(blocks.faults) >= MAX_FAULTS:
            break
        try:
            records.append(_spectrum(block))
        except FormatError as fault:
            blocks.faults.append(fault)
    return whole_file(content, records, blocks.faults, expected="blocks '##TITLE=' to '##END='")


@dataclass(slots=True, kw_only=True)
class _OpenBlock:
    """A block whose ``##END=`` has not come yet."""

    line: int
    records: list[LabelledRecord] = field(default_factory=list)
    n_inner: int = 0

    @property
    def is_link(self) -> bool:
        return any(record.key == "DATATYPE" and record.text.upper() == "LINK" for record in self.records)


class _Blocks:
    """Sorts records into blocks and counts those that LINK blocks announce."""

    def __init__(self, text: JcampText) -> None:
        self.faults = list(text.faults)
        self.spectra: list[LabelledBlock] = []
        self._path = text.path
        self._open: list[_OpenBlock] = []
        for record in text.records:
            if len(self.faults) >= MAX_FAULTS:
                return
            self._take(record)
        for block in self._open:
            self._refuse(block.line, "a block that is not closed: the file is cut", "'##END='")

    def _take(self, record: LabelledRecord) -> None:
        if record.key == "TITLE":
            self._begin(record)
        elif not self._open:
            self._refuse(record.line, f"'##{record.label}=' outside a block", "'##TITLE='")
        elif record.key == "END":
            self._end(self._open.pop(), record)
        else:
            self._open[-1].records.append(record)

    def _begin(self, title: LabelledRecord) -> None:
        if self._open and not self._open[-1].is_link:
            self._refuse(title.line, "a second '##TITLE='", f"'##END=' of the block in line {self._open[-1].line}")
            self._open.pop()
        if len(self._open) >= _MAX_DEPTH:
            self._refuse(title.line, f"more than {_MAX_DEPTH} LINK blocks in each other", "fewer")
            self._open.clear()
        if self._open:
            self._open[-1].n_inner += 1
        self._open.append(_OpenBlock(line=title.line, records=[title]))

    def _end(self, block: _OpenBlock, end: LabelledRecord) -> None:
        if end.text:
            self._refuse(end.line, shown(end.text), "nothing behind '##END='")
        if not block.is_link:
            self.spectra.append(LabelledBlock(self._path, block.line, block.records))
            return
        announced = [record.text for record in block.records if record.key == "BLOCKS"]
        # both are in use: the blocks inside, and those with the LINK block itself
        if announced not in ([str(block.n_inner)], [str(block.n_inner + 1)]):
            self._refuse(block.line, f"##BLOCKS= {shown(' '.join(announced))}", f"{block.n_inner}, the blocks inside")

    def _refuse(self, line: int, found: str, expected: str) -> None:
        self.faults.append(FormatError(self._path, f"line {line}", found, expected))


def _spectrum(block: LabelledBlock) -> TextRecord:
    kind = block.find("DATATYPE")
    if kind is None:
        raise FormatError(block.path, f"line {block.line}", "no ##DATA TYPE=", "'MASS SPECTRUM'")
    block.require_mz()
    foreign = next((record for record in block.records if record.key in _TABLE_OF_ANOTHER_KIND), None)
    if foreign is not None:
        raise block.fault(foreign, f"##{foreign.label}=", "a single spectrum: ##PEAK TABLE=, ##XYDATA= or ##XYPOINTS=")
    tables = [table for table in map(block.find, _SPECTRUM_TABLES) if table is not None]
    if len(tables) != 1:
        found = f"{len(tables)} tables of peaks"
        raise FormatError(block.path, f"line {block.line}", found, "one ##PEAK TABLE=, ##XYDATA= or ##XYPOINTS=")
    peaks = block.peaks(tables[0], mz_factor=block.factor("XFACTOR"), intensity_factor=block.factor("YFACTOR"))
    return TextRecord(line=block.line, fields=_fields(block, tables[0]), peaks=peaks)


def _fields(block: LabelledBlock, table: LabelledRecord) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for record in block.records:
        if record is not table and record.key != "NPOINTS":
            fields.append((record.label, record.text))
        fields.extend(("$$", comment) for comment in record.comments)
    return tuple(fields)
