"""Small ANDI files whose every variable and attribute a test may choose."""

import io
from collections.abc import Mapping

import numpy as np
from scipy.io import netcdf_file

TWO_SCANS: Mapping[str, object] = {
    "scan_acquisition_time": [5.25, 5.84],
    "total_intensity": [15.0, 7.0],
    "scan_index": [0, 2],
    "point_count": [2, 3],
    "mass_values": [58.5, 91.0, 41.0, 58.0, 58.25],
    "intensity_values": [10.0, 5.0, 1.0, 2.0, 4.0],
}
KINDS = {"scan_index": "i", "point_count": "i"}


def andi_file(
    *,
    without: tuple[str, ...] = (),
    attributes: Mapping[str, Mapping[str, object]] | None = None,
    texts: Mapping[str, bytes] | None = None,
    kinds: Mapping[str, str] | None = None,
    version: int = 1,
    **changes: object,
) -> bytes:
    buffer = io.BytesIO()
    container = netcdf_file(buffer, "w", version=version)
    for name, values in (TWO_SCANS | changes).items():
        if name in without:
            continue
        array = np.array(values)
        dimensions = tuple(f"{name}_{axis}" for axis in range(array.ndim))
        for dimension, length in zip(dimensions, array.shape, strict=True):
            container.createDimension(dimension, length)
        kind = (KINDS | dict(kinds or {})).get(name, "c" if array.dtype.kind == "S" else "d")
        variable = container.createVariable(name, kind, dimensions)
        if dimensions:
            variable[:] = array
        else:
            variable.data = array.astype(variable.data.dtype)
        for attribute, value in (attributes or {}).get(name, {}).items():
            setattr(variable, attribute, value)
    for name, text in (texts or {}).items():
        setattr(container, name, text)
    container.flush()
    return buffer.getvalue()
