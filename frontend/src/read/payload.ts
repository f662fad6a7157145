/** The read as the server describes it: what isn't due yet is absent, never null. */

import type { Mark } from "../viewer/marks";
import type { SliceCall } from "../viewer/slice_strip";
import type { Heatmap, Region, ViewerImage } from "../viewer/types";

export type State = "reserved" | "opened" | "committed" | "ai_shown" | "finalised" | "truth_shown";

export type Kind = "detection" | "single-choice" | "multi-label";

export interface StoredOpinion {
  readonly findings: readonly {
    readonly finding: string;
    readonly present: boolean;
    readonly certainty: number;
  }[];
  readonly marks: readonly Mark[];
  readonly cannot_tell: boolean;
}

export type HeatmapPart = Omit<Heatmap, "image" | "label">;

/** How far the occlusion map of a finding is, which is computed when somebody asks. */
export interface OcclusionPart {
  readonly finding: string;
  readonly image: string;
  readonly state: "absent" | "waiting" | "ready" | "failed";
  readonly message: string;
  readonly heatmap?: HeatmapPart;
}

export interface ReadPayload {
  readonly id: string;
  readonly state: State;
  readonly question?: {
    readonly kind: Kind;
    readonly localise: boolean;
    readonly max_marks: number;
    readonly findings: readonly { readonly key: string; readonly label: string }[];
  };
  readonly images: readonly ViewerImage[];
  /** Where the images of the sitting's next case are, absent after the last. */
  readonly next?: { readonly images: readonly string[] };
  readonly first?: StoredOpinion;
  readonly final?: StoredOpinion;
  readonly ai?: {
    readonly findings: readonly {
      readonly finding: string;
      readonly probability: number;
      readonly present: boolean;
      readonly image: string;
    }[];
    readonly images: readonly {
      readonly image: string;
      readonly findings: readonly {
        readonly finding: string;
        readonly probability: number;
        readonly threshold: number;
      }[];
      readonly heatmaps: readonly HeatmapPart[];
    }[];
    readonly occlusion?: readonly OcclusionPart[];
  };
  readonly truth?: { readonly regions: readonly Region[] };
}

/** The payload that the page carries; null on a page without one. */
export function payloadOf(page: Document): ReadPayload | null {
  const text = page.getElementById("read-data")?.textContent;
  return text ? (JSON.parse(text) as ReadPayload) : null;
}

/** Every heatmap of the payload with its image and its finding's name. */
export function heatmapsOf(read: ReadPayload): readonly Heatmap[] {
  return (read.ai?.images ?? []).flatMap(({ image, heatmaps }) =>
    heatmaps.map((heatmap) => placed(read, heatmap, image)),
  );
}

/** What the AI says of each image, finding by finding. */
export function callsOf(read: ReadPayload): readonly SliceCall[] {
  return (read.ai?.images ?? []).flatMap(({ image, findings }) =>
    findings.map((call) => ({ ...call, image })),
  );
}

/** A heatmap with the image it lies on and its finding's name. */
export function placed(read: ReadPayload, heatmap: HeatmapPart, image: string): Heatmap {
  const known = read.question?.findings.find(({ key }) => key === heatmap.finding);
  return { ...heatmap, image, label: known?.label ?? heatmap.finding };
}

/** The marks to show: those of the final opinion, or of the first where the final has none. */
export function storedMarks(read: ReadPayload): readonly Mark[] {
  const final = read.final?.marks ?? [];
  return final.length > 0 ? final : (read.first?.marks ?? []);
}

/** What to begin with: the finding the AI is most for (one it calls present, if any) and its deciding image. */
export function startingPoint(read: ReadPayload): { image: string; finding: string } {
  const findings = [...(read.ai?.findings ?? [])].sort(
    (a, b) => Number(b.present) - Number(a.present) || b.probability - a.probability,
  );
  const first = findings[0];
  const region = read.truth?.regions;
  const middle = region?.[Math.floor(region.length / 2)];
  return {
    image: middle?.image ?? first?.image ?? "",
    finding: first?.finding ?? "",
  };
}
