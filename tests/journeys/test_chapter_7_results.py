"""Handbook 7: the list of candidates says the result, never the mark."""

import re

from django.utils import timezone
from playwright.sync_api import expect


def test_the_list_is_enriched_with_the_results(head, sat_exam):
    head.follows("Liste des candidats")
    day = timezone.localtime(sat_exam.starts_at).strftime("%d/%m/%Y")
    assert f"Admis le {day}" in head.row("ALEXANDRE")
    assert f"Échoué le {day}" in head.row("BAILLY")
    assert f"Absent le {day}" in head.row("CISSÉ")
    expect(head.page.get_by_text(re.compile(r"\b\d{1,2}/20\b"))).to_have_count(0)
    head.page.get_by_label("Rechercher (nom, ASSR2, Admis, etc)").fill("admis")
    head.page.keyboard.press("Enter")
    expect(head.page.locator("tbody tr")).to_have_count(1)
