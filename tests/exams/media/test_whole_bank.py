"""The media of the whole bank, as production has them: the longest test there is, run alone (see tests.run)."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from exams.bank import build, checking

pytestmark = pytest.mark.bank


def test_every_medium_of_the_bank_is_built_and_keeps_its_bounds(questions, tmp_path, capsys):
    report = build.build(questions, tmp_path)
    began = monotonic()
    with ThreadPoolExecutor() as pool:
        faults = list(pool.map(checking.faults, [tmp_path / build.media_key(question) for question in questions]))
    with capsys.disabled():
        print(
            f"\n{len(report.built)} questions built in {report.seconds:.0f} s (600 s at most on two cores), "
            f"checked in {monotonic() - began:.0f} s"
        )
    assert report.failed == {}
    assert len(report.built) == len(questions)
    assert {question.code: found for question, found in zip(questions, faults, strict=True) if found} == {}
    assert {file.name for folder in tmp_path.iterdir() if folder.is_dir() for file in folder.iterdir()} == {
        name for question in questions for name in build.files(question)
    }
