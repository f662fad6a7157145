import { describe, expect, it } from "vitest";
import { readsOption, rightOption, setsOption, type Look, type ProgressData } from "./series";

const look: Look = {
  you: "#1",
  ai: "#2",
  ink: "#3",
  soft: "#4",
  line: "#5",
  font: "sans-serif",
  surface: "#6",
  names: { reads: "Reads", first: "First", final: "Final", ai: "AI" },
};
const data: ProgressData = {
  days: ["2026-01-01", "2026-01-02"],
  reads: [4, 6],
  first: [50, null],
  final: [66.666, 100],
  ai: [75, null],
};

interface Series {
  name: string;
  data: unknown[];
}

function series(option: Record<string, unknown>): Series[] {
  return option.series as Series[];
}

describe("progress charts", () => {
  it("show the same numbers as the tables behind them", () => {
    expect(series(readsOption(data, look))[0]?.data).toEqual([4, 6]);
    expect(series(rightOption(data, look)).map(({ data: values }) => values)).toEqual([
      [50, null],
      [66.7, 100],
      [75, null],
    ]);
  });

  it("name the three voices in the page's words", () => {
    expect(series(rightOption(data, look)).map(({ name }) => name)).toEqual([
      "First",
      "Final",
      "AI",
    ]);
  });

  it("leave a set without scored reads empty instead of zero", () => {
    const option = setsOption([{ name: "Films", first: 50, final: null, ai: 80 }], look);
    expect(series(option).map(({ data: values }) => values)).toEqual([[50], [null], [80]]);
  });
});
