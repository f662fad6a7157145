/** The time left in an exam, by the server's clock: what the page shows; the server decides. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Minutes left at which a screen reader is told. */
const TOLD_AT: readonly number[] = [10, 5, 1];

/** "12:05" for minutes and seconds, "1:02:05" from an hour on; never below zero. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0
    ? `${String(hours)}:${two(minutes)}:${two(rest)}`
    : `${String(minutes)}:${two(rest)}`;
}

/** Show the time left until it is up. */
export function startDeadline(page: Document): void {
  const box = page.querySelector<HTMLElement>("[data-deadline]");
  const shown = box?.querySelector<HTMLElement>("[data-time-left]");
  const status = box?.querySelector<HTMLElement>("[data-time-status]");
  if (!box || !shown || !status) return;
  const { deadline = "", now = "", messageLeft = "", messageUp = "" } = box.dataset;
  const total = Date.parse(deadline) - Date.parse(now);
  const began = performance.now();
  let told = Infinity;
  const tick = (): void => {
    const left = total - (performance.now() - began);
    const words = left > 0 ? messageLeft.replace("{time}", timeLeft(left)) : messageUp;
    shown.textContent = words;
    if (left <= 5 * MINUTE) box.dataset.short = "";
    const reached = TOLD_AT.filter((minutes) => left <= minutes * MINUTE);
    const due = left <= 0 ? 0 : Math.min(Infinity, ...reached);
    if (due < told) {
      told = due;
      status.textContent = words;
    }
    if (left <= 0) clearInterval(timer);
  };
  const timer = setInterval(tick, SECOND);
  tick();
}
