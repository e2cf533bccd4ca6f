"""Generated quantitations, and answers to questions."""

from decimal import Decimal

from hypothesis import strategies as st

from lims.domain.quantitation import Preparation, Quantitation
from lims.domain.question_answer import QuestionAnswer

ENTITIES = (Quantitation,)
_POSITIVE = st.decimals("0.001", "500", places=3)
SOUND = {
    QuestionAnswer: lambda: {"question": st.integers(1, 9), "grounds": st.just(()), "reason": st.just("")},
    Preparation: lambda: {
        **dict.fromkeys(("sample_g", "sample_u_g", "sample_k", "volume_ml", "dilution"), _POSITIVE),
        **dict.fromkeys(("volume_u_ml", "volume_k"), st.sampled_from((Decimal("0.1"), Decimal(2)))),
    },
}
"""What fields must be like for a sound record."""
