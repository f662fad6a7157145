/** Drawing of the progress charts with ECharts (SVG), in the page's colours, light or dark. */

import { BarChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { message } from "../messages";
import {
  readsOption,
  rightOption,
  setsOption,
  type Look,
  type ProgressData,
  type SetShare,
} from "./series";

use([
  BarChart,
  LineChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  SVGRenderer,
]);

export function drawCharts(page: Document): void {
  const text = page.getElementById("progress-data")?.textContent;
  if (!text) return;
  const data = JSON.parse(text) as ProgressData;
  const sets = setShares(page);
  const charts: { chart: ECharts; option: (look: Look) => Record<string, unknown> }[] = [];
  const add = (name: string, option: (look: Look) => Record<string, unknown>): void => {
    const place = page.querySelector<HTMLElement>(`[data-chart="${name}"]`);
    if (!place) return;
    place.hidden = false;
    charts.push({ chart: init(place, null, { renderer: "svg" }), option });
  };
  add("reads", (look) => readsOption(data, look));
  add("right", (look) => rightOption(data, look));
  const height = page.querySelector<HTMLElement>('[data-chart="sets"]');
  if (height) height.style.height = `${6 + 4 * sets.length}rem`;
  add("sets", (look) => setsOption(sets, look));

  const paint = (): void => {
    const look = currentLook(page);
    for (const { chart, option } of charts) chart.setOption(option(look));
  };
  paint();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  window.addEventListener("resize", () => {
    for (const { chart } of charts) chart.resize();
  });
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
  const style = getComputedStyle(page.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    you: token("you-fill"),
    ai: token("ai-fill"),
    ink: token("ink"),
    soft: token("ink-soft"),
    line: token("line"),
    font: token("font"),
    surface: token("surface"),
    names: {
      reads: message("reads"),
      first: message("first"),
      final: message("final"),
      ai: message("ai"),
    },
  };
}
