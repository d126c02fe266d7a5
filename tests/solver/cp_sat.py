"""CP-SAT's answer to each question on stdin (a JSON object a line), a line each. Runs in `.venv-solver`.

It knows nothing of the joint search: it chooses a start, an adviser, a room and an interpreter for each leg by itself.
"""

import json
import sys

from ortools.sat.python import cp_model

FINISH, WAITING, PREFERRED = 100_000, 1_000, 10


class Model:
    def __init__(self, asked):
        self.asked, self.terms = asked, asked["terms"]
        self.model = cp_model.CpModel()
        self.legs = asked["legs"]
        self.together = self.terms["together"] and len(self.legs) > 1
        self.preferred, self.used = [], {}
        self.sites = sorted({room["site"] for room in asked["rooms"].values()})

    def solve(self):
        self.starts = [self.model.new_int_var(0, self.asked["cells"], f"s{n}") for n in range(len(self.legs))]
        ends = [start + leg["cells"] for start, leg in zip(self.starts, self.legs, strict=True)]
        first, last = (self.model.new_int_var(0, self.asked["cells"], name) for name in ("first", "last"))
        self.model.add_min_equality(first, self.starts)
        self.model.add_max_equality(last, ends)
        self.resident_is_there(first, last)
        advisers = [self.adviser(number) for number in range(len(self.legs))]
        if self.together:
            waiting = 0
            self.at_once(advisers)
        else:
            waiting = last - first - sum(leg["cells"] for leg in self.legs)
            self.model.add(waiting <= (self.terms["max_waiting"] if len(self.legs) > 1 else 0))
            sites = [self.seated(number, needs) for number, needs in enumerate(advisers)]
            self.one_after_another(ends, sites)
        several = self.model.new_bool_var("several")
        self.model.add(sum(self.used.values()) <= 1 + len(self.used) * several)
        self.model.minimize(FINISH * last + WAITING * waiting - PREFERRED * sum(self.preferred) + several)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # Small models: what prepares large ones costs more here than it saves.
        solver.parameters.linearization_level = 0
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        preferred = sum(solver.value(each) for each in self.preferred)
        return [solver.value(last), solver.value(waiting), -preferred, solver.value(several)]

    def runs(self, free, length):
        """The cells at which it is free for so long."""
        cells = [cell for cell in range(len(free) - length + 1) if "0" not in free[cell : cell + length]]
        return cp_model.Domain.from_values(cells)

    def resident_is_there(self, first, last):
        for free in (self.asked["resident"], *self.asked["hours"].values()):
            for cell, value in enumerate(free):
                if value == "0":
                    self.either(last <= cell, first > cell)
        for cell in self.asked["midnights"]:
            self.either(last <= cell, first >= cell)

    def either(self, one, other):
        which = self.model.new_bool_var("")
        self.model.add(one).only_enforce_if(which)
        self.model.add(other).only_enforce_if(~which)

    def adviser(self, number):
        """Who sees the person, and whether they need an interpreter."""
        leg, phone = self.legs[number], self.legs[number]["agency"] in self.terms["by_phone"]
        chosen, needing = [], []
        for name, who in self.asked["advisers"][leg["agency"]].items():
            if set(leg["skills"]) <= set(who["skills"]) and who["by_phone" if phone else "in_person"]:
                takes = self.model.new_bool_var(f"{number} {name}")
                domain = self.runs(who["free"], leg["cells"])
                self.model.add_linear_expression_in_domain(self.starts[number], domain).only_enforce_if(takes)
                chosen.append(takes)
                if name in self.terms["prefer"]:
                    self.preferred.append(takes)
                if self.terms["language"] and self.terms["language"] not in who["languages"]:
                    needing.append(takes)
        self.model.add_exactly_one(chosen)
        return sum(needing)

    def helpers(self):
        return {n: who for n, who in self.asked["interpreters"].items() if self.terms["language"] in who["languages"]}

    def interpreter(self, number, needs, *, seated):
        """An interpreter if one is needed; returns whether that one sits in the room."""
        ways, beside = [], []
        for name, who in self.helpers().items():
            self.used.setdefault(name, self.model.new_bool_var(f"uses {name}"))
            for way in [*(["in_person"] if seated else []), "by_phone"]:
                if who[way]:
                    takes = self.model.new_bool_var(f"{number} {name} {way}")
                    domain = self.runs(who["free"], self.legs[number]["cells"])
                    self.model.add_linear_expression_in_domain(self.starts[number], domain).only_enforce_if(takes)
                    self.model.add_implication(takes, self.used[name])
                    ways.append(takes)
                    if way == "in_person":
                        beside.append(takes)
        self.model.add(sum(ways) == needs)
        return sum(beside)

    def seated(self, number, needs):
        """A room for a leg in person, and its building: for a call, any."""
        leg = self.legs[number]
        phone = leg["agency"] in self.terms["by_phone"]
        beside = self.interpreter(number, needs, seated=not phone)
        sites = {site: self.model.new_bool_var(f"{number} at {site}") for site in self.sites}
        self.model.add_exactly_one(sites.values())
        rooms = []
        for name, room in self.asked["rooms"].items() if not phone else ():
            if set(leg["features"]) <= set(room["features"]):
                takes = self.model.new_bool_var(f"{number} {name}")
                domain = self.runs(room["free"], leg["cells"])
                self.model.add_linear_expression_in_domain(self.starts[number], domain).only_enforce_if(takes)
                self.model.add(beside + 2 <= room["capacity"]).only_enforce_if(takes)
                self.model.add_implication(takes, sites[room["site"]])
                rooms.append(takes)
        if not phone:
            self.model.add_exactly_one(rooms)
        return sites

    def one_after_another(self, ends, sites):
        count, arcs = len(self.legs), []
        if count == 1:
            return
        for n in range(count):
            arcs += [(0, n + 1, self.model.new_bool_var("")), (n + 1, 0, self.model.new_bool_var(""))]
        for one in range(count):
            for other in range(count):
                if one != other:
                    follows = self.model.new_bool_var(f"{one} then {other}")
                    arcs.append((one + 1, other + 1, follows))
                    self.gap(self.starts[other] - ends[one], follows, sites[one], sites[other])
                    if self.comes_first(one, other):
                        self.model.add(self.starts[other] >= ends[one])
        self.model.add_circuit(arcs)

    def gap(self, gap, follows, here, there):
        least = max(self.terms["min_gap"], self.terms["buffer"])
        self.model.add(gap >= least).only_enforce_if(follows)
        if self.terms["max_gap"] is not None:
            self.model.add(gap <= self.terms["max_gap"]).only_enforce_if(follows)
        for one, other, walk in self.asked["walks"]:
            if one in here and other in here:
                self.model.add(gap >= walk).only_enforce_if(follows, here[one], there[other])
                self.model.add(gap >= walk).only_enforce_if(follows, here[other], there[one])

    def comes_first(self, one, other):
        first, then = self.legs[one], self.legs[other]
        ordered = self.terms["in_order"] and (first["after"], one) < (then["after"], other)
        return ordered or first["agency"] in then["follows"]

    def at_once(self, needs):
        """All begin together, in one room for as long as its longest leg, with one interpreter at most."""
        for start in self.starts[1:]:
            self.model.add(start == self.starts[0])
        inside = [leg for leg in self.legs if leg["agency"] not in self.terms["by_phone"]]
        beside = self.one_interpreter(needs, seated=bool(inside))
        if not inside:
            return
        rooms = []
        for room in self.asked["rooms"].values():
            if all(set(leg["features"]) <= set(room["features"]) for leg in inside):
                takes = self.model.new_bool_var("")
                domain = self.runs(room["free"], max(leg["cells"] for leg in inside))
                self.model.add_linear_expression_in_domain(self.starts[0], domain).only_enforce_if(takes)
                self.model.add(1 + len(inside) + beside <= room["capacity"]).only_enforce_if(takes)
                rooms.append(takes)
        self.model.add_exactly_one(rooms)

    def one_interpreter(self, needs, *, seated):
        ways, beside = [], []
        for name, who in self.helpers().items():
            for way in [*(["in_person"] if seated else []), "by_phone"]:
                if who[way]:
                    takes = self.model.new_bool_var(f"{name} {way}")
                    ways.append(takes)
                    beside += [takes] if way == "in_person" else []
                    for leg, need in zip(self.legs, needs, strict=True):
                        helped = self.model.new_bool_var("")
                        self.model.add(need + takes <= 1 + helped)
                        domain = self.runs(who["free"], leg["cells"])
                        self.model.add_linear_expression_in_domain(self.starts[0], domain).only_enforce_if(helped)
        self.model.add(sum(ways) <= 1)
        for need in needs:
            self.model.add(need <= sum(ways))
        return sum(beside)


for line in sys.stdin:
    print(json.dumps(Model(json.loads(line)).solve()), flush=True)
