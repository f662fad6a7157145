import { beforeEach, describe, expect, it } from "vitest";
import { message } from "./messages";

describe("messages", () => {
  beforeEach(() => {
    document.body.innerHTML =
      '<template id="messages"><p data-message="placed">Mark {n} of {limit} placed.</p></template>';
  });

  it("fills in what it is given and leaves the rest readable", () => {
    expect(message("placed", { n: 2, limit: 5 })).toBe("Mark 2 of 5 placed.");
    expect(message("placed", { n: 2 })).toBe("Mark 2 of {limit} placed.");
  });

  it("is empty where the page doesn't have the sentence", () => {
    expect(message("other")).toBe("");
    document.body.innerHTML = "";
    expect(message("placed")).toBe("");
  });
});
