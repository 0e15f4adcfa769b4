"""The administration of this floor: the bank of questions, and the candidates of one establishment at a time."""

from exams.admin import bank, candidates

__all__ = ["bank", "candidates"]
