import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindSheet } from "./sheet";

describe("the sheet", () => {
  let handle: HTMLButtonElement;
  let panel: HTMLElement;
  beforeEach(() => {
    document.body.innerHTML = `
      <template id="messages"><p data-message="sheet-up">up</p><p data-message="sheet-down">down</p></template>
      <div data-sheet><button data-sheet-toggle hidden><span data-sheet-name></span></button></div>`;
    handle = document.querySelector("button") ?? document.createElement("button");
    panel = document.querySelector<HTMLElement>("[data-sheet]") ?? document.body;
    handle.setPointerCapture = vi.fn();
    handle.hasPointerCapture = () => true;
  });

  function pull(by: number): void {
    handle.dispatchEvent(new MouseEvent("pointerdown", { clientY: 500 }));
    handle.dispatchEvent(new MouseEvent("pointermove", { clientY: 500 + by }));
    handle.click();
  }

  it("begins low, and says what its button does", () => {
    bindSheet(document);
    expect([handle.hidden, panel.dataset.sheet, handle.ariaExpanded]).toEqual([
      false,
      "down",
      "false",
    ]);
    expect(handle.textContent).toBe("up");
    handle.click();
    expect([panel.dataset.sheet, handle.ariaExpanded, handle.textContent]).toEqual([
      "up",
      "true",
      "down",
    ]);
  });

  it("follows a pull, up or down, once", () => {
    bindSheet(document);
    pull(-80);
    expect(panel.dataset.sheet).toBe("up");
    pull(60);
    expect(panel.dataset.sheet).toBe("down");
    pull(4);
    expect(panel.dataset.sheet).toBe("up");
  });

  it("goes up and down by the page's key", () => {
    const sheet = bindSheet(document);
    sheet?.toggle();
    expect(panel.dataset.sheet).toBe("up");
    sheet?.toggle();
    expect(panel.dataset.sheet).toBe("down");
    document.body.innerHTML = "";
    expect(bindSheet(document)).toBeNull();
  });
});
