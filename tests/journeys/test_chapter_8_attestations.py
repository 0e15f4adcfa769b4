"""Handbook 8: attestations, for those who were admitted and are not exported to SIECLE BEE."""

from playwright.sync_api import expect

from tests.browser import pdf_pages


def test_one_attestation_for_the_one_who_was_admitted(head, sat_exam, candidates):
    head.goes(f"/epreuves/{sat_exam.pk}/")
    pages = pdf_pages(head.downloads("Toutes les attestations"))
    assert len(pages) == 1
    for piece in ("ALEXANDRE", "Lily", "03/04/2012", "Collège des Mimosas", "UN SEUL DUPLICATA"):
        assert piece in pages[0], piece

    # LSU prints it for those who are exported: unticking makes it possible here (handbook 8.1).
    head.goes(f"/candidats/{candidates['Lily'].pk}/modifier/")
    head.page.get_by_label("Résultat du candidat à exporter vers SIECLE BEE").check(force=True)
    head.presses("Sauvegarder les modifications")
    head.goes(f"/epreuves/{sat_exam.pk}/")
    expect(head.page.get_by_role("link", name="Attestation de ALEXANDRE Lily")).to_have_count(0)


def test_the_whole_list_is_printed_by_a_job(head, sat_exam):
    head.follows("Liste des candidats")
    head.follows("Toutes les attestations")
    head.page.locator("main form button[type=submit]").first.click()
    expect(
        head.page.get_by_role("link", name="PDF").or_(head.page.get_by_role("link", name="Télécharger")).first
    ).to_be_visible()
    assert len(pdf_pages(head.downloads("Télécharger"))) == 1
