"""Where the reading process starts: run as a file, it imports the readers and nothing else of this package.

``import spectra`` brings searching, scores and SciPy with it, 0.45 s that no reader needs. Here the packages stand in
``sys.modules`` with their folders but without their ``__init__``, so that only the modules are loaded that are asked
for.
"""

import sys
from pathlib import Path
from types import ModuleType

PACKAGES = ("spectra", "spectra.formats", "spectra.chromatogram")


def lay_bare_packages(root: Path) -> None:
    """Put the packages in place; ``root`` is the folder that holds ``spectra``."""
    for name in PACKAGES:
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package


if __name__ == "__main__":
    lay_bare_packages(Path(__file__).resolve().parents[2])
    from spectra.formats.child import serve

    serve(sys.argv[1])
