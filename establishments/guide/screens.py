"""Which section of the guide each screen points to: « Aide sur cette page ». A test walks the URL map for the rest."""

from establishments.enums import Reader, Role

_HEAD, _SUPERVISOR, _CANDIDATE, _ADMINISTRATOR = (f"{reader}/" for reader in Reader)

# URL name → section. A supervisor's screens are below; these are everybody else's.
_SCREENS = {
    # Signing in
    "account_login": _HEAD + "acces#se-connecter",
    "account_inactive": _HEAD + "acces#se-connecter",
    "account_reauthenticate": _HEAD + "acces#proteger-le-compte",
    "account_signup": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "sign_up_sent": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "sign_up_form": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "sign_up_confirm": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "account_confirm_email": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "account_email_verification_sent": _HEAD + "acces#creer-le-compte-de-l-etablissement",
    "account_request": _HEAD + "acces#l-etablissement-n-est-pas-dans-la-liste",
    "account_request_sent": _HEAD + "acces#l-etablissement-n-est-pas-dans-la-liste",
    "account_reset_password": _HEAD + "acces#mot-de-passe-oublie",
    "account_reset_password_done": _HEAD + "acces#mot-de-passe-oublie",
    "account_reset_password_from_key": _HEAD + "acces#mot-de-passe-oublie",
    "account_reset_password_from_key_done": _HEAD + "acces#mot-de-passe-oublie",
    "account_change_password": _HEAD + "acces#changer-le-mot-de-passe",
    "academic_callback": _HEAD + "acces#se-connecter",
    "choose_establishment": _HEAD + "acces#plusieurs-etablissements",
    "account": _HEAD + "acces#les-informations-de-l-etablissement",
    "supervisor_account": _HEAD + "acces#ouvrir-le-compte-surveillant",
    "supervisor_account_close": _HEAD + "acces#ouvrir-le-compte-surveillant",
    "mfa_authenticate": _HEAD + "acces#proteger-le-compte",
    "mfa_reauthenticate": _HEAD + "acces#proteger-le-compte",
    "mfa_index": _HEAD + "acces#proteger-le-compte",
    "mfa_activate_totp": _HEAD + "acces#proteger-le-compte",
    "mfa_deactivate_totp": _HEAD + "acces#proteger-le-compte",
    "mfa_view_recovery_codes": _HEAD + "acces#proteger-le-compte",
    "home": _HEAD + "acces#la-page-d-accueil",
    # Candidates
    "candidate_list": _HEAD + "candidats#retrouver-un-candidat",
    "candidate_selection": _HEAD + "candidats#agir-sur-plusieurs-candidats",
    "candidate_add": _HEAD + "candidats#ajouter-ou-corriger-un-candidat",
    "candidate_edit": _HEAD + "candidats#ajouter-ou-corriger-un-candidat",
    "candidate_delete": _HEAD + "candidats#supprimer",
    "candidate_delete_all": _HEAD + "candidats#supprimer",
    "candidate_import": _HEAD + "candidats#importer-un-fichier",
    "candidate_import_preview": _HEAD + "candidats#lire-l-apercu",
    "siecle_import": _HEAD + "candidats#importer-depuis-siecle-bee",
    "siecle_wait": _HEAD + "candidats#importer-depuis-siecle-bee",
    # Exams
    "exam_list": _HEAD + "epreuves#la-liste-des-epreuves",
    "exam_create": _HEAD + "epreuves#creer-une-epreuve",
    "exam_edit": _HEAD + "epreuves#modifier-ou-supprimer",
    "exam_delete": _HEAD + "epreuves#modifier-ou-supprimer",
    "exam_detail": _HEAD + "epreuves#la-page-de-l-epreuve",
    "exam_codes": _HEAD + "epreuves#imprimer-les-codes-d-acces",
    "exam_attendance_sheet": _HEAD + "epreuves#imprimer-les-convocations",
    "exam_checklist": _SUPERVISOR + "avant#preparer-la-salle",
    "room_check": _SUPERVISOR + "avant#essayer-le-reseau",
    "exam_presence": _SUPERVISOR + "avant#faire-l-appel",
    "exam_room": _SUPERVISOR + "incidents#toute-la-salle",
    "exam_restoration": _SUPERVISOR + "incidents#charger-un-fichier-de-resultat",
    "sitting_history": _SUPERVISOR + "incidents#decider-pour-un-candidat",
    "sitting_void": _SUPERVISOR + "incidents#absence-technique",
    "sitting_grade": _HEAD + "passation#noter-en-l-etat",
    "exam_film": _HEAD + "passation#sans-acces-internet",
    "exam_marks": _HEAD + "passation#saisir-les-notes",
    "sitting_answers": _HEAD + "passation#saisir-les-notes",
    # Correction, results
    "exam_video_correction": _SUPERVISOR + "apres#projeter-le-corrige",
    "sitting_detail": _HEAD + "correction#les-reponses-d-un-candidat",
    "exam_statistics": _HEAD + "correction#les-statistiques-des-reponses",
    "siecle_export": _HEAD + "resultats#exporter-vers-siecle-bee",
    "siecle_export_detail": _HEAD + "resultats#exporter-vers-siecle-bee",
    # Attestations, archive, figures
    "all_attestations": _HEAD + "attestations#imprimer-les-attestations",
    "exam_attestations": _HEAD + "attestations#imprimer-les-attestations",
    "candidate_attestation": _HEAD + "attestations#imprimer-les-attestations",
    "candidate_duplicate": _HEAD + "attestations#remplacer-une-attestation-perdue",
    "archive": _HEAD + "archivage#telecharger-l-archive",
    "job_list": _HEAD + "archivage#suivre-un-travail",
    "job": _HEAD + "archivage#suivre-un-travail",
    "statistics": _HEAD + "statistiques#lire-les-tableaux",
    "help": _HEAD + "assistance#a-qui-ecrire",
    "regulatory_faq": _HEAD + "assistance#trouver-une-reponse",
    # Candidates' own pages, and everybody's
    "landing": _CANDIDATE + "se-preparer",
    "preparation": _CANDIDATE + "se-preparer",
    "practice": _CANDIDATE + "se-preparer#s-entrainer",
    "self_test": _CANDIDATE + "se-preparer#se-tester",
    "exam_number": _CANDIDATE + "passer-l-epreuve#entrer",
    "exam_code": _CANDIDATE + "passer-l-epreuve#entrer",
    "educonnect_callback": _CANDIDATE + "passer-l-epreuve#entrer",
    "exam_identity": _CANDIDATE + "passer-l-epreuve#verifier-que-c-est-vous",
    "exam_result": _CANDIDATE + "resultat#voir-le-resultat-et-le-corrige",
    "verification": _CANDIDATE + "resultat#verifier-une-attestation",
    # Administration
    "academy_figures": _ADMINISTRATOR + "chiffres",
}

