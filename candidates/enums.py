from django.db import models


class Sex(models.TextChoices):
    FEMALE = "F", "Féminin"
    MALE = "M", "Masculin"
    UNKNOWN = "", "Non renseigné"


class ImportSource(models.TextChoices):
    """Where the rows of an import come from."""

    CSV = "csv", "Fichier CSV"
    SIECLE = "siecle", "SIECLE BEE"


class ImportAction(models.TextChoices):
    """What an import does with one line; the values are those of `rules.PlannedLine.action`."""

    DOUBT = "doubt", "À décider"
    UPDATE = "update", "Mise à jour"
    ADD = "add", "Ajout"
    SAME = "same", "Inchangé"
    MERGE = "merge", "Réuni"
    SKIP = "skip", "Non importé"
