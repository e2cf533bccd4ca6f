"""Adducts: the m/z at which a molecule appears after electrospray, and the mass that an m/z speaks for."""

from dataclasses import dataclass

from spectra.errors import InvalidSettingError

ELECTRON_MASS = 0.0005485799090441
"""Da; CODATA 2022 (Mohr et al., Rev. Mod. Phys. 97 (2025) 025002), "electron mass in u"."""

ATOMIC_MASSES = {
    "H": 1.007825031898,
    "C": 12.0,
    "N": 14.003074004251,
    "O": 15.994914619257,
    "Na": 22.98976928195,
    "Cl": 34.968852694,
    "K": 38.963706485,
}
"""Da, of the most abundant isotope. Source: AME2020, the table behind the IUPAC atomic weights (Wang et al.,
Chinese Phys. C 45 (2021) 030003, doi:10.1088/1674-1137/abddaf)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adduct:
    """An ion made of whole molecules and what they take up or lose."""

    name: str
    """As the literature writes it, for example ``[M+H]+``."""
    molecules: int
    added_mass: float
    """Da, of atoms taken up less atoms lost less electrons lost; negative if more is lost than taken up."""
    charge: int
    """Signed."""

    def mz(self, neutral_mass: float) -> float:
        """Give the m/z of a molecule's ion.

        Parameters
        ----------
        neutral_mass : float, Da
            Monoisotopic mass of the molecule, above 0.

        Raises
        ------
        InvalidSettingError
            If the mass is not above 0, or too small for what the adduct loses.

        Examples
        --------
        >>> round(adduct("[M+H]+").mz(303.14706), 5)  # cocaine, C17H21NO4
        304.15434
        """
        mz = (self.molecules * neutral_mass + self.added_mass) / abs(self.charge)
        if not (neutral_mass > 0 and mz > 0):
            raise InvalidSettingError(f"neutral_mass is {neutral_mass} Da; expected above 0 and enough for {self.name}")
        return mz

    def neutral_mass(self, mz: float) -> float:
        """Give the mass of the molecule whose ion stands at an m/z, in Da.

        Raises
        ------
        InvalidSettingError
            If the m/z is not above 0, or smaller than what the adduct adds.

        Examples
        --------
        >>> round(adduct("[M-H]-").neutral_mass(181.07176), 5)
        182.07904
        """
        mass = (mz * abs(self.charge) - self.added_mass) / self.molecules
        if not (mz > 0 and mass > 0):
            raise InvalidSettingError(f"mz is {mz}; expected above 0 and above what {self.name} adds")
        return mass


def _mass(**atoms: int) -> float:
    return sum(ATOMIC_MASSES[element] * number for element, number in atoms.items())


ADDUCTS = (
    Adduct(name="[M+H]+", molecules=1, added_mass=_mass(H=1) - ELECTRON_MASS, charge=1),
    Adduct(name="[M+Na]+", molecules=1, added_mass=_mass(Na=1) - ELECTRON_MASS, charge=1),
    Adduct(name="[M+NH4]+", molecules=1, added_mass=_mass(N=1, H=4) - ELECTRON_MASS, charge=1),
    Adduct(name="[M+K]+", molecules=1, added_mass=_mass(K=1) - ELECTRON_MASS, charge=1),
    Adduct(name="[2M+H]+", molecules=2, added_mass=_mass(H=1) - ELECTRON_MASS, charge=1),
    Adduct(name="[M+H-H2O]+", molecules=1, added_mass=_mass(H=-1, O=-1) - ELECTRON_MASS, charge=1),
    Adduct(name="[M-H]-", molecules=1, added_mass=_mass(H=-1) + ELECTRON_MASS, charge=-1),
    Adduct(name="[M+Cl]-", molecules=1, added_mass=_mass(Cl=1) + ELECTRON_MASS, charge=-1),
    Adduct(name="[M+HCOO]-", molecules=1, added_mass=_mass(H=1, C=1, O=2) + ELECTRON_MASS, charge=-1),
)
"""The common adducts of both polarities. Binding energies, below 1e-7 Da, are left out."""


def adduct(name: str) -> Adduct:
    """Find an adduct by its name.

    Raises
    ------
    InvalidSettingError
        If it is none of ``ADDUCTS``.
    """
    found = {one.name: one for one in ADDUCTS}.get(name)
    if found is None:
        raise InvalidSettingError(f"no adduct {name!r}; expected one of {', '.join(one.name for one in ADDUCTS)}")
    return found


def adducts_of(polarity: int) -> tuple[Adduct, ...]:
    """Give the adducts of one polarity, 1 or -1.

    Raises
    ------
    InvalidSettingError
        If the polarity is neither.
    """
    if polarity not in {1, -1}:
        raise InvalidSettingError(f"polarity is {polarity}; expected 1 or -1")
    return tuple(one for one in ADDUCTS if one.charge * polarity > 0)
