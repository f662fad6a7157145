import { describe, expect, it } from "vitest";
import { edgeLetters, hang, seriesOf } from "./hanging";
import { sampleImage } from "./samples";
import type { ViewerImage } from "./types";

function breast(name: string, series: number): ViewerImage {
  const [laterality = "", view = ""] = name.split(" ");
  return sampleImage(name, { series, laterality, view });
}

const starts = (
  images: readonly ViewerImage[],
  wanted: "" | "one" | "two" | "four" = "",
): string[] => hang(images, wanted).cells.map(({ start }) => start.id);

describe("hanging", () => {
  it("hangs the right breast on the left, CC above MLO, chest walls to the middle", () => {
    const images = ["L MLO", "L CC", "R MLO", "R CC"].map(breast);
    const { layout, cells, linked } = hang(images);
    expect([layout, linked]).toEqual(["four", false]);
    expect(cells.map(({ start }) => start.id)).toEqual(["R CC", "L CC", "R MLO", "L MLO"]);
    expect(cells.map(({ align }) => align)).toEqual([1, -1, 1, -1]);
  });

  it("hangs both breasts of one view side by side", () => {
    expect(starts(["L CC", "R CC"].map(breast))).toEqual(["R CC", "L CC"]);
  });

  it("hangs two sequences of the same slices together, linked", () => {
    const images = [0, 1].flatMap((series) =>
      [0, 1].map((slice) => sampleImage(`${series}.${slice}`, { series, slice })),
    );
    const { layout, cells, linked } = hang(images);
    expect([layout, linked]).toEqual(["two", true]);
    expect(cells.map((cell) => cell.images.length)).toEqual([2, 2]);
  });

  describe("with priors", () => {
    const prior = (image: ViewerImage, months_before: number): ViewerImage => ({
      ...image,
      id: `${image.id} -${months_before}`,
      series: image.series + 10 * months_before,
      months_before,
    });
    const film = sampleImage("film", { view: "PA" });

    it("hangs the current film first and the latest prior beside it, linked", () => {
      const hung = hang([prior(film, 30), prior(film, 14), film]);
      expect(hung.cells.map(({ start }) => start.id)).toEqual(["film", "film -14", "film -30"]);
      expect(hang([prior(film, 14), film])).toMatchObject({ layout: "two", linked: true });
    });

    it("hangs two breasts above their priors", () => {
      const now = ["L CC", "R CC"].map(breast);
      const images = [...now.map((one) => prior(one, 24)), ...now];
      expect(starts(images)).toEqual(["R CC", "L CC", "R CC -24", "L CC -24"]);
    });

    it("never hangs a prior below the other breast", () => {
      const now = ["R CC", "L CC"].map(breast);
      const [right, left] = now as [ViewerImage, ViewerImage];
      expect(starts([...now, prior(right, 24)])).toEqual(["R CC", "L CC", "R CC -24"]);
      const { layout, cells } = hang([...now, prior(left, 24)]);
      expect(layout).toBe("two");
      expect(cells.map(({ images }) => images.map(({ id }) => id))).toEqual([
        ["R CC"],
        ["L CC", "L CC -24"],
      ]);
    });

    it("hangs priors in the order of the views they compare with", () => {
      const now = ["LAT", "PA"].map((view, series) => sampleImage(view, { view, series }));
      const [lateral, frontal] = now as [ViewerImage, ViewerImage];
      const priors = [
        { ...prior(frontal, 9), series: 20 },
        { ...prior(lateral, 9), series: 21 },
      ];
      expect(starts([...priors, ...now])).toEqual(["LAT", "PA", "LAT -9", "PA -9"]);
    });

    it("puts the priors of four views behind their own, where there is no room", () => {
      const now = ["R CC", "L CC", "R MLO", "L MLO"].map(breast);
      const { cells } = hang([...now, ...now.map((one) => prior(one, 24)).reverse()]);
      expect(cells.map(({ images }) => images.map(({ id }) => id))).toEqual(
        now.map(({ id }) => [id, `${id} -24`]),
      );
    });

    it("scrolls from the current film to the prior where one place is wanted", () => {
      const [cell] = hang([prior(film, 14), film], "one").cells;
      expect(cell?.images.map(({ id }) => id)).toEqual(["film", "film -14"]);
    });
  });

  it("leaves one image, and one stack, alone", () => {
    expect(hang([sampleImage("a")]).layout).toBe("one");
    const stack = [0, 1, 2].map((slice) => sampleImage(`${slice}`, { slice }));
    expect(hang(stack).layout).toBe("one");
    expect(hang(stack).cells[0]?.images).toHaveLength(3);
  });

  it("does as the case set wishes, as far as there are images", () => {
    const images = ["L MLO", "L CC", "R MLO", "R CC"].map(breast);
    expect(starts(images, "one")).toEqual(["L MLO"]);
    expect(starts(images, "two")).toEqual(["R CC", "L CC"]);
    expect(hang([sampleImage("a")], "four").layout).toBe("one");
  });

  it("keeps slices in the order in which they come", () => {
    const images = [0, 1].map((slice) => sampleImage(`${slice}`, { slice }));
    expect(seriesOf(images).map((one) => one.map(({ id }) => id))).toEqual([["0", "1"]]);
  });
});

describe("letters at the edges", () => {
  it("say where rows and columns lead, and their opposites", () => {
    expect(edgeLetters("L\\P", 0, false)).toEqual({ right: "L", left: "R", bottom: "P", top: "A" });
    expect(edgeLetters("P\\FR", 0, false)).toEqual({
      right: "P",
      left: "A",
      bottom: "FR",
      top: "HL",
    });
  });

  it("turn and mirror with the image", () => {
    // A quarter turn clockwise brings the left edge to the top.
    expect(edgeLetters("L\\P", 90, false)).toEqual({
      top: "R",
      right: "A",
      bottom: "L",
      left: "P",
    });
    expect(edgeLetters("L\\P", 180, false)).toEqual({
      right: "R",
      left: "L",
      bottom: "A",
      top: "P",
    });
    expect(edgeLetters("L\\P", 0, true)).toEqual({ right: "R", left: "L", bottom: "P", top: "A" });
  });

  it("are none where the tags say nothing", () => {
    expect(edgeLetters("", 0, false)).toBeNull();
  });
});
