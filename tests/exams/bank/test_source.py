"""The text of a question: judged in French, written to TOML and read back."""

from dataclasses import replace

import pytest

from exams.bank import source
from tests.exams.bank.conftest import make_question


def faults_of(**changes):
    return [str(fault) for fault in source.faults(source.table(make_question()) | changes)]


def test_what_is_written_is_read_back():
    for question in [
        *source.load(),
        make_question(),
        make_question(notes="", statement='Un "mot", un \\ et un … 🚲 ?'),
    ]:
        text = source.dump(question, version=3, state="retired").encode()
        assert source.parse(text) == source.Entry(question, 3, "retired")
        assert source.parse(source.dump(question).encode(), versioned=False).question == question


def test_footage_is_written_too():
    filmed = make_question(scene=source.Scene(25, "rue", "Une rue filmée un matin de pluie.", "matin.mp4"))
    assert source.parse(source.dump(filmed).encode()).question == filmed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"statement": "Court ?"}, "statement : ce texte a 7 caractères ; écrivez-en 10 à 160"),
        ({"statement": "x" * 161}, "statement : ce texte a 161 caractères ; écrivez-en 10 à 160"),
        ({"explanation": " "}, "explanation : ce texte est vide ; écrivez 20 à 600 caractères"),
        ({"notes": 3}, "notes : il faut un texte"),
        ({"theme": "feux"}, f"theme : choisissez parmi {', '.join(source.THEMES)}"),
        ({"users": []}, f"users : il faut une liste d’un ou plusieurs de {', '.join(source.USERS)}"),
        ({"attestations": ["BSR"]}, "attestations : il faut une liste d’un ou plusieurs de ASSR1, ASSR2, ASR, AER"),
        ({"propositions": []}, "propositions : écrivez 2 à 6 propositions"),
        ({"propositions": [{"text": "Oui", "expected": True}] * 7}, "propositions : écrivez 2 à 6 propositions"),
        (
            {"propositions": [{"text": "Oui", "expected": True}, {"text": "oui ", "expected": False}]},
            "propositions : deux d’entre elles disent la même chose ; écrivez-les autrement",
        ),
        (
            {"propositions": [{"text": "Oui", "expected": True}, {"text": "Non", "expected": True}]},
            "propositions : il en faut au moins une attendue, et au moins une qui ne l’est pas",
        ),
        (
            {"propositions": [{"text": "Oui", "expected": 1}, {"text": "Non", "expected": False}]},
            "propositions.A.expected : il faut true ou false",
        ),
        (
            {"scene": {"duration": 13, "view": "rue", "description": "Une rue, une voiture."}},
            "scene.duration : il faut un nombre entier de secondes de 6 à 12",
        ),
        (
            {"scene": {"duration": 31, "view": "rue", "description": "Une rue, une voiture.", "footage": "a.mp4"}},
            "scene.duration : il faut un nombre entier de secondes de 2 à 30",
        ),
        ({"auteur": "moi"}, "auteur : cette clé est inconnue ; supprimez-la"),
    ],
)
def test_each_fault_says_where_and_what_to_do(changes, said):
    assert faults_of(**changes) == [said]


def test_a_code_is_lower_case_words():
    said = "code : il faut des mots en minuscules, sans accent, joints par des tirets"
    for code in ("Circ-feu", "feu", "circ-été", "a-" + "b" * 60, 4):
        (fault,) = faults_of(code=code)
        assert fault.startswith(said)


def test_every_fault_of_every_file_is_said_at_once(tmp_path):
    theme = tmp_path / "circulation"
    theme.mkdir()
    (theme / "circ-pieton-feu.toml").write_text(source.dump(make_question()))
    (theme / "circ-autre.toml").write_text(source.dump(make_question(theme="vitesse")))
    (theme / "circ-court.toml").write_text(
        source.dump(make_question(code="circ-court", statement="Ah ?", notes="x" * 601))
    )
    (theme / "circ-casse.toml").write_bytes(b"code = \xff")
    with pytest.raises(source.BankError) as raised:
        source.load(tmp_path)
    said = raised.value.errors
    assert said[0].startswith("circulation/circ-autre.toml : code : il vaut « circ-pieton-feu »")
    assert said[1] == "circulation/circ-autre.toml : theme : il vaut « vitesse » : rangez le fichier dans vitesse/"
    assert said[2].startswith("circulation/circ-casse.toml : ce n’est pas du TOML en UTF-8")
    assert said[3] == "circulation/circ-court.toml : statement : ce texte a 4 caractères ; écrivez-en 10 à 160"
    assert said[4] == "circulation/circ-court.toml : notes : ce texte a 601 caractères ; écrivez-en 0 à 600"
    assert said[5] == "circ-pieton-feu : plusieurs fichiers ont ce code ; donnez à chaque question le sien"
    assert len(said) == 6


def test_texts_are_cleaned_on_the_way_in():
    dirty = replace(make_question(), statement="Le  bonhomme\u200b est\u00a0rouge\u202e : que fais-tu ?")
    read = source.parse(source.dump(dirty).encode()).question
    assert read == make_question()
    assert source.parse(source.dump(read).encode()).question == read


def test_a_version_and_a_state_are_checked():
    text = source.dump(make_question(), version=0, state="publiée").encode()
    with pytest.raises(source.BankError) as raised:
        source.parse(text)
    assert raised.value.errors == [
        "version : il faut un nombre entier de 1 à 9999",
        "state : choisissez parmi draft, published, retired",
    ]
    with pytest.raises(source.BankError, match="state : cette clé est inconnue"):
        source.parse(text, versioned=False)
