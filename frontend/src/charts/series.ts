/** The progress charts as plain option objects, from the page's data. Pure: no DOM and no ECharts here. */

import type { Palette } from "./look";

export interface ProgressData {
  readonly days: readonly string[];
  readonly reads: readonly number[];
  /** Per cent right, null where nothing was scored that day. */
  readonly first: readonly (number | null)[];
  readonly final: readonly (number | null)[];
  readonly ai: readonly (number | null)[];
}

export interface SetShare {
  readonly name: string;
  readonly first: number | null;
  readonly final: number | null;
  readonly ai: number | null;
}

/** The words and colours of the page: "you" in two strengths, the AI, lines and ink. */
export interface Look extends Palette {
  readonly names: Readonly<Record<"reads" | "first" | "final" | "ai", string>>;
}

type Option = Record<string, unknown>;

function frame(look: Look): Option {
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: look.font, color: look.soft },
    grid: { left: 8, right: 12, top: 44, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: look.ink }, itemGap: 18 },
    tooltip: {
      trigger: "axis",
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink },
    },
  };
}

function category(names: readonly string[], look: Look): Option {
  return {
    type: "category",
    data: [...names],
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.soft, hideOverlap: true },
  };
}

function value(look: Look, percent: boolean): Option {
  return {
    type: "value",
    min: 0,
    ...(percent ? { max: 100, interval: 25 } : { minInterval: 1 }),
    axisLabel: { color: look.soft, formatter: percent ? "{value} %" : "{value}" },
    splitLine: { lineStyle: { color: look.line } },
  };
}

/** Reads a day, as bars. */
export function readsOption(data: ProgressData, look: Look): Option {
  return {
    ...frame(look),
    xAxis: category(data.days, look),
    yAxis: value(look, false),
    series: [
      {
        type: "bar",
        name: look.names.reads,
        data: [...data.reads],
        barMaxWidth: 36,
        itemStyle: { color: look.you },
      },
    ],
  };
}

/** Per cent right a day: first opinion, final opinion and AI, told apart by line, symbol and colour. */
export function rightOption(data: ProgressData, look: Look): Option {
  const line = (
    name: string,
    values: readonly (number | null)[],
    color: string,
    type: string,
    symbol: string,
    hollow = false,
  ): Option => ({
    type: "line",
    name,
    data: values.map(rounded),
    connectNulls: true,
    symbol,
    symbolSize: 9,
    lineStyle: { color, type, width: 2.5 },
    itemStyle: hollow ? { color: look.surface, borderColor: color, borderWidth: 2 } : { color },
  });
  return {
    ...frame(look),
    xAxis: category(data.days, look),
    yAxis: value(look, true),
    series: [
      line(look.names.first, data.first, look.you, "dashed", "circle", true),
      line(look.names.final, data.final, look.you, "solid", "circle"),
      line(look.names.ai, data.ai, look.ai, "dotted", "diamond"),
    ],
  };
}

/** Per cent right by case set, as groups of bars. */
export function setsOption(sets: readonly SetShare[], look: Look): Option {
  const bars = (name: string, values: readonly (number | null)[], style: Option): Option => ({
    type: "bar",
    name,
    data: values.map(rounded),
    barMaxWidth: 18,
    itemStyle: style,
  });
  return {
    ...frame(look),
    xAxis: value(look, true),
    yAxis: {
      ...category(
        sets.map(({ name }) => name),
        look,
      ),
      axisLabel: { color: look.soft, width: 110, overflow: "break", lineHeight: 15 },
      inverse: true,
    },
    series: [
      bars(
        look.names.first,
        sets.map(({ first }) => first),
        {
          color: "transparent",
          borderColor: look.you,
          borderWidth: 2,
        },
      ),
      bars(
        look.names.final,
        sets.map(({ final }) => final),
        { color: look.you },
      ),
      bars(
        look.names.ai,
        sets.map(({ ai }) => ai),
        { color: look.ai },
      ),
    ],
  };
}

function rounded(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 10) / 10;
}
