/** The viewer's keys: some only while the stage has the focus, the rest anywhere on the page. */

import { ACTIONS, type Action } from "./actions";
import type { Tool } from "./gestures";
import { nextShape } from "./marks";
import type { Room } from "./room";

const PAN_STEP = 60;
const ZOOM_STEP = 1.25;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const TOOLS: Readonly<Record<string, Tool>> = { v: "pan", b: "window", l: "length", a: "angle" };
const ACTION_KEYS: Readonly<Record<string, Action>> = {
  "0": ACTIONS.reset,
  i: ACTIONS.invert,
  t: ACTIONS.turn,
  f: ACTIONS.mirror,
  z: ACTIONS.lens,
  w: ACTIONS.spread,
  j: ACTIONS.link,
  q: ACTIONS["next-viewport"],
};

/** Keys that belong to the stage while it has the focus; true where the key was used. */
export function stageKey(room: Room, key: string, shift: boolean): boolean {
  if (room.tool === "mark") {
    if (room.editor.key(room.viewer, key, shift)) return true;
    if (key === "Escape") room.setTool("pan");
    return key === "Escape";
  }
  if (room.tool === "length" || room.tool === "angle") {
    if (key === "Escape") room.setTool("pan");
    else if (key !== "Delete" && key !== "Backspace") return false;
    else return room.removeMeasure();
    return true;
  }
  const arrow = ARROWS[key];
  if (!arrow) return false;
  room.viewer.pan(-arrow[0] * PAN_STEP, -arrow[1] * PAN_STEP);
  return true;
}

/** Keys that work wherever the focus is; true where the key was used. */
export function viewerKey(room: Room, key: string): boolean {
  switch (key) {
    case "+":
    case "=":
      room.viewer.zoom(ZOOM_STEP);
      return true;
    case "-":
      room.viewer.zoom(1 / ZOOM_STEP);
      return true;
    case "[":
    case "PageUp":
      room.viewer.step(-1);
      return true;
    case "]":
    case "PageDown":
      room.viewer.step(1);
      return true;
    default:
      return markKey(room, key) || actionKey(room, key) || layerKey(room, key);
  }
}

function markKey(room: Room, key: string): boolean {
  const { editor } = room;
  if (!room.canMark) return false;
  if (key === "x") {
    // The tool first; pressed again, the next shape.
    if (room.tool === "mark") editor.setShape(nextShape(editor.shape));
    room.setTool("mark");
    editor.showReticle(room.viewer);
  } else if (key === "u") editor.undo();
  else if (key === "e") {
    room.setTool("mark");
    editor.next(room.viewer);
  } else return false;
  return true;
}

function actionKey(room: Room, key: string): boolean {
  const preset = /^preset-([1-9])$/.exec(key)?.[1];
  if (preset) return room.viewer.setPreset(Number(preset) - 1);
  const tool = TOOLS[key];
  if (tool) room.setTool(tool);
  const act = ACTION_KEYS[key];
  act?.(room);
  return tool !== undefined || act !== undefined;
}

/** The key as the viewer knows it: Shift and a digit choose one of the image's windows, whatever the layout writes. */
export function viewerKeyOf(event: KeyboardEvent): string {
  const digit = event.shiftKey ? /^Digit([1-9])$/.exec(event.code)?.[1] : undefined;
  if (digit) return `preset-${digit}`;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function layerKey(room: Room, key: string): boolean {
  const { layers } = room;
  if (key === "h" && layers.heatmaps.length > 0) room.toggle("heatmap");
  else if (key === "g" && layers.heatmaps.length > 0) room.nextMethod();
  else if (key === "o" && layers.heatmaps.length > 0) {
    room.setStyle(layers.style === "filled" ? "contour" : "filled");
  } else if (key === "p" && layers.heatmaps.length > 0) room.toggle("peak");
  else if (key === "r" && layers.regions.length > 0) room.toggle("regions");
  else if (key === "m" && room.hasMarks) room.toggle("marks");
  else if (key === "," && layers.heatmaps.length > 0) room.setOpacity(layers.opacity - 0.1);
  else if (key === "." && layers.heatmaps.length > 0) room.setOpacity(layers.opacity + 0.1);
  else return false;
  return true;
}
