"""What is on the screen is what DICOM says: windowed values to within one grey level, on every path and codec."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pydicom
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from radiology.imaging import Frame
from radiology.packs import WriteSeries
from tests.e2e import reading
from tests.e2e.site import Site, import_pack
from tests.quiz import builders

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
CODECS = {"jpeg-2000": JPEG2000Lossless, "jpeg-ls": JPEGLSLossless, "rle": RLELossless}
_PIXELS = """() => { const canvas = document.querySelector('[data-viewer-cell] canvas.viewer-picture');
  const {data} = canvas.getContext('2d', {willReadFrequently: true}).getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({length: data.length / 4}, (_, i) => data[4 * i]); }"""


@pytest.fixture(scope="module")
def codecs(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pydicom.Dataset]:
    """A set of CT slices, each compressed in another way; the files by the names of their codecs."""
    folder = tmp_path_factory.mktemp("codecs")
    noise = np.random.default_rng(3)
    cases = [
        builders.case(
            number,
            present=number == 0,
            regions=[],
            series=[
                WriteSeries(
                    [
                        Frame(
                            noise.integers(900, 1300, (64, 80), dtype=np.uint16),
                            bits=12,
                            intercept=-1024.0,
                            window_center=40.0,
                            window_width=80.0,
                        )
                    ]
                )
            ],
        )
        for number in range(len(CODECS))
    ]
    pack = builders.write_pack(folder, cases, key="codecs", modality="CT", ai_model="")
    found = {}
    with (pack / "cases.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    for row, (name, syntax) in zip(rows, CODECS.items(), strict=True):
        path = pack / row["images"]
        dataset = pydicom.dcmread(path)
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            dataset.decompress()
        dataset.compress(syntax)
        assert dataset.file_meta.TransferSyntaxUID == syntax
        dataset.save_as(path)
        found[name] = pydicom.dcmread(path)
    import_pack(site, pack)
    return found


def shown(page: Page, kind: str, url: str) -> np.ndarray[Any, Any]:
    """The greys that the viewer of this kind shows of a read's first image."""
    page.goto(f"{url}?viewer={kind}")
    expect(page.locator(f'[data-viewer-plane][data-picture="{kind}"]').first).to_be_attached()
    expect(page.locator('[data-viewer-cell][data-status="ready"]').first).to_be_attached()
    page.wait_for_timeout(300)
    image = reading.payload(page)["images"][0]
    pixels = np.array(page.evaluate(_PIXELS), dtype=np.int64)
    return pixels.reshape(image["height"], image["width"])


def windowed(dataset: pydicom.Dataset) -> np.ndarray[Any, Any]:
    """What pydicom shows of a file in its own window: greys 0 to 255, unrounded."""
    values = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)
    # pydicom's output range is that of the stored bits after the rescale.
    low = -1024.0
    return np.asarray((values - low) / ((1 << dataset.BitsStored) - 1) * 255)


@pytest.mark.parametrize("kind", ["gpu", "cpu"])
def test_every_codec_is_shown_as_pydicom_windows_it(
    site: Site, codecs: dict[str, pydicom.Dataset], open_context: Any, kind: str
) -> None:
    context: BrowserContext = open_context()
    page = context.new_page()
    reading.sign_up(page, f"codecs-{kind}")
    reading.start_sitting(page, "codecs")
    seen: set[str] = set()
    reads = site.rows(
        "SELECT r.public_id, c.source_id FROM quiz_read r JOIN quiz_case c ON c.id = r.case_id"
        " JOIN quiz_sitting s ON s.id = r.sitting_id JOIN quiz_user u ON u.id = s.learner_id WHERE u.username = ?",
        f"codecs-{kind}",
    )
    assert len(reads) == len(CODECS)
    for row in reads:
        name = list(CODECS)[int(row["source_id"].split("-")[1])]
        public_id = row["public_id"]
        dashed = "-".join(
            [public_id[:8], public_id[8:12], public_id[12:16], public_id[16:20], public_id[20:]]
            if "-" not in public_id
            else [public_id]
        )
        greys = shown(page, kind, f"/reads/{dashed}/")
        assert np.abs(greys - windowed(codecs[name])).max() <= 1.0, name
        seen.add(name)
    assert seen == set(CODECS)


@pytest.mark.parametrize("kind", ["gpu", "cpu"])
def test_each_window_of_a_stack_shows_its_own_values(site: Site, open_context: Any, kind: str) -> None:
    page = open_context().new_page()
    reading.sign_up(page, f"windows-{kind}")
    reading.start_sitting(page, "demo-head-ct")
    shown(page, kind, page.url)
    image = reading.payload(page)["images"][0]
    stored = page.evaluate(
        "(url) => fetch(url).then((r) => r.arrayBuffer()).then((b) => [...new Uint16Array(b)])",
        image["values"]["url"],
    )
    values = np.array(stored).reshape(image["height"], image["width"]) + image["values"]["intercept"]
    for number, window in enumerate(image["windows"], start=1):
        page.keyboard.press(f"Shift+Digit{number}")
        page.wait_for_timeout(250)
        greys = np.array(page.evaluate(_PIXELS)).reshape(values.shape)
        wanted = (values - (window["center"] - 0.5)) / (window["width"] - 1) + 0.5
        assert np.abs(greys - np.clip(wanted, 0, 1) * 255).max() <= 1.0, window


def test_without_webgl_the_cpu_draws_and_without_cornerstone_plain_images_stay(
    site: Site, open_context: Any
) -> None:
    context = open_context()
    context.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return /webgl/.test(kind) ? null : get.call(this, kind, ...rest); };"
    )
    page = context.new_page()
    reading.sign_up(page, "no-webgl")
    reading.start_sitting(page, "demo-head-ct")
    expect(page.locator('[data-viewer-plane][data-picture="cpu"]')).to_be_attached()
    expect(page.locator('[data-viewer-cell][data-status="ready"]')).to_be_attached()
    page.route("**/cornerstone-*.js", lambda route: route.abort())
    page.reload()
    expect(page.locator('[data-viewer-plane][data-picture="plain"]')).to_be_attached()
    reading.expect_loaded(reading.film(page))
