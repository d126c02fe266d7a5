"""The form of each part of a record: what it shows, and how it is read back."""

from web.directory_desk.forms.hours import hours
from web.directory_desk.forms.listed import areas, languages, phones, places
from web.directory_desk.forms.plain import about, access, needs, owner, status, wording
from web.directory_desk.forms.reading import PartForm
from web.directory_desk.forms.who_for import who_for

# In the order of the page. `assured` has no form: it is one button.
FORMS: dict[str, PartForm] = {
    "about": about,
    "status": status,
    "phones": phones,
    "places": places,
    "hours": hours,
    "areas": areas,
    "who_for": who_for,
    "needs": needs,
    "access": access,
    "languages": languages,
    "wording": wording,
    "owner": owner,
}
