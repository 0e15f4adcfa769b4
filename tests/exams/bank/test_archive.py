"""A bank in one file, ours and QTI: what leaves comes back whole, and nothing hostile or wrong gets in."""

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from lxml import etree

from exams.bank import archive, package, qti, source
from tests.exams.bank.conftest import make_question, reworded

SCHEMA = etree.XMLSchema(etree.parse(settings.BASE_DIR / "docs" / "qti-item.xsd"))
MANIFEST = f'format = "{archive.FORMAT}"\nversion = 1\n'


@pytest.fixture
def entries(footage):
    """A bank in which everything occurs: versions, states, several answers, odd characters, a film."""
    question = make_question()
    two = tuple(replace(p, expected=n < 2) for n, p in enumerate(question.propositions))
    filmed = source.Scene(7, "rue", "Une rue filmée un matin de pluie.", footage())
    odd = make_question(
        code="circ-signes",
        statement='Que veut dire « <b>&amp;</b> "cédez" » — à 7 % ?',
        explanation="Une ligne\n\nPuis une autre, après une ligne vide : 1 < 2 & 3 > 2.",
        notes="Deux lignes\nde notes.",
        users=("pieton", "cycliste"),
        attestations=("AER",),
        use="training",
    )
    return [
        source.Entry(question, 1, "retired"),
        source.Entry(reworded(question), 2, "published"),
        source.Entry(replace(question, propositions=two), 3, "draft"),
        source.Entry(make_question(code="circ-rue-filmee", scene=filmed), 1, "published"),
        source.Entry(odd, 1, "published"),
        *(source.Entry(content, 4, "published") for content in source.load() if content.code != question.code),
    ]


@pytest.fixture
def wrote(tmp_path, entries, films):
    def write(form, entries=entries, name="bank.zip") -> Path:
        file = tmp_path / name
        if form == "qti":
            archive.write_qti(file, entries, settings.FOOTAGE_ROOT, lambda entry: films / "video.mp4")
        else:
            archive.write(file, entries, settings.FOOTAGE_ROOT)
        return file

    return write


def by_name(entries):
    return sorted(entries, key=lambda entry: (entry.question.code, entry.version))


@pytest.mark.parametrize("form", ["ours", "qti"])
def test_what_is_written_is_read_back(wrote, entries, form):
    bank = archive.read(wrote(form))
    assert bank.entries == by_name(entries)
    assert list(bank.footage) == [entry.question.scene.footage for entry in entries if entry.question.scene.footage]


@pytest.mark.parametrize("form", ["ours", "qti"])
def test_the_same_bank_gives_the_same_bytes(wrote, form):
    assert wrote(form).read_bytes() == wrote(form, name="again.zip").read_bytes()


# --- QTI ------------------------------------------------------------------------------------------------------------


def items(file: Path) -> dict[str, etree._Element]:
    with zipfile.ZipFile(file) as opened:
        return {name: etree.fromstring(opened.read(name)) for name in opened.namelist() if name.startswith("items/")}


def test_every_item_is_valid(wrote, entries):
    found = items(wrote("qti"))
    assert len(found) == len(entries)
    for name, item in found.items():
        SCHEMA.assertValid(item), name
    several = found["items/circ-pieton-feu-v3.xml"]
    read = {"q": qti.QTI}
    assert several.xpath("q:responseDeclaration/@cardinality", namespaces=read) == ["multiple"]
    assert several.xpath("//q:correctResponse/q:value/text()", namespaces=read) == ["A", "B"]
    assert several.xpath("//q:choiceInteraction/@maxChoices", namespaces=read) == ["0"]
    one = found["items/circ-pieton-feu-v1.xml"]
    assert one.xpath("q:responseDeclaration/@cardinality", namespaces=read) == ["single"]
    assert one.xpath("//q:choiceInteraction/@maxChoices", namespaces=read) == ["1"]
    assert one.xpath("q:responseProcessing/@template", namespaces=read) == [qti.MATCH_CORRECT]
    assert len(one.xpath("q:modalFeedback/q:p", namespaces=read)) == 2


