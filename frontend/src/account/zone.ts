/** The time zone of the device, offered beside the list of all of them. */

/** Show the button where the device's zone is in the list and isn't the chosen one. */
export function bindDeviceZone(page: Document, zone: string): void {
  const button = page.querySelector<HTMLButtonElement>("[data-device-zone]");
  const list = page.querySelector<HTMLSelectElement>(`select#${button?.dataset.for ?? "none"}`);
  if (!button || !list || ![...list.options].some(({ value }) => value === zone)) return;
  const follow = (): void => {
    button.hidden = list.value === zone;
  };
  button.addEventListener("click", () => {
    list.value = zone;
    // The button goes away under the focus.
    list.focus();
    follow();
  });
  list.addEventListener("change", follow);
  follow();
}
