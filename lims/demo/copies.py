"""A photograph for the one case of the demonstration, and what is made of its report beside it."""

from pathlib import Path

from lims.demo.people import Cast
from lims.demo.stage import SIMULATED, grey_pixel
from lims.demo.story import Story
from lims.domain.exhibit import Exhibit
from lims.domain.report import Report
from lims.services.laboratory import Laboratory
from lims.services.photographing import PhotographFacts


def photograph(laboratory: Laboratory, cast: Cast, exhibit: Exhibit, story: Story) -> None:
    """Keep a picture of the exhibit that says that it is none."""
    path = laboratory.settings.home / "no-photograph.png"
    path.write_bytes(grey_pixel(f"{SIMULATED}: {exhibit.number}"))
    facts = PhotographFacts(
        shows="the exhibit with its seal, before it is opened (simulated picture: a grey field)",
        taken_at=laboratory.clock.now(),
    )
    kept = laboratory.photographing.add(exhibit.number, path, facts, actor=cast.technician)
    story.tell(f"photograph {kept.number} kept: SIMULATED, a grey field")


def write_copies(laboratory: Laboratory, cast: Cast, report: Report, story: Story) -> dict[str, str]:
    """Write the summary of the report, and its copy in the other official language."""
    language = "kk" if report.language == "ru" else "ru"
    home, actor = laboratory.settings.home, cast.expert
    files: dict[str, tuple[Path, bytes]] = {
        "summary": (
            home / f"{report.number}-summary.pdf",
            laboratory.copying.summarise(report.number, language=report.language, actor=actor),
        ),
        "copy": (
            home / f"{report.number}-copy-{language}.pdf",
            laboratory.copying.copy(report.number, language=language, actor=actor),
        ),
    }
    for path, document in files.values():
        path.write_bytes(document)
    story.tell(f"summary written to {files['summary'][0]}, copy in {language} to {files['copy'][0]}")
    return {name: str(path) for name, (path, _) in files.items()}