@pytest.mark.parametrize(
    ("spoiled", "by"),
    [
        ('cardinality="single"', 'cardinality="ordered"'),
        ("<value>A</value>", "<value>Z</value>"),
        ('identifier="B"', 'identifier="A"'),
        (' shuffle="false"', ""),
        ("</itemBody>", "<p>Texte</p></itemBody>"),
        (' title="Traverser au feu"', ""),
        ('showHide="hide"', 'showHide="maybe"'),
    ],
)
def test_the_schema_sees_what_is_wrong(spoiled, by):
    text = etree.tostring(qti.item(source.Entry(make_question()))).decode()
    assert SCHEMA.validate(etree.fromstring(text))
    assert spoiled in text
    assert not SCHEMA.validate(etree.fromstring(text.replace(spoiled, by, 1)))


def test_the_package_names_what_it_holds(wrote):
    with zipfile.ZipFile(wrote("qti")) as opened:
        manifest = etree.fromstring(opened.read("imsmanifest.xml"))
        held = set(opened.namelist()) - {"imsmanifest.xml"}
        hrefs = manifest.xpath("//c:file/@href", namespaces={"c": qti.CP})
        assert set(hrefs) == held
        for name, item in items(opened.filename).items():
            for data in item.xpath("//q:object/@data", namespaces={"q": qti.QTI}):
                assert data.replace("../", "", 1) in held, name


def test_an_item_from_elsewhere_is_refused_by_name(tmp_path):
    item = etree.tostring(qti.item(source.Entry(make_question())))
    manifest = (
        f'<manifest xmlns="{qti.CP}" identifier="m"><resources>'
        '<resource identifier="r" type="imsqti_item_xmlv2p1" href="a.xml"><file href="a.xml"/></resource>'
        '<resource identifier="s" type="imsqti_item_xmlv2p1" href="../b.xml"/>'
        "</resources></manifest>"
    )
    assert refused(tmp_path, {"imsmanifest.xml": manifest, "a.xml": item}) == [
        "a.xml : imsmanifest.xml n’en donne ni le thème, ni les attestations, ni la scène (élément question, espace de "
        f"noms {qti.OURS}) ; ajoutez-les",
        "imsmanifest.xml : ../b.xml : l’archive n’a pas ce fichier",
    ]


@pytest.mark.parametrize(
    ("spoiled", "by", "said"),
    [
        ("choiceInteraction", "orderInteraction", "il faut une question à choix, et une seule (choiceInteraction)"),
        ("match_correct", "map_response", "responseProcessing : seul le modèle match_correct est pris"),
        ("<value>A</value>", "<value>Z</value>", "correctResponse : « Z » n’est aucun des choix"),
        ('"single" baseType="identifier"', '"multiple" baseType="identifier"', "responseDeclaration : cardinality"),
        ("Le bonhomme est rouge : que fais-tu ?", "Ah ?", "statement : ce texte a 4 caractères"),
        ("<theme>circulation", "<theme>feux", "theme : choisissez parmi"),
        ('duration="8"', 'duration="huit"', "scene.duration : il faut un nombre entier"),
        ("<version>1", "<version>-1", "version : il faut un nombre entier"),
    ],
)
def test_an_item_that_is_wrong_says_where(tmp_path, spoiled, by, said):
    file = tmp_path / "bank.zip"
    archive.write_qti(file, [source.Entry(make_question())], settings.FOOTAGE_ROOT, lambda entry: None)
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name).decode().replace(spoiled, by) for name in opened.namelist()}
    (fault,) = refused(tmp_path, parts)
    assert fault.startswith(f"items/circ-pieton-feu-v1.xml : {said}")


BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BOMB, FILE, '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">'])
@pytest.mark.parametrize("where", ["imsmanifest.xml", "items/circ-pieton-feu-v1.xml"])
def test_a_document_type_is_refused(tmp_path, doctype, where):
    file = tmp_path / "bank.zip"
    archive.write_qti(file, [source.Entry(make_question())], settings.FOOTAGE_ROOT, lambda entry: None)
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name).decode() for name in opened.namelist()}
    parts[where] = parts[where].replace("?>", f"?>{doctype}", 1).replace("Le bonhomme", "&b;")
    (fault,) = refused(tmp_path, parts)
    assert fault.startswith(f"{where} : ce ")
    assert "root:" not in fault


