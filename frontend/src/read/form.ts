/** The opinion form: its radio buttons read and set as an opinion, and what it still lacks. */

import type { Mark } from "../viewer/marks";
import type { Part } from "./keys";
import type { Kind, StoredOpinion } from "./payload";

/** What stands in the way of a commit: the key of the sentence that says so, and where to put the focus. */
export interface Lack {
  readonly message: "answer-missing" | "certainty-missing" | "mark-absent";
  readonly field: HTMLInputElement | null;
}

export class OpinionForm {
  constructor(
    readonly element: HTMLFormElement,
    readonly kind: Kind,
    readonly findings: readonly string[],
  ) {}

  get cannotTell(): boolean {
    return this.cannotTellBox?.checked ?? false;
  }

  /** One part a finding; a single choice is one part, named "". */
  get parts(): readonly Part[] {
    return this.partNames.map((finding) => ({
      finding,
      answered: this.picked(this.answerName(finding)) !== null,
      certain: this.picked(this.certaintyName(finding)) !== null,
    }));
  }

  /** The part that holds the focus, or null. */
  get focused(): string | null {
    const active = this.element.ownerDocument.activeElement;
    if (!(active instanceof HTMLInputElement) || active.form !== this.element) return null;
    return (
      this.partNames.find((finding) =>
        [this.answerName(finding), this.certaintyName(finding)].includes(active.name),
      ) ?? null
    );
  }

  get choices(): number {
    return this.radios("choice").length;
  }

  get bands(): number {
    return this.radios(this.certaintyName(this.partNames[0] ?? "")).length;
  }

  /** The findings that the form calls present as it stands. */
  get called(): readonly string[] {
    if (this.cannotTell) return [];
    if (this.kind === "single-choice") {
      const choice = this.picked("choice");
      return choice && this.findings.includes(choice) ? [choice] : [];
    }
    return this.findings.filter((finding) => this.picked(`present-${finding}`) === "yes");
  }

  answer(finding: string, value: string): void {
    this.pick(this.answerName(finding), value);
  }

  /** Answer every question with no; how sure one is stays to be chosen for each. */
  answerNone(): void {
    for (const finding of this.findings) this.answer(finding, "no");
    this.changed();
  }

  choose(index: number): void {
    const radio = this.radios("choice")[index];
    if (radio) this.pick("choice", radio.value);
  }

  setCertainty(finding: string, index: number): void {
    const radio = this.radios(this.certaintyName(finding))[index];
    if (radio) this.pick(radio.name, radio.value);
  }

  /** Take every answer and certainty back. */
  clear(): void {
    for (const radio of this.element.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
      radio.checked = false;
    }
    this.setCannotTell(false);
  }

  /** Answers as in the first opinion; how sure one is now has to be chosen afresh. */
  keep(first: StoredOpinion): void {
    this.clear();
    if (first.cannot_tell) this.setCannotTell(true);
    else if (this.kind === "single-choice") {
      this.answer("", first.findings.find(({ present }) => present)?.finding ?? "none");
    } else {
      for (const { finding, present } of first.findings) {
        this.answer(finding, present ? "yes" : "no");
      }
    }
    this.changed();
  }

  /** The opposite where there is one (a yes-or-no question); elsewhere an empty form to fill in. */
  change(first: StoredOpinion): void {
    this.clear();
    const only = first.findings[0];
    if (this.kind === "detection" && only && !first.cannot_tell) {
      this.answer(only.finding, only.present ? "no" : "yes");
    }
    this.changed();
  }

  /** A ticked "can't tell" is the whole answer: the rest is switched off and not sent. */
  applyCannotTell(): void {
    for (const part of this.element.querySelectorAll<HTMLFieldSetElement>("fieldset[data-part]")) {
      part.disabled = this.cannotTell;
    }
  }

  /** What is missing for a commit, or null. */
  lack(marks: readonly Mark[]): Lack | null {
    if (this.cannotTell) return null;
    for (const part of this.parts) {
      if (!part.answered) return this.lackOf("answer-missing", this.answerName(part.finding));
      if (!part.certain) return this.lackOf("certainty-missing", this.certaintyName(part.finding));
    }
    const { called } = this;
    if (marks.some((mark) => !called.includes(mark.finding))) {
      return { message: "mark-absent", field: null };
    }
    return null;
  }

  /** The first certainty that is still to be chosen. */
  get certaintyToChoose(): HTMLInputElement | null {
    const part = this.parts.find(({ certain }) => !certain);
    return part ? (this.radios(this.certaintyName(part.finding))[0] ?? null) : null;
  }

  setHidden(name: "marks" | "seconds", value: string): void {
    const field = this.element.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (field) field.value = value;
  }

  /** What a draft keeps: answers, certainties and "can't tell". */
  get fields(): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const input of this.kept) if (input.checked) fields[input.name] = input.value;
    return fields;
  }

  restore(fields: Readonly<Record<string, string>>): void {
    for (const input of this.kept) {
      const value = fields[input.name];
      if (value !== undefined) input.checked = input.value === value;
    }
    this.applyCannotTell();
  }

  private get kept(): readonly HTMLInputElement[] {
    return [
      ...this.element.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]"),
    ];
  }

  private get partNames(): readonly string[] {
    return this.kind === "single-choice" ? [""] : this.findings;
  }

  private get cannotTellBox(): HTMLInputElement | null {
    return this.element.querySelector<HTMLInputElement>('input[name="cannot_tell"]');
  }

  private setCannotTell(ticked: boolean): void {
    if (this.cannotTellBox) this.cannotTellBox.checked = ticked;
    this.applyCannotTell();
  }

  private answerName(finding: string): string {
    return this.kind === "single-choice" ? "choice" : `present-${finding}`;
  }

  private certaintyName(finding: string): string {
    return this.kind === "single-choice" ? "certainty" : `certainty-${finding}`;
  }

  private lackOf(message: Lack["message"], name: string): Lack {
    return { message, field: this.radios(name)[0] ?? null };
  }

  private radios(name: string): readonly HTMLInputElement[] {
    return [...this.element.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter(
      (radio) => radio.name === name,
    );
  }

  private picked(name: string): string | null {
    return this.radios(name).find((radio) => radio.checked)?.value ?? null;
  }

  private pick(name: string, value: string): void {
    if (this.cannotTell) this.setCannotTell(false);
    for (const radio of this.radios(name)) radio.checked = radio.value === value;
    this.changed();
  }

  private changed(): void {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
