"""The pages that have an address of their own, by heading: « Plan du site » shows to each person those they may open.

Titles alone are written here; who may open a page is asked of its view. A test walks the resolver for a page that is
neither here nor named there as no page to arrive at.
"""

from dataclasses import dataclass

from establishments.enums import Attestation


@dataclass(frozen=True)
class Link:
    """A page by the name of its URL."""

    name: str
    title: str
    args: tuple = ()


_PREPARATION = [
    Link("preparation", f"S’entraîner et se tester : {attestation.label}", (attestation,))
    for attestation in Attestation
]

SITE: dict[str, list[Link]] = {
    "Se préparer": [Link("landing", "Accueil public"), *_PREPARATION],
    "Passer une épreuve": [
        Link("exam_number", "Accès des candidats, résultat et corrigé"),
        Link("verification", "Vérifier une attestation"),
    ],
    "Se connecter": [
        Link("account_login", "Connexion des établissements"),
        Link("account_signup", "Créer un compte pour mon établissement"),
        Link("account_reset_password", "Mot de passe oublié"),
    ],
    "Épreuves": [Link("exam_list", "Liste des épreuves"), Link("exam_create", "Créer une nouvelle épreuve")],
    "Candidats": [
        Link("candidate_list", "Liste des candidats"),
        Link("candidate_add", "Ajouter un candidat"),
        Link("candidate_import", "Importer une nouvelle liste de candidats"),
        Link("siecle_import", "Importer depuis SIECLE BEE"),
        Link("siecle_export", "Exporter les résultats vers SIECLE BEE"),
        Link("all_attestations", "Toutes les attestations"),
    ],
    "Établissement": [
        Link("home", "Accueil de l’établissement"),
        Link("statistics", "Statistiques"),
        Link("archive", "Archiver la session"),
        Link("job_list", "Travaux"),
        Link("account", "Compte responsable d'établissement"),
        Link("supervisor_account", "Compte surveillant"),
        Link("account_change_password", "Changer de mot de passe"),
        Link("mfa_index", "Double authentification"),
        Link("choose_establishment", "Changer d'établissement"),
    ],
    "Administration": [Link("academy_figures", "Chiffres par établissement")],
    "Aide": [
        Link("guide_index", "Guide en ligne"),
        Link("guide_search", "Rechercher dans le guide"),
        Link("help", "Aide technique et contacts"),
        Link("regulatory_faq", "Foire aux questions réglementaire et pédagogique"),
    ],
    "Ce service": [
        Link("site_map", "Plan du site"),
        Link("accessibility", "Accessibilité"),
        Link("legal_notices", "Mentions légales"),
        Link("personal_data", "Données personnelles"),
        Link("personal_data_for_pupils", "Vos données, en clair : la version des élèves"),
        Link("cookies", "Gestion des cookies"),
    ],
}
