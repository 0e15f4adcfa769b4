from datetime import date

from establishments import rules
from establishments.models import Establishment, SessionDates


def session_dates(establishment: Establishment, year: int) -> tuple[date, date]:
    """First and last day on which this establishment may plan an exam of `year`."""
    dates = SessionDates.objects.filter(category=establishment.category, year=year).first()
    return (dates.opens_on, dates.closes_on) if dates else rules.usual_dates(establishment.category, year)
