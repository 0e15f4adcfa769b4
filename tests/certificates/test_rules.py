import pytest

from certificates import rules
from establishments.enums import Attestation


def test_every_attestation_has_its_words():
    assert list(rules.WORDINGS) == Attestation.values


@pytest.mark.parametrize(("attestation", "gives"), [("ASSR1", False), ("ASSR2", True), ("ASR", True), ("AER", False)])
def test_the_licence_is_promised_only_where_the_regulation_does(attestation, gives):
    wording = rules.WORDINGS[attestation]
    assert bool(wording.mention) is gives
    assert ("Avant 21 ans, elle est exigée pour obtenir le permis de conduire." in wording.right) is gives
