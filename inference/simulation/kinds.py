"""Which kinds of patients can be simulated: name -> its `Modality`, loaded when asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from inference.simulation.cases import Modality

# Dotted strings: a kind's tables and templates are read by who draws it, not by who lists the kinds.
KINDS = {
    "brain-mri": "inference.simulation.brain_mri.modality",
    "brain-mri-scanners": "inference.simulation.brain_mri.one_scanner",
    "chest": "inference.simulation.chest.modality",
    "head-ct": "inference.simulation.head_ct.modality",
    "mammography": "inference.simulation.mammography.modality",
    "mammography-tagged": "inference.simulation.mammography.tagged",
}


def find(kind: str) -> Modality:
    """The modality of a kind of `KINDS`. Raises KeyError for any other."""
    return load(KINDS[kind])


@cache
def load(module: str) -> Modality:
    """The `MODALITY` of a module by its dotted name, as another process is told it."""
    found = import_module(module).MODALITY
    assert isinstance(found, Modality)
    return found
