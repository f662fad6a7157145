import { describe, expect, it } from "vitest";
import { cardOption, type ChartData } from "./card";
import type { Palette } from "./look";

const look: Palette = {
  you: "#1",
  ai: "#2",
  ink: "#3",
  soft: "#4",
  line: "#5",
  font: "sans-serif",
  surface: "#6",
};
const titles = { id: "one", x: "False alarms", y: "Found" };

function series(data: ChartData): { type: string; name?: string; data: unknown[] }[] {
  return cardOption(data, look).series as { type: string; name?: string; data: unknown[] }[];
}

describe("report card charts", () => {
  it("draw a curve in per cent, and chance beside the ROC curve alone", () => {
    const points = [
      [0, 0],
      [0.125, 0.9],
      [1, 1],
    ] as const;
    const roc = series({ ...titles, kind: "roc", points });
    expect(roc[0]?.data).toEqual([
      [0, 0],
      [12.5, 90],
      [100, 100],
    ]);
    expect(roc).toHaveLength(2);
    expect(series({ ...titles, kind: "precision-recall", points })).toHaveLength(1);
  });

  it("give every group of cases its interval", () => {
    const drawn = series({
      ...titles,
      kind: "reliability",
      points: [
        [0.1, 0.2, 0.05, 0.5],
        [0.8, 0.7, 0.4, 0.9],
      ],
    });
    expect(drawn[0]?.data).toEqual([
      [10, 20],
      [80, 70],
    ]);
    expect(drawn.slice(2).map(({ data }) => data)).toEqual([
      [
        [10, 5],
        [10, 50],
      ],
      [
        [80, 40],
        [80, 90],
      ],
    ]);
  });

  it("name both groups of a score distribution", () => {
    const drawn = series({
      ...titles,
      kind: "scores",
      edges: [0, 0.5, 1],
      with: [1, 4],
      without: [5, 0],
      names: ["With", "Without"],
    });
    expect(drawn.map(({ name, data }) => [name, data])).toEqual([
      ["With", [1, 4]],
      ["Without", [5, 0]],
    ]);
  });
});
