import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindNotes } from "./notes";

const fetched = vi.fn<typeof fetch>();

function page(): void {
  document.body.innerHTML = `
    <template id="messages">
      <p data-message="bookmark-kept">kept</p><p data-message="bookmark-removed">removed</p>
      <p data-message="bookmark-on">on</p><p data-message="bookmark-off">off</p>
      <p data-message="fault-sent">sent</p><p data-message="note-offline">offline</p>
    </template>
    <button data-bookmark-button><span data-bookmark-name>off</span></button>
    <form data-bookmark data-api="/b"><input name="csrfmiddlewaretoken" value="t">
      <textarea name="note">look again</textarea>
      <button>Keep</button><button name="remove" data-bookmark-remove hidden>Remove</button>
      <p data-note-status></p></form>
    <form data-fault data-api="/f"><input name="csrfmiddlewaretoken" value="t">
      <select name="kind"><option value="image">i</option></select>
      <textarea name="text">blurred</textarea><button>Send</button><p data-note-status></p></form>`;
  bindNotes(document);
}

function submit(selector: string, button: string): void {
  const form = document.querySelector<HTMLFormElement>(selector);
  form?.requestSubmit(form.querySelector<HTMLButtonElement>(button));
}

function status(selector: string): string | null | undefined {
  return document.querySelector(`${selector} [data-note-status]`)?.textContent;
}

describe("notes", () => {
  beforeEach(() => {
    fetched.mockReset().mockResolvedValue(new Response("{}", { status: 200 }));
    vi.stubGlobal("fetch", fetched);
    page();
  });

  it("keeps a bookmark with its note, and shows that it is there", async () => {
    submit("form[data-bookmark]", "button");
    await vi.waitFor(() => {
      expect(status("form[data-bookmark]")).toBe("kept");
    });
    const [url, request] = fetched.mock.lastCall ?? [];
    expect([url, request?.method, request?.body]).toEqual(["/b", "PUT", '{"note":"look again"}']);
    expect(request?.headers).toMatchObject({ "X-CSRFToken": "t" });
    expect(document.querySelector<HTMLElement>("[data-bookmark-button]")?.dataset.on).toBe("yes");
    expect(document.querySelector<HTMLElement>("[data-bookmark-remove]")?.hidden).toBe(false);
  });

  it("takes a bookmark and its note away", async () => {
    submit("form[data-bookmark]", "[data-bookmark-remove]");
    await vi.waitFor(() => {
      expect(status("form[data-bookmark]")).toBe("removed");
    });
    expect(fetched.mock.lastCall?.[1]?.method).toBe("DELETE");
    expect(document.querySelector<HTMLTextAreaElement>("[data-bookmark] textarea")?.value).toBe("");
  });

  it("sends a fault, and keeps what was written where it wasn't taken", async () => {
    fetched.mockRejectedValueOnce(new TypeError("no network"));
    submit("form[data-fault]", "button");
    await vi.waitFor(() => {
      expect(status("form[data-fault]")).toBe("offline");
    });
    const text = document.querySelector<HTMLTextAreaElement>("[data-fault] textarea");
    expect(text?.value).toBe("blurred");
    const refused = new Response('{"error":{"message":"Too many."}}', { status: 409 });
    fetched.mockResolvedValueOnce(refused);
    submit("form[data-fault]", "button");
    await vi.waitFor(() => {
      expect(status("form[data-fault]")).toBe("Too many.");
    });
    submit("form[data-fault]", "button");
    await vi.waitFor(() => {
      expect(status("form[data-fault]")).toBe("sent");
    });
    expect(fetched.mock.lastCall?.[1]?.body).toBe('{"kind":"image","text":"blurred"}');
    expect(text?.value).toBe("");
  });
});
