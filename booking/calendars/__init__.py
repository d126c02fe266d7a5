"""Visits as others' calendars read them: iCalendar files and feeds, and FHIR appointments."""