_OF_SUPERVISOR = {
    "exam_list": _SUPERVISOR + "avant#trouver-l-epreuve",
    "exam_detail": _SUPERVISOR + "pendant#suivre-la-salle",
    "exam_codes": _SUPERVISOR + "avant#distribuer-les-codes-d-acces",
    "exam_attendance_sheet": _SUPERVISOR + "avant#faire-l-appel",
    "exam_film": _SUPERVISOR + "avant#une-epreuve-sans-internet",
    "help": _SUPERVISOR + "incidents#demander-de-l-aide",
    "choose_establishment": _SUPERVISOR + "avant#se-connecter",
    "job_list": _SUPERVISOR + "avant#un-document-qui-se-prepare",
    "job": _SUPERVISOR + "avant#un-document-qui-se-prepare",
}

# Beginning of a URL name of the administration → section; the longest beginning counts.
_ADMINISTRATION = {
    "": _ADMINISTRATOR + "acces#la-page-d-accueil",
    "establishments_establishment": _ADMINISTRATOR + "etablissements#les-etablissements",
    "establishments_accountrequest": _ADMINISTRATOR + "etablissements#repondre-aux-demandes-de-compte",
    "account_request": _ADMINISTRATOR + "etablissements#repondre-aux-demandes-de-compte",
    "establishments_authorisedestablishment": _ADMINISTRATOR + "etablissements#la-liste-des-etablissements-habilites",
    "authorised_load": _ADMINISTRATOR + "etablissements#la-liste-des-etablissements-habilites",
    "establishments_user": _ADMINISTRATOR + "comptes#ouvrir-un-compte",
    "auth_user_password_change": _ADMINISTRATOR + "comptes#ouvrir-un-compte",
    "establishments_signin": _ADMINISTRATOR + "comptes#voir-qui-s-est-connecte",
    "admin_logentry": _ADMINISTRATOR + "comptes#voir-qui-s-est-connecte",
    "password_change": _ADMINISTRATOR + "acces#se-connecter-avec-deux-preuves",
    "establishments_sessiondates": _ADMINISTRATOR + "textes#les-dates-de-session",
    "establishments_news": _ADMINISTRATOR + "textes#les-actualites",
    "establishments_faqentry": _ADMINISTRATOR + "textes#les-questions-frequentes-les-contacts-et-les-ressources",
    "establishments_resource": _ADMINISTRATOR + "textes#les-questions-frequentes-les-contacts-et-les-ressources",
    "establishments_contact": _ADMINISTRATOR + "textes#les-questions-frequentes-les-contacts-et-les-ressources",
    "bank": _ADMINISTRATOR + "banque#echanger-la-banque",
    "bank_coverage": _ADMINISTRATOR + "banque#verifier-la-couverture",
    "question": _ADMINISTRATOR + "banque#publier-et-retirer",
    "question_preview": _ADMINISTRATOR + "banque#ecrire-une-question",
    "question_neutralise": _ADMINISTRATOR + "banque#neutraliser-une-question",
    "exams_question": _ADMINISTRATOR + "banque#ecrire-une-question",
    "candidates_candidate": _ADMINISTRATOR + "candidats",
}


def help_for(name: str, *, role: str | None = None, administration: bool = False) -> str | None:
    """The section for the screen of this URL name, as read by somebody of this role; None when there is none."""
    if administration:
        return _ADMINISTRATION[max((begin for begin in _ADMINISTRATION if name.startswith(begin)), key=len)]
    if role == Role.SUPERVISOR and name in _OF_SUPERVISOR:
        return _OF_SUPERVISOR[name]
    return _SCREENS.get(name)
