"""Roll-out: who is offered an individual budget, when, and who says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, elapsed, hazard, set_timer
from ibsim.engine.world import Columns, Rules
from ibsim.policy.rollout.recruiting import Recruiting
from ibsim.policy.rollout.settings import RolloutSettings, Trial
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import Decision, Timer

if TYPE_CHECKING:
    from ibsim.engine.clock import Clock
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
COLUMNS: Columns = (
    ("arm", np.int8),
    ("offered_at", np.int32),
    ("consented_at", np.int32),
    ("trial", np.int8),  # 1 or 0 where randomised to the IB or the comparison arm, -1 elsewhere
    ("trial_draw", np.int8),  # what approaching the person comes to: see the names below
    ("approached", np.bool_),
)
IB_OFFERED, IN_IB_ARM, IN_COMPARISON_ARM, NO_CONSENT = 0, 1, 2, 3
"""Outside a trial everybody approached is offered an IB; in one who consents is randomised."""
AT_REFERRAL, AT_REVIEW, TAKEN = 0, 1, 2
"""Places in `places`: how many people a wave may approach now on their way, how many it has."""
WAYS = {"new_referrals": AT_REFERRAL, "at_review": AT_REVIEW}
NO_LIMIT = 2**40


def rules(settings: RolloutSettings, rollout: Rollout) -> Rules:
    """The levers that compiled verbs read."""
    s = settings
    # holders of a direct payment or an award refuse more often; the mean stays at the evidence's share
    share = s.refusal_percent / 100 / rollout.mean_refusal_factor(s)
    return {
        "answer_days": s.consent_days_median,
        "answer_sigma": s.consent_sigma,
        "refuses": share,
        "refusal_on_payment": s.refusal_factor_direct_payment,
        "refusal_with_ilf": s.refusal_factor_ilf,
        "return_rate": s.return_percent / 100,
    }


def first_day(settings: RolloutSettings, clock: Clock) -> int | None:
    """The day of the run on which the first wave begins; None without a roll-out."""
    return min((clock.day_of(wave.from_) for wave in settings.waves), default=None)


class Rollout:
    """Who is approached: waves on the way (new referrals, reviews) and waves to the whole caseload.

    `lists` bool[wave, person] says whom each wave can reach, `places` int64[wave, ...] how many it may
    approach on their way; compiled verbs read both.
    """

    def __init__(self, world: World, settings: RolloutSettings) -> None:
        self._world = world
        people, draws, ids = world.people, world.draws, world.ids
        people["offered_at"] = people["consented_at"] = people["trial"] = -1
        holders = people["has_package"]
        self._on_payment = people["direct_payment"][holders]
        self._with_ilf = people["ilf_conventional"][holders] > 0
        self._waves = [Recruiting(wave, world, settings) for wave in settings.waves]
        self._suitable = draws.uniform("suitable", ids) * 100
        self._order = np.argsort(draws.uniform("approach order", ids), kind="stable").astype(np.int32)
        self.lists = np.zeros((len(self._waves), world.n), dtype=np.bool_)
        self.places = np.zeros((len(self._waves), 3), dtype=np.int64)
        self._on_offer = self._days_on_offer()
        self.change(settings)

    def mean_refusal_factor(self, settings: RolloutSettings) -> float:
        """How much likelier than others package holders refuse, on the mean of all; 1 where none would."""
        if self._on_payment.size == 0:
            return 1.0
        factor = np.where(self._on_payment, settings.refusal_factor_direct_payment, 1.0)
        mean = float((factor * np.where(self._with_ilf, settings.refusal_factor_ilf, 1.0)).mean())
        return mean if mean > 0 else 1.0

    def change(self, settings: RolloutSettings) -> None:
        """New rules hold from now on; the waves are those of the start."""
        self._settings = settings
        everybody = np.arange(self._world.n, dtype=np.int32)
        for wave, recruiting in enumerate(self._waves):
            self.lists[wave] = self._matching(recruiting, everybody)
        self._reach = {
            wave: self._order[self.lists[wave][self._order]]
            for wave, recruiting in enumerate(self._waves)
            if recruiting.wave.to == "everyone"
        }
        self._randomise(settings.trial)

    def _randomise(self, trial: Trial) -> None:
        """In trial mode: who would consent if approached, split into the IB and the comparison arm."""
        people = self._world.people
        people["trial_draw"] = IB_OFFERED
        if trial.enabled:
            draws, ids = self._world.draws, self._world.ids
            agrees = draws.uniform("research consent", ids) < trial.consent_percent / 100
            to_ib = draws.uniform("randomised", ids) < trial.randomised_to_ib_percent / 100
            arm = np.where(to_ib, IN_IB_ARM, IN_COMPARISON_ARM)
            people["trial_draw"] = np.where(agrees, arm, NO_CONSENT)

    def open(self, day: int) -> None:
        """Say how many people each wave may approach on their way, on this day."""
        for wave, recruiting in enumerate(self._waves):
            if recruiting.wave.to != "everyone":
                self.places[wave, WAYS[recruiting.wave.to]] = self._allowed(wave, recruiting, day)

    def _allowed(self, wave: int, recruiting: Recruiting, day: int) -> int:
        if not recruiting.open_on(day):
            return 0
        if recruiting.wave.quota is None:
            return NO_LIMIT
        return max(recruiting.allowed(day, 0, int(self.places[wave, TAKEN])), 0)

    def _matching(self, recruiting: Recruiting, people: I32) -> Bools:
        """Who belongs to a wave's groups and localities, has a package, is in its share and suitable."""
        wave, world = recruiting.wave, self._world
        known = world.people
        codes = [GROUPS.index(name) for name in wave.groups if name != "transitions"]
        matches = np.isin(known["group"], codes)
        if "transitions" in wave.groups:
            matches |= known["transition"]
        if wave.localities is not None:
            matches &= np.isin(known["locality"] + 1, wave.localities)
        if wave.teams is not None:
            matches &= np.isin(known["team_number"], wave.teams)
        share = world.draws.uniform(f"share from {wave.from_} to {wave.to}", world.ids)
        matches &= known["has_package"] & (share < wave.share_percent / 100)
        suitable: Bools = matches & (self._suitable < self._settings.suitable_percent)
        return suitable

    def starts(self) -> dict[str, int]:
        """The first day on which IBs are on offer, by group (people in transition are one of their own).

        A wave that can reach nobody is none.
        """
        found: dict[str, int] = {}
        for wave, recruiting in enumerate(self._waves):
            for name in recruiting.wave.groups if self.lists[wave].any() else []:
                found[name] = min(recruiting.first_day, found.get(name, recruiting.first_day))
        return found

    def planned_holders(self) -> Floats:
        """How many IB holders the roll-out aims at, float64[group].

        A wave with a quota aims at that; another at those it can reach among who is known at the start of
        the run, or comes in the wave's first year.  In a trial part of them consents and gets an IB.
        """
        s, world = self._settings, self._world
        arrives, groups = world.people["arrives_at"] // DAY_MINUTES, len(GROUPS)
        reached, quotas = np.zeros(world.n, dtype=np.bool_), np.zeros(groups)
        for wave, recruiting in enumerate(self._waves):
            if recruiting.wave.to == "new_referrals":
                there = (arrives >= recruiting.first_day) & (arrives < recruiting.first_day + 365)
            else:
                there = arrives <= 0
            there &= self.lists[wave]
            if recruiting.wave.quota is None:
                reached |= there
                continue
            found = np.bincount(world.groups[there], minlength=groups)
            quotas += min(recruiting.wave.quota, found.sum()) * found / max(found.sum(), 1)
        takes = 1 - s.refusal_percent / 100
        if s.trial.enabled:
            takes *= s.trial.consent_percent * s.trial.randomised_to_ib_percent / 10_000
        return takes * (np.bincount(world.groups[reached], minlength=groups) + quotas)

    def comes_forward(self, day: int) -> NDArray[np.int8]:
        """1 for each group to whose new referrals IBs are on offer: what draws some people in."""
        return self._on_offer[day]

    def _days_on_offer(self) -> NDArray[np.int8]:
        """The same for every day of the run, int8[day, group]; the waves are those of the start."""
        days = np.arange(self._world.clock.n_days)
        on_offer = np.zeros((days.size, len(GROUPS)), dtype=np.int8)
        for recruiting in self._waves:
            if recruiting.wave.to == "new_referrals":
                there = (days >= recruiting.first_day) & (days < recruiting.ends_on)
                on_offer |= there[:, None] & np.array([name in recruiting.wave.groups for name in GROUPS])
        return on_offer

    def approach_caseload(self, day: int, free: Bools) -> I32:
        """Whom the waves to everyone approach up to this day; `free` is bool[everybody]."""
        chosen = [np.empty(0, np.int32)]
        for wave, reach in self._reach.items():
            recruiting = self._waves[wave]
            if not recruiting.open_on(day):
                continue
            able = reach[free[reach] & ~self._world.people["approached"][reach]]
            taken = int(self.places[wave, TAKEN])
            people = able[: max(recruiting.allowed(day, taken + able.size, taken), 0)]
            self.places[wave, TAKEN] += people.size
            self._world.people["approached"][people] = True
            chosen.append(people)
        return np.concatenate(chosen)

    @property
    def weekly(self) -> bool:
        """Whether any wave approaches the caseload week by week."""
        return bool(self._reach)


