"""How unlike the films a model knows a new film is: a distance in the network's pooled features.

Probabilistic principal components (Tipping & Bishop 1999): the squared distance is the Mahalanobis distance
inside the leading components plus the squared remainder over its mean variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Familiarity:
    """Centre [C], components [K, C], their variances [K], the remainder's variance [], and two thresholds []."""

    centre: Tensor
    components: Tensor
    variances: Tensor
    remainder: Tensor
    flag_at: Tensor
    """The distance at and above which a film is flagged."""
    decline_at: Tensor
    """The score (distance over `flag_at`) at and above which the model declines."""

    @classmethod
    def fit(cls, features: Tensor, *, components: int) -> Familiarity:
        """The distribution of pooled features [N, C], thresholds not set yet (flag at 1, decline never)."""
        values = features.to(torch.float64)
        centre = values.mean(dim=0)
        _, singular, directions = torch.linalg.svd(values - centre, full_matrices=False)
        variances = singular**2 / (len(values) - 1)
        remainder = variances[components:].sum() / (values.shape[1] - components)
        return cls(
            centre=centre,
            components=directions[:components],
            variances=variances[:components],
            remainder=remainder,
            flag_at=torch.tensor(1.0),
            decline_at=torch.tensor(float("inf")),
        )

    @classmethod
    def from_tensors(cls, constants: Mapping[str, Tensor], *, prefix: str = "familiarity") -> Familiarity:
        """The reverse of `tensors`. Raises KeyError for one that is missing."""
        values = {name: constants[f"{prefix}.{name}"] for name in cls.__dataclass_fields__}
        return cls(**{name: value.to(torch.float64) for name, value in values.items()})

    def tensors(self, *, prefix: str = "familiarity") -> dict[str, Tensor]:
        """The fields by the name they have in a weights file."""
        return {f"{prefix}.{name}": getattr(self, name) for name in self.__dataclass_fields__}

    def distance(self, features: Tensor) -> Tensor:
        """Pooled features [N, C] to distances [N], about 1 for a film like those it was fitted to."""
        centred = features.to(torch.float64) - self.centre
        along = centred @ self.components.T
        inside = (along**2 / self.variances).sum(dim=1)
        outside = ((centred**2).sum(dim=1) - (along**2).sum(dim=1)).clamp(min=0) / self.remainder
        return torch.sqrt((inside + outside) / self.centre.numel())

    def score(self, features: Tensor) -> Tensor:
        """Distances [N] over the flagging threshold: 1 and more is flagged."""
        return self.distance(features) / self.flag_at