# --- Ours -----------------------------------------------------------------------------------------------------------


def refused(tmp_path, parts: dict[str, str | bytes]) -> list[str]:
    file = tmp_path / "given.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    with pytest.raises(source.BankError) as raised:
        archive.read(file)
    return raised.value.errors


def toml(question=None, version=1, state="published") -> str:
    return source.dump(question or make_question(), version=version, state=state)


def test_a_readable_source_in_a_zip_is_a_bank(tmp_path):
    """Version and state may be left out, folders below questions/ are free, and leftovers are passed over."""
    file = tmp_path / "mine.zip"
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("banque.toml", MANIFEST)
        out.writestr("questions/feu.toml", "\ufeff" + source.dump(make_question()))
        out.writestr("__MACOSX/questions/._feu.toml", b"\0")
        out.writestr("questions/.DS_Store", b"\0")
    assert archive.read(file).entries == [source.Entry(make_question(), 1, "published")]


def test_all_faults_are_said_at_once(tmp_path, films):
    filmed = make_question(code="circ-rue-filmee", scene=source.Scene(9, "rue", "Une rue filmée un matin.", "f.mp4"))
    lost = make_question(code="circ-perdue", scene=source.Scene(9, "rue", "Une rue filmée un matin.", "perdu.mp4"))
    small = make_question(code="circ-petite", scene=source.Scene(7, "rue", "Une rue filmée un matin.", "petit.mp4"))
    parts = {
        "banque.toml": MANIFEST,
        "questions/a.toml": toml(make_question(statement="Ah ?")),
        "questions/b.toml": "code = ",
        "questions/c.toml": toml(make_question(), 2),
        "questions/d.toml": toml(make_question(), 2),
        "questions/e.toml": toml(make_question(), 3),
        "questions/f.toml": toml(filmed),
        "questions/g.toml": toml(lost),
        "questions/h.toml": toml(small),
        "notes.txt": "Bonjour",
        "films/f.mp4": (films / "film.mp4").read_bytes(),
        "films/petit.mp4": (films / "small.mp4").read_bytes(),
    }
    said = refused(tmp_path, parts)
    assert said[0] == "notes.txt : ce fichier n’est pas attendu ici ; retirez-le"
    assert said[1] == "questions/a.toml : statement : ce texte a 4 caractères ; écrivez-en 10 à 160"
    assert said[2].startswith("questions/b.toml : ce n’est pas du TOML en UTF-8")
    assert said[3] == "circ-pieton-feu v2 : cette version est là plusieurs fois ; gardez-en une"
    assert said[4] == ("circ-pieton-feu : plusieurs versions sont à l’état « published » ; une seule peut être publiée")
    assert said[5] == "questions/f.toml : scene.duration : la vidéo f.mp4 dure 7 s ; corrigez la durée"
    assert said[6] == "questions/g.toml : scene.footage : l’archive n’a pas la vidéo perdu.mp4 ; ajoutez-la"
    assert said[7] == (
        "films/petit.mp4 : cette vidéo ne convient pas : son image n’a que 180 lignes ; il en faut au moins 360"
    )
    assert len(said) == 8


def test_another_format_or_version_is_said(tmp_path):
    assert refused(tmp_path, {"banque.toml": 'format = "autre"'}) == [
        "banque.toml : format : il faut « banque-securite-routiere »"
    ]
    (fault,) = refused(tmp_path, {"banque.toml": MANIFEST.replace("1", "2")})
    assert fault.startswith("banque.toml : version : cette plateforme lit la version 1")
    (fault,) = refused(tmp_path, {"lisez-moi.txt": "?"})
    assert fault.startswith("Cette archive n’a ni banque.toml ni imsmanifest.xml")
    assert refused(tmp_path, {"banque.toml": MANIFEST}) == ["Cette archive ne contient aucune question."]


