import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindToolbar } from "./toolbar";
import { choiceOf, type Heatmap } from "./types";
import type { Room } from "./room";

const LOOK = { preset: 0, adjustment: { brightness: 1, contrast: 1 }, inverted: false };

function heatmap(finding: string, method: string): Heatmap {
  const id = `${finding} ${method}`;
  return { id, image: "a", url: "/", finding, label: finding, method, peak: null };
}

function stand(heatmaps: readonly Heatmap[]): { room: Room; choose: ReturnType<typeof vi.fn> } {
  const layers = {
    heatmaps,
    regions: [],
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.4,
    chosen: choiceOf(heatmaps, "mass", ""),
  };
  const choose = vi.fn((finding: string, method: string = layers.chosen.method) => {
    layers.chosen = choiceOf(heatmaps, finding, method);
  });
  const viewer = { look: LOOK, view: { mirrored: false }, lens: { on: false } };
  const room = {
    layers,
    choose,
    images: [],
    slices: [],
    marks: [],
    viewer,
    look: LOOK,
  };
  return { room: room as unknown as Room, choose };
}

function options(root: HTMLElement, name: string): string[] {
  const select = root.querySelector<HTMLSelectElement>(`[data-heatmap-${name}]`);
  if (!select || select.hidden) return [];
  return [...select.options]
    .filter((one) => !one.disabled && !one.hidden)
    .map(({ value }) => value);
}

describe("switches of the heatmap", () => {
  let root: HTMLElement;

  beforeEach(() => {
    root = document.createElement("div");
    root.innerHTML = `<select data-heatmap-finding><option value="mass"><option value="cyst"></select>
      <select data-heatmap-method><option value="gradcam"><option value="gradcam++"><option value="occlusion"></select>`;
  });

  it("offer what there is and nothing else", () => {
    const { room } = stand([heatmap("mass", "gradcam"), heatmap("mass", "gradcam++")]);
    bindToolbar(root, room)();
    expect(options(root, "finding")).toEqual([]);
    expect(options(root, "method")).toEqual(["gradcam", "gradcam++"]);
  });

  it("change the method and keep the finding, or fall back to the finding's first method", () => {
    const maps = [
      heatmap("mass", "gradcam"),
      heatmap("mass", "occlusion"),
      heatmap("cyst", "gradcam"),
    ];
    const { room, choose } = stand(maps);
    const refresh = bindToolbar(root, room);
    refresh();
    const method = root.querySelector<HTMLSelectElement>("[data-heatmap-method]");
    const finding = root.querySelector<HTMLSelectElement>("[data-heatmap-finding]");
    if (!method || !finding) throw new Error("a switch is missing");
    method.value = "occlusion";
    method.dispatchEvent(new Event("change"));
    expect(choose).toHaveBeenLastCalledWith("mass", "occlusion");
    finding.value = "cyst";
    finding.dispatchEvent(new Event("change"));
    refresh();
    expect(room.layers.chosen).toEqual({ finding: "cyst", method: "gradcam" });
    expect(options(root, "method")).toEqual([]);
  });
});

describe("the box of further tools", () => {
  let root: HTMLElement;
  let more: HTMLDetailsElement;

  beforeEach(() => {
    document.body.innerHTML = `<section><div id="film"></div>
      <details class="viewer-adjust" open><summary>More tools</summary><button>Turn</button></details></section>`;
    const found = document.querySelector<HTMLElement>("section");
    const details = document.querySelector("details");
    if (!found || !details) throw new Error("the page is incomplete");
    [root, more] = [found, details];
    bindToolbar(root, stand([]).room);
  });

  it("stays open for what is in it, and closes with a press elsewhere", () => {
    more.querySelector("button")?.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(more.open).toBe(true);
    root.querySelector("#film")?.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(more.open).toBe(false);
  });

  it("closes with Escape and gives the focus back to its button", () => {
    const button = more.querySelector("button");
    button?.focus();
    button?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(more.open).toBe(false);
    expect(document.activeElement).toBe(more.querySelector("summary"));
  });
});
