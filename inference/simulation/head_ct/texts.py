"""What is told of a case: histories that know nothing of the truth, and what each finding or look-alike teaches."""

from __future__ import annotations

from numpy.random import Generator

_REASONS = (
    "Fall from standing height, brief loss of consciousness",
    "Sudden severe headache",
    "Headache for three days, vomiting this morning",
    "Found confused at home",
    "Weakness of one side since this morning",
    "Hit the head while cycling, now drowsy",
    "First seizure",
    "Fall on the stairs, takes an anticoagulant",
    "Dizziness and unsteady gait since yesterday",
    "Road traffic collision, GCS 14",
    "High blood pressure and headache",
    "Slurred speech, resolved on arrival",
    "Assault, swelling of the scalp",
    "Slowly increasing drowsiness over a week",
)
_QUESTIONS = ("Bleeding?", "Please exclude haemorrhage.", "Intracranial haemorrhage?", "Any acute bleed?")

_TAUGHT = {
    "intraparenchymal": (
        "Fresh blood in the brain is a dense, rounded patch, soon with a thin dark rim of oedema. In the basal ganglia "
        "and thalamus it is typical of long-standing high blood pressure; look next whether it has broken into a "
        "ventricle and whether the midline has moved.",
        "A clot in the brain is denser than grey matter and pushes what is beside it. Follow it through the slices: "
        "chalk keeps its place and pushes nothing, blood has volume and oedema.",
    ),
    "subdural": (
        "Subdural blood is a crescent along the inner table. It crosses sutures but not the midline, where the falx "
        "stops it. Thin ones hide beside the bright bone: widen the window and compare the two sides, sulcus by "
        "sulcus.",
        "Blood in the subdural space spreads along the convexity, the falx or the tentorium. A sheet of it that is "
        "thicker or denser on one side than on the other is the clue.",
    ),
    "epidural": (
        "Epidural blood is a biconvex lens between bone and dura, most often beneath the temporal bone where a "
        "fracture tears the middle meningeal artery. The sutures limit it. Look at the bone window for the fracture.",
        "A dense lens of limited extent against the inner table, with a border that bulges towards the brain, is "
        "epidural blood until shown otherwise. It may grow fast.",
    ),
    "subarachnoid": (
        "Subarachnoid blood makes the fluid of cisterns, fissures or sulci dense. Look at the suprasellar cistern and "
        "both sylvian fissures on every scan: a fissure that is as bright as the brain beside it has blood in it.",
        "A sulcus that is bright instead of dark holds blood. After an injury it is often over the convexity; in the "
        "basal cisterns think of an aneurysm.",
    ),
    "intraventricular": (
        "Blood in the ventricles sinks in a patient who lies on their back: a level in the occipital horns. Compare "
        "the two, and don't take the chalk of the choroid plexus for it, which is denser and lies in the trigone.",
    ),
    "calcification": (
        "Chalk in the pineal gland, the choroid plexus or the globus pallidus is usual and harmless. It is denser than "
        "any clot (well over 100 HU unless partial volume dims it), often on both sides, and pushes nothing.",
    ),
    "beam-hardening": (
        "Dark and bright bands between the petrous bones are beam hardening. They are straight, cross from bone to "
        "bone without regard to anatomy and change from slice to slice; blood does none of that.",
    ),
    "partial-volume": (
        "A bright patch above the orbital roof or the petrous ridge on a single slice is bone that the slice only "
        "touches. Go one slice down: the bone is there.",
    ),
    "dense-sinus": (
        "Venous sinuses, falx and tentorium are somewhat dense, more so with thick blood. They are thin, where they "
        "ought to be, and the same on both sides; compare the density with that of other veins of the patient.",
    ),
    "old-infarct": (
        "An old infarct is dark as fluid, has lost volume and draws the sulci and the ventricle towards it. Nothing "
        "in it is denser than brain: it is no acute bleeding.",
    ),
    "normal": (
        "No bleeding. A fixed order helps to be sure: cisterns and fissures, sulci, along the inner table on a wide "
        "window, the occipital horns, the brain itself, and the midline.",
        "No dense blood here. Comparing the two sides slice by slice, and looking again with a wider window along "
        "the skull, is what finds the thin collections.",
    ),
}
_BESIDE = {
    "calcification": " The chalk in this head is beside the point.",
    "beam-hardening": " The bands between the petrous bones are beam hardening.",
    "partial-volume": " The bright patch on the skull's floor is bone that a slice only touches.",
    "dense-sinus": " The dense falx and sinuses are not the finding.",
    "old-infarct": " The dark wedge is an old infarct.",
}


def drawn_history(rng: Generator, age: int) -> str:
    """A short request, drawn without regard to what the images show."""
    sex = str(rng.choice(["woman", "man"]))
    reason = _REASONS[int(rng.integers(len(_REASONS)))]
    question = _QUESTIONS[int(rng.integers(len(_QUESTIONS)))]
    return f"{age}-year-old {sex}. {reason}. {question}"


def teaching_point(rng: Generator, concept: str, beside: str = "") -> str:
    """What a case of `concept` teaches, with a word on a look-alike `beside` it. Raises KeyError for another."""
    choices = _TAUGHT[concept]
    return choices[int(rng.integers(len(choices)))] + _BESIDE.get(beside, "")
