"""One ``spectrum`` element of mzML: its terms, its scan, its precursor, its two arrays."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from spectra.chromatogram.scan_facts import HIGHEST_CHARGE, HIGHEST_MS_LEVEL
from spectra.errors import FormatError
from spectra.formats import mzml_terms as terms
from spectra.formats.binary_arrays import Packing, unpacked
from spectra.formats.scan_file import PrecursorFacts, ScanRecord
from spectra.formats.xml_guard import Element, kept_text, local_name, text_of
from spectra.formats.xml_numbers import decimal_number, whole_number
from spectra.spectrum import MAX_MZ, FloatArray

LONGEST_TIME_S = 1e7
"""Four months."""
HIGHEST_ENERGY_EV = 1e6
_PARAMS = {"cvParam", "userParam", "referenceableParamGroupRef"}

Value = TypeVar("Value")


class Param(NamedTuple):
    """One ``cvParam``."""

    name: str
    value: str
    unit: str
    """Accession of the unit; empty if there is none."""


Params = dict[str, Param]
"""The terms of one element by accession, those of its groups among them."""


def params_of(path: Path, element: Element, groups: Mapping[str, Params]) -> Params:
    """Collect the terms of an element, also those it refers to; the user's own parameters are passed over.

    Raises
    ------
    FormatError
        If a term stands there twice with different values, or a group is unknown.
    """
    params: Params = {}
    for child in element.iterchildren("*"):
        match local_name(child):
            case "cvParam":
                param = Param(child.get("name", ""), child.get("value", ""), child.get("unitAccession", ""))
                _keep(path, child, params, {child.get("accession", ""): param})
            case "referenceableParamGroupRef":
                group = groups.get(child.get("ref", ""))
                if group is None:
                    found = f"the group {child.get('ref', '')[:60]!r}"
                    raise FormatError(path, f"line {child.sourceline}", found, "a group that is defined before")
                _keep(path, child, params, group)
    return params


class SpectrumElement:
    """Reads one spectrum; knows where it stands, for messages, and the groups that it may refer to."""

    def __init__(self, path: Path, place: str, groups: Mapping[str, Params]) -> None:
        """Take what the reading of one spectrum needs to know."""
        self._path = path
        self._place = place
        self._groups = groups

    def record(self, element: Element, n_peaks: int) -> ScanRecord:
        """Read the spectrum.

        Parameters
        ----------
        element
            The finished element.
        n_peaks : int
            Its declared number of peaks, already checked.

        Raises
        ------
        FormatError
            If anything in it is not understood that its numbers depend on.
        """
        self._require_children(element, {*_PARAMS, "scanList", "precursorList", "productList", "binaryDataArrayList"})
        params = self._params(element)
        ms_level = self._whole(params, terms.MS_LEVEL, lowest=1, highest=HIGHEST_MS_LEVEL)
        precursors = self._listed(element, "precursorList", "precursor")
        if len(precursors) > (ms_level > 1):
            raise self._fault(f"{len(precursors)} precursors of an MS{ms_level} scan", "at most one, and none for MS1")
        arrays = self._arrays(element, n_peaks)
        return ScanRecord(
            place=self._place,
            identity=self._identity(element),
            retention_time_s=self._time_s(element),
            ms_level=ms_level,
            polarity=self._one_of(params, terms.POLARITIES, otherwise=0),
            centroided=self._one_of(params, terms.REPRESENTATIONS, otherwise=-1),
            precursor=self._precursor(precursors[0]) if precursors else PrecursorFacts(),
            mz=arrays.get(terms.MZ_ARRAY, np.empty(0)),
            intensity=arrays.get(terms.INTENSITY_ARRAY, np.empty(0)),
            unread_arrays=tuple(terms.UNREAD_ARRAYS[kind] for kind in arrays if kind in terms.UNREAD_ARRAYS),
        )

    def _identity(self, element: Element) -> str:
        identity = kept_text(self._path, element, "id")
        if not identity:
            raise self._fault("no id", "a name for each spectrum")
        return identity

    def _time_s(self, element: Element) -> float:
        scans = self._listed(element, "scanList", "scan")
        if len(scans) > 1:
            raise self._fault(f"a spectrum made of {len(scans)} scans", "one scan, which has one retention time")
        param = self._params(scans[0]).get(terms.SCAN_START_TIME) if scans else None
        if param is None:
            return float("nan")
        seconds = terms.SECONDS_OF_UNIT.get(param.unit)
        if seconds is None:
            raise self._fault(f"a scan start time in {param.unit[:60] or 'no unit'}", "minutes or seconds")
        place = f"{self._place}, scan start time"
        value = decimal_number(self._path, place, param.value, highest=LONGEST_TIME_S / seconds)
        return value * seconds

    def _precursor(self, element: Element) -> PrecursorFacts:
        self._require_children(element, {*_PARAMS, "isolationWindow", "selectedIonList", "activation"})
        window = self._params_of_only(element, "isolationWindow")
        ions = self._listed(element, "selectedIonList", "selectedIon")
        if len(ions) > 1:
            raise self._fault(f"{len(ions)} selected ions", "at most one")
        ion = self._params(ions[0]) if ions else {}
        activation = self._params_of_only(element, "activation")
        return PrecursorFacts(
            mz=self._precursor_mz(ion, window),
            charge=self._whole(ion, terms.CHARGE_STATE, lowest=-HIGHEST_CHARGE, highest=HIGHEST_CHARGE, otherwise=0),
            isolation_lower_offset=self._offset(window, terms.ISOLATION_LOWER_OFFSET),
            isolation_upper_offset=self._offset(window, terms.ISOLATION_UPPER_OFFSET),
            collision_energy_ev=self._energy_ev(activation),
            activation="; ".join(name for key, name in terms.ACTIVATIONS.items() if key in activation),
        )

    def _precursor_mz(self, ion: Params, window: Params) -> float:
        """Take the selected ion, or else the middle of the window that was isolated."""
        stated = (
            ion.get(terms.SELECTED_ION_MZ) or ion.get(terms.OLD_SELECTED_ION_MZ) or window.get(terms.ISOLATION_TARGET)
        )
        if stated is None:
            return float("nan")
        return decimal_number(self._path, f"{self._place}, {stated.name[:60]}", stated.value, above=0.0, highest=MAX_MZ)

    def _offset(self, window: Params, accession: str) -> float:
        if accession not in window:
            return float("nan")
        place = f"{self._place}, {window[accession].name[:60]}"
        return decimal_number(self._path, place, window[accession].value, above=-1e-300, highest=MAX_MZ)

    def _energy_ev(self, activation: Params) -> float:
        """Read the collision energy if it is in electronvolts; a normalised energy is another quantity."""
        energy = activation.get(terms.COLLISION_ENERGY)
        if energy is None or energy.unit != terms.ELECTRONVOLT:
            return float("nan")
        place = f"{self._place}, collision energy"
        return decimal_number(self._path, place, energy.value, above=-1e-300, highest=HIGHEST_ENERGY_EV)

    def _arrays(self, element: Element, n_peaks: int) -> dict[str, FloatArray]:
        """Give the arrays by the accession of their kind; those that are not read are empty."""
        arrays: dict[str, FloatArray] = {}
        for child in self._listed(element, "binaryDataArrayList", "binaryDataArray"):
            kind, numbers = self._array(child, n_peaks)
            if kind in arrays:
                raise self._fault(f"two arrays of the kind {kind}", "one of each kind")
            arrays[kind] = numbers
        lengths = [len(arrays.get(kind, ())) for kind in (terms.MZ_ARRAY, terms.INTENSITY_ARRAY)]
        if lengths != [n_peaks, n_peaks]:
            raise self._fault(f"{lengths[0]} m/z and {lengths[1]} intensities", f"{n_peaks} of each, as declared")
        return arrays

    def _array(self, element: Element, n_peaks: int) -> tuple[str, FloatArray]:
        self._require_children(element, {*_PARAMS, "binary"})
        params = self._params(element)
        kinds = [key for key in params if key in {terms.MZ_ARRAY, terms.INTENSITY_ARRAY, *terms.UNREAD_ARRAYS}]
        if len(kinds) == 1 and kinds[0] in terms.UNREAD_ARRAYS:
            return kinds[0], np.empty(0)
        codes = {**terms.FLOAT_CODES, **(terms.INTEGER_CODES if kinds == [terms.INTENSITY_ARRAY] else {})}
        for accession, param in params.items():
            if accession not in {*kinds, *codes, *terms.COMPRESSIONS}:
                found = f"an array with {accession[:60]} {param.name[:80]!r}"
                raise self._fault(found, "m/z or intensity as floats, not compressed or by zlib")
        kind = self._one_of(params, {key: key for key in kinds}, otherwise=None)
        code = self._one_of(params, codes, otherwise=None)
        compressed = self._one_of(params, terms.COMPRESSIONS, otherwise=None)
        if kind is None or code is None or compressed is None:
            raise self._fault("an array without kind, type or compression", "one of each")
        self._require_unit(params[kind], terms.MZ_UNITS if kind == terms.MZ_ARRAY else terms.INTENSITY_UNITS)
        return kind, self._decoded(element, n_peaks, Packing(dtype=code, zlib=compressed), params[kind].name)

    def _decoded(self, element: Element, n_peaks: int, packing: Packing, name: str) -> FloatArray:
        place = f"{self._place}, {name[:60]}"
        if element.get("arrayLength") is not None:
            whole_number(
                self._path, f"{place}, arrayLength", element.get("arrayLength"), lowest=n_peaks, highest=n_peaks
            )
        text = "".join(text_of(self._path, self._only(element, "binary")).split())
        whole_number(
            self._path, f"{place}, encodedLength", element.get("encodedLength"), lowest=len(text), highest=len(text)
        )
        return unpacked(self._path, place, text, packing=packing, n_numbers=n_peaks)

    def _require_unit(self, param: Param, units: Mapping[str, str]) -> None:
        if param.unit not in units:
            raise self._fault(f"{param.name[:60]} in {param.unit[:60]}", f"one of {', '.join(units.values())}")

    def _listed(self, element: Element, list_name: str, item_name: str) -> list[Element]:
        """Give the items of a list whose declared count is right; a list that is absent has none."""
        lists = [child for child in element.iterchildren("*") if local_name(child) == list_name]
        if len(lists) > 1:
            raise self._fault(f"{len(lists)} of {list_name}", "at most one")
        items = [child for one in lists for child in one.iterchildren("*") if local_name(child) not in _PARAMS]
        for item in items:
            if local_name(item) != item_name:
                raise self._fault(f"{local_name(item)[:60]} in {list_name}", item_name)
        if lists and lists[0].get("count") is not None:
            place = f"{self._place}, {list_name}"
            whole_number(self._path, place, lists[0].get("count"), lowest=len(items), highest=len(items))
        return items

    def _only(self, element: Element, name: str) -> Element:
        found = [child for child in element.iterchildren("*") if local_name(child) == name]
        if len(found) != 1:
            raise self._fault(f"{len(found)} of {name}", "one")
        return found[0]

    def _params_of_only(self, element: Element, name: str) -> Params:
        found = [child for child in element.iterchildren("*") if local_name(child) == name]
        if len(found) > 1:
            raise self._fault(f"{len(found)} of {name}", "at most one")
        return self._params(found[0]) if found else {}

    def _params(self, element: Element) -> Params:
        return params_of(self._path, element, self._groups)

    def _one_of(self, params: Iterable[str], values: Mapping[str, Value], *, otherwise: Value) -> Value:
        """Give what the only term of several that exclude each other stands for."""
        found = [key for key in params if key in values]
        if len(found) > 1:
            raise self._fault(f"{' and '.join(found)} together", "one of them")
        return values[found[0]] if found else otherwise

    def _whole(self, params: Params, accession: str, *, lowest: int, highest: int, otherwise: int | None = None) -> int:
        if accession not in params and otherwise is not None:
            return otherwise
        value = params[accession].value if accession in params else None
        return whole_number(self._path, f"{self._place}, {accession}", value, lowest=lowest, highest=highest)

    def _require_children(self, element: Element, names: set[str]) -> None:
        for child in element.iterchildren("*"):
            if local_name(child) not in names:
                raise self._fault(f"{local_name(child)[:60]} in {local_name(element)}", "an element of mzML 1.1")

    def _fault(self, found: str, expected: str) -> FormatError:
        return FormatError(self._path, self._place, found, expected)


def _keep(path: Path, element: Element, params: Params, more: Params) -> None:
    for accession, param in more.items():
        if params.setdefault(accession, param) != param:
            found = f"{accession[:60]} as {params[accession].value[:60]!r} and as {param.value[:60]!r}"
            raise FormatError(path, f"line {element.sourceline}", found, "one value for one term")
