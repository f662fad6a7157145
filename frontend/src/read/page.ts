/** The read page: viewer, opinion form, keys, draft and clock brought together for the step the read is at. */

import { whenIdle } from "../idle";
import { message } from "../messages";
import type { Mark } from "../viewer/marks";
import { mountViewer } from "../viewer/mount";
import { viewerKey, viewerKeyOf } from "../viewer/keys";
import type { Room } from "../viewer/room";
import { startClock } from "./clock";
import { dropDraft, loadDraft, saveDraft, type OpinionKind } from "./draft";
import { OpinionForm } from "./form";
import { bindHelp } from "./help";
import { commandFor, type Command } from "./keys";
import { showMarkList } from "./mark_list";
import { bindOcclusion } from "./occlusion";
import {
  callsOf,
  heatmapsOf,
  payloadOf,
  placed,
  startingPoint,
  storedMarks,
  type ReadPayload,
} from "./payload";
import { bindNotes } from "./notes";
import { bindSheet, type Sheet } from "./sheet";
import { prefetch, savesData } from "./prefetch";
import { isForThePage, shortcutsOn } from "./shortcuts";
import { submitOnce, wake } from "./submit";

export function startReadPage(page: Document): void {
  const read = payloadOf(page);
  if (!read) return;
  // A page out of the back-forward cache shows an old step: ask the server where the read stands.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    for (const form of page.querySelectorAll("form")) wake(form);
  });
  new ReadPage(page, read).start();
}

const TEXT_FIELDS =
  "textarea, input:not([type=radio], [type=checkbox], [type=range]), dialog[open]";

class ReadPage {
  private readonly form: OpinionForm | null;
  private readonly kind: OpinionKind | null;
  private viewer: Room | null = null;
  private sheet: Sheet | null = null;
  private marks: readonly Mark[];

  constructor(
    private readonly page: Document,
    private readonly read: ReadPayload,
  ) {
    this.kind = read.state === "opened" ? "first" : read.state === "ai_shown" ? "final" : null;
    const form = page.querySelector<HTMLFormElement>("form[data-opinion]");
    const question = read.question;
    this.form =
      form && question && this.kind
        ? new OpinionForm(
            form,
            question.kind,
            question.findings.map(({ key }) => key),
          )
        : null;
    this.marks = this.form ? [] : storedMarks(read);
  }

  start(): void {
    for (const kind of ["first", "final"] as const) {
      if (kind !== this.kind) dropDraft(sessionStorage, this.read.id, kind);
    }
    if (this.form) this.startForm(this.form);
    this.viewer = this.mount();
    if (this.form && this.read.question?.localise) this.showMarks(this.marks);
    for (const form of this.page.querySelectorAll<HTMLFormElement>("form[data-step]")) {
      submitOnce(form);
    }
    this.startOcclusion();
    if (!savesData()) void prefetch(this.read.next?.images ?? [], whenIdle);
    this.sheet = bindSheet(this.page);
    bindNotes(this.page);
    const openHelp = bindHelp(this.page);
    this.page.addEventListener("keydown", (event) => {
      if (this.undoes(event)) event.preventDefault();
      if (!isForThePage(event)) return;
      if (event.key.length === 1 && event.key !== "?" && !shortcutsOn(localStorage)) return;
      const key = viewerKeyOf(event);
      const command = this.command(key);
      // A key held down answers once: it must not commit and then go on by itself.
      if (event.repeat && command) return;
      const used = command ? this.run(command, openHelp) : this.viewerUses(key);
      if (used) event.preventDefault();
    });
  }

  private startForm(form: OpinionForm): void {
    const { read, kind } = this;
    if (!kind) return;
    const draft = loadDraft(sessionStorage, read.id, kind);
    if (draft) {
      form.restore(draft.fields);
      this.marks = draft.marks.filter(({ image }) => read.images.some(({ id }) => id === image));
    }
    form.applyCannotTell();
    const clock = startClock(this.page, draft?.seconds ?? 0);
    const save = (): void => {
      const { fields } = form;
      saveDraft(sessionStorage, read.id, kind, {
        fields,
        marks: this.marks,
        seconds: clock.seconds,
      });
    };
    form.element.addEventListener("change", () => {
      form.applyCannotTell();
      this.complain("");
      save();
    });
    this.page.addEventListener("visibilitychange", save);
    window.addEventListener("pagehide", save);
    window.addEventListener("offline", () => {
      this.complain(message("offline"));
    });
    window.addEventListener("online", () => {
      this.complain("");
    });
    form.element.addEventListener("submit", (event) => {
      save();
      form.setHidden("marks", JSON.stringify(form.cannotTell ? [] : this.marks));
      form.setHidden("seconds", String(clock.seconds));
      if (this.holdBack(form)) event.preventDefault();
    });
    submitOnce(form.element);
    const none = form.element.querySelector<HTMLButtonElement>("[data-answer-none]");
    none?.removeAttribute("hidden");
    none?.addEventListener("click", () => {
      form.answerNone();
      form.certaintyToChoose?.focus();
    });
    this.bindKeepOrChange(form);
  }

  /** Say what stands in the way of a commit; true where something does. */
  private holdBack(form: OpinionForm): boolean {
    const lack = form.lack(this.marks);
    if (lack) {
      this.complain(message(lack.message));
      lack.field?.focus();
      return true;
    }
    if (!navigator.onLine) {
      this.complain(message("offline"));
      return true;
    }
    return false;
  }

