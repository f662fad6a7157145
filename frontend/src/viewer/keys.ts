/** The viewer's keys: some only while the stage has the focus, the rest anywhere on the page. */

import type { Viewer } from "./viewer";

const PAN_STEP = 60;
const RETICLE_STEP = 6;
const ZOOM_STEP = 1.25;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Keys that belong to the stage while it has the focus; true where the key was used. */
export function stageKey(viewer: Viewer, key: string, shift: boolean): boolean {
  const arrow = ARROWS[key];
  if (arrow) {
    const [dx, dy] = arrow;
    if (viewer.tool === "mark") {
      const step = RETICLE_STEP * (shift ? 6 : 1);
      viewer.moveReticle(dx * step, dy * step);
    } else {
      viewer.pan(-dx * PAN_STEP, -dy * PAN_STEP);
    }
    return true;
  }
  if (viewer.tool !== "mark") return false;
  // Without a reticle in sight Enter isn't ours: it commits.
  if (key === "Enter" && !viewer.reticle) return false;
  if (key === "Enter" || key === " ") viewer.placeAtReticle();
  else if (key === "Delete" || key === "Backspace") viewer.removeNearest();
  else if (key === "Escape") viewer.setTool("pan");
  else return false;
  return true;
}

/** Keys that work wherever the focus is; true where the key was used. */
export function viewerKey(viewer: Viewer, key: string): boolean {
  switch (key) {
    case "+":
    case "=":
      viewer.zoom(ZOOM_STEP);
      return true;
    case "-":
      viewer.zoom(1 / ZOOM_STEP);
      return true;
    case "0":
      viewer.reset();
      return true;
    case "[":
    case "PageUp":
      viewer.step(-1);
      return true;
    case "]":
    case "PageDown":
      viewer.step(1);
      return true;
    case "v":
      viewer.setTool("pan");
      return true;
    case "b":
      viewer.setTool("window");
      return true;
    case "x":
      if (!viewer.canMark) return false;
      viewer.setTool("mark");
      viewer.moveReticle(0, 0);
      return true;
    default:
      return layerKey(viewer, key);
  }
}

function layerKey(viewer: Viewer, key: string): boolean {
  const { layers } = viewer;
  if (key === "h" && layers.heatmaps.length > 0) viewer.toggle("heatmap");
  else if (key === "g" && layers.heatmaps.length > 0) viewer.nextMethod();
  else if (key === "p" && layers.heatmaps.length > 0) viewer.toggle("peak");
  else if (key === "r" && layers.regions.length > 0) viewer.toggle("regions");
  else if (key === "m" && viewer.marks.length > 0) viewer.toggle("marks");
  else if (key === "," && layers.heatmaps.length > 0) viewer.setOpacity(layers.opacity - 0.1);
  else if (key === "." && layers.heatmaps.length > 0) viewer.setOpacity(layers.opacity + 0.1);
  else return false;
  return true;
}
