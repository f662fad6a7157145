"""One patient's path lengths: the thorax with bones and vessels on it, before the film is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.chest.body import Thorax, at_voxels, build, on_film, projected
from inference.simulation.chest.bones import Skeleton, draw_skeleton
from inference.simulation.chest.film import CORTEX, FAT, LUNG, SOFT
from inference.simulation.chest.layout import GRID, SIZE, SPACING_MM, TOP, Habitus, Mask, draw_habitus
from inference.simulation.chest.solids import filled
from inference.simulation.chest.tubes import Cloud, counted
from inference.simulation.chest.vessels import Tree, cloud, draw_tree, kept
from inference.simulation.core.fields import Field, power_law


@dataclass(frozen=True, eq=False)
class Patient:
    """All of a patient that doesn't depend on a finding."""

    body: Habitus
    thorax: Thorax
    skeleton: Skeleton
    tree: Tree
    vessels: Cloud
    walls: Cloud
    lumens: Cloud
    texture: Field
    bone: Field
    airway: Field
    outside: Field
    """Attenuation of everything if both pleural cavities were full of soft tissue."""


def draw_patient(rng: Generator) -> Patient:
    """A patient without any finding."""
    shape, inner, bones, lungs, grain = rng.spawn(5)
    body = draw_habitus(shape)
    thorax = build(body, inner)
    skeleton = draw_skeleton(body, bones)
    tree = draw_tree(thorax, lungs)
    bone = on_film_counted(body, skeleton.compact)
    windpipe = cloud(tree.trachea)
    airway = on_film_counted(body, kept(windpipe, -thorax.cavity, 1.0))
    texture = 1 + 0.04 * power_law(grain, (SIZE, SIZE), beta=2.2, lowest=1 / 60)
    return Patient(
        body=body,
        thorax=thorax,
        skeleton=skeleton,
        tree=tree,
        vessels=cloud(tree.vessels),
        walls=cloud(tuple(one for one in tree.airways if one.radii.mean() > 1.1), wall=0.6),
        lumens=cloud(tuple(one for one in tree.airways if one.radii.mean() > 0.9)),
        texture=texture.astype(np.float32),
        bone=bone,
        airway=airway,
        outside=_soft(thorax, grain),
    )


def on_film_counted(body: Habitus, found: Cloud) -> Field:
    """Millimetres along the beam [SIZE, SIZE] of a cloud."""
    return counted(on_film(body, found.places), found.volumes)


def enlarged(image: Field) -> Field:
    """A projection of the grid [GRID, GRID] on the film [SIZE, SIZE]."""
    made: Field = ndimage.zoom(image, SIZE // GRID, order=3, mode="nearest", grid_mode=True)
    return np.maximum(made, 0)


def _soft(thorax: Thorax, rng: Generator) -> Field:
    body = thorax.body
    whole = projected(body, filled(thorax.skin, 3.5))
    fat = body.fat * (1 + 0.06 * power_law(rng, (GRID, GRID), beta=3.4))
    lean = projected(body, filled(thorax.skin + fat.astype(np.float32)[None] + 2.0, 3.5))
    gas = projected(body, filled(thorax.gas))
    strands = 1 + 0.025 * power_law(rng, (SIZE, SIZE), beta=2.6)
    made: Field = FAT * enlarged(whole - lean) * strands + SOFT * enlarged(lean - gas)
    return made.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Change:
    """What a finding or a look-alike does to a patient: fields [L, N, N] or films [SIZE, SIZE], None for nothing."""

    cavity: Field | None = None
    """Where lung is now."""
    dense: Field | None = None
    """Share 0-1 of the air that is filled with fluid."""
    empty: Field | None = None
    """Share 0-1 of a voxel that is air outside the lung."""
    added: Field | None = None
    """Attenuation added on the film."""
    heart: Field | None = None

    def beside(self, other: Change) -> Change:
        """Both changes at once; of two cavities what they share."""
        pairs = {
            name: (getattr(self, name), getattr(other, name))
            for name in ("cavity", "dense", "empty", "heart")
        }
        made = {name: two if one is None else one for name, (one, two) in pairs.items()}
        if self.cavity is not None and other.cavity is not None:
            made["cavity"] = np.maximum(self.cavity, other.cavity)
        extra = [one for one in (self.added, other.added) if one is not None]
        return Change(**made, added=sum(extra[1:], extra[0]) if extra else None)


NOTHING = Change()


def attenuation(patient: Patient, change: Change = NOTHING) -> Field:
    """Attenuation [SIZE, SIZE] of a patient with a change."""
    body = patient.body
    cavity = patient.thorax.cavity if change.cavity is None else change.cavity
    air = filled(cavity, 1.6) if change.empty is None else filled(patient.thorax.cavity, 1.6) - change.empty
    vessels, walls = kept(patient.vessels, cavity), kept(patient.walls, cavity)
    total = patient.outside + (CORTEX - SOFT) * patient.bone - 1.25 * SOFT * patient.airway
    if change.empty is not None:
        total = total - SOFT * enlarged(projected(body, change.empty))
    if change.dense is not None:
        air = air * (1 - change.dense)
        vessels, walls = thinned(vessels, change.dense), thinned(walls, change.dense)
        branches = kept(patient.lumens, cavity)
        total = total - SOFT * on_film_counted(body, thinned(branches, 1 - change.dense))
    total = total - (SOFT - LUNG * patient.texture) * enlarged(projected(body, air))
    total = total + (SOFT - LUNG) * on_film_counted(body, vessels + walls)
    if change.added is not None:
        total = total + change.added
    made: Field = np.maximum(total, 0.02).astype(np.float32)
    return made


def thinned(found: Cloud, taken: Field) -> Cloud:
    """A cloud without the share `taken` [L, N, N] of what lies in each voxel."""
    return Cloud(found.places, found.volumes * (1 - at_voxels(taken, found.places)))


def apart(patient: Patient) -> tuple[Mask, Mask]:
    """Where lung lies alone, and where belly does, on the film: what exposure and window are set by."""
    body = patient.body
    lung = enlarged(projected(body, filled(patient.thorax.cavity)))
    trunk = enlarged(projected(body, filled(patient.thorax.cage)))
    heights = TOP + SPACING_MM * np.arange(SIZE)[:, None] - body.shift[1]
    return lung > 70, (trunk > 60) & (lung < 20) & (heights > patient.thorax.domes[0])
