/** Asking for an occlusion map and waiting for it, without leaving the page. */

import { message } from "../messages";
import type { HeatmapPart, OcclusionPart } from "./payload";

const POLL_MS = 1500;
/** After that long the page stops asking; the map comes with the next visit. */
const PATIENCE_MS = 180_000;

export interface OcclusionOptions {
  readonly form: HTMLFormElement;
  /** Where what is going on is said. */
  readonly status: HTMLElement;
  readonly maps: readonly OcclusionPart[];
  readonly onReady: (heatmap: HeatmapPart, image: string) => void;
}

interface Answer {
  readonly maps?: readonly OcclusionPart[];
  readonly error?: { readonly message: string };
}

/** Take over the form that asks for an occlusion map; one that is under way already is waited for. */
export function bindOcclusion(options: OcclusionOptions): void {
  const asked = new Occlusion(options);
  options.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const finding = new FormData(options.form).get("finding");
    if (typeof finding === "string") void asked.ask(finding);
  });
  const waiting = options.maps.find(({ state }) => state === "waiting");
  if (waiting) void asked.wait(waiting.finding);
}

class Occlusion {
  /** The finding that is waited for; a second press, or an answer for an earlier one, changes nothing. */
  private current = "";

  constructor(private readonly options: OcclusionOptions) {}

  async ask(finding: string): Promise<void> {
    if (this.current === finding) return;
    await this.follow(finding, { method: "POST", body: JSON.stringify({ finding }) });
  }

  async wait(finding: string): Promise<void> {
    await this.follow(finding, { method: "GET" });
  }

  private async follow(finding: string, first: RequestInit): Promise<void> {
    this.current = finding;
    this.say(message("occlusion-waiting"), true);
    const end = Date.now() + PATIENCE_MS;
    let request = first;
    while (this.current === finding) {
      const trouble = await this.settled(finding, request);
      if (trouble !== null) {
        if (this.current === finding) this.stop(trouble);
        return;
      }
      if (Date.now() > end) {
        this.stop(message("occlusion-late"));
        return;
      }
      request = { method: "GET" };
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** What to say now that it is over; null while it isn't. */
  private async settled(finding: string, request: RequestInit): Promise<string | null> {
    let answer: Answer;
    try {
      const response = await fetch(this.options.form.dataset.api ?? "", {
        ...request,
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-CSRFToken": this.token,
        },
      });
      answer = (await response.json()) as Answer;
    } catch {
      return message("occlusion-offline");
    }
    if (!answer.maps) return answer.error?.message ?? message("occlusion-failed");
    const map = answer.maps.find((one) => one.finding === finding);
    if (map?.state === "waiting") return null;
    if (!map?.heatmap) return `${message("occlusion-failed")} ${map?.message ?? ""}`.trim();
    if (this.current === finding) this.options.onReady(map.heatmap, map.image);
    return message("occlusion-ready");
  }

  private get token(): string {
    const field = this.options.form.querySelector<HTMLInputElement>('[name="csrfmiddlewaretoken"]');
    return field?.value ?? "";
  }

  private stop(text: string): void {
    this.current = "";
    this.say(text, false);
  }

  private say(text: string, busy: boolean): void {
    this.options.status.textContent = text;
    this.options.status.ariaBusy = String(busy);
    for (const field of this.options.form.elements) {
      if (field instanceof HTMLButtonElement) field.ariaDisabled = String(busy);
    }
  }
}
