/** Drawing of marks, their handles and the reticle over the picture, in stage pixels. */

import type { Point } from "../geometry";
import { haloed, pair, round, svgElement } from "../shapes";
import { handlesOf } from "./hits";
import { edgesOf, type Mark } from "./model";

const POINT_RADIUS = 11;
const CENTRE_ARM = 3;
const HANDLE_HALF = 4.5;
const RETICLE_ARM = 26;
const RETICLE_GAP = 7;
/** Image to stage pixels: zoom, turn, mirror and all. */
export type Project = (point: Point) => Point;

/** One mark of the learner's, with its number; `selected` ones carry handles. */
export function markShape(
  mark: Mark,
  project: Project,
  { number, voice, selected }: { number: number; voice: "you" | "earlier"; selected: boolean },
): SVGGElement {
  const centre = project(mark);
  const outline = outlinePath(mark, project);
  const group = haloed(voice, outline + (voice === "you" ? crossPath(centre, CENTRE_ARM) : ""));
  if (selected) group.classList.add("shape-selected");
  if (voice === "you") {
    group.append(label(String(number), corner(mark, project)));
    if (selected) {
      for (const { at } of handlesOf(mark)) group.append(handle(project(at)));
    }
  }
  return group;
}

export function reticleShape(at: Point): SVGGElement {
  const arm = RETICLE_ARM - RETICLE_GAP;
  const { x, y } = at;
  return haloed(
    "reticle",
    `M${round(x - RETICLE_ARM)} ${round(y)}h${arm}M${round(x + RETICLE_GAP)} ${round(y)}h${arm}` +
      `M${round(x)} ${round(y - RETICLE_ARM)}v${arm}M${round(x)} ${round(y + RETICLE_GAP)}v${arm}`,
  );
}

/** The outline of a mark: of a point a ring of constant size, of a box its corners, of an ellipse its arcs. */
export function outlinePath(mark: Mark, project: Project): string {
  if (mark.shape === "point") return ringPath(project(mark), POINT_RADIUS, POINT_RADIUS, 0);
  const { left, top, right, bottom } = edgesOf(mark);
  if (mark.shape === "box") {
    const corners = [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: bottom },
      { x: left, y: bottom },
    ].map(project);
    return `M${corners.map(pair).join("L")}Z`;
  }
  const centre = project(mark);
  const side = project({ x: right, y: mark.y });
  const foot = project({ x: mark.x, y: bottom });
  const a = Math.hypot(side.x - centre.x, side.y - centre.y);
  const b = Math.hypot(foot.x - centre.x, foot.y - centre.y);
  const turn = (Math.atan2(side.y - centre.y, side.x - centre.x) * 180) / Math.PI;
  return ringPath(centre, a, b, turn);
}

function ringPath(at: Point, a: number, b: number, turn: number): string {
  const angle = (turn * Math.PI) / 180;
  const dx = a * Math.cos(angle);
  const dy = a * Math.sin(angle);
  const start = { x: at.x - dx, y: at.y - dy };
  const end = { x: at.x + dx, y: at.y + dy };
  const arc = `A${round(a)} ${round(b)} ${round(turn)} 1 0`;
  return `M${pair(start)}${arc} ${pair(end)}${arc} ${pair(start)}Z`;
}

function crossPath({ x, y }: Point, arm: number): string {
  return `M${round(x - arm)} ${round(y)}h${2 * arm}M${round(x)} ${round(y - arm)}v${2 * arm}`;
}

/** Where the number stands: at the top right as it is on the screen, however the image is turned. */
function corner(mark: Mark, project: Project): Point {
  if (mark.shape === "point") {
    const { x, y } = project(mark);
    return { x: x + POINT_RADIUS + 4, y: y - POINT_RADIUS + 2 };
  }
  const { left, top, right, bottom } = edgesOf(mark);
  const a = project({ x: left, y: top });
  const b = project({ x: right, y: bottom });
  return { x: Math.max(a.x, b.x) + 4, y: Math.min(a.y, b.y) - 2 };
}

function handle({ x, y }: Point): SVGRectElement {
  const side = 2 * HANDLE_HALF;
  return svgElement("rect", {
    class: "handle",
    x: round(x - HANDLE_HALF),
    y: round(y - HANDLE_HALF),
    width: side,
    height: side,
  });
}

function label(text: string, at: Point): SVGTextElement {
  const element = svgElement("text", { x: round(at.x), y: round(at.y) });
  element.textContent = text;
  return element;
}
