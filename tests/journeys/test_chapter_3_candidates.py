"""Handbook 3: candidates come from a file, or one by one."""

from playwright.sync_api import expect

from candidates.models import Candidate

HEADER = "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE\r\n"
LINES = [
    "130564139AC;ALEXANDRE;Lily;03/04/2012;5A;F;ASSR1;non",
    ";BÉNÉTEAU;Éloïse;13/11/2010;3B;F;ASSR2;oui",
    "145582309FT;D'ANGELO-ŒUVRARD;Noël;29/11/2012;5A;M;ASSR1;non",
]


def excel(*lines: str) -> dict:
    """The file as a French Excel saves it."""
    content = (HEADER + "\r\n".join(lines) + "\r\n").encode("cp1252")
    return {"name": "candidats.csv", "mimeType": "text/csv", "buffer": content}


def test_a_list_is_imported_completed_and_corrected(head, school):
    head.follows("Liste des candidats")
    head.presses("... Autres actions")
    for entry in (
        "Ajouter un candidat",
        "Importer une nouvelle liste de candidats",
        "Supprimer la liste des candidats",
    ):
        expect(head.page.get_by_role("link", name=entry, exact=True).first).to_be_visible()
    head.follows("Importer une nouvelle liste de candidats")
    head.sees_title("Importer une liste de candidats")

    wrong = [LINES[0].replace("03/04/2012", "31/02/2012"), LINES[1].replace("ASSR2", "ASSR3")]
    expect(head.page.get_by_role("button", name="Importer fichier csv")).to_be_visible()
    head.page.locator("input[type=file]").set_input_files(excel(*wrong))
    head.presses("Charger la liste des candidats au format CSV")
    for piece in ("31/02/2012", "ASSR3"):
        expect(head.page.get_by_text(piece).first).to_be_visible()
    assert not Candidate.objects.exists()

    head.follows("Charger le fichier corrigé")
    head.page.locator("input[type=file]").set_input_files(excel(*LINES))
    head.presses("Charger la liste des candidats au format CSV")
    assert not Candidate.objects.exists()
    head.page.get_by_role("button", name="Confirmer l’import").click()
    head.sees_title("Liste des candidats")
    head.sees_columns("Candidat", "Classe", "Date de naissance", "Épreuve", "Tps +", "Résultat")
    names = {(c.last_name, c.first_name) for c in Candidate.objects.of(school)}
    assert names == {("ALEXANDRE", "Lily"), ("BÉNÉTEAU", "Éloïse"), ("D'ANGELO-ŒUVRARD", "Noël")}
    assert Candidate.objects.get(last_name="BÉNÉTEAU").identifier.startswith("ESR-")

    head.presses("... Autres actions")
    head.follows("Ajouter un candidat")
    head.fills("Nom", "Boutin")
    head.fills("Prénom", "Julie")
    head.fills("Date de naissance", "2012-10-06")
    head.fills("Classe", "5A")
    head.selects("Sexe", "Féminin")
    head.selects("Attestation", "ASSR1")
    head.page.get_by_label("Candidat avec tiers-temps").check(force=True)
    head.page.get_by_role("button", name="Ajouter le candidat").click()
    assert head.row("BOUTIN Julie")[:4] == ["BOUTIN Julie", "5A", "06/10/2012", "ASSR1"]
    assert Candidate.objects.get(last_name="BOUTIN").extra_time

    head.page.get_by_label("Rechercher (nom, ASSR2, Admis, etc)").fill("beneteau assr2")
    head.page.keyboard.press("Enter")
    expect(head.page.locator("tbody tr")).to_have_count(1)
    head.page.get_by_role("link", name="Modifier BÉNÉTEAU Éloïse").click()
    head.fills("Classe", "3C")
    head.presses("Sauvegarder les modifications")
    assert Candidate.objects.get(last_name="BÉNÉTEAU").division == "3C"
