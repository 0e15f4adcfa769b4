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


class ExamKind(models.TextChoices):
    """« Type d'épreuve » (handbook 5.1)."""

    EXAM = "exam", "Examen"
    TRAINING = "training", "Entraînement"


class ExamState(models.TextChoices):
    """What the clock makes of an exam (handbook 5.1); never stored."""

    UPCOMING = "upcoming", "À venir"
    ACTIVE = "active", "Actif"
    OVER = "over", "Terminé"


class SittingState(models.TextChoices):
    NOT_STARTED = "not_started", "Pas commencé"
    RUNNING = "running", "En cours"
    CLOSED = "closed", "Terminé"


class Outcome(models.TextChoices):
    """What the school reads about one candidate in one exam (handbook 3 and 7)."""

    ADMITTED = "admitted", "Admis"
    FAILED = "failed", "Échoué"
    ABSENT = "absent", "Absent"
    INTERRUPTED = "interrupted", "Interrompu"
    RUNNING = "running", "En cours"
    REGISTERED = "registered", "Inscrit"


class EventKind(models.TextChoices):
    """The append-only log of a sitting."""

    STARTED = "started", "Commencé"
    RESUMED = "resumed", "Repris sur le même appareil"
    CLOSED = "closed", "Terminé"
    TAKEOVER_ALLOWED = "takeover_allowed", "Reprise autorisée"
    TAKEN_OVER = "taken_over", "Repris sur un autre appareil"
