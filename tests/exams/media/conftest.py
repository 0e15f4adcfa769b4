"""Real media of a few questions of the bank, built once for the whole run."""

import os
import random
from dataclasses import replace

import pytest

from exams.bank import build, source

SEED = int(os.environ.get("MEDIA_SEED", random.randrange(1_000_000)))
"""Which questions are built: others in every run, and the same again with MEDIA_SEED."""

BUILT = 3


def pytest_collection_modifyitems(items):
    for item in items:
        if "/exams/media/" in str(item.path):
            item.add_marker(pytest.mark.media)


@pytest.fixture(scope="session")
def questions():
    return source.load()


@pytest.fixture(scope="session")
def drawn(questions):
    """The questions whose media are built: BUILT of the bank, at least one of them described for the AER."""
    chance = random.Random(SEED)
    described = chance.choice([question for question in questions if "AER" in question.attestations])
    return [described, *chance.sample([question for question in questions if question != described], BUILT - 1)]


@pytest.fixture(scope="session")
def built(drawn, tmp_path_factory):
    """The folder of a real build, the fast profile's first question and the fine profile's others."""
    root = tmp_path_factory.mktemp("bank")
    reports = [build.build(drawn[:1], root, profile="fast"), build.build(drawn[1:], root)]
    assert [report.failed for report in reports] == [{}, {}], f"MEDIA_SEED={SEED}"
    return root


@pytest.fixture(scope="session")
def folders(drawn, built):
    return [built / build.media_key(question) for question in drawn]


def with_other_key(question):
    """The same question with other expected answers, as many as before."""
    expected = [proposition.expected for proposition in question.propositions]
    turned = [*expected[1:], expected[0]]
    propositions = tuple(replace(p, expected=e) for p, e in zip(question.propositions, turned, strict=True))
    return replace(question, propositions=propositions)
