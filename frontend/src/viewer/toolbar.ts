/** The viewer's buttons, sliders, strip of images and captions: they show the viewer's state and change it. */

import { message } from "../messages";
import { actionOf } from "./actions";
import { fromSlider, toSlider } from "./adjust";
import type { Tool } from "./gestures";
import { findingsOf, methodsOf, type LayerName } from "./types";
import type { Room } from "./room";

const ZOOM_STEP = 1.4;

/** Bind everything inside `root` that carries the viewer's data attributes; returns the function that refreshes it. */
export function bindToolbar(root: HTMLElement, room: Room): () => void {
  bindButtons(root, room);
  bindSliders(root, room);
  bindChoices(root, room);
  bindStyle(root, room);
  bindWindows(root, room);
  bindMore(root);
  const refreshStrip = bindStrip(root, room);
  return () => {
    refreshStrip();
    refresh(root, room);
  };
}

function each(root: HTMLElement, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

function bindButtons(root: HTMLElement, room: Room): void {
  const zooms: Readonly<Record<string, number>> = {
    "zoom-in": ZOOM_STEP,
    "zoom-out": 1 / ZOOM_STEP,
  };
  for (const button of each(root, "[data-do]")) {
    const name = button.dataset.do ?? "";
    const act = actionOf(name);
    const zoom = zooms[name];
    button.addEventListener("click", () => {
      if (zoom) room.viewer.zoom(zoom);
      else act?.(room);
    });
  }
  for (const button of each(root, "[data-tool]")) {
    button.addEventListener("click", () => {
      room.setTool(button.dataset.tool as Tool);
    });
  }
  for (const button of each(root, "[data-layer]")) {
    button.addEventListener("click", () => {
      room.toggle(button.dataset.layer as LayerName);
    });
  }
}

function bindSliders(root: HTMLElement, room: Room): void {
  for (const slider of root.querySelectorAll<HTMLInputElement>("[data-adjust]")) {
    slider.addEventListener("input", () => {
      const value = fromSlider(slider.valueAsNumber);
      const which = slider.dataset.adjust === "contrast" ? "contrast" : "brightness";
      room.adjust({ ...room.look.adjustment, [which]: value });
    });
  }
  const opacity = root.querySelector<HTMLInputElement>("[data-opacity]");
  opacity?.addEventListener("input", () => {
    room.setOpacity(opacity.valueAsNumber / 100);
  });
}

/** Filled or outlined. */
function bindStyle(root: HTMLElement, room: Room): void {
  const button = root.querySelector<HTMLElement>("[data-heatmap-style]");
  button?.addEventListener("click", () => {
    room.setStyle(room.layers.style === "filled" ? "contour" : "filled");
  });
}

/** The switches between findings and between methods; the server has written their options. */
function bindChoices(root: HTMLElement, room: Room): void {
  const finding = root.querySelector<HTMLSelectElement>("[data-heatmap-finding]");
  finding?.addEventListener("change", () => {
    room.choose(finding.value);
  });
  const method = root.querySelector<HTMLSelectElement>("[data-heatmap-method]");
  method?.addEventListener("change", () => {
    room.choose(room.layers.chosen.finding, method.value);
  });
}

function refreshChoices(root: HTMLElement, room: Room): void {
  const { heatmaps, chosen } = room.layers;
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

function bindWindows(root: HTMLElement, room: Room): void {
  const select = root.querySelector<HTMLSelectElement>("[data-window-choice]");
  select?.addEventListener("change", () => {
    room.viewer.setPreset(Number(select.value));
  });
}

/** The box of further tools closes with Escape or a press elsewhere: on a phone it lies over its own button. */
function bindMore(root: HTMLElement): void {
  const more = root.querySelector<HTMLDetailsElement>("details.viewer-adjust");
  if (!more) return;
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !more.contains(target)) more.open = false;
  });
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    more.open = false;
    more.querySelector("summary")?.focus();
    event.stopPropagation();
  });
}

