import { describe, expect, it } from "vitest";
import { pointMark } from "../viewer/marks";
import {
  callsOf,
  heatmapsOf,
  payloadOf,
  startingPoint,
  storedMarks,
  type ReadPayload,
} from "./payload";

const mark = pointMark("one", "mass", { x: 1, y: 2 });
const read: ReadPayload = {
  id: "r",
  state: "ai_shown",
  images: [],
  question: {
    kind: "detection",
    localise: true,
    max_marks: 3,
    findings: [{ key: "mass", label: "Mass" }],
  },
  first: { findings: [], marks: [mark], cannot_tell: false },
  ai: {
    findings: [
      { finding: "cyst", probability: 0.6, present: false, image: "two" },
      { finding: "mass", probability: 0.4, present: true, image: "one" },
    ],
    images: [
      {
        image: "one",
        findings: [{ finding: "mass", probability: 0.4, threshold: 0.3 }],
        heatmaps: [
          { id: "h", url: "/h", finding: "mass", method: "gradcam", peak: { x: 3, y: 4 } },
          { id: "i", url: "/i", finding: "cyst", method: "gradcam", peak: null },
        ],
      },
    ],
  },
};

describe("payload", () => {
  it("gives every heatmap its image and its finding's name", () => {
    const found = heatmapsOf(read);
    expect(found.map(({ image, label }) => `${image} ${label}`)).toEqual(["one Mass", "one cyst"]);
  });

  it("begins with what the AI calls present, and at the truth with the finding itself", () => {
    expect(startingPoint(read)).toEqual({ image: "one", finding: "mass" });
    const region = { finding: "mass", shape: "mask", geometry: [], mask_url: null } as const;
    const regions = ["a", "b", "c"].map((image) => ({ ...region, image }));
    expect(startingPoint({ ...read, truth: { regions } }).image).toBe("b");
    expect(startingPoint({ id: "r", state: "opened", images: [] })).toEqual({
      image: "",
      finding: "",
    });
  });

  it("says what the AI holds of each image", () => {
    expect(callsOf(read)).toEqual([
      { image: "one", finding: "mass", probability: 0.4, threshold: 0.3 },
    ]);
  });

  it("has no heatmap and no probability before the reveal", () => {
    expect(heatmapsOf({ id: "r", state: "opened", images: [] })).toEqual([]);
    expect(callsOf({ id: "r", state: "opened", images: [] })).toEqual([]);
  });

  it("shows the final opinion's marks, or the first's where the final has none", () => {
    const final = { findings: [], marks: [], cannot_tell: false };
    const moved = { ...mark, x: 9 };
    expect(storedMarks(read)).toEqual([mark]);
    expect(storedMarks({ ...read, final })).toEqual([mark]);
    expect(storedMarks({ ...read, final: { ...final, marks: [moved] } })).toEqual([moved]);
    expect(storedMarks({ id: "r", state: "opened", images: [] })).toEqual([]);
  });

  it("reads the page's own data and copes without it", () => {
    document.body.innerHTML = '<script id="read-data" type="application/json">{"id":"x"}</script>';
    expect(payloadOf(document)?.id).toBe("x");
    document.body.innerHTML = "";
    expect(payloadOf(document)).toBeNull();
  });
});
