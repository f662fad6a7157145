/** The viewer's buttons, sliders, strip of images and captions: they show the viewer's state and change it. */

import { message } from "../messages";
import { fromSlider, toSlider } from "./adjust";
import type { Tool } from "./gestures";
import { findingsOf, methodsOf, type LayerName } from "./types";
import type { Viewer } from "./viewer";

const ZOOM_STEP = 1.4;

/** Bind everything inside `root` that carries the viewer's data attributes; returns the function that refreshes it. */
export function bindToolbar(root: HTMLElement, viewer: Viewer): () => void {
  bindButtons(root, viewer);
  bindSliders(root, viewer);
  bindChoices(root, viewer);
  bindWindows(root, viewer);
  const refreshStrip = bindStrip(root, viewer);
  return () => {
    refreshStrip();
    refresh(root, viewer);
  };
}

function each(root: HTMLElement, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

function bindButtons(root: HTMLElement, viewer: Viewer): void {
  const actions: Record<string, () => void> = {
    "zoom-in": () => {
      viewer.zoom(ZOOM_STEP);
    },
    "zoom-out": () => {
      viewer.zoom(1 / ZOOM_STEP);
    },
    reset: () => {
      viewer.reset();
    },
    "remove-mark": () => {
      viewer.removeNearest();
    },
    retry: () => {
      viewer.retry();
    },
  };
  for (const button of each(root, "[data-do]")) {
    button.addEventListener("click", () => actions[button.dataset.do ?? ""]?.());
  }
  for (const button of each(root, "[data-tool]")) {
    button.addEventListener("click", () => {
      viewer.setTool(button.dataset.tool as Tool);
    });
  }
  for (const button of each(root, "[data-layer]")) {
    button.addEventListener("click", () => {
      viewer.toggle(button.dataset.layer as LayerName);
    });
  }
}

function bindSliders(root: HTMLElement, viewer: Viewer): void {
  for (const slider of root.querySelectorAll<HTMLInputElement>("[data-adjust]")) {
    slider.addEventListener("input", () => {
      const value = fromSlider(slider.valueAsNumber);
      const which = slider.dataset.adjust === "contrast" ? "contrast" : "brightness";
      viewer.adjust({ ...viewer.adjustment, [which]: value });
    });
  }
  const opacity = root.querySelector<HTMLInputElement>("[data-opacity]");
  opacity?.addEventListener("input", () => {
    viewer.setOpacity(opacity.valueAsNumber / 100);
  });
}

/** The switches between findings and between methods; the server has written their options. */
function bindChoices(root: HTMLElement, viewer: Viewer): void {
  const finding = root.querySelector<HTMLSelectElement>("[data-heatmap-finding]");
  finding?.addEventListener("change", () => {
    viewer.choose(finding.value);
  });
  const method = root.querySelector<HTMLSelectElement>("[data-heatmap-method]");
  method?.addEventListener("change", () => {
    viewer.choose(viewer.layers.chosen.finding, method.value);
  });
}

function refreshChoices(root: HTMLElement, viewer: Viewer): void {
  const { heatmaps, chosen } = viewer.layers;
  offer(root.querySelector("[data-heatmap-finding]"), findingsOf(heatmaps), chosen.finding);
  offer(
    root.querySelector("[data-heatmap-method]"),
    methodsOf(heatmaps, chosen.finding),
    chosen.method,
  );
}

/** Let a select offer these values alone; with fewer than two there is nothing to choose. */
function offer(select: HTMLSelectElement | null, values: readonly string[], chosen: string): void {
  if (!select) return;
  for (const option of select.options) {
    option.disabled = option.hidden = !values.includes(option.value);
  }
  select.value = chosen;
  select.hidden = values.length < 2;
}

function bindWindows(root: HTMLElement, viewer: Viewer): void {
  const select = root.querySelector<HTMLSelectElement>("[data-window-choice]");
  select?.addEventListener("change", () => {
    viewer.setRendition(select.value);
  });
}

function bindStrip(root: HTMLElement, viewer: Viewer): () => void {
  const strip = root.querySelector<HTMLElement>("[data-viewer-strip]");
  if (!strip) return () => undefined;
  strip.hidden = viewer.images.length < 2 && !strip.querySelector("[data-window-choice]");
  if (viewer.images.length < 2) return () => undefined;
  const first = viewer.images.filter(
    (image, index, all) => all.findIndex((other) => other.series === image.series) === index,
  );
  const thumbs = first.map((image, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "viewer-thumb";
    button.ariaLabel = message("image-of", { n: index + 1, total: first.length, view: image.view });
    const picture = new Image();
    picture.alt = "";
    picture.addEventListener("error", () => {
      picture.hidden = true;
    });
    picture.src = image.url;
    button.append(picture);
    button.addEventListener("click", () => {
      viewer.show(viewer.images.indexOf(image));
    });
    return { button, series: image.series };
  });
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "1";
  slider.ariaLabel = message("slice");
  slider.addEventListener("input", () => {
    const slice = viewer.slices[slider.valueAsNumber - 1];
    if (slice) viewer.show(viewer.images.indexOf(slice));
  });
  strip.prepend(...(thumbs.length > 1 ? thumbs.map(({ button }) => button) : []), slider);
  return () => {
    const slices = viewer.slices;
    slider.hidden = slices.length < 2;
    slider.max = String(slices.length);
    slider.value = String(slices.indexOf(viewer.image) + 1);
    slider.ariaValueText = `${slider.value} / ${slider.max}`;
    for (const { button, series } of thumbs) {
      button.ariaPressed = String(series === viewer.image.series);
    }
  };
}

function refresh(root: HTMLElement, viewer: Viewer): void {
  refreshChoices(root, viewer);
  for (const button of each(root, "[data-tool]")) {
    button.ariaPressed = String(button.dataset.tool === viewer.tool);
  }
  for (const button of each(root, "[data-layer]")) {
    button.ariaPressed = String(viewer.layers.visible[button.dataset.layer as LayerName]);
  }
  for (const slider of root.querySelectorAll<HTMLInputElement>("[data-adjust]")) {
    const which = slider.dataset.adjust === "contrast" ? "contrast" : "brightness";
    slider.value = String(toSlider(viewer.adjustment[which]));
    const shown = `${Math.round(viewer.adjustment[which] * 100)} %`;
    slider.ariaValueText = shown;
    const output = root.querySelector(`[data-adjust-value="${which}"]`);
    if (output) output.textContent = shown;
  }
  const opacity = root.querySelector<HTMLInputElement>("[data-opacity]");
  if (opacity) {
    opacity.value = String(Math.round(viewer.layers.opacity * 100));
    opacity.ariaValueText = `${opacity.value} %`;
  }
  const stage = root.querySelector<HTMLElement>("[data-viewer-stage]");
  if (stage) stage.dataset.currentTool = viewer.tool;
  const scale = root.querySelector("[data-viewer-scale]");
  if (scale) scale.textContent = `${viewer.zoomPercent} %`;
  const slices = viewer.slices;
  const slice = root.querySelector("[data-viewer-slice]");
  if (slice && slices.length > 1) {
    slice.textContent = `${slices.indexOf(viewer.image) + 1} / ${slices.length}`;
  }
  const remove = root.querySelector<HTMLButtonElement>('[data-do="remove-mark"]');
  if (remove) remove.disabled = !viewer.marks.some((mark) => mark.image === viewer.image.id);
}
