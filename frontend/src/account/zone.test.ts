import { beforeEach, expect, test } from "vitest";
import { bindDeviceZone } from "./zone";

let button: HTMLButtonElement;
let list: HTMLSelectElement;

beforeEach(() => {
  document.body.innerHTML = `
    <select id="zone"><option>UTC</option><option>Europe/Berlin</option></select>
    <button data-device-zone data-for="zone" hidden>Take this device's</button>`;
  const [found, select] = [document.querySelector("button"), document.querySelector("select")];
  if (!found || !select) throw new Error("no form");
  [button, list] = [found, select];
});

test("takes the device's zone over and steps back", () => {
  bindDeviceZone(document, "Europe/Berlin");
  expect(button.hidden).toBe(false);
  button.click();
  expect(list.value).toBe("Europe/Berlin");
  expect(button.hidden).toBe(true);
  expect(document.activeElement).toBe(list);
});

test("isn't offered where the zone is chosen already or isn't in the list", () => {
  bindDeviceZone(document, "UTC");
  expect(button.hidden).toBe(true);
  bindDeviceZone(document, "Mars/Olympus");
  expect(button.hidden).toBe(true);
});
