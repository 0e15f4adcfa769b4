from django.db import models


class Attestation(models.TextChoices):
    """The four attestations (handbook 1)."""

    ASSR1 = "ASSR1", "ASSR1"
    ASSR2 = "ASSR2", "ASSR2"
    ASR = "ASR", "ASR"
    AER = "AER", "AER"


class Category(models.TextChoices):
    """Who may organise exams (handbook, calendar page and 1)."""

    NATIONAL_EDUCATION = "EN", "Établissement de l’Éducation nationale"
    AGRICULTURAL = "AGRI", "Établissement agricole"
    MARITIME = "MARI", "Établissement maritime"
    MILITARY = "MILI", "Établissement militaire"
    LEGION_OF_HONOUR = "LEGI", "Maison d’éducation de la Légion d’honneur"
    ABROAD = "ETRA", "Établissement français à l’étranger homologué"
    SOUTHERN = "SUD", "Établissement scolaire fonctionnant selon un rythme sud"
    PJJ = "PJJ", "Établissement de la protection judiciaire de la jeunesse"
    PRISON = "PENI", "Établissement pénitentiaire"
    EPIDE = "EPID", "Établissement pour l’insertion dans l’emploi (EPIDE)"
    CFA = "CFA", "Centre de formation d’apprentis (CFA)"
    GRETA = "GRET", "GRETA"
    MEDICO_SOCIAL = "MEDS", "Établissement médico-social"


class IdentifierKind(models.TextChoices):
    """What identifies an establishment (handbook 2.1)."""

    UAI = "uai", "UAI"
    EPIDE = "epide", "Acronyme EPIDE"
    SRJ = "srj", "Code mnémonique SRJ"
    FINESS = "finess", "FINESS géographique"


class Status(models.TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Privé"


class Role(models.TextChoices):
    """What a person may do in one establishment (handbook 2.1)."""

    HEAD = "head", "Responsable d’établissement"
    SUPERVISOR = "supervisor", "Surveillant"


class MembershipSource(models.TextChoices):
    """Where a right comes from: an account of the platform, or the claims of the academic hub at the last sign-in."""

    LOCAL = "local", "Compte local"
    ACADEMIC = "academic", "Compte académique"


class ListSource(models.TextChoices):
    """Where an authorised establishment was read."""

    DIRECTORY = "directory", "Annuaire de l’éducation"
    FINESS = "finess", "Répertoire FINESS"
    HAND = "hand", "Saisie"


class RequestState(models.TextChoices):
    PENDING = "pending", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"


class Door(models.TextChoices):
    """By which way somebody signed in."""

    LOCAL = "local", "Compte local"
    ACADEMIC = "academic", "Compte académique"
    ADMINISTRATION = "admin", "Administration"


class FaqKind(models.TextChoices):
    TECHNICAL = "technical", "Technique"
    REGULATORY = "regulatory", "Réglementaire et pédagogique"


class Academy(models.TextChoices):
    """Academy codes of the ministry's directory."""

    PARIS = "01", "Paris"
    AIX_MARSEILLE = "02", "Aix-Marseille"
    BESANCON = "03", "Besançon"
    BORDEAUX = "04", "Bordeaux"
    CLERMONT_FERRAND = "06", "Clermont-Ferrand"
    DIJON = "07", "Dijon"
    GRENOBLE = "08", "Grenoble"
    LILLE = "09", "Lille"
    LYON = "10", "Lyon"
    MONTPELLIER = "11", "Montpellier"
    NANCY_METZ = "12", "Nancy-Metz"
    POITIERS = "13", "Poitiers"
    RENNES = "14", "Rennes"
    STRASBOURG = "15", "Strasbourg"
    TOULOUSE = "16", "Toulouse"
    NANTES = "17", "Nantes"
    ORLEANS_TOURS = "18", "Orléans-Tours"
    REIMS = "19", "Reims"
    AMIENS = "20", "Amiens"
    LIMOGES = "22", "Limoges"
    NICE = "23", "Nice"
    CRETEIL = "24", "Créteil"
    VERSAILLES = "25", "Versailles"
    CORSE = "27", "Corse"
    REUNION = "28", "La Réunion"
    MARTINIQUE = "31", "Martinique"
    GUADELOUPE = "32", "Guadeloupe"
    GUYANE = "33", "Guyane"
    NOUVELLE_CALEDONIE = "40", "Nouvelle-Calédonie"
    POLYNESIE = "41", "Polynésie française"
    MAYOTTE = "43", "Mayotte"
    SAINT_PIERRE = "44", "Saint-Pierre-et-Miquelon"
    NORMANDIE = "70", "Normandie"


class Reader(models.TextChoices):
    """For whom a chapter of the guide is written; the value stands in its address."""

    HEAD = "chef-d-etablissement", "Chef d’établissement"
    SUPERVISOR = "surveillant", "Surveillant"
    CANDIDATE = "candidat", "Candidat"
    ADMINISTRATOR = "administration", "Administrateur"
