"""The spectra of a report's identified components as MSP text, for an opposing expert's own search."""

from lims.domain.report_content import ComponentSection, IdentitySection, ReportContent, RunSection
from spectra.formats.msp import MspRecord, write_msp
from spectra.spectrum import RawSpectrum


def spectra_msp(content: ReportContent) -> str:
    """Write the spectra of all components that the report names, in its order."""
    return write_msp(
        _record(content, run, component, component.identity)
        for run in content.runs
        for component in run.components
        if component.identity is not None
    )


def _record(
    content: ReportContent, run: RunSection, component: ComponentSection, identity: IdentitySection
) -> MspRecord:
    """Describe one spectrum as what it is: a casework spectrum that an expert identified, no reference."""
    fields = [
        ("Name", _line(f"{identity.name} (report {content.number})")),
        ("Comment", _line(f"casework spectrum; run {run.number}, component {component.number}, file {run.file_name}")),
        ("Retention time (s)", str(component.retention_time_s)),
    ]
    if identity.inchikey is not None:
        fields.append(("InChIKey of the identified substance", _line(identity.inchikey)))
    if run.simulation_statement:
        fields.append(("Simulated data", _line(run.simulation_statement)))
    peaks = RawSpectrum(
        mz=tuple(float(peak.mz) for peak in identity.measured),
        intensity=tuple(float(peak.intensity) for peak in identity.measured),
    )
    return MspRecord(line=1, fields=tuple(fields), peaks=peaks)


def _line(text: str) -> str:
    """Bring a text to one line: a line break would begin another field."""
    return " ".join(text.split())