function bindStrip(root: HTMLElement, room: Room): () => void {
  const strip = root.querySelector<HTMLElement>("[data-viewer-strip]");
  if (!strip) return () => undefined;
  strip.hidden = room.images.length < 2 && !strip.querySelector("[data-window-choice]");
  if (room.images.length < 2) return () => undefined;
  const first = room.images.filter(
    (image, index, all) => all.findIndex((other) => other.series === image.series) === index,
  );
  const thumbs = first.map((image, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "viewer-thumb";
    button.ariaLabel = message("image-of", {
      n: index + 1,
      total: first.length,
      view: [image.examination, image.view].filter(Boolean).join(", "),
    });
    const picture = new Image();
    picture.alt = "";
    picture.addEventListener("error", () => {
      picture.hidden = true;
    });
    picture.src = image.url;
    button.append(picture);
    button.addEventListener("click", () => {
      room.show(room.images.indexOf(image));
    });
    return { button, series: image.series };
  });
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "1";
  slider.ariaLabel = message("slice");
  slider.addEventListener("input", () => {
    const slice = room.slices[slider.valueAsNumber - 1];
    if (slice) room.show(room.images.indexOf(slice));
  });
  strip.prepend(...(thumbs.length > 1 ? thumbs.map(({ button }) => button) : []), slider);
  return () => {
    const slices = room.slices;
    slider.hidden = slices.length < 2;
    slider.max = String(slices.length);
    slider.value = String(slices.indexOf(room.image) + 1);
    slider.ariaValueText = `${slider.value} / ${slider.max}`;
    // Where every series is in sight already, pictures of them would only take room from the films.
    const onWall = room.spread && room.cells.length === thumbs.length;
    for (const { button, series } of thumbs) {
      button.hidden = onWall;
      button.ariaPressed = String(series === room.image.series);
    }
    strip.hidden = [...strip.children].every((child) => child.hasAttribute("hidden"));
  };
}

function refresh(root: HTMLElement, room: Room): void {
  refreshChoices(root, room);
  for (const button of each(root, "[data-tool]")) {
    button.ariaPressed = String(button.dataset.tool === room.tool);
  }
  for (const button of each(root, "[data-layer]")) {
    button.ariaPressed = String(room.layers.visible[button.dataset.layer as LayerName]);
  }
  for (const slider of root.querySelectorAll<HTMLInputElement>("[data-adjust]")) {
    const which = slider.dataset.adjust === "contrast" ? "contrast" : "brightness";
    slider.value = String(toSlider(room.look.adjustment[which]));
    const shown = `${Math.round(room.look.adjustment[which] * 100)} %`;
    slider.ariaValueText = shown;
    const output = root.querySelector(`[data-adjust-value="${which}"]`);
    if (output) output.textContent = shown;
  }
  const opacity = root.querySelector<HTMLInputElement>("[data-opacity]");
  if (opacity) {
    opacity.value = String(Math.round(room.layers.opacity * 100));
    opacity.ariaValueText = `${opacity.value} %`;
  }
  const style = root.querySelector<HTMLElement>("[data-heatmap-style]");
  if (style) style.ariaPressed = String(room.layers.style === "contour");
  refreshActions(root, room);
}

/** Which of the switches are on, and which there is any use for. */
function refreshActions(root: HTMLElement, room: Room): void {
  const { viewer } = room;
  const on: Record<string, boolean> = {
    invert: viewer.look.inverted,
    mirror: viewer.view.mirrored,
    lens: viewer.lens.on,
    spread: room.spread,
    link: room.linked,
  };
  for (const [name, pressed] of Object.entries(on)) {
    const button = root.querySelector<HTMLElement>(`[data-do="${name}"]`);
    if (button) button.ariaPressed = String(pressed);
  }
  root.querySelector('[data-do="spread"]')?.toggleAttribute("hidden", !room.canSpread);
  root.querySelector('[data-do="link"]')?.toggleAttribute("hidden", !room.spread);
  const windows = root.querySelector<HTMLSelectElement>("[data-window-choice]");
  if (windows) windows.value = String(viewer.look.preset);
}
