import { describe, expect, it } from "vitest";
import { activePart, commandFor, type Part, type Situation } from "./keys";

function part(finding: string, answered = false, certain = false): Part {
  return { finding, answered, certain };
}

function at(over: Partial<Situation>): Situation {
  return {
    state: "opened",
    kind: "detection",
    parts: [part("pneumonia")],
    focused: null,
    choices: 2,
    bands: 5,
    hasFirst: false,
    ...over,
  };
}

describe("keys of the read page", () => {
  it("reads a whole case without a mouse", () => {
    const parts = [part("pneumonia")];
    expect(commandFor("y", at({ parts }))).toEqual({
      do: "answer",
      finding: "pneumonia",
      value: "yes",
    });
    expect(commandFor("n", at({ parts }))).toMatchObject({ value: "no" });
    expect(commandFor("4", at({ parts }))).toEqual({
      do: "certainty",
      finding: "pneumonia",
      index: 3,
    });
    expect(commandFor("Enter", at({ parts }))).toEqual({ do: "submit" });
    expect(commandFor("Enter", at({ state: "committed" }))).toEqual({ do: "submit" });
    expect(commandFor("k", at({ state: "ai_shown", hasFirst: true }))).toEqual({ do: "keep" });
    expect(commandFor("c", at({ state: "ai_shown", hasFirst: true }))).toEqual({ do: "change" });
    expect(commandFor("n", at({ state: "truth_shown" }))).toEqual({ do: "next" });
    expect(commandFor("Enter", at({ state: "truth_shown" }))).toEqual({ do: "next" });
  });

  it("keeps and changes only where there is a first opinion, and only after the AI", () => {
    expect(commandFor("k", at({ state: "ai_shown" }))).toBeNull();
    expect(commandFor("k", at({ state: "opened", hasFirst: true }))).toBeNull();
    expect(commandFor("c", at({ state: "truth_shown", hasFirst: true }))).toBeNull();
  });

  it("opens bookmark and sheet at every step, and help before all", () => {
    for (const state of ["opened", "committed", "ai_shown", "truth_shown"] as const) {
      expect(commandFor("d", at({ state }))).toEqual({ do: "bookmark" });
      expect(commandFor("s", at({ state }))).toEqual({ do: "sheet" });
      expect(commandFor("?", at({ state }))).toEqual({ do: "help" });
    }
    expect(commandFor("d", at({ state: "reserved" }))).toBeNull();
  });

  it("has no certainty beyond the five bands", () => {
    expect(commandFor("5", at({}))).toMatchObject({ index: 4 });
    for (const key of ["6", "0"]) expect(commandFor(key, at({}))).toBeNull();
  });

  it("takes digits for a single choice first, then for its certainty", () => {
    const open = at({ kind: "single-choice", parts: [part("")], choices: 4 });
    expect(commandFor("3", open)).toEqual({ do: "choose", index: 2 });
    expect(commandFor("5", open)).toBeNull();
    const chosen = { ...open, parts: [part("", true)] };
    expect(commandFor("5", chosen)).toEqual({ do: "certainty", finding: "", index: 4 });
    expect(commandFor("Backspace", chosen)).toEqual({ do: "clear" });
    expect(commandFor("y", open)).toBeNull();
  });

  it("goes from finding to finding, and back to the one in focus", () => {
    const parts = [part("mass", true, true), part("calcification", true), part("asymmetry")];
    const labels = at({ kind: "multi-label", parts });
    expect(activePart(labels)?.finding).toBe("calcification");
    expect(commandFor("2", labels)).toMatchObject({ finding: "calcification", index: 1 });
    expect(commandFor("y", { ...labels, focused: "mass" })).toMatchObject({ finding: "mass" });
    const complete = parts.map((each) => part(each.finding, true, true));
    expect(activePart({ ...labels, parts: complete })?.finding).toBe("asymmetry");
  });

  it("answers nothing once the read is past answering", () => {
    for (const state of ["committed", "finalised", "truth_shown", "reserved"] as const) {
      for (const key of ["y", "3", "k"]) expect(commandFor(key, at({ state }))).toBeNull();
    }
  });

  it("helps at every step", () => {
    expect(commandFor("?", at({ state: "truth_shown" }))).toEqual({ do: "help" });
    expect(commandFor("?", at({ state: "reserved" }))).toEqual({ do: "help" });
  });
});
