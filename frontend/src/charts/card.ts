/** The report card's charts as plain option objects, from the page's data. Pure: no DOM and no ECharts here. */

import type { Palette } from "./look";

interface Titles {
  readonly id: string;
  readonly x: string;
  readonly y: string;
}

/** Shares 0 … 1: [x, y] of a curve's points. */
export interface CurveData extends Titles {
  readonly kind: "roc" | "precision-recall";
  readonly points: readonly (readonly [number, number])[];
}

/** Shares 0 … 1: [stated, observed, low, high] of each group of cases. */
export interface ReliabilityData extends Titles {
  readonly kind: "reliability";
  readonly points: readonly (readonly [number, number, number, number])[];
}

export interface ScoresData extends Titles {
  readonly kind: "scores";
  readonly edges: readonly number[];
  readonly with: readonly number[];
  readonly without: readonly number[];
  readonly names: readonly [string, string];
}

export type ChartData = CurveData | ReliabilityData | ScoresData;

type Option = Record<string, unknown>;

export function cardOption(data: ChartData, look: Palette): Option {
  if (data.kind === "scores") return scoresOption(data, look);
  if (data.kind === "reliability") return reliabilityOption(data, look);
  return curveOption(data, look);
}

function frame(look: Palette): Option {
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: look.font, color: look.soft },
    grid: { left: 30, right: 20, top: 40, bottom: 34, containLabel: true },
    tooltip: {
      trigger: "item",
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink },
    },
  };
}

function shares(name: string, gap: number, look: Palette): Option {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: { color: look.ink },
    min: 0,
    max: 100,
    interval: 25,
    axisLabel: { color: look.soft, formatter: "{value} %" },
    splitLine: { lineStyle: { color: look.line } },
  };
}

function diagonal(look: Palette): Option {
  return {
    type: "line",
    data: [
      [0, 0],
      [100, 100],
    ],
    symbol: "none",
    silent: true,
    lineStyle: { color: look.soft, type: "dashed", width: 1 },
  };
}

function curveOption(data: CurveData, look: Palette): Option {
  const line: Option = {
    type: "line",
    data: data.points.map(([x, y]) => [percent(x), percent(y)]),
    symbol: "circle",
    symbolSize: 4,
    lineStyle: { color: look.ai, width: 2.5 },
    itemStyle: { color: look.ai },
  };
  return {
    ...frame(look),
    xAxis: shares(data.x, 30, look),
    yAxis: shares(data.y, 44, look),
    series: data.kind === "roc" ? [line, diagonal(look)] : [line],
  };
}

function reliabilityOption(data: ReliabilityData, look: Palette): Option {
  const intervals = data.points.map(([stated, , low, high]) => ({
    type: "line",
    data: [
      [percent(stated), percent(low)],
      [percent(stated), percent(high)],
    ],
    symbol: "rect",
    symbolSize: [9, 1.5],
    silent: true,
    lineStyle: { color: look.ai, width: 1.5 },
    itemStyle: { color: look.ai },
  }));
  const points: Option = {
    type: "scatter",
    data: data.points.map(([stated, observed]) => [percent(stated), percent(observed)]),
    symbolSize: 9,
    itemStyle: { color: look.ai },
  };
  return {
    ...frame(look),
    xAxis: shares(data.x, 30, look),
    yAxis: shares(data.y, 44, look),
    series: [points, diagonal(look), ...intervals],
  };
}

function scoresOption(data: ScoresData, look: Palette): Option {
  const bars = (name: string, counts: readonly number[], itemStyle: Option): Option => ({
    type: "bar",
    name,
    data: [...counts],
    barGap: 0,
    itemStyle,
  });
  const starts = data.edges.slice(0, -1).map((edge) => `${String(percent(edge))} %`);
  return {
    ...frame(look),
    legend: { top: 0, left: 0, textStyle: { color: look.ink } },
    xAxis: {
      type: "category",
      name: data.x,
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: look.ink },
      data: starts,
      axisLabel: { color: look.soft, hideOverlap: true },
      axisLine: { lineStyle: { color: look.line } },
    },
    yAxis: {
      type: "value",
      name: data.y,
      nameLocation: "middle",
      nameGap: 36,
      minInterval: 1,
      nameTextStyle: { color: look.ink },
      axisLabel: { color: look.soft },
      splitLine: { lineStyle: { color: look.line } },
    },
    series: [
      bars(data.names[0], data.with, { color: look.ai }),
      bars(data.names[1], data.without, {
        color: "transparent",
        borderColor: look.you,
        borderWidth: 2,
      }),
    ],
  };
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
