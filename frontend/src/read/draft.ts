/** The opinion being typed, kept in this tab until the server has it, so that a lost connection loses nothing. */

import type { Mark } from "../viewer/marks";
import { parseMarks } from "../viewer/marks";

export type OpinionKind = "first" | "final";

export interface Draft {
  readonly fields: Readonly<Record<string, string>>;
  readonly marks: readonly Mark[];
  readonly seconds: number;
}

const PREFIX = "second-read:draft";

function key(read: string, kind: OpinionKind): string {
  return `${PREFIX}:${read}:${kind}`;
}

/** Storage may be switched off or full: the page then works without drafts. */
export function saveDraft(storage: Storage, read: string, kind: OpinionKind, draft: Draft): void {
  try {
    storage.setItem(key(read, kind), JSON.stringify(draft));
  } catch {
    return;
  }
}

/** The draft of this opinion; null where there is none that can be read. */
export function loadDraft(storage: Storage, read: string, kind: OpinionKind): Draft | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(key(read, kind)) ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { fields, marks, seconds } = value as Record<string, unknown>;
    return {
      fields: strings(fields),
      marks: parseMarks(JSON.stringify(marks ?? null)),
      seconds: typeof seconds === "number" && seconds >= 0 ? seconds : 0,
    };
  } catch {
    return null;
  }
}

export function dropDraft(storage: Storage, read: string, kind: OpinionKind): void {
  try {
    storage.removeItem(key(read, kind));
  } catch {
    return;
  }
}

function strings(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}