# --- Hostile --------------------------------------------------------------------------------------------------------


def test_what_is_no_zip_is_refused(tmp_path):
    file = tmp_path / "bank.zip"
    file.write_bytes(b"%PDF-1.7")
    with pytest.raises(source.BankError, match="n’est pas une archive zip"):
        archive.read(file)
    file.write_bytes(b"PK\x03\x04" + b"\0" * 60)
    with pytest.raises(source.BankError, match="abîmée ou incomplète"):
        archive.read(file)


@pytest.mark.parametrize(
    "name", ["../questions/a.toml", "/etc/a.toml", "questions/../../a.toml", "c:/a.toml", "questions\\a.toml"]
)
def test_paths_that_lead_out_are_refused(tmp_path, name):
    assert refused(tmp_path, {"banque.toml": MANIFEST, name: toml()}) == [f"{name} : ce chemin est interdit"]


def test_a_scene_names_no_film_outside_the_archive(tmp_path):
    scene = source.Scene(9, "rue", "Une rue filmée un matin.", "../../../../etc/passwd")
    parts = {"banque.toml": MANIFEST, "questions/a.toml": toml(make_question(scene=scene))}
    (fault,) = refused(tmp_path, parts)
    assert fault.startswith("questions/a.toml : scene.footage : l’archive n’a pas la vidéo")


def test_links_are_refused(tmp_path):
    file = tmp_path / "bank.zip"
    link = zipfile.ZipInfo("questions/a.toml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("banque.toml", MANIFEST)
        out.writestr(link, "/etc/passwd")
    with pytest.raises(source.BankError, match="c’est un lien"):
        archive.read(file)


def test_bombs_are_refused(tmp_path, monkeypatch):
    bomb = {"banque.toml": MANIFEST, "questions/a.toml": b"#" * 5_000_000}
    assert refused(tmp_path, bomb) == ["questions/a.toml : ce fichier est trop gros (au plus 64 Ko)"]
    item = {"imsmanifest.xml": b"<a>" + b" " * 8_000_000 + b"</a>"}
    assert refused(tmp_path, item) == ["imsmanifest.xml : ce fichier se décompresse bien trop ; refaites l’archive"]
    monkeypatch.setattr(package, "MAX_ENTRIES", 3)
    many = {"banque.toml": MANIFEST, **{f"questions/{n}.toml": "" for n in range(3)}}
    assert refused(tmp_path, many) == [
        "Cette archive contient beaucoup trop de fichiers ou de données pour une banque."
    ]
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_UNZIPPED", 1000)
    assert len(refused(tmp_path, bomb)) == 1
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_FILE", 100)
    assert "dépasse" in refused(tmp_path, bomb)[0]


def test_an_announced_size_that_lies_is_caught(tmp_path):
    """The header says ten bytes; zipfile stops there, and the checksum does not match."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("banque.toml", MANIFEST)
        out.writestr("questions/a.toml", toml())
    content = bytearray(held.getvalue())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    file = tmp_path / "bank.zip"
    file.write_bytes(content)
    with pytest.raises(source.BankError, match="ce fichier est abîmé"):
        archive.read(file)


def test_a_password_and_a_file_twice_are_named(tmp_path):
    file = tmp_path / "bank.zip"
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("banque.toml", MANIFEST)
        out.writestr("questions/a.toml", toml())
        with pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("questions/a.toml", toml())
    with pytest.raises(source.BankError, match="deux fois ce fichier"):
        archive.read(file)
    content = bytearray(file.read_bytes())
    for at in range(len(content)):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
    file.write_bytes(content)
    with pytest.raises(source.BankError, match="mot de passe"):
        archive.read(file)


def test_a_film_that_is_lost_on_the_server_is_said(tmp_path):
    scene = source.Scene(7, "rue", "Une rue filmée un matin.", "0" * 64)
    with pytest.raises(source.BankError, match="circ-pieton-feu v1 : sa vidéo tournée n’est plus sur le serveur"):
        archive.write(tmp_path / "a.zip", [source.Entry(make_question(scene=scene))], settings.FOOTAGE_ROOT)
