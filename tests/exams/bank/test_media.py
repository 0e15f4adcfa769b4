"""Media that are looked at: what plays passes, what does not is named; films become scenes like any other."""

from dataclasses import replace

import pytest

from exams import actions, queries
from exams.bank import build, probe, source
from tests.exams.bank.conftest import make_question


def filmed(name: str, seconds: int = 7, **fields) -> source.Question:
    scene = source.Scene(seconds, "rue", "Une rue filmée un matin de pluie.", name)
    return make_question(code="circ-rue-filmee", scene=scene, **fields)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("long.mp4", "il dure 33,0 s ; il faut 2 à 30 s"),
        ("small.mp4", "son image n’a que 180 lignes ; il en faut au moins 360"),
        ("voice.m4a", "il n’a pas d’image ; donnez une vidéo"),
    ],
)
def test_a_film_that_cannot_be_a_scene_is_refused(films, name, said):
    with pytest.raises(probe.Unplayable) as raised:
        probe.footage_seconds(films / name)
    assert str(raised.value) == said


def test_what_is_no_film_is_refused_before_it_is_opened(films, tmp_path):
    assert probe.footage_seconds(films / "film.mp4") == 7
    playlist = tmp_path / "film.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(probe.Unplayable, match="ni un MP4"):
        probe.footage_seconds(playlist)
    whole = (films / "film.mp4").read_bytes()
    playlist.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(probe.Unplayable, match="abîmé ou incomplet"):
        probe.footage_seconds(playlist)


def test_a_film_is_built_like_a_drawn_scene(films, tmp_path, settings):
    name = actions.keep_footage(films / "film.mp4")
    assert actions.keep_footage(films / "film.mp4") == name
    assert [file.name for file in settings.FOOTAGE_ROOT.iterdir()] == [name]
    question = filmed(name)
    report = build.build([question], tmp_path / "media", profile="fast", footage=settings.FOOTAGE_ROOT)
    assert report.failed == {}
    key = build.media_key(question)
    assert len(key) == 20
    assert set(key) <= set("0123456789abcdef")
    assert probe.media_faults(question, tmp_path / "media" / key) == []
    assert build.media_key(replace(question, explanation="Une tout autre explication.")) == key
    assert build.media_key(filmed("0" * 64)) != key


@pytest.mark.django_db
def test_media_that_do_not_play_are_named(published):
    content, folder = queries.as_source(published), queries.media_folder(published.media)
    assert probe.media_faults(content, folder) == []
    assert probe.media_faults(replace(content, scene=replace(content.scene, duration=11)), folder) == [
        "video.mp4 ne peut pas être lu : il dure 8.0 s au lieu de 11 s",
        "light.mp4 ne peut pas être lu : il dure 8.0 s au lieu de 11 s",
    ]
    video = (folder / "video.mp4").read_bytes()
    (folder / "video.mp4").write_bytes(video[: len(video) // 2])
    (folder / "still.jpg").unlink()
    (folder / "reading.m4a").write_bytes(video)
    assert probe.media_faults(content, folder) == [
        "video.mp4 ne peut pas être lu : il est abîmé ou incomplet",
        "still.jpg manque",
        "reading.m4a ne peut pas être lu : il n’a pas de son",
    ]
