"""Roll-out: who is offered an individual budget, when, and who says yes."""

from ibsim.policy.rollout.settings import RolloutSettings as RolloutSettings
from ibsim.policy.rollout.settings import Wave as Wave
