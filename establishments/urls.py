from django.urls import path, re_path

from establishments.views import academic, account, guide, jobs, legal, public, school, signup

urlpatterns = [
    # Signing in: the names are those by which allauth calls its own pages.
    path("login", public.login, name="account_login"),
    path("deconnexion/", public.logout, name="account_logout"),
    path("compte/creer/", signup.sign_up, name="account_signup"),
    path("compte/creer/envoye/", signup.sign_up_sent, name="sign_up_sent"),
    path("compte/creer/<str:key>/", signup.sign_up_form, name="sign_up_form"),
    path("compte/ouvrir/<uuid:pk>/", signup.sign_up_confirm, name="sign_up_confirm"),
    path("compte/demander/envoye/", signup.account_request_sent, name="account_request_sent"),
    path("compte/demander/<str:key>/", signup.account_request, name="account_request"),
    path("compte/inactif/", public.account_inactive, name="account_inactive"),
    path("compte/validation/", public.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^compte/validation/(?P<key>[-:\w]+)/$", public.confirm_email, name="account_confirm_email"),
    path("compte/verification/", school.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/changer/", school.password_change, name="account_change_password"),
    path("mot-de-passe/oublie/", public.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", public.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/oublie/termine/",
        public.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # The code beside the password: allauth's names here too.
    path("login/code/", account.second_factor, name="mfa_authenticate"),
    path("compte/verification/code/", account.second_factor_again, name="mfa_reauthenticate"),
    path("compte/double-authentification/", account.protection, name="mfa_index"),
    path("compte/double-authentification/activer/", account.activate, name="mfa_activate_totp"),
    path("compte/double-authentification/desactiver/", account.deactivate, name="mfa_deactivate_totp"),
    path("compte/double-authentification/codes/", account.recovery_codes, name="mfa_view_recovery_codes"),
    # The academic hub (OpenID Connect)
    path("connexion/academique/", academic.academic_login, name="academic_login"),
    path("connexion/academique/retour/", academic.academic_callback, name="academic_callback"),
    path("etablissement/choisir/", academic.choose_establishment, name="choose_establishment"),
    # The establishment's own pages.
    path("accueil/", school.home, name="home"),
    path("aide/", school.help_page, name="help"),
    path("aide/guide/", guide.guide_index, name="guide_index"),
    path("aide/recherche/", guide.guide_search, name="guide_search"),
    path("aide/<str:reader>/<slug:name>/", guide.guide_chapter, name="guide_chapter"),
    path("foire-aux-questions/", school.regulatory_faq, name="regulatory_faq"),
    path("compte/", school.account, name="account"),
    path("compte/surveillant/", school.supervisor_account, name="supervisor_account"),
    path("compte/surveillant/desactiver/", school.supervisor_account_close, name="supervisor_account_close"),
    # Its long tasks
    path("travaux/", jobs.job_list, name="job_list"),
    path("travaux/<uuid:pk>/", jobs.job, name="job"),
    path("travaux/<uuid:pk>/etat/", jobs.job_status, name="job_status"),
    path("travaux/<uuid:pk>/fichier/", jobs.job_file, name="job_file"),
    path("travaux/<uuid:pk>/annuler/", jobs.job_cancel, name="job_cancel"),
    path("travaux/<uuid:pk>/refaire/", jobs.job_again, name="job_again"),
    # What the law asks for.
    path("plan-du-site/", legal.site_map, name="site_map"),
    path("accessibilite/", legal.accessibility, name="accessibility"),
    path("mentions-legales/", legal.notices, name="legal_notices"),
    path("donnees-personnelles/", legal.personal_data, name="personal_data"),
    path("donnees-personnelles/eleves/", legal.personal_data_for_pupils, name="personal_data_for_pupils"),
    path("cookies/", legal.cookies, name="cookies"),
    # Of no establishment.
    path("sante/", public.health, name="health"),
    path("sante/vivant/", public.alive, name="alive"),
    path("sante/pret/", public.ready, name="ready"),
    path("composants/", public.components, name="components"),
]
