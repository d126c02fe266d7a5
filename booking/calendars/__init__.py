"""Visits and rotas as other programs read them: iCalendar and FHIR."""
