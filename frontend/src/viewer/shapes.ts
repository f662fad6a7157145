/** SVG shapes of the overlay: numbers short enough for a path, and lines drawn over a dark halo. */

import type { Point } from "./geometry";

const SVG = "http://www.w3.org/2000/svg";

export function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  return element;
}

/** A path drawn twice, a halo first, so that it stands out on any grey; `voice` says whose it is. */
export function haloed(voice: string, path: string): SVGGElement {
  const group = svgElement("g", { class: `shape-${voice}` });
  for (const role of ["halo", "line"]) group.append(svgElement("path", { class: role, d: path }));
  return group;
}

export function pair(point: Point): string {
  return `${round(point.x)} ${round(point.y)}`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
