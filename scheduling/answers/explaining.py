"""Why a request has no placement: the rules that exclude it, a proof where one is found, and the nearest offers."""

import msgspec

from scheduling.answers.blocking import blocking_rules
from scheduling.answers.offers import nearest_offers
from scheduling.answers.proofs import Prover
from scheduling.answers.snapshot import Snapshot
from scheduling.model.problem import Fairness, Link, Problem, Request
from scheduling.model.solution import Blocking, Explanation, Offer, Solution
from scheduling.model.verification import fairness_violations

OFFERS = 3


def explain(problem: Problem, solution: Solution, request_id: str, *, offers: int = OFFERS) -> Explanation:
    """Explain one request, see `Explainer.explain`; for several of one solution, keep an `Explainer`."""
    return Explainer(problem, solution).explain(request_id, offers=offers)


class Explainer:
    """Explains requests of one solution.

    Parameters
    ----------
    problem, solution
        The season and a schedule of it; `solution` keeps every rule.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem, self.solution = problem, solution
        self.snapshot = Snapshot(problem, solution)
        self.prover = Prover(problem, self.snapshot)
        self.placed = {p.activity for p in solution.placements}
        self.requests = {request.id: request for request in problem.requests}

    def explain(self, request_id: str, *, offers: int = OFFERS, with_proof: bool = True) -> Explanation:
        """The rules in the way, how sure the no is, and the nearest offers.

        Parameters
        ----------
        request_id
            Any request of the problem.
        offers
            How many offers are looked for.
        with_proof
            Whether to look for a proof (up to a second); without it the answer is ``search_limit``.

        Returns
        -------
        Explanation
            `blocking` is never empty where there is no free placement; rules that close most placements come first.

        Raises
        ------
        KeyError
            When the problem has no such request.
        """
        waiting, links = self._waiting(self.requests[request_id])
        if waiting is None:
            return Explanation(request=request_id, proof="placed")
        free = self.snapshot.free_offers(waiting, offers, links=links)
        unfair = [self._unfair(offer) for offer in free]
        if fair := [offer for offer, broken in zip(free, unfair, strict=True) if not broken]:
            return Explanation(request=request_id, proof="free", offers=tuple(fair))
        if unfair:
            blocking = tuple(Blocking(rule=rule, activity=waiting.activities[0].id) for rule in unfair[0])
            return Explanation(request=request_id, proof="search_limit", blocking=blocking)
        blocking = blocking_rules(self.snapshot, waiting)
        proof, moves = self.prover.prove(waiting, links) if with_proof else ("search_limit", ())
        nearest = nearest_offers(self.snapshot, waiting, offers, links)
        return Explanation(request=request_id, proof=proof, blocking=blocking, offers=(*moves, *nearest)[:offers])

    def _unfair(self, offer: Offer) -> list[str]:
        """Shares of the policy that taking a free placement would break."""
        if self.problem.policy.fairness == Fairness():
            return []
        grown = Solution(placements=(*self.solution.placements, *offer.placements))
        return sorted({violation.rule for violation in fairness_violations(self.problem, grown)})

    def _waiting(self, request: Request) -> tuple[Request | None, tuple[Link, ...]]:
        """The request with those of its activities that have no placement, and the links of these with others."""
        missing = tuple(a for a in request.activities if a.id not in self.placed)
        if not missing:
            return None, ()
        own = {a.id for a in missing}
        inside = tuple(k for k in request.links if {k.before, k.after} <= own)
        across = tuple(
            k
            for k in (*self.problem.links, *request.links)
            if len({k.before, k.after} & own) == 1 and {k.before, k.after} - own <= self.placed
        )
        return msgspec.structs.replace(request, activities=missing, links=inside), across
