import { beforeEach, describe, expect, it } from "vitest";
import { pointMark } from "../viewer/marks";
import { OpinionForm } from "./form";
import type { StoredOpinion } from "./payload";

const BANDS = ["0.50", "0.60", "0.75", "0.90", "0.99"];

function radios(name: string, values: readonly string[]): string {
  return values.map((value) => `<input type="radio" name="${name}" value="${value}">`).join("");
}

function build(inner: string): HTMLFormElement {
  document.body.innerHTML = `<form>${inner}
    <input type="checkbox" name="cannot_tell" value="on">
    <input type="hidden" name="marks"><input type="hidden" name="seconds"></form>`;
  const form = document.querySelector("form");
  if (!form) throw new Error("no form");
  return form;
}

function detection(): OpinionForm {
  const part = `<fieldset data-part="mass">${radios("present-mass", ["yes", "no"])}${radios("certainty-mass", BANDS)}</fieldset>`;
  return new OpinionForm(build(part), "detection", ["mass"]);
}

function single(): OpinionForm {
  const part = `<fieldset data-part="">${radios("choice", ["cyst", "mass", "none"])}${radios("certainty", BANDS)}</fieldset>`;
  return new OpinionForm(build(part), "single-choice", ["cyst", "mass"]);
}

const present: StoredOpinion = {
  findings: [{ finding: "mass", present: true, certainty: 0.9 }],
  marks: [],
  cannot_tell: false,
};

function several(): OpinionForm {
  const part = (name: string): string =>
    `<fieldset data-part="${name}">${radios(`present-${name}`, ["yes", "no"])}${radios(`certainty-${name}`, BANDS)}</fieldset>`;
  return new OpinionForm(build(part("mass") + part("calcium")), "multi-label", ["mass", "calcium"]);
}

describe("the opinion form", () => {
  let form: OpinionForm;

  it("answers no to every question at once, certainties left open", () => {
    const many = several();
    many.answer("mass", "yes");
    many.answerNone();
    expect(many.called).toEqual([]);
    expect(many.parts.map(({ answered, certain }) => [answered, certain])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  beforeEach(() => {
    form = detection();
  });

  it("lacks first the answer, then the certainty, then nothing", () => {
    expect(form.lack([])?.message).toBe("answer-missing");
    form.answer("mass", "yes");
    const lack = form.lack([]);
    expect(lack?.message).toBe("certainty-missing");
    expect(lack?.field?.name).toBe("certainty-mass");
    form.setCertainty("mass", 2);
    expect(form.lack([])).toBeNull();
    expect(form.fields).toEqual({ "present-mass": "yes", "certainty-mass": "0.75" });
  });

  it("keeps the first answer and never its certainty", () => {
    form.keep(present);
    expect(form.fields).toEqual({ "present-mass": "yes" });
    expect(form.lack([])?.message).toBe("certainty-missing");
  });

  it("changes to the opposite and never its certainty", () => {
    form.setCertainty("mass", 4);
    form.change(present);
    expect(form.fields).toEqual({ "present-mass": "no" });
  });

  it("keeps and changes a first opinion that couldn't tell", () => {
    const unsure: StoredOpinion = { findings: [], marks: [], cannot_tell: true };
    form.keep(unsure);
    expect(form.fields).toEqual({ cannot_tell: "on" });
    form.change(unsure);
    expect(form.fields).toEqual({});
  });

  it("sends nothing else where the reader can't tell", () => {
    form.answer("mass", "yes");
    form.restore({ cannot_tell: "on" });
    expect(new FormData(form.element).has("present-mass")).toBe(false);
    expect(form.lack([])).toBeNull();
    expect(form.called).toEqual([]);
    form.answer("mass", "no");
    expect(form.cannotTell).toBe(false);
    expect(new FormData(form.element).get("present-mass")).toBe("no");
  });

  it("doesn't commit a mark for a finding called absent", () => {
    const mark = pointMark("one", "mass", { x: 1, y: 1 });
    form.answer("mass", "no");
    form.setCertainty("mass", 0);
    expect(form.lack([mark])?.message).toBe("mark-absent");
    form.answer("mass", "yes");
    expect(form.lack([mark])).toBeNull();
  });

  it("restores a draft", () => {
    form.restore({ "present-mass": "no", "certainty-mass": "0.99", stranger: "x" });
    expect(form.called).toEqual([]);
    expect(form.lack([])).toBeNull();
  });

  it("treats a single choice as one part with one certainty", () => {
    const choice = single();
    expect(choice.choices).toBe(3);
    expect(choice.bands).toBe(5);
    choice.choose(1);
    choice.setCertainty("", 0);
    expect(choice.fields).toEqual({ choice: "mass", certainty: "0.50" });
    expect(choice.called).toEqual(["mass"]);
    choice.change(present);
    expect(choice.fields).toEqual({});
    choice.keep({ ...present, findings: [{ finding: "mass", present: false, certainty: 0.6 }] });
    expect(choice.fields).toEqual({ choice: "none" });
  });

  it("knows which part holds the focus", () => {
    expect(form.focused).toBeNull();
    form.element.querySelector("input")?.focus();
    expect(form.focused).toBe("mass");
  });
});
