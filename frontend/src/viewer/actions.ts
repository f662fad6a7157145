/** What buttons and keys do to the viewport in use and to the room: one table for both. */

import type { Room } from "./room";

export type Action = (room: Room) => void;

export const ACTIONS = {
  reset: (room) => {
    room.viewer.reset();
  },
  invert: (room) => {
    room.viewer.invert();
  },
  turn: (room) => {
    room.viewer.turn(1);
  },
  mirror: (room) => {
    room.viewer.mirror();
  },
  lens: (room) => {
    room.viewer.lens.toggle();
    room.viewer.changed();
  },
  spread: (room) => {
    room.toggleSpread();
  },
  link: (room) => {
    room.toggleLinked();
  },
  "next-viewport": (room) => {
    room.activateNext();
  },
  "remove-measure": (room) => {
    room.removeMeasure();
  },
} satisfies Record<string, Action>;

export function actionOf(name: string): Action | null {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name as keyof typeof ACTIONS] : null;
}
