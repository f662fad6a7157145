import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindOcclusion } from "./occlusion";
import type { OcclusionPart } from "./payload";

const heatmap = { id: "h", url: "/h", finding: "mass", method: "occlusion", peak: null };
const part: OcclusionPart = { finding: "mass", image: "a", state: "absent", message: "" };
const waiting: OcclusionPart = { ...part, state: "waiting" };
const ready: OcclusionPart = { ...part, state: "ready", heatmap };

type Reply = { maps: OcclusionPart[] } | { error: { code: string; message: string } } | Error;

describe("occlusion on demand", () => {
  let status: HTMLElement;
  let form: HTMLFormElement;
  const onReady = vi.fn();

  function serve(...replies: Reply[]) {
    const fetched = vi.fn<(url: string, request: RequestInit) => Promise<unknown>>(() => {
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply instanceof Error) return Promise.reject(reply);
      return Promise.resolve({ json: () => Promise.resolve(reply) });
    });
    vi.stubGlobal("fetch", fetched);
    return fetched;
  }

  function bind(maps: readonly OcclusionPart[] = [part]): void {
    bindOcclusion({ form, status, maps, onReady });
  }

  function press(): void {
    form.dispatchEvent(new Event("submit", { cancelable: true }));
  }

  beforeEach(() => {
    vi.useFakeTimers();
    onReady.mockClear();
    document.body.innerHTML = `
      <form id="occlusion" data-api="/api/o"><input name="csrfmiddlewaretoken" value="t"></form>
      <input type="hidden" name="finding" form="occlusion" value="mass">
      <button form="occlusion"></button><p role="status"></p>
      <template id="messages"><p data-message="occlusion-waiting">waiting</p>
      <p data-message="occlusion-ready">ready</p><p data-message="occlusion-failed">failed</p>
      <p data-message="occlusion-late">late</p><p data-message="occlusion-offline">offline</p></template>`;
    form = document.forms.item(0) ?? document.createElement("form");
    status = document.querySelector<HTMLElement>("p[role=status]") ?? document.body;
  });

  it("asks once, waits, and hands over the map", async () => {
    const fetched = serve({ maps: [waiting] }, { maps: [waiting] }, { maps: [ready] });
    bind();
    press();
    press();
    await vi.advanceTimersByTimeAsync(10);
    expect([status.textContent, status.ariaBusy]).toEqual(["waiting", "true"]);
    await vi.advanceTimersByTimeAsync(5000);
    const methods = fetched.mock.calls.map(([, request]) => request.method);
    expect(methods).toEqual(["POST", "GET", "GET"]);
    const sent = fetched.mock.calls[0]?.[1];
    expect(sent?.body).toBe('{"finding":"mass"}');
    expect(new Headers(sent?.headers).get("X-CSRFToken")).toBe("t");
    expect(onReady).toHaveBeenCalledExactlyOnceWith(heatmap, "a");
    expect([status.textContent, status.ariaBusy]).toEqual(["ready", "false"]);
  });

  it("says why it failed, and tries again when pressed again", async () => {
    serve({ maps: [{ ...part, state: "failed", message: "Broken." }] }, { maps: [ready] });
    bind();
    press();
    await vi.advanceTimersByTimeAsync(10);
    expect(status.textContent).toBe("failed Broken.");
    press();
    await vi.advanceTimersByTimeAsync(10);
    expect(onReady).toHaveBeenCalledOnce();
  });

  it("passes on the site's refusal, and says so where the site can't be reached", async () => {
    serve({ error: { code: "no_ai", message: "Refused." } }, new Error("no network"));
    bind();
    press();
    await vi.advanceTimersByTimeAsync(10);
    expect(status.textContent).toBe("Refused.");
    press();
    await vi.advanceTimersByTimeAsync(10);
    expect(status.textContent).toBe("offline");
    expect(onReady).not.toHaveBeenCalled();
  });

  it("goes on waiting after a reload, but not for ever", async () => {
    const fetched = serve({ maps: [waiting] });
    bind([waiting]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(status.textContent).toBe("late");
    const calls = fetched.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched.mock.calls.length).toBe(calls);
    expect(fetched.mock.calls.every(([, request]) => request.method === "GET")).toBe(true);
  });
});
