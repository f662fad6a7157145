import { beforeEach, describe, expect, it, vi } from "vitest";
import { pointMark } from "../viewer/marks";
import { dropDraft, loadDraft, saveDraft } from "./draft";

const draft = {
  fields: { "present-pneumonia": "yes", "certainty-pneumonia": "0.75" },
  marks: [pointMark("one", "pneumonia", { x: 3, y: 4 })],
  seconds: 12.5,
};

describe("drafts", () => {
  beforeEach(() => {
    sessionStorage.clear();
  });

  it("gives back what was typed, for its read and opinion alone", () => {
    saveDraft(sessionStorage, "r1", "first", draft);
    expect(loadDraft(sessionStorage, "r1", "first")).toEqual(draft);
    expect(loadDraft(sessionStorage, "r1", "final")).toBeNull();
    expect(loadDraft(sessionStorage, "r2", "first")).toBeNull();
  });

  it("is gone once the server has the opinion", () => {
    saveDraft(sessionStorage, "r1", "first", draft);
    dropDraft(sessionStorage, "r1", "first");
    expect(loadDraft(sessionStorage, "r1", "first")).toBeNull();
  });

  it("leaves out what it can't understand", () => {
    sessionStorage.setItem("second-read:draft:r1:first", "{broken");
    expect(loadDraft(sessionStorage, "r1", "first")).toBeNull();
    sessionStorage.setItem(
      "second-read:draft:r1:first",
      '{"fields":{"a":1,"b":"x"},"marks":[7],"seconds":-4}',
    );
    expect(loadDraft(sessionStorage, "r1", "first")).toEqual({
      fields: { b: "x" },
      marks: [],
      seconds: 0,
    });
  });

  it("works without where the browser stores nothing", () => {
    const refuse = (): never => {
      throw new DOMException("no room", "QuotaExceededError");
    };
    const storage = { setItem: refuse, getItem: refuse, removeItem: refuse } as unknown as Storage;
    const calls = vi.fn(() => {
      saveDraft(storage, "r1", "first", draft);
      dropDraft(storage, "r1", "first");
      return loadDraft(storage, "r1", "first");
    });
    expect(calls()).toBeNull();
  });
});
