/** Drawing of the progress charts with ECharts (SVG), in the page's colours, light or dark. */

import { message } from "../messages";
import { drawAll, palette, type Drawn } from "./look";
import {
  readsOption,
  rightOption,
  setsOption,
  type Look,
  type ProgressData,
  type SetShare,
} from "./series";

export function drawCharts(page: Document): void {
  const text = page.getElementById("progress-data")?.textContent;
  if (!text) return;
  const data = JSON.parse(text) as ProgressData;
  const sets = setShares(page);
  const charts: Drawn[] = [];
  const add = (name: string, option: (look: Look) => Record<string, unknown>): void => {
    const place = page.querySelector<HTMLElement>(`[data-chart="${name}"]`);
    if (place) charts.push({ place, option: () => option(currentLook(page)) });
  };
  add("reads", (look) => readsOption(data, look));
  add("right", (look) => rightOption(data, look));
  const height = page.querySelector<HTMLElement>('[data-chart="sets"]');
  if (height) height.style.height = `${6 + 4 * sets.length}rem`;
  add("sets", (look) => setsOption(sets, look));
  drawAll(charts);
}

/** The by-set figures, read from the table that stands behind their chart. */
function setShares(page: Document): readonly SetShare[] {
  const rows = page.querySelectorAll<HTMLTableRowElement>("[data-set-row]");
  const share = (row: HTMLElement, name: string): number | null => {
    const value = row.querySelector<HTMLElement>(`[data-${name}]`)?.dataset[name] ?? "";
    return value === "" ? null : Number(value);
  };
  return [...rows].map((row) => ({
    name: row.dataset.setRow ?? "",
    first: share(row, "first"),
    final: share(row, "final"),
    ai: share(row, "ai"),
  }));
}

function currentLook(page: Document): Look {
  return {
    ...palette(page),
    names: {
      reads: message("reads"),
      first: message("first"),
      final: message("final"),
      ai: message("ai"),
    },
  };
}
