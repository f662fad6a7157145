/** The page's colours and font, light or dark, and charts that follow them and the window. */

import { BarChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart,
  LineChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  SVGRenderer,
]);

export interface Palette {
  readonly you: string;
  readonly ai: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly font: string;
  readonly surface: string;
}

export function palette(page: Document): Palette {
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
  };
}

export interface Drawn {
  readonly place: HTMLElement;
  /** Called again whenever the page turns light or dark. */
  readonly option: () => Record<string, unknown>;
}

/** Draws each chart in its place, which is hidden without script. */
export function drawAll(drawn: readonly Drawn[]): void {
  const charts: { chart: ECharts; option: Drawn["option"] }[] = drawn.map(({ place, option }) => {
    place.hidden = false;
    return { chart: init(place, null, { renderer: "svg" }), option };
  });
  const paint = (): void => {
    for (const { chart, option } of charts) chart.setOption(option());
  };
  paint();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  window.addEventListener("resize", () => {
    for (const { chart } of charts) chart.resize();
  });
}
