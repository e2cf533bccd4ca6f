"""ANDI scans in netCDF-4 form: an HDF5 file with the variables at its root, made by h5py."""

import io
from collections.abc import Mapping

import h5py
import numpy as np

from spectra import Run
from tests.builders.andi_file import KINDS, TWO_SCANS

STORED = {
    "contiguous": {},
    "deflated": {"chunks": (2,), "compression": 4, "shuffle": True, "fletcher32": True},
}


def andi_hdf_file(
    *,
    stored: str = "contiguous",
    version: str = "earliest",
    without: tuple[str, ...] = (),
    attributes: Mapping[str, Mapping[str, object]] | None = None,
    texts: Mapping[str, object] | None = None,
    instrument: object = None,
    **changes: object,
) -> bytes:
    buffer = io.BytesIO()
    bounds = ("earliest", "v110") if version == "earliest" else (version, "latest")
    with h5py.File(buffer, "w", libver=bounds) as file:
        for name, values in (TWO_SCANS | changes).items():
            if name in without:
                continue
            array = np.array(values)
            kind = "i4" if name in KINDS and array.dtype.kind in "iu" else array.dtype
            layout = STORED[stored] if array.ndim == 1 and len(array) else {}
            dataset = file.create_dataset(name, data=array.astype(kind), **layout)
            for attribute, value in (attributes or {}).get(name, {}).items():
                dataset.attrs[attribute] = value
        for name, value in (texts or {}).items():
            file.attrs[name] = value
        if instrument is not None:
            file.create_dataset("instrument_name", data=instrument)
    return buffer.getvalue()


def hdf_of_run(run: Run, *, n_scans: int, chunk: int | None = None) -> bytes:
    """Write the first scans of a run as instrument programs do: 32-bit numbers, deflated where chunks are asked."""
    n_points = int(run.scan_starts[n_scans])
    layout = {} if chunk is None else {"chunks": (chunk,), "compression": 4, "shuffle": True}
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=("earliest", "v110")) as file:
        for name, values, kind in (
            ("scan_acquisition_time", run.scan_times_s[:n_scans], "f8"),
            ("total_intensity", run.total_ion_current[:n_scans], "f8"),
            ("scan_index", run.scan_starts[:n_scans], "i4"),
            ("point_count", np.diff(run.scan_starts)[:n_scans], "i4"),
            ("mass_values", run.mz[:n_points], "f4"),
            ("intensity_values", run.intensity[:n_points], "f4"),
        ):
            file.create_dataset(name, data=values.astype(kind), **layout)
        file.attrs["experiment_title"] = np.bytes_(run.metadata.sample_name.encode("utf-8"))
    return buffer.getvalue()
