"""Wordings of our own about whom a service is for, each with the rules that a careful person would write.

Rules in short: `age_band[18-25]`, `postcode=E09000018`, `household!=with_children`, `(a | b)` any, `(a & b)` all. The
third is a part of what must be left for the person who looks; "" when nothing may be left.
"""

from typing import Any

HOME = "sleeping_tonight=street,hostel,friends_family,unsafe,unknown"
STREET = "sleeping_tonight=street"
TOLD = "eviction_notice=yes"
FAMILY = "household=with_children,single_parent"
POOR = "income_band=none,low"
DISABLED = "disability_or_condition=yes"
CARER = "carer=yes"
CARE = "care_leaver=yes"
FORCES = "armed_forces=yes"
PRISON = "prison_leaver=yes"
REFUGEE = "immigration_status=refugee"
ASYLUM = "immigration_status=asylum_seeker"
JOBLESS = "employment_status=unemployed"
PREGNANT = "pregnant=yes"
CAMDEN, HACKNEY, HOUNSLOW, LEEDS = "E09000007", "E09000012", "E09000018", "E08000035"


def both(age: str) -> str:
    """An age of the person, or of a child."""
    return f"(age_band{age} | children_ages{age})"


def rule_of(text: str) -> dict[str, Any]:
    """A rule written in short, as a rule; without its reason."""
    if text.startswith("("):
        sign, key = (" | ", "any") if " | " in text else (" & ", "all")
        return {key: [rule_of(part) for part in text[1:-1].split(sign)]}
    if text.endswith("]"):
        about, _, limits = text[:-1].partition("[")
        low, _, high = limits.partition("-")
        return {"about": about, **({"min": int(low)} if low else {}), **({"max": int(high)} if high else {})}
    about, _, values = text.partition("=")
    return {"about": about.removesuffix("!"), "none_of" if about.endswith("!") else "any_of": values.split(",")}


