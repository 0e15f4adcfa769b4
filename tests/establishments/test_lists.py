"""The public lists of establishments: what is read, what a second loading changes, how long 40,000 lines take."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from establishments import actions, resources, rules
from establishments.models import AuthorisedEstablishment
from establishments.resources import Line, Refused

# The columns of the ministry's file that matter, among some that do not, in its own mixed case.
COLUMNS = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;"
    "Adresse_3;Code_postal;Nom_commune;Code_academie;Libelle_departement;Libelle_academie;Libelle_region;Telephone;Mail;"
    "GRETA;Lycee_Agricole;Lycee_militaire;Type_contrat_prive;multi_uai;etat"
)
COLLEGE = {
    "Identifiant_de_l_etablissement": "0750655E",
    "Nom_etablissement": "Collège des Mimosas",
    "Type_etablissement": "Collège",
    "Statut_public_prive": "Public",
    "Adresse_1": "12 rue des Écoles",
    "Adresse_2": "",
    "Adresse_3": "BP 12",
    "Code_postal": "75005",
    "Nom_commune": "Paris",
    "Code_academie": "01",
    "Libelle_departement": "Paris",
    "Libelle_academie": "Paris",
    "Libelle_region": "Ile-de-France",
    "Telephone": "0100000000",
    "Mail": "ce.0750655E@example.org",
    "GRETA": "0",
    "Lycee_Agricole": "0",
    "Lycee_militaire": "0",
    "Type_contrat_prive": "SANS OBJET",
    "multi_uai": "0",
    "etat": "OUVERT",
}


def uai(number: int) -> str:
    return f"{number:07d}" + "ABCDEFGHJKLMNPRSTUVWXYZ"[number % 23]


def directory(*lines: dict, columns: str = COLUMNS) -> io.BytesIO:
    rows = [columns, *(";".join((COLLEGE | line)[name] for name in columns.split(";")) for line in lines)]
    return io.BytesIO("\ufeff".encode() + "\r\n".join(rows).encode() + b"\r\n")


def one(**changes) -> Line | Refused | None:
    return next(resources.read_directory(directory(changes)), None)


def test_a_line_of_the_directory():
    assert one() == Line(
        number=2,
        identifier_kind="uai",
        identifier="0750655E",
        name="Collège des Mimosas",
        email="ce.0750655e@example.org",
        category="EN",
        status="public",
        academy="01",
        department="Paris",
        region="Ile-de-France",
        address="12 rue des Écoles, BP 12",
        postal_code="75005",
        city="Paris",
    )


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_the_names_of_the_columns_may_be_in_any_case(change):
    head, _, rest = directory({}).getvalue().decode("utf-8-sig").partition("\r\n")
    assert next(resources.read_directory(io.BytesIO(f"{change(head)}\r\n{rest}".encode()))) == one()


@pytest.mark.parametrize(
    ("changes", "category"),
    [
        ({"Type_etablissement": "Lycée"}, "EN"),
        ({"Type_etablissement": "EREA"}, "EN"),
        ({"Type_etablissement": "Lycée", "Lycee_Agricole": "1"}, "AGRI"),
        ({"Type_etablissement": "Lycée", "Lycee_militaire": "1"}, "MILI"),
        ({"Type_etablissement": "Lycée", "Nom_etablissement": "Lycée professionnel maritime du Port"}, "MARI"),
        ({"Nom_etablissement": "Maison d'éducation de la Légion d'honneur"}, "LEGI"),
        ({"Type_etablissement": "Lycée", "GRETA": "1"}, "EN"),  # it hosts one, and is none
        ({"Type_etablissement": "Autre", "Nom_etablissement": "GRETA des Pins"}, "GRET"),
        ({"Type_etablissement": "GRETA"}, "GRET"),
        ({"Type_etablissement": "Centre de formation d'apprentis"}, "CFA"),
        ({"Type_etablissement": "Médico-social"}, "MEDS"),
        ({"Code_academie": "40"}, "SUD"),
        ({"Type_etablissement": "Ecole"}, None),
        ({"Type_etablissement": "Service Administratif"}, None),
        ({"Type_etablissement": "Information et orientation"}, None),
    ],
)
def test_type_and_flags_decide_the_category(changes, category):
    line = one(**changes)
    assert (line and line.category) == category


@pytest.mark.parametrize(
    ("status", "contract", "kept"),
    [
        ("Privé", "CONTRAT D'ASSOCIATION TOUTES CLASSES", "private"),
        ("Privé", "HORS CONTRAT", None),
        ("Privé", "SANS OBJET", None),
        ("Privé", "", None),
        ("Public", "SANS OBJET", "public"),
    ],
)
def test_private_establishments_are_under_contract(status, contract, kept):
    line = one(Statut_public_prive=status, Type_contrat_prive=contract)
    assert (line and line.status) == kept


@pytest.mark.parametrize(
    ("state", "kept"), [("OUVERT", True), ("A FERMER", True), ("FERME", False), ("A OUVRIR", False)]
)
def test_closed_establishments_are_passed_over(state, kept):
    assert (one(etat=state) is not None) is kept


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Identifiant_de_l_etablissement": "0750655F"}, "« 0750655F » n’est pas un UAI."),
        ({"Nom_etablissement": " "}, "0750655E : le nom manque."),
        (
            {"Nom_etablissement": "é" * 201},
            "0750655E : Ce texte est trop long : 201 caractères pour 200 au plus.",
        ),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_reason(changes, reason):
    assert list(resources.read_directory(directory({}, changes)))[1] == Refused(3, reason)


def test_what_is_unknown_stays_empty():
    line = one(Mail="pas une adresse", Code_academie="99")
    assert (line.email, line.academy) == ("", "")
    assert one(Code_academie="1").academy == "01"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "n’est pas l’annuaire"),
        (b"nom;ville\nA;B\n", "n’est pas l’annuaire"),
        (directory({}).getvalue().decode("utf-8-sig").encode("latin-1"), "n’est pas encodé en UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "n’est pas"),
        (b"x" * 200_000, "n’est pas un CSV lisible"),
    ],
)
@pytest.mark.django_db
def test_another_file_is_refused_whole(content, says):
    with pytest.raises(ValidationError, match=says):
        actions.load_directory(io.BytesIO(content))
    with pytest.raises(ValidationError, match="n’est pas"):
        actions.load_finess(io.BytesIO(content))
    assert not AuthorisedEstablishment.objects.exists()


# --- Loading --------------------------------------------------------------------------------------------------------


@pytest.fixture
def loaded(db):
    lines = [{"Identifiant_de_l_etablissement": uai(n), "Nom_etablissement": f"Collège {n}"} for n in range(10)]
    report = actions.load_directory(directory(*lines))
    assert (len(report.added), report.updated, report.closed, report.unchanged) == (10, [], [], 0)
    return lines


def test_loading_again_changes_nothing(loaded):
    before = list(AuthorisedEstablishment.objects.order_by("pk").values())
    report = actions.load_directory(directory(*loaded))
    assert (report.added, report.updated, report.closed, report.unchanged) == ([], [], [], 10)
    assert list(AuthorisedEstablishment.objects.order_by("pk").values()) == before


def test_a_second_file_adds_updates_closes_and_opens_again(loaded):
    renamed = loaded[1] | {"Nom_etablissement": "Collège nouveau"}
    new = {"Identifiant_de_l_etablissement": uai(77)}
    gone = loaded[0] | {"etat": "FERME"}
    report = actions.load_directory(directory(gone, renamed, *loaded[2:], new))
    assert (report.added, report.updated, report.closed, report.unchanged) == ([uai(77)], [uai(1)], [uai(0)], 8)
    rows = dict(AuthorisedEstablishment.objects.values_list("identifier", "is_open"))
    assert rows == {uai(n): n > 0 for n in range(10)} | {uai(77): True}
    assert AuthorisedEstablishment.objects.get(identifier=uai(1)).name == "Collège nouveau"
    report = actions.load_directory(directory(*loaded, new))
    assert report.updated == [uai(0), uai(1)]
    assert AuthorisedEstablishment.objects.get(identifier=uai(0)).is_open


def test_what_was_typed_by_hand_stays(loaded):
    hand = AuthorisedEstablishment.objects.get(identifier=uai(3))
    AuthorisedEstablishment.objects.filter(pk=hand.pk).update(source="hand", email="hand@example.org")
    AuthorisedEstablishment.objects.create(
        identifier_kind="epide", identifier="LYON", name="EPIDE", category="EPID", status="public"
    )
    report = actions.load_directory(directory(*loaded))
    assert (report.kept, report.unchanged, report.closed) == (1, 9, [])
    report = actions.load_directory(directory(*loaded[:3], *loaded[4:]))
    assert report.closed == []
    assert AuthorisedEstablishment.objects.get(pk=hand.pk).email == "hand@example.org"


def test_the_southern_rhythm_is_not_the_files_to_say(loaded):
    AuthorisedEstablishment.objects.filter(identifier=uai(3)).update(category="SUD")
    assert actions.load_directory(directory(*loaded)).unchanged == 10
    assert AuthorisedEstablishment.objects.get(identifier=uai(3)).category == "SUD"


def test_a_line_that_stands_twice_counts_once(db):
    report = actions.load_directory(directory({}, {"Nom_etablissement": "Autre"}))
    assert (report.added, report.refused) == (["0750655E"], [Refused(3, "0750655E figure déjà plus haut.")])


def test_a_part_of_the_list_does_not_close_the_rest(loaded):
    with pytest.raises(ValidationError, match="fermerait 3 établissements sur 10"):
        actions.load_directory(directory(*loaded[3:]))
    assert AuthorisedEstablishment.objects.filter(is_open=True).count() == 10
    assert len(actions.load_directory(directory(*loaded[3:]), force=True).closed) == 3


def test_a_dry_run_changes_nothing(loaded):
    report = actions.load_directory(directory(*loaded[:9], {}), dry_run=True)
    assert (report.added, report.closed) == (["0750655E"], [uai(9)])
    assert set(AuthorisedEstablishment.objects.values_list("identifier", "is_open")) == {
        (uai(n), True) for n in range(10)
    }


def test_the_command_says_what_changed(loaded, tmp_path, capsys):
    path = tmp_path / "annuaire.csv"
    wrong = [{"Identifiant_de_l_etablissement": f"X{n}"} for n in range(22)]
    path.write_bytes(directory(*loaded, {}, *wrong).getvalue())
    call_command("load_directory", path, "--dry-run")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        "Would be: 1 added, 0 updated, 0 closed, 10 unchanged, 0 kept as typed by hand, 22 lines refused"
    )
    assert (said[1], said[-1]) == ("  line 13: « X0 » n’est pas un UAI.", "  … and 2 more")
    assert AuthorisedEstablishment.objects.count() == 10
    call_command("load_directory", path)
    assert AuthorisedEstablishment.objects.count() == 11
    with pytest.raises(CommandError, match="n’est pas l’extraction FINESS"):
        call_command("load_finess", path)
    with pytest.raises(CommandError, match=r"absent\.csv"):
        call_command("load_directory", tmp_path / "absent.csv")


def test_the_command_says_how_far_it_is(loaded, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(actions, "LINES_TOLD", 4)
    path = tmp_path / "annuaire.csv"
    path.write_bytes(directory(*loaded).getvalue())
    call_command("load_directory", path)
    assert capsys.readouterr().out.splitlines()[:2] == ["4 lines read", "8 lines read"]


# --- FINESS ---------------------------------------------------------------------------------------------------------


def finess(*lines: tuple[str, str]) -> io.BytesIO:
    """Lines of (number, category of establishment)."""
    rows = ["finess;etalab;96;2026-11-03"]
    for number, category in lines:
        row = [
            *("structureet", number, "750000001", "IME LES PINS", "INSTITUT MEDICO-EDUCATIF LES PINS É", "", ""),
            *("12", "R", "DES ECOLES", "", "BP 7", "105", "75", "PARIS", "75005 PARIS", "0100000000", "", category),
            *("Institut Médico-Educatif (I.M.E.)", "4101", "Enfance", "", "8710B", "", "", "", "", "", "", "", ""),
        ]
        assert len(row) == 32
        rows.append(";".join(row))
    return io.BytesIO("\n".join(rows).encode("iso-8859-1"))


def finess_number(n: int) -> str:
    first = f"{n:08d}"
    return next(number for number in (f"{first}{key}" for key in range(10)) if rules.is_finess(number))


def test_a_line_of_finess():
    assert list(resources.read_finess(finess(("010000024", "183"), ("750712184", "355"), ("010000025", "186")))) == [
        Line(
            number=2,
            identifier_kind="finess",
            identifier="010000024",
            name="INSTITUT MEDICO-EDUCATIF LES PINS É",
            email="",
            category="MEDS",
            status="private",
            academy="01",
            department="PARIS",
            region="",
            address="12 R DES ECOLES, BP 7",
            postal_code="75005",
            city="PARIS",
        ),
        Refused(4, "« 010000025 » n’est pas un numéro FINESS."),
    ]


@pytest.mark.django_db
def test_the_two_lists_do_not_close_each_other():
    actions.load_directory(directory({}))
    report = actions.load_finess(finess(("010000024", "183"), ("2A0000014", "186")))
    assert (report.added, report.closed) == (["010000024", "2A0000014"], [])
    assert actions.load_directory(directory({})).unchanged == 1
    assert AuthorisedEstablishment.objects.filter(is_open=True).count() == 3


# --- Tens of thousands ----------------------------------------------------------------------------------------------

ROWS = 40_000


@pytest.mark.django_db
def test_tens_of_thousands_of_lines_load():
    lines = [
        {
            "Identifiant_de_l_etablissement": uai(n),
            "Nom_etablissement": f"Collège Éloïse n° {n}",
            "Adresse_1": f"{n % 200} rue des Écoles",
            "Mail": f"ce.{n}@example.org",
            "Nom_commune": f"Saint-Étienne-{n % 5000}",
        }
        for n in range(ROWS)
    ]
    first = directory(*lines)
    for line in lines[::100]:
        line["Nom_etablissement"] += " (nouveau nom)"
    second = directory(*lines[:-300])
    medico_social = finess(*((finess_number(n), "183") for n in range(ROWS)))
    for load, content, changes in (
        (actions.load_directory, first, (ROWS, 0, 0, 0)),
        (actions.load_directory, second, (0, 397, 300, ROWS - 697)),
        (actions.load_finess, medico_social, (ROWS, 0, 0, 0)),
    ):
        report = load(content)
        assert (len(report.added), len(report.updated), len(report.closed), report.unchanged) == changes
        assert report.refused == []
