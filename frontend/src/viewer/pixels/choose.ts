/** Which kind of picture the page gets: Cornerstone on the graphics card, on the CPU, or plain images. */

import type { ViewerImage } from "../types";
import type { PictureMaker } from "./picture";
import { PlainPicture } from "./plain";

type Kind = "plain" | "cpu" | "gpu";

/** What a page asks for by `?viewer=`, for tests and for people whose graphics card fails. */
export function askedKind(search: string): Kind | null {
  const asked = new URLSearchParams(search).get("viewer");
  return asked === "plain" || asked === "cpu" || asked === "gpu" ? asked : null;
}

/** Whether the browser draws WebGL 2 at all. */
export function hasWebGL(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export function plainMaker(renditions: readonly string[]): PictureMaker {
  return (events) => new PlainPicture(events, renditions);
}

/**
 * The maker of pictures for these images. Cornerstone comes in a chunk of its own; where that can't be had, or
 * fails to start, plain images stay.
 */
export async function choosePictures(
  images: readonly ViewerImage[],
  renditions: readonly string[],
  search = location.search,
): Promise<PictureMaker> {
  const kind = askedKind(search) ?? (hasWebGL() ? "gpu" : "cpu");
  if (kind === "plain") return plainMaker(renditions);
  try {
    const { cornerstoneMaker } = await import("./cornerstone");
    return cornerstoneMaker(images, kind);
  } catch {
    return plainMaker(renditions);
  }
}
