"""What a tested site is filled with: the demo set, the practice films of the real pack, and their truth."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

from tests.e2e.site import Site, demo_packs, import_pack
from tests.quiz import builders

FILMS = "paediatric-cxr"
FILM_COUNT = 176
OWN_DEMO = "lungs"


def load_demo(site: Site, folder: Path) -> None:
    """Load the packs that come with the code, or a small drawn one where there is none."""
    if demo_packs():
        site.manage("load_demo")
    else:
        import_pack(site, builders.write_pack(folder, ai_model="cxr-pneumonia", simulated=True))
    site.wait_for_opinions()


def load_films(site: Site, pack: Path) -> None:
    """Import and publish the practice films, and wait until the AI has read them."""
    import_pack(site, pack, "--split", "practice")
    site.wait_for_opinions()


def set_slug(site: Site, pack_key: str) -> str:
    """Return the slug of the published set of a pack's cases."""
    return str(
        site.rows(
            "SELECT DISTINCT s.slug FROM quiz_caseset s JOIN quiz_casesetentry e ON e.case_set_id = s.id"
            " JOIN quiz_case c ON c.id = e.case_id JOIN quiz_pack p ON p.id = c.pack_id"
            " WHERE p.key = ? AND s.status = 'published'",
            pack_key,
        )[0]["slug"]
    )


def localising_set(site: Site) -> str:
    """Return the slug of the demo set whose question asks for a place."""
    packs = site.rows("SELECT key FROM quiz_pack WHERE localise = 1 ORDER BY id")
    return set_slug(site, packs[0]["key"])


def truth_of_films(pack: Path) -> dict[str, bool]:
    """Return whether pneumonia is present by case id, as the pack's own table has it."""
    with (pack / "cases.csv").open(newline="", encoding="utf-8") as file:
        return {row["case_id"]: bool(row["findings"]) for row in csv.DictReader(file)}


# What no demo set has by itself: an AI that declines or has no opinion, and an exam that is open.
_ODD = """
from datetime import timedelta
from django.utils import timezone
from inference.models import AIOpinion
from quiz.models import CaseSet, Image
films = list(Image.objects.filter(case__pack__key="odd-ai").order_by("pk").values_list("sha256", flat=True))
AIOpinion.objects.filter(image_sha256__in=films[::2]).update(declined=True)
AIOpinion.objects.filter(image_sha256__in=films[1::2]).delete()
now = timezone.now()
CaseSet.objects.filter(entries__case__pack__key="odd-exam").update(
    pool="exam", flow="exam", opens_at=now, closes_at=now + timedelta(days=1), time_limit_minutes=60
)
"""
ODD_AI, EXAM = "odd-ai", "odd-exam"


def load_odd(site: Site, folder: Path) -> None:
    """Load a set whose AI declines every other case and has lost the rest, and one that is an open exam."""
    if site.rows("SELECT id FROM quiz_pack WHERE key = ?", EXAM):
        return
    for seed, (key, title) in enumerate(
        ((ODD_AI, "Drawn pictures, AI at a loss"), (EXAM, "Exam: drawn pictures"))
    ):
        pack = folder / key
        site.manage("simulate_pack", "drawn", pack, "--count", "4", "--seed", str(500 + seed))
        manifest = pack / "pack.toml"
        text = manifest.read_text().replace('"demo-drawn"', f'"{key}"')
        manifest.write_text(text.replace('"Drawn chest pictures"', f'"{title}"'))
        import_pack(site, pack)
    site.wait_for_opinions()
    site.manage("shell", "-c", _ODD)


# The rules of a screening round over a sitting of practice: no demo set has the hundred cases that a real one takes.
_ROUND = """
from quiz.models import Sitting
Sitting.objects.filter(learner__username="{name}", state="open", mode="practice").update(state="finished")
sitting = Sitting.objects.filter(learner__username="{name}", mode="practice", reads__state="reserved").last()
Sitting.objects.filter(pk=sitting.pk).update(state="open", mode="screening", flow="unaided")
"""


def begin_round(site: Site, name: str) -> str:
    """Return the address of a round that the learner `name` has begun, and not read to its end."""
    site.manage("shell", "-c", _ROUND.format(name=name))
    rows = site.rows("SELECT public_id FROM quiz_sitting WHERE mode = 'screening' AND state = 'open'")
    return f"/sittings/{UUID(str(rows[0]['public_id']))}/"
