/** Brightness and contrast of the picture as shown; the stored pixels never change. */

export interface Adjustment {
  /** 1 = as stored. */
  readonly brightness: number;
  /** 1 = as stored. */
  readonly contrast: number;
}

export const NEUTRAL: Adjustment = { brightness: 1, contrast: 1 };
const LOW = 0.2;
const HIGH = 4;
/** Stage pixels of drag that double or halve a value. */
const DRAG_OCTAVE = 180;

export function limited(adjustment: Adjustment): Adjustment {
  return { brightness: limit(adjustment.brightness), contrast: limit(adjustment.contrast) };
}

/** Right for more contrast, up for more brightness, as window and level drags work on a workstation. */
export function dragged(from: Adjustment, dx: number, dy: number): Adjustment {
  return limited({
    brightness: from.brightness * 2 ** (-dy / DRAG_OCTAVE),
    contrast: from.contrast * 2 ** (dx / DRAG_OCTAVE),
  });
}

/** The CSS filter that shows it. */
export function cssFilter(adjustment: Adjustment): string {
  if (adjustment.brightness === 1 && adjustment.contrast === 1) return "none";
  return `brightness(${adjustment.brightness.toFixed(3)}) contrast(${adjustment.contrast.toFixed(3)})`;
}

/** Sliders move in equal ratios: their value is per cent on a log scale, 0 = as stored. */
export function toSlider(value: number): number {
  return Math.round(Math.log2(value) * 50);
}

export function fromSlider(value: number): number {
  return limit(2 ** (value / 50));
}

function limit(value: number): number {
  return Math.min(Math.max(value, LOW), HIGH);
}
