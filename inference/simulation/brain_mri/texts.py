"""What the brain pack says: teaching points for what a case shows, and histories that know nothing of it."""

from __future__ import annotations

from numpy.random import Generator

from inference.simulation.cases import CLEAR

_TEACHING = {
    "high-grade-glioma": (
        "An irregular enhancing rim around a necrotic core, with oedema that follows the white matter and spares "
        "the cortex, is the pattern of a high-grade glioma; a single metastasis and an abscess are the main "
        "alternatives.",
        "Look for the thick, uneven wall of a high-grade glioma, then for its effect: effaced sulci and a pushed "
        "ventricle. On FLAIR the bright area holds infiltrating tumour as well as oedema.",
    ),
    "low-grade-glioma": (
        "A low-grade glioma often doesn't enhance: FLAIR shows what T1 after contrast hides. It widens the cortex "
        "and white matter it grows in, where an old infarct would have lost volume.",
        "Bright on FLAIR, grey on T1, no enhancement, hardly any oedema: the pattern of a low-grade glioma. "
        "Swelling and involved cortex tell it from small-vessel disease.",
    ),
    "metastases": (
        "Metastases lie where grey meets white matter, are round, enhance as ring or nodule, and often have more "
        "oedema than their size explains. Having found one, search for the next.",
        "Follow the border of grey and white matter all the way round on T1 after contrast: small metastases show "
        "there first. Oedema on FLAIR that seems to have no cause is a pointer to one.",
    ),
    "meningioma": (
        "A meningioma sits on the dura with a broad base, enhances evenly, often has a dural tail, and pushes the "
        "cortex in front of it: signs that it lies outside the brain.",
        "First decide whether a mass is inside the brain. Buckled cortex and a cleft of fluid between mass and "
        "brain, with a dural tail, make it a meningioma rather than a glioma.",
    ),
    "old-infarct": (
        "An old infarct has fluid signal, a gliotic rim that is bright on FLAIR, and loss of volume: sulci and "
        "ventricle are drawn towards it. A tumour pushes and, after contrast, often enhances.",
    ),
    "calcified-falx": (
        "The falx often calcifies or ossifies. Bone is dark, and the fatty marrow in it is bright on T1 with or "
        "without contrast: on the midline, inside the falx, it isn't a meningioma.",
    ),
    "arachnoid-cyst": (
        "An arachnoid cyst has the signal of cerebrospinal fluid on every sequence: dark on T1, suppressed on "
        "FLAIR, without enhancement. It may press on the brain, but nothing in it is solid.",
    ),
    "vessel": (
        "A developmental venous anomaly is a fan of fine veins that meet in one larger vein. It enhances, but has "
        "no mass effect, and seen end on it is a dot that continues as a line on the next slice.",
    ),
    "white-matter-disease": (
        "Small-vessel disease is bright on FLAIR, in spots or bands beside the ventricles, without enhancement or "
        "mass effect, and usually on both sides. It grows common with age.",
    ),
    CLEAR: (
        "No tumour. Compare both sides: sulci, grey-white border and ventricles match, and all that enhances is "
        "dura, veins and choroid plexus.",
        "No tumour. Enhancement that belongs here is in the venous sinuses, the choroid plexus, the dura and the "
        "veins in the sulci; caps at the ventricles' horns on FLAIR are normal with age.",
    ),
}
_BESIDE = {
    "old-infarct": "The old infarct beside it has lost volume and doesn't enhance.",
    "calcified-falx": "The ossified plaque in the falx is beside the point: bone and marrow, on the midline.",
    "arachnoid-cyst": "The arachnoid cyst follows the fluid on both sequences and isn't the finding.",
    "vessel": "The venous anomaly also enhances, but it is a line or a fan and pushes nothing.",
    "white-matter-disease": "The other bright spots on FLAIR are small-vessel disease.",
}
_WHO = ("woman", "man")
_WHY = (
    "headache for some weeks",
    "a first seizure",
    "dizziness and unsteady gait",
    "forgetfulness, asked to exclude a structural cause",
    "weakness of one hand that comes and goes",
    "blurred vision, eyes found healthy",
    "a known cancer elsewhere, staging",
    "headache that wakes from sleep",
    "follow-up, previous images not at hand",
    "word-finding difficulty noticed by the family",
    "new migraine with aura",
    "hearing loss on one side",
)


def teaching_point(rng: Generator, concept: str, beside: str | None) -> str:
    """A teaching point for `concept` (a tumour, a look-alike or `CLEAR`), with a sentence on a look-alike beside it."""
    said = _TEACHING[concept][int(rng.integers(len(_TEACHING[concept])))]
    return said if beside is None else f"{said} {_BESIDE[beside]}"


def history(rng: Generator) -> str:
    """Why the patient was sent, drawn from the same list whatever the images show."""
    years = int(rng.integers(24, 84))
    who = _WHO[int(rng.integers(len(_WHO)))]
    return f"{years}-year-old {who}: {_WHY[int(rng.integers(len(_WHY)))]}."
