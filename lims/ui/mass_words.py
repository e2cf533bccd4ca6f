"""How a page writes masses: with all their decimals, and with the uncertainty beside them (rule WU-5)."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from babel.numbers import get_decimal_symbol

from lims.domain.weighing import StatedMass, WeighingPurpose
from lims.translation import Translator, marked

_PURPOSES: Mapping[WeighingPurpose, str] = MappingProxyType(
    {
        WeighingPurpose.RECEIVED: marked("as received, with its package"),
        WeighingPurpose.BEFORE: marked("net, before the examination"),
        WeighingPurpose.REMAINDER: marked("what was left"),
        WeighingPurpose.ALIQUOT: marked("a part that was taken"),
        WeighingPurpose.UNIT: marked("one unit"),
    }
)


def exact(value: Decimal, t: Translator) -> str:
    """Write a number with every decimal that it has."""
    return f"{value:f}".replace(".", get_decimal_symbol(t.language))


def grams(mass_g: Decimal, t: Translator) -> str:
    """Write a mass with every decimal that it has."""
    return f"{exact(mass_g, t)} {t('g')}"


def stated_words(stated: StatedMass, t: Translator) -> str:
    """Write a mass with its uncertainty, both with the same decimals."""
    symbol = get_decimal_symbol(t.language)
    mass, u = (f"{value:f}".replace(".", symbol) for value in (stated.mass_g, stated.u_g))
    return f"({mass} ± {u}) {t('g')}"


def purpose_words(purpose: WeighingPurpose, t: Translator) -> str:
    """Say what was weighed."""
    return t(_PURPOSES[purpose])
