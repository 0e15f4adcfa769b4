"""The tutorial's media: the voice of its pages, and its trial question."""

import shutil

import pytest

from exams.bank import build, checking, tutorial


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with all of them, and how many were made."""
    root = tmp_path_factory.mktemp("tutorial")
    return root, tutorial.make(root, profile="fast")


def test_every_page_is_heard_and_the_trial_question_keeps_the_bounds_of_the_bank(made):
    root, count = made
    assert {folder.name for folder in root.iterdir() if folder.is_dir()} == set(tutorial.folders())
    assert count == len(tutorial.folders())
    assert checking.faults(root / tutorial.trial_media()) == []
    wrong = {name: checking.voice_faults(root / name) for name in tutorial.every_page()}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_what_is_there_is_left_alone_and_what_is_damaged_is_made_again(made):
    root, _ = made
    assert tutorial.make(root) == 0
    name = next(iter(tutorial.every_page()))
    (root / name / "media.json").unlink()
    assert tutorial.make(root) == 1
    assert checking.voice_faults(root / name) == []


def test_a_voice_that_is_silent_or_cut_is_found(made, tmp_path):
    root, _ = made
    one, other = list(tutorial.every_page())[:2]
    folder = shutil.copytree(root / one, tmp_path / one)
    shutil.copy(root / other / tutorial.VOICE, folder / tutorial.VOICE)  # that of another page
    assert checking.voice_faults(folder)
    (folder / "media.json").write_text("{}")
    assert checking.voice_faults(folder) == ["media.json cannot be read (KeyError: 'reading_seconds')"]


def test_nothing_is_made_beside_another_build(tmp_path):
    import fcntl

    tmp_path.joinpath(".lock").touch()
    with open(tmp_path / ".lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            tutorial.make(tmp_path)


def test_prune_spares_them(made):
    root, _ = made
    assert build.prune(root, tutorial.folders().keys(), dry=True) == []
