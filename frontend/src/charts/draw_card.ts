/** Drawing of the report card's charts with ECharts (SVG). */

import { ScatterChart } from "echarts/charts";
import { use } from "echarts/core";
import { cardOption, type ChartData } from "./card";
import { drawAll, palette } from "./look";

use([ScatterChart]);

export function drawCard(page: Document): void {
  const text = page.getElementById("card-data")?.textContent;
  if (!text) return;
  const charts = JSON.parse(text) as ChartData[];
  drawAll(
    charts.flatMap((data) => {
      const place = page.querySelector<HTMLElement>(`[data-chart="${data.id}"]`);
      return place ? [{ place, option: () => cardOption(data, palette(page)) }] : [];
    }),
  );
}
