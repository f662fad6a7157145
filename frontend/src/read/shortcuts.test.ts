import { beforeEach, describe, expect, it } from "vitest";
import { isForThePage, setShortcuts, shortcutsOn } from "./shortcuts";

function press(selector: string, key: string, over: KeyboardEventInit = {}): boolean {
  let counts = false;
  const listen = (event: KeyboardEvent): void => {
    counts = isForThePage(event);
  };
  document.addEventListener("keydown", listen);
  document
    .querySelector(selector)
    ?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...over }));
  document.removeEventListener("keydown", listen);
  return counts;
}

describe("shortcuts", () => {
  beforeEach(() => {
    localStorage.clear();
    document.body.innerHTML = `<main><input type="radio"><input type="text"><select></select>
      <button>x</button><a href="#x">y</a><input type="range"></main>`;
  });

  it("leaves fields and the browser's own keys alone", () => {
    expect(press("main", "y")).toBe(true);
    expect(press("input[type=radio]", "y")).toBe(true);
    expect(press("input[type=text]", "y")).toBe(false);
    expect(press("select", "y")).toBe(false);
    expect(press("main", "y", { ctrlKey: true })).toBe(false);
  });

  it("is still while a dialog lies over the page, wherever the focus is", () => {
    document.body.insertAdjacentHTML("beforeend", "<dialog open><p>z</p></dialog>");
    expect(press("dialog p", "y")).toBe(false);
    expect(press("main", "y")).toBe(false);
  });

  it("lets Enter press the button, follow the link and submit the radio's form", () => {
    for (const selector of ["button", "a", "input[type=radio]"]) {
      expect(press(selector, "Enter")).toBe(false);
    }
    expect(press("main", "Enter")).toBe(true);
    expect(press("button", "k")).toBe(true);
    expect(press("input[type=range]", "PageUp")).toBe(false);
  });

  it("can be switched off and stays off", () => {
    expect(shortcutsOn(localStorage)).toBe(true);
    setShortcuts(localStorage, false);
    expect(shortcutsOn(localStorage)).toBe(false);
    setShortcuts(localStorage, true);
    expect(shortcutsOn(localStorage)).toBe(true);
  });
});
