"""The terms of the PSI-MS vocabulary that the reader of mzML knows, by accession and with their names (4.1.258)."""

MS_LEVEL = "MS:1000511"
POLARITIES = {
    "MS:1000130": 1,  # positive scan
    "MS:1000129": -1,  # negative scan
}
REPRESENTATIONS = {
    "MS:1000127": 1,  # centroid spectrum
    "MS:1000128": 0,  # profile spectrum
}
SCAN_START_TIME = "MS:1000016"
SECONDS_OF_UNIT = {
    "UO:0000010": 1.0,  # second
    "UO:0000031": 60.0,  # minute
}
ISOLATION_TARGET = "MS:1000827"
ISOLATION_LOWER_OFFSET = "MS:1000828"
ISOLATION_UPPER_OFFSET = "MS:1000829"
SELECTED_ION_MZ = "MS:1000744"
OLD_SELECTED_ION_MZ = "MS:1000040"
"""``m/z``, which files of mzML 1.0 use for the selected ion."""
CHARGE_STATE = "MS:1000041"
COLLISION_ENERGY = "MS:1000045"
ELECTRONVOLT = "UO:0000266"
ACTIVATIONS = {
    "MS:1000133": "collision-induced dissociation",
    "MS:1000422": "beam-type collision-induced dissociation",
    "MS:1002481": "higher energy beam-type collision-induced dissociation",
    "MS:1002678": "supplemental beam-type collision-induced dissociation",
    "MS:1002472": "trap-type collision-induced dissociation",
    "MS:1002679": "supplemental collision-induced dissociation",
    "MS:1000134": "plasma desorption",
    "MS:1000135": "post-source decay",
    "MS:1000136": "surface-induced dissociation",
    "MS:1000242": "blackbody infrared radiative dissociation",
    "MS:1000250": "electron capture dissociation",
    "MS:1003294": "electron activated dissociation",
    "MS:1000282": "sustained off-resonance irradiation",
    "MS:1000433": "low-energy collision-induced dissociation",
    "MS:1000435": "photodissociation",
    "MS:1000262": "infrared multiphoton dissociation",
    "MS:1003246": "ultraviolet photodissociation",
    "MS:1000598": "electron transfer dissociation",
    "MS:1000599": "pulsed q dissociation",
    "MS:1001880": "in-source collision-induced dissociation",
    "MS:1002000": "LIFT",
    "MS:1003247": "negative electron transfer dissociation",
}
"""All kinds of ``dissociation method`` (MS:1000044)."""

MZ_ARRAY = "MS:1000514"
INTENSITY_ARRAY = "MS:1000515"
FLOAT_CODES = {
    "MS:1000521": "<f4",  # 32-bit float
    "MS:1000523": "<f8",  # 64-bit float
}
INTEGER_CODES = {
    "MS:1000519": "<i4",  # 32-bit integer
    "MS:1000522": "<i8",  # 64-bit integer
}
"""The vocabulary allows them in any array; here an intensity may be an integer, an m/z may not."""
COMPRESSIONS = {
    "MS:1000576": False,  # no compression
    "MS:1000574": True,  # zlib compression
}
"""The closed list: MS-Numpress, zstd, truncation and whatever comes next are refused by name."""
UNREAD_ARRAYS = {
    "MS:1000516": "charge array",
    "MS:1000517": "signal to noise array",
    "MS:1002529": "resolution array",
    "MS:1002530": "baseline array",
    "MS:1002742": "noise array",
    "MS:1002743": "sampled noise m/z array",
    "MS:1002744": "sampled noise intensity array",
    "MS:1002745": "sampled noise baseline array",
}
"""Arrays that add to peaks without changing what they are. An ion mobility or a wavelength does: it is refused."""
INTENSITY_UNITS = {
    "": "not stated",
    "MS:1000131": "number of detector counts",
    "MS:1000814": "counts per second",
}
MZ_UNITS = {"": "not stated", "MS:1000040": "m/z"}
SERIAL_NUMBER = "MS:1000529"