@compiled
def approaches(w: Shared, p: int, way: int) -> bool:
    """Whether a wave approaches a person at a referral or a review; then none does so again."""
    if w.people[p].approached:
        return False
    for wave in range(w.places.shape[0]):
        if w.places[wave, way] > 0 and w.lists[wave, p]:
            w.places[wave, way] -= 1
            w.places[wave, TAKEN] += 1
            w.people[p].approached = True
            return True
    return False


@compiled
def offered_an_ib(w: Shared, p: int, at: int) -> bool:
    """Whether somebody approached is offered an IB; in a trial the arm is noted, and the clock may start."""
    drawn = w.people[p].trial_draw
    if drawn == IN_COMPARISON_ARM:
        w.people[p].trial = 0
        consent(w, p, at)
    elif drawn == IN_IB_ARM:
        w.people[p].trial = 1
    offered: bool = drawn <= IN_IB_ARM
    return offered


@compiled
def offer(w: Shared, p: int, at: int) -> None:
    """Offer an IB; the answer comes some days later."""
    rule = w.rules[w.people[p].group]
    w.people[p].offered_at = at
    set_timer(w, Timer.ANSWER, p, at + elapsed(w, Decision.ANSWER, p, rule.answer_days, rule.answer_sigma))


@compiled
def refuses(w: Shared, p: int) -> bool:
    """Whether the person says no to an IB."""
    rule = w.rules[w.people[p].group]
    share = rule.refuses
    if w.people[p].direct_payment:
        share *= rule.refusal_on_payment
    if w.people[p].ilf_conventional > 0:
        share *= rule.refusal_with_ilf
    return chance(w, Decision.REFUSES, p, min(share, 1.0))


@compiled
def consent(w: Shared, p: int, at: int) -> None:
    """The clock of the six months starts."""
    w.people[p].consented_at = at


@compiled
def set_arm(w: Shared, p: int, arm: int) -> None:
    """From now on the person is in this arm."""
    w.people[p].arm = arm


@compiled
def watch_return(w: Shared, p: int, at: int) -> None:
    """IB holders may return to conventional support one day."""
    hazard(w, Timer.RETURN, Decision.RETURN, p, at, w.rules[w.people[p].group].return_rate)
