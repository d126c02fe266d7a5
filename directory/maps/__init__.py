"""Circumstance to need to service type: maps as files that a council can edit, in the LGA's terms where known."""
