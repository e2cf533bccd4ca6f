"""A person's device: it learns the secret once and shows codes, as an authenticator application does."""

import base64
from dataclasses import dataclass, field
from datetime import datetime

from lims.services.authentication import AuthenticationService
from lims.services.second_factor import SKEW_STEPS, STEP_S, code_of, step_of


@dataclass
class Device:
    """Shows a code that was not shown before: the first of the three that are taken now, else one of the future."""

    secret: bytes = field(repr=False)
    last_step: int = 0

    @classmethod
    def learn(cls, text: str) -> "Device":
        """Read the secret as it is typed."""
        return cls(base64.b32decode(text + "=" * (-len(text) % 8)))

    def code(self, now: datetime) -> str:
        self.last_step = max(self.last_step + 1, step_of(now) - SKEW_STEPS)
        return code_of(self.secret, self.last_step)

    def wait_s(self, now: datetime) -> float:
        """Tell how long the code that was just given is not taken yet."""
        return max(0.0, (self.last_step - SKEW_STEPS) * STEP_S - now.timestamp())


def enrol(authentication: AuthenticationService, number: str) -> Device:
    """Enrol a device through the service itself."""
    device = Device.learn(authentication.begin_enrolment(number).secret)
    assert authentication.finish_enrolment(number, device.code(authentication.clock.now()))
    return device