  private bindKeepOrChange(form: OpinionForm): void {
    const box = this.page.querySelector<HTMLElement>("[data-keep-or-change]");
    if (!box || !this.read.first) return;
    box.hidden = false;
    for (const button of box.querySelectorAll<HTMLButtonElement>("[data-final]")) {
      button.addEventListener("click", () => {
        this.decide(form, button.dataset.final === "keep" ? "keep" : "change");
      });
    }
  }

  private decide(form: OpinionForm, which: "keep" | "change"): void {
    const { first } = this.read;
    if (!first) return;
    form[which](first);
    this.viewer?.editor.setMarks(which === "keep" ? first.marks : []);
    for (const button of this.page.querySelectorAll<HTMLElement>("[data-final]")) {
      button.ariaPressed = String(button.dataset.final === which);
    }
    this.tell(message(which === "keep" ? "kept" : "changed"));
    form.certaintyToChoose?.closest("fieldset")?.scrollIntoView({ block: "nearest" });
  }

  private mount(): Room | null {
    const { read } = this;
    const root = this.page.querySelector<HTMLElement>("[data-viewer]");
    if (!root) return null;
    const { question } = read;
    const { image, finding } = startingPoint(read);
    return mountViewer(root, {
      images: read.images,
      start: image,
      chosen: finding,
      heatmaps: heatmapsOf(read),
      calls: callsOf(read),
      regions: read.truth?.regions ?? [],
      marks: this.marks,
      earlier: this.kind === "final" ? (read.first?.marks ?? []) : [],
      markLimit: this.form && question?.localise ? question.max_marks : 0,
      onMarks: (marks) => {
        this.marks = marks;
        this.form?.element.dispatchEvent(new Event("change"));
        this.showMarks(marks);
      },
      onHeatmap: ({ method }) => {
        for (const each of this.page.querySelectorAll<HTMLElement>("[data-method-sentence]")) {
          each.hidden = method !== "" && each.dataset.methodSentence !== method;
        }
      },
    });
  }

  private startOcclusion(): void {
    const form = this.page.querySelector<HTMLFormElement>("form#occlusion");
    const status = this.page.querySelector<HTMLElement>("[data-occlusion-status]");
    if (!form || !status) return;
    bindOcclusion({
      form,
      status,
      maps: this.read.ai?.occlusion ?? [],
      onReady: (heatmap, image) => {
        this.viewer?.addHeatmap(placed(this.read, heatmap, image));
      },
    });
  }

  private showMarks(marks: readonly Mark[]): void {
    const list = this.page.querySelector<HTMLElement>("[data-mark-list]");
    if (!list) return;
    showMarkList(list, marks, this.read, {
      remove: (index) => this.viewer?.editor.remove(index),
      edit: (index, change) => this.viewer?.editor.edit(index, change),
      pickUp: (index) => {
        this.viewer?.pickUpMark(index);
        this.viewer?.focus();
      },
    });
  }

  private command(key: string): Command | null {
    const { form, read } = this;
    return commandFor(key, {
      state: read.state,
      kind: read.question?.kind ?? "detection",
      parts: form?.parts ?? [],
      focused: form?.focused ?? null,
      choices: form?.choices ?? 0,
      bands: form?.bands ?? 0,
      hasFirst: read.first !== undefined,
    });
  }

  private viewerUses(key: string): boolean {
    if (!this.viewer || !viewerKey(this.viewer, key)) return false;
    if (key === "x" || key === "e") this.viewer.focus();
    return true;
  }

  /** Ctrl or Command with Z takes back what was marked, with Shift (or Y) brings it on again. */
  private undoes(event: KeyboardEvent): boolean {
    const { editor } = this.viewer ?? {};
    const inText = event.target instanceof Element && event.target.closest(TEXT_FIELDS) !== null;
    if (!editor || inText || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) return editor.undo();
    return (key === "y" || key === "z") && editor.redo();
  }

  private run(command: Command, openHelp: () => void): boolean {
    const { form } = this;
    switch (command.do) {
      case "help":
        openHelp();
        return true;
      case "sheet":
        this.sheet?.toggle();
        return this.sheet !== null;
      case "bookmark":
        this.page.querySelector<HTMLElement>("#bookmark")?.togglePopover();
        return true;
      case "next":
        this.page.querySelector<HTMLElement>("[data-next]")?.click();
        return true;
      case "submit":
        (
          form?.element ?? this.page.querySelector<HTMLFormElement>("form[data-step]")
        )?.requestSubmit();
        return true;
      case "keep":
      case "change":
        if (form) this.decide(form, command.do);
        return true;
      case "clear":
        form?.clear();
        form?.element.dispatchEvent(new Event("change"));
        return true;
      case "answer":
        form?.answer(command.finding, command.value);
        return true;
      case "choose":
        form?.choose(command.index);
        return true;
      case "certainty":
        form?.setCertainty(command.finding, command.index);
        return true;
    }
  }

  private complain(text: string): void {
    const place = this.page.querySelector("[data-read-message]");
    if (place) place.textContent = text;
  }

  private tell(text: string): void {
    const place = this.page.querySelector("[data-read-status]");
    if (place) place.textContent = text;
  }
}
