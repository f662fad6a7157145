/** Puts the viewer into the page: takes over from the plain images that are there without script. */

import { message } from "../messages";
import { partsOf, refreshCell, showProgress, showStatus, showValue, type CellParts } from "./cell";
import { hang, type Layout } from "./hanging";
import { stageKey } from "./keys";
import { bindMarkTools, MarkEditor, type Mark } from "./marks";
import { Ruler } from "./measure";
import { choosePictures } from "./pixels/choose";
import type { PictureMaker, Relay } from "./pixels/picture";
import { Room } from "./room";
import { bindSliceStrip, type SliceCall } from "./slice_strip";
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
  /** What the AI says of each image, for the strip of a stack. */
  readonly calls: readonly SliceCall[];
  readonly marks: readonly Mark[];
  readonly earlier: readonly Mark[];
  readonly markLimit: number;
  readonly onMarks: (marks: readonly Mark[]) => void;
  /** What draws the pixels; chosen by what the browser can do where it isn't given. */
  readonly pictures?: PictureMaker | Relay;
  /** Whether there is room for several viewports; by the window's width where it isn't given. */
  readonly spacious?: boolean;
  /** Told which heatmaps are shown, at first and whenever anything has changed. */
  readonly onHeatmap: (chosen: Choice) => void;
}

/** The viewer of `root`, or null where the page lacks a part of it (the plain images then stay). */
export function mountViewer(root: HTMLElement, options: MountOptions): Room | null {
  const part = (name: string): HTMLElement | null =>
    root.querySelector<HTMLElement>(`[data-viewer-${name}]`);
  const wall = part("wall");
  const cell = part("cell");
  if (!wall || !cell || !partsOf(cell) || options.images.length === 0) return null;

  for (const name of ["wall", "tools"]) part(name)?.removeAttribute("hidden");
  const names = imageNames(root);
  part("fallback")?.remove();

  const say = (text: string): void => {
    const live = part("announce");
    if (live) live.textContent = text;
  };
  let refresh = (): void => undefined;
  let redraw = (): void => undefined;
  const editor = new MarkEditor({
    marks: options.marks,
    earlier: options.earlier,
    limit: options.markLimit,
    finding: () => markFinding(root),
    onChange: (marks, what) => {
      options.onMarks(marks);
      say(message(`mark-${what}`, { n: marks.length, limit: options.markLimit }));
    },
    redraw: () => {
      redraw();
    },
  });
  const ruler = new Ruler(() => {
    redraw();
  });
  const renditions = renditionsOf(root);
  const pictures = options.pictures ?? choosePictures(options.images, renditions);
  const layers = startingLayers(options);
  const blank = cell.cloneNode(true) as HTMLElement;
  const cells: CellParts[] = [];
  const room = new Room({
    images: options.images,
    hanging: hang(options.images, wishOf(wall)),
    start: options.start,
    spacious: options.spacious ?? matchMedia("(min-width: 48rem)").matches,
    layers,
    editor,
    ruler,
    makeViewer: (index, given) => {
      const made = index === 0 ? cell : (blank.cloneNode(true) as HTMLElement);
      if (index > 0) wall.append(made);
      const parts = partsOf(made);
      if (!parts) throw new RangeError("The page's cell lacks a part.");
      cells[index] = parts;
      const viewer: Viewer = new Viewer({
        ...parts,
        ...given,
        layers,
        editor,
        ruler,
        pictures,
        renditions,
        onStatus: (status) => {
          showStatus(made, status);
        },
        onProgress: (share) => {
          showProgress(made, share);
        },
        onValue: (value) => {
          showValue(made, value, viewer.image.values.unit);
        },
        onChange: () => {
          refresh();
        },
      });
      bindCell(made, viewer, () => room);
      return viewer;
    },
    onLayout: () => {
      layOut(wall, room, cells);
    },
    onChange: () => {
      refresh();
    },
  });
  redraw = () => {
    room.changed();
  };
  layOut(wall, room, cells);
  const refreshTools = bindToolbar(root, room);
  const refreshSlices = bindSliceStrip(part("slices"), room, options.calls);
  const refreshMarkTools = bindMarkTools(root, room);
  refresh = () => {
    refreshTools();
    refreshMarkTools();
    refreshSlices();
    room.viewers.forEach((viewer, index) => {
      const parts = cells[index];
      if (parts) refreshCell(parts, viewer, names.get(viewer.image.id) ?? "");
    });
    hideEmpty(root, room);
    options.onHeatmap(room.layers.chosen);
  };
  refresh();
  return room;
}

/** What belongs to one viewport alone: its keys while it has the focus, its button to try again. */
function bindCell(cell: HTMLElement, viewer: Viewer, room: () => Room): void {
  cell.querySelector('[data-do="retry"]')?.addEventListener("click", () => {
    viewer.retry();
  });
  cell.querySelector("[data-viewer-stage]")?.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!stageKey(room(), event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Show the viewports that are in sight, and which of several is active. */
function layOut(wall: HTMLElement, room: Room, cells: readonly CellParts[]): void {
  wall.dataset.layout = !room.spread ? "one" : room.viewers.length > 2 ? "four" : "two";
  room.viewers.forEach((viewer, index) => {
    const parts = cells[index];
    if (!parts) return;
    const active = viewer === room.viewer;
    parts.cell.hidden = !room.spread && !active;
    parts.cell.toggleAttribute("data-active", active && room.spread);
  });
}

function wishOf(wall: HTMLElement): Layout | "" {
  const { hanging } = wall.dataset;
  return hanging === "one" || hanging === "two" || hanging === "four" ? hanging : "";
}

/** The server's names for the windows, for pictures that it has to draw. */
function renditionsOf(root: HTMLElement): readonly string[] {
  return [...root.querySelectorAll<HTMLOptionElement>("[data-window-choice] option")].map(
    (option) => option.dataset.rendition ?? "",
  );
}

function startingLayers(options: MountOptions): Layers {
  const first =
    options.heatmaps.find((heatmap) => heatmap.finding === options.chosen) ?? options.heatmaps[0];
  return {
    heatmaps: options.heatmaps,
    regions: options.regions,
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.4,
    style: "filled",
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
function hideEmpty(root: HTMLElement, room: Room): void {
  const { heatmaps, regions } = room.layers;
  const present: Record<LayerName, boolean> = {
    heatmap: heatmaps.length > 0,
    peak: heatmaps.some((heatmap) => heatmap.peak !== null),
    regions: regions.length > 0,
    // There from the start where marks are made: a button that came with the first one would move the film.
    marks: room.hasMarks || room.canMark,
  };
  for (const button of root.querySelectorAll<HTMLElement>("[data-layer]")) {
    button.hidden = !present[button.dataset.layer as LayerName];
  }
  root.querySelector("[data-heatmap-controls]")?.toggleAttribute("hidden", !present.heatmap);
  root.querySelector("[data-heatmap-note]")?.toggleAttribute("hidden", !present.heatmap);
  const bar = root.querySelector<HTMLElement>("[data-viewer-layers]");
  if (bar) bar.hidden = [...bar.children].every((child) => child.hasAttribute("hidden"));
}
