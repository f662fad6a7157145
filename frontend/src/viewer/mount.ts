/** Puts the viewer into the page: takes over from the plain images that are there without script. */

import { message } from "../messages";
import { stageKey } from "./keys";
import type { Mark } from "./marks";
import { bindToolbar } from "./toolbar";
import {
  choiceOf,
  type Choice,
  type Heatmap,
  type LayerName,
  type Layers,
  type Region,
  type ViewerImage,
} from "./types";
import { Viewer } from "./viewer";

export interface MountOptions {
  readonly images: readonly ViewerImage[];
  readonly start: string;
  readonly chosen: string;
  readonly heatmaps: readonly Heatmap[];
  readonly regions: readonly Region[];
  readonly marks: readonly Mark[];
  readonly earlier: readonly Mark[];
  readonly markLimit: number;
  readonly onMarks: (marks: readonly Mark[]) => void;
  /** Told which heatmaps are shown, at first and whenever anything has changed. */
  readonly onHeatmap: (chosen: Choice) => void;
}

/** The viewer of `root`, or null where the page lacks a part of it (the plain images then stay). */
export function mountViewer(root: HTMLElement, options: MountOptions): Viewer | null {
  const part = (name: string): HTMLElement | null =>
    root.querySelector<HTMLElement>(`[data-viewer-${name}]`);
  const stage = part("stage");
  const plane = part("plane");
  const overlay = root.querySelector<SVGSVGElement>("[data-viewer-overlay]");
  if (!stage || !plane || !overlay || options.images.length === 0) return null;

  for (const name of ["stage", "tools"]) part(name)?.removeAttribute("hidden");
  const names = imageNames(root);
  part("fallback")?.remove();

  const say = (text: string): void => {
    const live = part("announce");
    if (live) live.textContent = text;
  };
  let refresh = (): void => undefined;
  const viewer = new Viewer({
    stage,
    plane,
    overlay,
    images: options.images,
    start: options.start,
    layers: startingLayers(options),
    marks: options.marks,
    earlier: options.earlier,
    markLimit: options.markLimit,
    markFinding: () => markFinding(root),
    onStatus: (status) => {
      part("loading")?.toggleAttribute("hidden", status !== "loading");
      part("trouble")?.toggleAttribute("hidden", status !== "error");
    },
    onChange: () => {
      refresh();
    },
    onMarks: (marks, what) => {
      options.onMarks(marks);
      say(message(`mark-${what}`, { n: marks.length, limit: options.markLimit }));
    },
  });
  const refreshTools = bindToolbar(root, viewer);
  refresh = () => {
    refreshTools();
    const name = names.get(viewer.image.id) ?? "";
    stage.ariaLabel = name;
    const caption = part("caption");
    if (caption) caption.textContent = name;
    hideEmpty(root, viewer);
    options.onHeatmap(viewer.layers.chosen);
  };
  refresh();
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!stageKey(viewer, event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return viewer;
}

function startingLayers(options: MountOptions): Layers {
  const first =
    options.heatmaps.find((heatmap) => heatmap.finding === options.chosen) ?? options.heatmaps[0];
  return {
    heatmaps: options.heatmaps,
    regions: options.regions,
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.4,
    chosen: choiceOf(options.heatmaps, first?.finding ?? "", ""),
  };
}

/** The neutral names that the server gave the images ("Image 1 of 2, AP view"). */
function imageNames(root: HTMLElement): Map<string, string> {
  const names = new Map<string, string>();
  for (const image of root.querySelectorAll<HTMLImageElement>("[data-viewer-fallback] img")) {
    names.set(image.dataset.image ?? "", image.alt);
  }
  return names;
}

function markFinding(root: HTMLElement): string {
  return root.querySelector<HTMLSelectElement>("[data-mark-finding]")?.value ?? "";
}

/** A button for a layer that there is nothing of would only raise questions. */
function hideEmpty(root: HTMLElement, viewer: Viewer): void {
  const { heatmaps, regions } = viewer.layers;
  const present: Record<LayerName, boolean> = {
    heatmap: heatmaps.length > 0,
    peak: heatmaps.some((heatmap) => heatmap.peak !== null),
    regions: regions.length > 0,
    marks: viewer.hasMarks,
  };
  for (const button of root.querySelectorAll<HTMLElement>("[data-layer]")) {
    button.hidden = !present[button.dataset.layer as LayerName];
  }
  root.querySelector("[data-heatmap-controls]")?.toggleAttribute("hidden", !present.heatmap);
  root.querySelector("[data-heatmap-note]")?.toggleAttribute("hidden", !present.heatmap);
  const bar = root.querySelector<HTMLElement>("[data-viewer-layers]");
  if (bar) bar.hidden = [...bar.children].every((child) => child.hasAttribute("hidden"));
}
