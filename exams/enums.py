from django.db import models


class Theme(models.TextChoices):
    """The nine themes of an exam (handbook 5.2); the values are the folders of the bank."""

    CIRCULATION = "circulation", "Circulation"
    CITIZENSHIP = "comportement-citoyen", "Comportement citoyen"
    SUSTAINABILITY = "developpement-durable", "Développement durable"
    DISTRACTION = "distracteurs", "Distracteurs"
    EQUIPMENT = "equipements", "Équipements"
    PASSENGERS = "passagers", "Passagers"
    FIRST_AID = "premiers-secours", "Premiers secours"
    HEALTH = "sante-conduites-a-risque", "Santé et conduites à risque"
    SPEED = "vitesse", "Vitesse"


class QuestionUse(models.TextChoices):
    EXAM = "exam", "Examen"
    TRAINING = "training", "Entraînement"
    BOTH = "both", "Examen et entraînement"


class QuestionState(models.TextChoices):
    """Where a version of a question is: exams draw the published one of each code."""

    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publiée"
    RETIRED = "retired", "Retirée"


class RoadUser(models.TextChoices):
    """Whom a question is about; the values are those of the bank's source."""

    PEDESTRIAN = "pieton", "Piéton"
    PASSENGER = "passager", "Passager"
    CYCLIST = "cycliste", "Cycliste"
    EDPM = "edpm", "Conducteur d’EDPM (trottinette)"
    MOPED = "cyclomotoriste", "Cyclomotoriste"
    DRIVER = "conducteur", "Conducteur"


class SceneView(models.TextChoices):
    """From where a question's video looks."""

    PLAN = "plan", "Vue de dessus"
    STREET = "rue", "Vue de la rue"
    SEAT = "poste", "Vue du poste de conduite"
    OBJECT = "objet", "Gros plan"


class ExamKind(models.TextChoices):
    """« Type d'épreuve » (handbook 5.1)."""

    EXAM = "exam", "Examen"
    TRAINING = "training", "Entraînement"
    OFFLINE = "offline", "Examen (sans accès internet)"


# The kinds that settle a result: admitted, failed or absent.
EXAM_KINDS = (ExamKind.EXAM, ExamKind.OFFLINE)


class ExamState(models.TextChoices):
    """What the clock makes of an exam (handbook 5.1); never stored."""

    UPCOMING = "upcoming", "À venir"
    ACTIVE = "active", "Actif"
    OVER = "over", "Terminé"


class SittingState(models.TextChoices):
    NOT_STARTED = "not_started", "Pas commencé"
    RUNNING = "running", "En cours"
    CLOSED = "closed", "Terminé"
    VOID = "void", "Absence technique"  # nothing counts, and the rattrapage is not used up
    ABSENT = "absent", "Absent"  # typed: of an exam without internet, the clock alone cannot know it


class Outcome(models.TextChoices):
    """What the school reads about one candidate in one exam (handbook 3 and 7)."""

    ADMITTED = "admitted", "Admis"
    FAILED = "failed", "Échoué"
    ABSENT = "absent", "Absent"
    TECHNICAL_ABSENCE = "technical_absence", "Absence technique"
    INTERRUPTED = "interrupted", "Interrompu"
    RUNNING = "running", "En cours"
    REGISTERED = "registered", "Inscrit"


class Standing(models.TextChoices):
    """Where a candidate is, as the supervisor reads it while the exam goes on: worst first."""

    HELP = "help", "Besoin d’aide"
    INTERRUPTED = "interrupted", "Interrompu"
    PAUSED = "paused", "En pause"
    RUNNING = "running", "En cours"
    CLOSED = "closed", "Terminé"
    PRESENT = "present", "Présent, pas commencé"
    NOT_STARTED = "not_started", "Pas commencé"
    ABSENT = "absent", "Absent"
    VOID = "void", "Absence technique"


class EventKind(models.TextChoices):
    """The append-only log of a sitting."""

    STARTED = "started", "Commencé"
    TAKEOVER_ASKED = "takeover_asked", "Autre appareil en attente"
    TAKEOVER_ALLOWED = "takeover_allowed", "Reprise autorisée"
    TAKEN_OVER = "taken_over", "Repris sur un autre appareil"
    PAUSED = "paused", "Mis en pause"
    CONTINUED = "continued", "Pause terminée"
    TIME_GIVEN = "time_given", "Temps de réponse augmenté"
    FILE_LOADED = "file_loaded", "Fichier de résultat chargé"
    FILE_REFUSED = "file_refused", "Fichier de résultat refusé"
    CLOSED = "closed", "Terminé"
    GRADED = "graded", "Noté en l’état"
    VOIDED = "voided", "Absence technique"
    UNVOIDED = "unvoided", "Absence technique annulée"
    RESCORED = "rescored", "Note recalculée"
    TYPED = "typed", "Résultat saisi"


class Reason(models.TextChoices):
    """Why a sitting is graded as it stands, declared a technical absence, or restored late: no free text, no name."""

    DEVICE = "device", "Panne de l’appareil"
    NETWORK = "network", "Coupure du réseau"
    POWER = "power", "Coupure de courant"
    EVACUATION = "evacuation", "Évacuation de la salle"
    HEALTH = "health", "Malaise ou départ du candidat"
    FRAUD = "fraud", "Fraude constatée"
    OTHER = "other", "Autre raison"


class FileOutcome(models.TextChoices):
    """What became of one result file (delivery, 9)."""

    RESTORED = "restored", "Résultat restauré"
    INCOMPLETE = "incomplete", "Réponses récupérées, épreuve inachevée"
    HANDLED = "handled", "Déjà pris en compte"
    CLOSED = "closed", "Refusé : épreuve déjà terminée"
    NEVER_STARTED = "never_started", "Refusé : épreuve jamais commencée"
    VOID = "void", "Refusé : absence technique"
    LATE = "late", "Refusé : le corrigé est ouvert"
    UNREADABLE = "unreadable", "Refusé : fichier non reconnu"


class IncidentCategory(models.TextChoices):
    """What a note of the supervisor is about."""

    TECHNICAL = "technical", "Incident technique"
    HEALTH = "health", "Santé"
    CONDUCT = "conduct", "Comportement"
    FRAUD = "fraud", "Soupçon de fraude"
    ROOM = "room", "Salle (bruit, évacuation…)"
    OTHER = "other", "Autre"


class Doubt(models.TextChoices):
    """What the figures of a question may say against it (`rules.doubts`)."""

    NEGATIVE = "negative", "Discrimination négative : les meilleurs candidats se trompent plus que les autres"
    WEAK = "weak", "Discrimination faible"
    HARD = "hard", "Très difficile"
    EASY = "easy", "Très facile"
