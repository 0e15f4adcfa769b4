"""Handbook 8 and 10.3: attestations, of those who were admitted and are not exported to SIECLE BEE; the duplicate."""

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from certificates.models import Issue
from tests.browser import pdf_pages


def test_one_attestation_for_the_one_who_was_admitted(head, sat_exam, candidates):
    head.goes(f"/epreuves/{sat_exam.pk}/")
    head.follows("Toutes les attestations")
    head.sees("1 attestation à imprimer pour l’épreuve Examen 5A, une page A4 par candidat admis.")
    pages = pdf_pages(head.prints("Préparer le PDF"))
    assert len(pages) == 1
    for piece in ("ALEXANDRE", "Lily", "03/04/2012", "Collège des Mimosas", "UN SEUL DUPLICATA"):
        assert piece in pages[0], piece

    # LSU prints it for those who are exported: unticking makes it possible here (handbook 8.1).
    head.goes(f"/candidats/{candidates['Lily'].pk}/modifier/")
    head.page.get_by_label("Résultat du candidat à exporter vers SIECLE BEE").check(force=True)
    head.presses("Sauvegarder les modifications")
    head.goes(f"/epreuves/{sat_exam.pk}/")
    expect(head.page.get_by_role("button", name="Attestation de ALEXANDRE Lily")).to_have_count(0)


def test_the_whole_list_is_printed_by_a_job(head, sat_exam):
    head.follows("Liste des candidats")
    head.follows("Toutes les attestations")
    head.page.locator("main form button[type=submit]").first.click()
    assert len(pdf_pages(head.prints("Télécharger le fichier"))) == 1
    head.follows("Travaux")
    assert head.row("Attestations de la session")[2] == "Terminé"


def assert_accessible(head):
    found = Axe().run(head.page)
    assert found.violations_count == 0, found.generate_report()


def test_a_lost_attestation_is_replaced_once(head, sat_exam, candidates):
    head.goes("/candidats/")
    icon = "Attestation de ALEXANDRE Lily"
    original = head.prints(icon)
    assert head.prints(icon) == original  # the paper jams
    Issue.objects.update(at=timezone.now() - timedelta(days=5))  # it was last week

    head.presses(icon)
    head.sees_title("Attestation de ALEXANDRE Lily")
    head.sees("Ce duplicata est le seul")
    assert_accessible(head)
    (page,) = pdf_pages(head.prints("Imprimer le duplicata"))
    assert "DUPLICATA" in page
    head.page.reload()
    head.sees("Le duplicata a été délivré aujourd’hui")
    Issue.objects.filter(copy="duplicate").update(at=timezone.now() - timedelta(days=4))
    head.page.reload()
    head.sees("Plus aucun exemplaire ne peut être imprimé")
    head.downloads("Modèle d’attestation de réussite")
    assert_accessible(head)

    head.goes(f"/epreuves/{sat_exam.pk}/attestations/")
    head.sees("Aucune attestation à imprimer")
    head.sees("Attestations délivrées (1)")
    assert head.row("ALEXANDRE")[3].endswith("par Responsable d’établissement (0750655E)")
    assert_accessible(head)
