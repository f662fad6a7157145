/** An image's stored values as the server sends them: rows of numbers, nothing compressed. */

import type { ViewerImage } from "../types";

export type Numbers = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** Values that came before the viewer that draws best had started, by the image's id; it takes them over. */
const early = new Map<string, Promise<Values>>();

export interface Values {
  readonly width: number;
  readonly height: number;
  /** Real values, row by row. */
  readonly numbers: Numbers;
  readonly lowest: number;
  readonly highest: number;
}

/** Fetch an image's values; `onProgress` is told the share that has come. Throws where they can't be had. */
export async function fetchValues(
  image: ViewerImage,
  onProgress: (share: number) => void = () => undefined,
): Promise<Values> {
  const answer = await fetch(image.values.url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The image's values were answered with ${answer.status}.`);
  const size = image.width * image.height * (image.values.bits / 8);
  const bytes = await gathered(answer, size, onProgress);
  return valuesOf(image, bytes);
}

/** The image's values, kept until `takeValues` asks for them. What failed isn't kept. */
export function earlyValues(
  image: ViewerImage,
  onProgress?: (share: number) => void,
): Promise<Values> {
  const known = early.get(image.id);
  if (known) return known;
  const coming = fetchValues(image, onProgress);
  early.set(image.id, coming);
  coming.catch(() => early.delete(image.id));
  return coming;
}

/** The image's values for good: those that came early, or fetched now. */
export function takeValues(
  image: ViewerImage,
  onProgress?: (share: number) => void,
): Promise<Values> {
  const known = early.get(image.id);
  early.delete(image.id);
  return known ?? fetchValues(image, onProgress);
}

/** The numbers behind the bytes of a rendition. Throws a RangeError where their count isn't the image's. */
export function valuesOf(image: ViewerImage, bytes: Uint8Array): Values {
  const { bits, slope, intercept } = image.values;
  const count = image.width * image.height;
  if (bytes.byteLength !== count * (bits / 8)) {
    throw new RangeError("The image's values are cut short.");
  }
  const stored = bits === 8 ? bytes : littleEndian(bytes);
  const numbers = real(stored, slope, intercept);
  let lowest = Infinity;
  let highest = -Infinity;
  for (const number of numbers) {
    if (number < lowest) lowest = number;
    if (number > highest) highest = number;
  }
  return { width: image.width, height: image.height, numbers, lowest, highest };
}

async function gathered(
  answer: Response,
  size: number,
  onProgress: (share: number) => void,
): Promise<Uint8Array> {
  if (!answer.body) return new Uint8Array(await answer.arrayBuffer());
  const whole = new Uint8Array(size);
  const reader = answer.body.getReader();
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (filled + value.byteLength > size) throw new RangeError("More came than the image has.");
    whole.set(value, filled);
    filled += value.byteLength;
    onProgress(filled / size);
  }
  return whole.subarray(0, filled);
}

function littleEndian(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Uint16Array(bytes.byteLength / 2);
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getUint16(2 * i, true);
  return numbers;
}

/** slope × stored + intercept, in the smallest kind of number that holds it exactly. */
function real(stored: Uint8Array | Uint16Array, slope: number, intercept: number): Numbers {
  if (slope === 1 && intercept === 0) return stored;
  const whole = Number.isInteger(slope) && Number.isInteger(intercept);
  // Stored numbers seldom reach the type's end: what is really there decides.
  let most = 0;
  for (const number of stored) most = Math.max(most, number);
  const fits = whole && [intercept, slope * most + intercept].every((end) => Math.abs(end) < 32768);
  const made = fits ? new Int16Array(stored.length) : new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) made[i] = slope * (stored[i] ?? 0) + intercept;
  return made;
}
