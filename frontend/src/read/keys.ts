/** What a key means on the read page at its step. Pure: no DOM, so that every rule can be tested. */

import type { Kind, State } from "./payload";

/** One part of the question that needs an answer and a certainty. */
export interface Part {
  readonly finding: string;
  readonly answered: boolean;
  readonly certain: boolean;
}

export interface Situation {
  readonly state: State;
  readonly kind: Kind;
  readonly parts: readonly Part[];
  /** The part that holds the focus, or null. */
  readonly focused: string | null;
  /** How many answers a single choice offers, "none of these" among them. */
  readonly choices: number;
  readonly bands: number;
  /** Whether there is a first opinion to keep or change. */
  readonly hasFirst: boolean;
}

export type Command =
  | { readonly do: "answer"; readonly finding: string; readonly value: "yes" | "no" }
  | { readonly do: "choose"; readonly index: number }
  | { readonly do: "certainty"; readonly finding: string; readonly index: number }
  | {
      readonly do: "clear" | "keep" | "change" | "submit" | "next" | "help" | "sheet" | "bookmark";
    };

/** The part that the next key speaks about: the focused one, else the first that lacks something, else the last. */
export function activePart(situation: Situation): Part | null {
  const { parts, focused } = situation;
  return (
    parts.find((part) => part.finding === focused) ??
    parts.find((part) => !part.answered || !part.certain) ??
    parts.at(-1) ??
    null
  );
}

export function commandFor(key: string, situation: Situation): Command | null {
  if (key === "?") return { do: "help" };
  if (key === "s") return { do: "sheet" };
  if (key === "d" && situation.state !== "reserved") return { do: "bookmark" };
  switch (situation.state) {
    case "opened":
      return opinionCommand(key, situation);
    case "ai_shown":
      if (situation.hasFirst && key === "k") return { do: "keep" };
      if (situation.hasFirst && key === "c") return { do: "change" };
      return opinionCommand(key, situation);
    case "committed":
    case "finalised":
      return key === "Enter" ? { do: "submit" } : null;
    case "truth_shown":
      return key === "Enter" || key === "n" ? { do: "next" } : null;
    case "reserved":
      return null;
  }
}

function opinionCommand(key: string, situation: Situation): Command | null {
  if (key === "Enter") return { do: "submit" };
  const part = activePart(situation);
  if (!part) return null;
  if (situation.kind !== "single-choice" && (key === "y" || key === "n")) {
    return { do: "answer", finding: part.finding, value: key === "y" ? "yes" : "no" };
  }
  if (situation.kind === "single-choice" && key === "Backspace") return { do: "clear" };
  const digit = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
  if (digit < 0) return null;
  // A single choice takes digits for the answer first, and then for the certainty.
  if (situation.kind === "single-choice" && !part.answered) {
    return digit < situation.choices ? { do: "choose", index: digit } : null;
  }
  return digit < situation.bands ? { do: "certainty", finding: part.finding, index: digit } : null;
}
