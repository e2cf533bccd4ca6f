"""A measuring bench: a balance that was calibrated and checked, lots, a photograph; readings as people type them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lims.domain.balance_check import BalanceCheck
from lims.domain.image_content import ImageType
from lims.domain.instrument import BalanceRange, Calibration, EquipmentKind, Instrument
from lims.domain.photograph import Photograph
from lims.domain.weighing import Reading, Shown, typed
from lims.domain.weight_uncertainty import BalanceBudget

BALANCE = "BAL-1"
SERIAL = "B021002593"
REASON = "the line to the balance is broken"
BUDGET = BalanceBudget(
    readability_g=Decimal("0.01"),
    repeatability_g=Decimal("0.01"),
    linearity_g=Decimal("0.02"),
    calibration_u_g=Decimal("0.006"),
)
"""Of the rule book, section 4.1."""
RANGE = BalanceRange(capacity_g=Decimal(200), minimum_g=Decimal("0.20"))
K = Decimal(2)


def calibration(at: datetime, **facts: Any) -> Calibration:
    usual: dict[str, Any] = {
        "certificate": "KZ-77",
        "body": "Institute of Metrology",
        "calibrated_on": at.date() - timedelta(days=30),
        "due_on": at.date() + timedelta(days=30),
        "recorded_by": "quality",
        "recorded_at": at,
        "budget": BUDGET,
    }
    return Calibration(**usual | facts)


def balance(at: datetime, **facts: Any) -> Instrument:
    usual: dict[str, Any] = {
        "number": BALANCE,
        "kind": EquipmentKind.BALANCE,
        "model": "XPR204",
        "serial": SERIAL,
        "place": "room 4",
        "firmware": "",
        "needs_calibration": True,
        "balance_range": RANGE,
        "registered_by": "quality",
        "registered_at": at,
        "calibrations": (calibration(at),),
    }
    return Instrument(**usual | facts)


def check(at: datetime, reading: str = "100.00", **facts: Any) -> BalanceCheck:
    usual: dict[str, Any] = {
        "number": f"{BALANCE}/{at.date()}/1",
        "balance_number": BALANCE,
        "check_weight": "W-100",
        "nominal_g": Decimal(100),
        "tolerance_g": Decimal("0.02"),
        "reading_g": Decimal(reading),
        "raw": f"{reading} g",
        "checked_by": "technician",
        "checked_at": at,
    }
    return BalanceCheck(**usual | facts)


def shown(gross: str, tare: str | None = None, *, reason: str = REASON) -> Shown:
    return Shown(gross=typed(gross), tare=None if tare is None else typed(tare), manual_reason=reason)


def reading(text: str) -> Reading:
    return typed(text)


def photograph(exhibit: str, at: datetime) -> Photograph:
    return Photograph(
        number=f"{exhibit}-F1",
        exhibit_number=exhibit,
        shows="100 tablets side by side",
        sha256="0" * 64,
        image_type=ImageType.PNG,
        file_name="tablets.png",
        size=100,
        taken_at=None,
        taken_by="technician",
        added_by="technician",
        added_at=at,
    )
