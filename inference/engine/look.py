"""How unlike the films a model knows a new film looks, before any network has read it.

Features that were fitted to tell two kinds of chest film apart may leave out what makes a head not a chest. So the
input itself is described too: where it is bright (a coarse layout) and how much detail of each size it has, in all
and in each ninth of the film. Brightness and contrast of the film as a whole are taken out first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from inference.engine.familiarity import Familiarity

LAYOUT_SIDE = 12
BANDS = 5
NINTHS = 3
# Energies are logarithms: below this a film has no detail of that size, whatever its compression left.
_LEAST_ENERGY = 1e-4
_PREFIX = "look"


@torch.no_grad()
def described(inputs: Tensor) -> Tensor:
    """Standardised films [N, C, S, S] to their looks [N, 199]: layout 144, then 11 energies for each of five bands."""
    films = inputs.to(torch.float32).mean(dim=1, keepdim=True)
    films = films - films.mean(dim=(2, 3), keepdim=True)
    films = films / films.std(dim=(2, 3), keepdim=True).clamp(min=1e-3)
    parts = [functional.adaptive_avg_pool2d(films, LAYOUT_SIDE).flatten(1)]
    for _ in range(BANDS):
        coarser = functional.avg_pool2d(films, 2)
        detail = films - functional.interpolate(
            coarser, size=films.shape[2:], mode="bilinear", align_corners=False
        )
        energy = detail**2
        parts.append(_logarithm(energy.mean(dim=(2, 3))))
        parts.append(_logarithm(detail.abs().mean(dim=(2, 3))))
        parts.append(_logarithm(functional.adaptive_avg_pool2d(energy, NINTHS).flatten(1)))
        films = coarser
    return torch.cat(parts, dim=1)


def _logarithm(energy: Tensor) -> Tensor:
    return torch.log(energy.clamp(min=_LEAST_ENERGY))


@dataclass(frozen=True)
class Look:
    """Middle and spread of each of a look's numbers in the training films [199], and the distance fitted to them."""

    middle: Tensor
    spread: Tensor
    familiarity: Familiarity

    @classmethod
    def fit(cls, looks: Tensor, *, components: int) -> Look:
        """The distribution of training films' looks [N, 199]; thresholds as `Familiarity.fit` leaves them."""
        values = looks.to(torch.float64)
        middle, spread = values.mean(dim=0), values.std(dim=0).clamp(min=1e-6)
        return cls(middle, spread, Familiarity.fit((values - middle) / spread, components=components))

    @classmethod
    def from_tensors(cls, constants: Mapping[str, Tensor]) -> Look | None:
        """The reverse of `tensors`; None where there are none. Raises KeyError where some are missing."""
        if not any(name.startswith(f"{_PREFIX}.") for name in constants):
            return None
        middle, spread = (constants[f"{_PREFIX}.{name}"].to(torch.float64) for name in ("middle", "spread"))
        return cls(middle, spread, Familiarity.from_tensors(constants, prefix=_PREFIX))

    def tensors(self) -> dict[str, Tensor]:
        """The fields by the name they have in a weights file."""
        own = {f"{_PREFIX}.middle": self.middle, f"{_PREFIX}.spread": self.spread}
        return own | self.familiarity.tensors(prefix=_PREFIX)

    def distance(self, looks: Tensor) -> Tensor:
        """Looks [N, 199] to distances [N], about 1 for a film like those it was fitted to."""
        return self.familiarity.distance((looks.to(torch.float64) - self.middle) / self.spread)

    def score(self, inputs: Tensor) -> Tensor:
        """Standardised films [N, C, S, S] to distances [N] over the flagging threshold: 1 and more is flagged."""
        return self.distance(described(inputs)) / self.familiarity.flag_at