EXAMPLES: list[tuple[str, list[str], str]] = [
    # ages
    ("65+ years old, Hounslow residents", ["age_band[65-]", f"postcode={HOUNSLOW}"], ""),
    ("Women only, self-referral, 18-25", ["age_band[18-25]"], "Women only, self-referral"),
    ("18+", ["age_band[18-]"], ""),
    ("Aged 18 and over", ["age_band[18-]"], ""),
    ("Over 18s only", ["age_band[18-]"], ""),
    ("Adults over 18", ["age_band[18-]"], ""),
    ("Adults", ["age_band[18-]"], ""),
    ("Adults aged 18 – 65", ["age_band[18-65]"], ""),
    ("Over 50's", ["age_band[50-]"], ""),
    ("People over the age of 60", ["age_band[60-]"], ""),
    ("Anyone aged 55 or over", ["age_band[55-]"], ""),
    ("For people aged 50 years and older", ["age_band[50-]"], ""),
    ("Older people 65+", ["age_band[65-]"], ""),
    ("Minimum age 16", ["age_band[16-]"], ""),
    ("At least 16 years old", ["age_band[16-]"], ""),
    ("From 16 years upwards", ["age_band[16-]"], ""),
    ("over sixties", ["age_band[60-]"], ""),
    ("Young people aged 16 to 25", ["age_band[16-25]"], ""),
    ("Young adults (18-24)", ["age_band[18-24]"], ""),
    ("Young people between the ages of 13 and 19", ["age_band[13-19]"], ""),
    ("16-24 year olds", ["age_band[16-24]"], ""),
    ("14-21 yr olds", ["age_band[14-21]"], ""),
    ("Under 25s", ["age_band[-24]"], ""),
    ("Under 18 years of age", ["age_band[-17]"], ""),
    ("Young people up to 25", ["age_band[-25]"], ""),
    ("25 and under", ["age_band[-25]"], ""),
    ("16/17 year olds", ["age_band[16-17]"], ""),
    ("16 and 17 year olds", ["age_band[16-17]"], ""),
    ("No under 18s", ["age_band[18-]"], ""),
    ("Not for under 16s", ["age_band[16-]"], ""),
    ("Children aged 5-11", [both("[5-11]")], ""),
    ("Under 5s", [both("[-4]")], ""),
    ("Children under 5", [both("[-4]")], ""),
    ("0-5 year olds", [both("[-5]")], ""),
    ("Babies 0-18 months", [both("[-1]")], ""),
    ("Children and young people 0-25", [both("[-25]")], ""),
    ("Children and young people aged 5-19", [both("[5-19]")], ""),
    ("Families with children under 5", ["children_ages[-4]"], ""),
    ("Parents of children aged 0-5", ["children_ages[-5]"], ""),
    ("Parents with a child aged 4 to 11", ["children_ages[4-11]"], ""),
    ("Families with children aged 0-19 living in Leeds", ["children_ages[-19]", f"postcode={LEEDS}"], ""),
    ("Young people", [], "Young people"),
    ("Older people", [], "Older people"),
    ("Children", [], "Children"),
    ("Teenagers and their families", [], "Teenagers"),
    ("Open 10-4 on weekdays", [], "weekdays"),
    ("Residents for at least 2 years", [], "least 2"),
    ("Counselling for 6-12 sessions", [], "6-12 sessions"),
    ("Open Tuesdays between 10 and 12", [], "Tuesdays between 10 and 12"),
    ("People with a BMI over 30", [], "BMI over 30"),
    ("Sober for at least 6 months", [], "Sober for at least 6 months"),
    ("Income under £20 a week", [], "under £20"),
    ("Babies under 12 months", [both("[-0]")], ""),
    ("Children up to 5 years", [both("[-5]")], ""),
    ("Men aged 18-60, women and children", [], "Men aged 18-60, women and children"),
    ("Young people 16-25, care leavers", [f"(age_band[16-25] | {CARE})"], ""),
    ("Parents aged 16-24", ["age_band[16-24]", FAMILY], ""),
    # residence
    ("Hackney residents", [f"postcode={HACKNEY}"], ""),
    ("Must live in Camden", [f"postcode={CAMDEN}"], ""),
    ("People living in the London Borough of Hackney", [f"postcode={HACKNEY}"], ""),
    ("Residents of Camden or Hackney", [f"postcode={CAMDEN},{HACKNEY}"], ""),
    ("Camden/Hackney residents", [f"postcode={CAMDEN},{HACKNEY}"], ""),
    ("Anyone living in Cambridgeshire or Peterborough", ["postcode=E10000003,E06000031"], ""),
    ("South Cambridgeshire residents", ["postcode=E07000012"], ""),
    ("Cambridge City residents only", ["postcode=E07000008"], ""),
    ("Residents of East Cambs", ["postcode=E07000009"], ""),
    ("Available across Kensington & Chelsea", ["postcode=E09000020"], ""),
    ("Anyone in Essex aged 18+", ["age_band[18-]", "postcode=E10000012"], ""),
    ("UK residents", ["postcode=K02000001"], ""),
    ("People living in Wales", ["postcode=W92000004"], ""),
    ("East London residents", [], "East London"),
    ("Local residents", [], "Local"),
    ("Registered with a GP in Hackney", [], "GP in Hackney"),
    ("People who live or work in Camden", [], "work in Camden"),
    ("Camden residents and surrounding areas", [], "Camden residents and surrounding"),
    ("People in Reading", ["postcode=E06000038"], ""),
    ("Anyone who enjoys reading", [], "enjoys reading"),
    ("Local connection to Hackney", [], "Local connection to Hackney"),
    ("Residents of St Albans and Welwyn Hatfield", ["postcode=E07000240,E07000241"], ""),
    # home
    ("Homeless people", [HOME], ""),
    ("People who are homeless or at risk of homelessness", [f"({HOME} | {TOLD})"], ""),
    ("Rough sleepers", [STREET], ""),
    ("Anyone sleeping rough in Leeds", [STREET, f"postcode={LEEDS}"], ""),
    ("People facing eviction", [TOLD], ""),
    ("Single homeless people aged 18 or over", [HOME, "age_band[18-]"], "Single"),
    ("Homeless women", [HOME], "women"),
    ("Homeless and vulnerable people", [], "Homeless and vulnerable"),
    ("Council tenants", ["tenure=council"], ""),
    ("Private renters on a low income", ["tenure=private", POOR], ""),
    ("Council and housing association tenants", ["tenure=council,housing_association"], ""),
    ("Private tenants and homeowners", ["tenure=private,owner"], ""),
    ("Social housing tenants in Hackney", ["tenure=council,housing_association", f"postcode={HACKNEY}"], ""),
    ("People living in care homes", [], "care homes"),
    ("Refugee/Migrant families", [FAMILY], "Refugee/Migrant"),
    ("Residents and workers of Camden", [], "workers of Camden"),
    ("Homeless or at risk", [f"({HOME} | {TOLD})"], ""),
    # work and money
    ("Unemployed people", [JOBLESS], ""),
    ("Unemployed 18-24 year olds living in Leeds", [JOBLESS, "age_band[18-24]", f"postcode={LEEDS}"], ""),
    ("Long-term unemployed", [JOBLESS], "Long-term unemployed"),
    ("People who are out of work", ["employment_status=unemployed,unable,carer"], ""),
    ("Students", ["employment_status=student"], ""),
    ("Retired people", ["employment_status=retired"], ""),
    ("Self-employed people", ["employment_status=self_employed"], ""),
    ("People on low incomes", [POOR], ""),
    ("Families on a low income", [FAMILY, POOR], ""),
    ("People on benefits or a low income", [f"(benefits_received!=none | {POOR})"], ""),
    ("Anyone receiving Universal Credit", ["benefits_received=universal_credit"], ""),
    ("In receipt of PIP or DLA", ["benefits_received=pip"], ""),
    ("People in receipt of Pension Credit", ["benefits_received=pension_credit"], ""),
    ("People receiving Universal Credit or Pension Credit", ["benefits_received=universal_credit,pension_credit"], ""),
    ("In receipt of means-tested benefits", ["benefits_received!=none"], "means-tested benefits"),
    ("Destitute asylum seekers", [POOR, ASYLUM], ""),
    ("Anyone in financial hardship", [POOR], ""),
    # family
    ("Single parents", ["household=single_parent"], ""),
    ("Lone parents living in Camden", ["household=single_parent", f"postcode={CAMDEN}"], ""),
    ("Pregnant women", [PREGNANT], "women"),
    ("Parents-to-be", [PREGNANT], ""),
    ("Pregnant people and families with children under 2", [f"({PREGNANT} | children_ages[-1])"], ""),
    ("Couples", ["household=couple,with_children"], ""),
    ("People who live alone", ["household=alone"], ""),
    ("Older people aged 60+ who live alone", ["age_band[60-]", "household=alone"], ""),
    ("Families of prisoners", [], "Families of prisoners"),
    ("Family and friends of people with dementia", [], "Family and friends of people with dementia"),
    ("New mothers", [], "New mothers"),
    ("Women without children", ["household!=with_children,single_parent"], "Women"),
    # health and care
    ("Disabled people", [DISABLED], ""),
    ("People with a disability or long-term health condition", [DISABLED], ""),
    ("Adults with learning disabilities", [DISABLED, "age_band[18-]"], "learning disabilities"),
    ("People with dementia and their carers", [f"({DISABLED} | {CARER})"], "dementia"),
    ("Carers", [CARER], ""),
    ("Unpaid carers aged 18 and over in Hackney", [CARER, "age_band[18-]", f"postcode={HACKNEY}"], ""),
    ("Young carers aged 8-18", [CARER, "age_band[8-18]"], "Young carers"),
    ("Carers of people with mental health problems", [CARER], "mental health problems"),
    ("Carers of disabled children", [CARER], "disabled children"),
    ("Disabled people and carers", [f"({DISABLED} | {CARER})"], ""),
    ("Blind and partially sighted people", ["access_needs=sight"], ""),
    ("Deaf or hard of hearing adults", ["access_needs=hearing", "age_band[18-]"], ""),
    ("Deaf people and people with sight loss", ["access_needs=hearing,sight"], ""),
    ("People with mental health problems", [], "mental health problems"),
    ("Anyone affected by cancer", [], "affected by cancer"),
    # status
    ("Care leavers aged 16-25", [CARE, "age_band[16-25]"], ""),
    ("Care experienced young people up to 25", [CARE, "age_band[-25]"], ""),
    ("Veterans", [FORCES], ""),
    ("Ex-service personnel and their families", [], "Ex-service personnel and their families"),
    ("Veterans who are homeless", [FORCES, HOME], ""),
    ("People leaving prison", [PRISON], ""),
    ("Ex-offenders", [], "Ex-offenders"),
    ("Refugees and asylum seekers", ["immigration_status=refugee,asylum_seeker"], ""),
    ("Refugees, asylum seekers", ["immigration_status=refugee,asylum_seeker"], ""),
    ("Homeless refugees and asylum seekers", [HOME, "immigration_status=refugee,asylum_seeker"], ""),
    ("Asylum-seeking women aged 18+", [ASYLUM, "age_band[18-]"], "women"),
    ("Refugees, asylum seekers and migrants", [], "Refugees, asylum seekers and migrants"),
    ("People with no recourse to public funds", [], "no recourse to public funds"),
    ("Families with no recourse to public funds", [FAMILY], "no recourse to public funds"),
    ("Victims of domestic violence", [], "Victims of domestic violence"),
    ("Women fleeing domestic abuse", ["safe_at_home=no"], "Women"),
    # language
    ("Polish speaking people", ["language=pl"], ""),
    ("Spanish or Portuguese speakers", ["language=es,pt"], ""),
    ("Bengali-speaking women", ["language=bn"], "women"),
    ("People who speak Somali", ["language=so"], ""),
    # ways in beside each other, and what is about others
    ("Anyone over 60 or disabled", [f"(age_band[60-] | {DISABLED})"], ""),
    ("People aged 65 and over, or adults with a physical disability", [f"(age_band[65-] | {DISABLED})"], "physical"),
    ("Over 60s or vulnerable people", [], "Over 60s or vulnerable"),
    ("Camden residents or carers", [], "Camden residents or carers"),
    ("Camden residents or over 60s", [], "Camden residents or over 60s"),
    ("16-17 or 20-25 year olds", ["(age_band[16-17] | age_band[20-25])"], ""),
    ("Parents and carers of children with additional needs aged 0-25", [f"({FAMILY} | {CARER})"], "aged 0-25"),
    ("Carers of people with dementia or autism", [CARER], "dementia or autism"),
    ("Under 18s must be accompanied by an adult", [], "Under 18s must be accompanied by an adult"),
    ("Free to Hackney residents, others pay", [], "Free to Hackney residents, others pay"),
    ("If you live in Camden and are over 60", [f"postcode={CAMDEN}", "age_band[60-]"], ""),
    ("You can use this service if you are homeless and over 18", [HOME, "age_band[18-]"], ""),
    ("Refugees of any age", [REFUGEE], ""),
    ("Anyone with a diagnosis of dementia living in Suffolk", [DISABLED, "postcode=E10000029"], "dementia"),
    ("Pregnant women and new parents with babies under 2 years", [f"({PREGNANT} | children_ages[-1])"], "women"),
    ("Residents in Essex (excluding Thurrock)", ["postcode=E10000012"], "excluding Thurrock"),
    ("Lone parents, refugees, people over 50", [f"(household=single_parent | {REFUGEE} | age_band[50-])"], ""),
    ("Carers, 50+", [CARER, "age_band[50-]"], ""),
    ("Carers, no age limit", [CARER], ""),
    ("Students and staff of the university", [], "Students and staff"),
    # everyone
    ("All", [], ""),
    ("Open to all", [], ""),
    ("Anyone", [], ""),
    ("Everyone welcome", [], ""),
    ("Anyone over 18", ["age_band[18-]"], ""),
    ("All Hackney residents", [f"postcode={HACKNEY}"], ""),
    ("Open to everyone, especially carers", [], "especially carers"),
    ("Mainly for over 60s", [], "Mainly for over 60s"),
    ("Vulnerable adults", ["age_band[18-]"], "Vulnerable"),
    ("Everyone, carers, refugees", [], "carers, refugees"),
    # how to get in
    ("By referral only", [], "By referral only"),
    ("GP referral only, 18+", ["age_band[18-]"], "GP referral only"),
    ("Homeless people, by agency referral", [HOME], "agency referral"),
    ("Drop-in for rough sleepers", [STREET], "Drop-in"),
    # several sentences, brackets, lists, dirt
    ("Aged 16+. Must live in Hackney.", ["age_band[16-]", f"postcode={HACKNEY}"], ""),
    ("Must be unemployed and a care leaver", [JOBLESS, CARE], ""),
    ("Homeless people (18+)", [HOME, "age_band[18-]"], ""),
    ("Carers (including young carers)", [CARER], "including young carers"),
    ("Refugees (if aged under 18, with a parent)", [REFUGEE], "if aged under 18"),
    ("• Homeless\n• Unemployed\n• Care leavers", [f"({HOME} | {JOBLESS} | {CARE})"], ""),
    ("Unemployed/Homeless/Low income", [f"({JOBLESS} | {HOME} | {POOR})"], ""),
    ("Unemployed, homeless, ESOL learners", [], "Unemployed, homeless, ESOL learners"),
    ("Care leavers; disabled people", [f"({CARE} | {DISABLED})"], ""),
    ("Not suitable for wheelchair users", [], "Not suitable for wheelchair users"),
    ("Homeless people without pets", [HOME], "without pets"),
    ("", [], ""),
    ("   ", [], ""),
    ("N/A", [], ""),
    ("\u00a0Carers\u00a0aged\u00a018+ ", [CARER, "age_band[18-]"], ""),
    ("PEOPLE SUCH AS CARERS", [], "SUCH AS CARERS"),
    ("65+ YEARS OLD, HOUNSLOW RESIDENTS", ["age_band[65-]", f"postcode={HOUNSLOW}"], ""),
    ("Refugees, aged 17 or over, who have a mental health issue", [REFUGEE, "age_band[17-]"], "mental health issue"),
    ("Refugees with no income", [REFUGEE, "income_band=none"], ""),
    ("Anyone who needs help", [], ""),
    ("x" * 2001, [], "x" * 2001),
    ("HOMELESS MEN AGED 25+", [HOME, "age_band[25-]"], "MEN"),
]
