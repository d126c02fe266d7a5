"""Which council owes what where: written by hand, so that a wrong area in a record is seen.

District councils house people and bill council tax; county councils care and give school places (Local Government Act
1972, schedule 1; codes: ONS). Cambridgeshire Skills, the crisis fund and the like are the county's services.
"""

CAMBRIDGESHIRE, ESSEX, SUFFOLK = "E10000003", "E10000012", "E10000029"
AREA_OF = {
    "Cambridge City Council": "E07000008",
    "East Cambridgeshire District Council": "E07000009",
    "Fenland District Council": "E07000010",
    "Huntingdonshire District Council": "E07000011",
    "South Cambridgeshire District Council": "E07000012",
    "Braintree District Council": "E07000067",
    "Uttlesford District Council": "E07000077",
    "West Suffolk Council": "E07000245",
    "Cambridgeshire County Council": CAMBRIDGESHIRE,
    "Essex County Council": ESSEX,
    "Suffolk County Council": SUFFOLK,
}
