import { beforeEach, describe, expect, it, vi } from "vitest";
import { pointMark, type Mark } from "../viewer/marks";
import { showMarkList, type MarkActions } from "./mark_list";
import type { ReadPayload } from "./payload";

const read: ReadPayload = {
  id: "r",
  state: "opened",
  images: [],
  question: {
    kind: "multi-label",
    localise: true,
    max_marks: 3,
    findings: [
      { key: "mass", label: "Mass" },
      { key: "cyst", label: "Cyst" },
    ],
  },
};
const marks: readonly Mark[] = [
  pointMark("a", "mass", { x: 1, y: 1 }),
  { ...pointMark("a", "cyst", { x: 9, y: 9 }), certainty: 0.9 },
];
const actions = {
  remove: vi.fn<MarkActions["remove"]>(),
  edit: vi.fn<MarkActions["edit"]>(),
  pickUp: vi.fn<MarkActions["pickUp"]>(),
};

describe("the list of marks", () => {
  let list: HTMLElement;
  beforeEach(() => {
    vi.clearAllMocks();
    document.body.innerHTML = `
      <template id="messages"><p data-message="mark-row">{n} {shape}</p><p data-message="shape-point">point</p>
        <p data-message="no-marks">none of {limit}</p></template>
      <ul></ul><template data-mark-row><li><span data-row-text></span>
        <select data-row-finding><option value="mass">m</option><option value="cyst">c</option></select>
        <select data-row-certainty><option value="">a</option><option value="0.90">s</option></select>
        <button data-row-edit>e</button><button data-row-remove>r</button></li></template>`;
    list = document.querySelector("ul") ?? document.body;
    showMarkList(list, marks, read, actions);
  });

  function field(row: number, name: string): HTMLElement {
    return list.children[row]?.querySelector<HTMLElement>(`[data-row-${name}]`) ?? document.body;
  }

  function choose(row: number, name: string, value: string): void {
    const select = field(row, name);
    if (select instanceof HTMLSelectElement) select.value = value;
    select.dispatchEvent(new Event("change"));
  }

  it("shows what each stands for and how sure one is of it", () => {
    expect(list.children).toHaveLength(2);
    expect(field(1, "text").textContent).toBe("2 point");
    expect(field(0, "certainty")).toHaveProperty("value", "");
    expect(field(1, "certainty")).toHaveProperty("value", "0.90");
    expect(field(1, "finding")).toHaveProperty("value", "cyst");
  });

  it("changes, picks up and removes the mark of its row", () => {
    choose(0, "certainty", "0.90");
    choose(1, "certainty", "");
    choose(0, "finding", "cyst");
    expect(actions.edit.mock.calls).toEqual([
      [0, { certainty: 0.9 }],
      [1, { certainty: null }],
      [0, { finding: "cyst" }],
    ]);
    field(1, "edit").click();
    field(0, "remove").click();
    expect(actions.pickUp).toHaveBeenCalledExactlyOnceWith(1);
    expect(actions.remove).toHaveBeenCalledExactlyOnceWith(0);
  });

  it("keeps the focus where it was when its rows are made anew", () => {
    field(1, "certainty").focus();
    showMarkList(list, marks.slice(0, 1), read, actions);
    expect(document.activeElement).toBe(field(0, "certainty"));
    showMarkList(list, [], read, actions);
    expect(list.textContent).toBe("none of 3");
  });
});
