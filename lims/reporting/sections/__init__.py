"""The parts of a report as blocks: introductory part, research, conclusions, annexes."""

from lims.reporting.sections.annexes import annexes
from lims.reporting.sections.conclusions import conclusions
from lims.reporting.sections.introduction import introduction
from lims.reporting.sections.research import research

__all__ = ["annexes", "conclusions", "introduction", "research"]
