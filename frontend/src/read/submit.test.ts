import { beforeEach, describe, expect, it } from "vitest";
import { submitOnce, wake } from "./submit";

describe("sending once", () => {
  let form: HTMLFormElement;

  const send = (): boolean => form.dispatchEvent(new Event("submit", { cancelable: true }));

  beforeEach(() => {
    document.body.innerHTML = "<form><button>Commit</button></form>";
    const found = document.querySelector("form");
    if (!found) throw new Error("no form");
    form = found;
    submitOnce(form);
  });

  it("lets the first submit through and no second", () => {
    expect(send()).toBe(true);
    expect(form.querySelector("button")?.getAttribute("aria-disabled")).toBe("true");
    expect(send()).toBe(false);
  });

  it("can be sent again after the page came back", () => {
    send();
    wake(form);
    expect(form.querySelector("button")?.hasAttribute("aria-disabled")).toBe(false);
    expect(send()).toBe(true);
  });

  it("stays awake where something else held the submit back", () => {
    document.body.innerHTML = "<form><button>Commit</button></form>";
    const held = document.querySelector("form");
    held?.addEventListener("submit", (event) => {
      event.preventDefault();
    });
    if (held) submitOnce(held);
    held?.dispatchEvent(new Event("submit", { cancelable: true }));
    expect(held?.hasAttribute("aria-busy")).toBe(false);
  });
});
