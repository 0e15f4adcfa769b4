from django.db import models


class Sex(models.TextChoices):
    FEMALE = "F", "Féminin"
    MALE = "M", "Masculin"
    UNKNOWN = "", "Non renseigné"


class ImportAction(models.TextChoices):
    """What an import does with one line; the values are those of `rules.PlannedLine.action`."""

    DOUBT = "doubt", "Déjà dans votre liste ?"
    UPDATE = "update", "Mise à jour"
    ADD = "add", "Ajout"
    SAME = "same", "Inchangé"
