"""The exact model of booths: how many of each type of exhibitor stand in each booth."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from scheduling.booths.fair import CROWDED, SAME_SECTOR, WISH, Booth, Exhibitor, may_stand, neighbours
from scheduling.booths.scoring import most_pairs

Variable = cp_model.IntVar


class HallModel:
    """Maximises the goals under the hard rules.

    Exhibitors and booths are their numbers; ``pinned`` and ``home`` give booth by exhibitor. Of a type those keep their
    booth of before whose booth the type has, so moves are counted by types as well.
    """

    def __init__(
        self,
        booths: Sequence[Booth],
        exhibitors: Sequence[Exhibitor],
        *,
        pinned: Mapping[int, int],
        home: Mapping[int, int],
        moves: int | None,
    ) -> None:
        self.booths, self.exhibitors = booths, exhibitors
        self.pinned, self.home = pinned, home
        self.pairs = neighbours(booths)
        self.types = _alike(exhibitors)
        self.model = cp_model.CpModel()
        self.at: list[list[Variable | None]] = [
            [self.model.new_bool_var("") if may_stand(exhibitors[own[0]], b) else None for b in booths]
            for own in self.types
        ]
        for own, row in zip(self.types, self.at, strict=True):
            self.model.add(sum(v for v in row if v is not None) == len(own))
        for column in zip(*self.at, strict=True):
            self.model.add_at_most_one(v for v in column if v is not None)
        self._keep_pins()
        self._keep_budget(moves)
        self._keep_rivals_apart()
        # Of plans that are worth the same, the one that moves fewest.
        worth = sum([*self._wishes(), *self._sectors(), *self._crowds()])
        self.scale = len(home) + 1
        self.model.maximize(self.scale * worth + sum(self._stays()))

    def whole(self, objective: float) -> int:
        """Give what a value of the objective says of the goals alone."""
        return round(objective) // self.scale

    def hint(self, holder: list[int]) -> None:
        """Start from a plan: the exhibitor in each booth, -1 where it is empty."""
        type_of = self._type_of()
        for t, row in enumerate(self.at):
            for k, variable in enumerate(row):
                if variable is not None:
                    self.model.add_hint(variable, type_of.get(holder[k]) == t)

    def places(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """Booth by exhibitor: first those that are pinned or stay, the others of a type in the order of the booths."""
        found: dict[int, int] = {}
        for own, row in zip(self.types, self.at, strict=True):
            chosen = [k for k, v in enumerate(row) if v is not None and solver.value(v)]
            kept = {i: k for i in own if (k := self.pinned.get(i)) in chosen and k is not None}
            stay = {i: k for i in own if i not in kept and (k := self.home.get(i)) in chosen and k is not None}
            kept |= {i: k for i, k in stay.items() if k not in set(kept.values())}
            rest = [k for k in chosen if k not in set(kept.values())]
            found |= kept | dict(zip((i for i in own if i not in kept), rest, strict=True))
        return found

    def _type_of(self) -> dict[int, int]:
        return {i: t for t, own in enumerate(self.types) for i in own}

    def _keep_pins(self) -> None:
        type_of = self._type_of()
        for i, k in self.pinned.items():
            variable = self.at[type_of[i]][k]
            if variable is not None:
                self.model.add(variable == 1)

    def _keep_budget(self, moves: int | None) -> None:
        if moves is None or not self.home:
            return
        self.model.add(sum(self._stays()) >= len(self.home) - moves)

    def _stays(self) -> list[Variable]:
        """Variables of those that keep their booth of before."""
        type_of = self._type_of()
        taken = set(self.pinned.values())
        return [
            variable
            for i, k in self.home.items()
            if k not in taken and (variable := self.at[type_of[i]][k]) is not None
        ]

    def _keep_rivals_apart(self) -> None:
        at = {self.exhibitors[own[0]].id: row for own, row in zip(self.types, self.at, strict=True)}
        rivals = {tuple(sorted((e.id, r))) for e in self.exhibitors for r in e.rivals if r in at and r != e.id}
        for one, two in sorted(rivals):
            for k, m in self.pairs:
                for first, second in ((at[one][k], at[two][m]), (at[one][m], at[two][k])):
                    if first is not None and second is not None:
                        self.model.add_at_most_one(first, second)

    def _wishes(self) -> list[cp_model.LinearExpr]:
        return [
            WISH * v
            for own, row in zip(self.types, self.at, strict=True)
            for b, v in zip(self.booths, row, strict=True)
            if v is not None and b.id in self.exhibitors[own[0]].wishes
        ]

    def _sectors(self) -> list[cp_model.LinearExpr]:
        """One variable per sector and pair of neighbouring booths: both hold that sector."""
        terms: list[cp_model.LinearExpr] = []
        for sector, size in self._sector_sizes().items():
            if size < 2:
                continue
            rows = [row for own, row in zip(self.types, self.at, strict=True) if self._sector(own) == sector]
            here = [sum(v for row in rows if (v := row[k]) is not None) for k in range(len(self.booths))]
            both = [self.model.new_bool_var("") for _ in self.pairs]
            for variable, (k, m) in zip(both, self.pairs, strict=True):
                self.model.add(variable <= here[k])
                self.model.add(variable <= here[m])
            self.model.add(sum(both) <= most_pairs(size))
            terms += [SAME_SECTOR * variable for variable in both]
        return terms

    def _sector_sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = defaultdict(int)
        for e in self.exhibitors:
            if e.sector:
                sizes[e.sector] += 1
        return dict(sorted(sizes.items()))

    def _sector(self, own: list[int]) -> str:
        return self.exhibitors[own[0]].sector

    def _crowds(self) -> list[cp_model.LinearExpr]:
        """Crowd of the less visited of two neighbours, as a cost."""
        if not any(e.crowd for e in self.exhibitors):
            return []
        crowds = [self.exhibitors[own[0]].crowd for own in self.types]
        crowd = [
            sum(size * v for size, row in zip(crowds, self.at, strict=True) if size and (v := row[k]) is not None)
            for k in range(len(self.booths))
        ]
        terms: list[cp_model.LinearExpr] = []
        for k, m in self.pairs:
            less = self.model.new_int_var(0, 10, "")
            self.model.add_min_equality(less, [crowd[k], crowd[m]])
            terms.append(-CROWDED * less)
        return terms


def _alike(exhibitors: Sequence[Exhibitor]) -> list[list[int]]:
    """Exhibitors by type: those that nothing tells apart; who has a rival is a type alone."""
    rivals = {r for e in exhibitors for r in e.rivals} | {e.id for e in exhibitors if e.rivals}
    types: dict[object, list[int]] = defaultdict(list)
    for i, e in enumerate(exhibitors):
        key = e.id if e.id in rivals else (e.sector, e.needs_power, tuple(sorted(e.wishes)), e.halls, e.crowd)
        types[key].append(i)
    return list(types.values())
