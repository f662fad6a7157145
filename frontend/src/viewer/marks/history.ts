/** What undo and redo go through: the lists of marks before and after the one that stands. */

const LONGEST = 100;

export class History<State> {
  private readonly past: State[] = [];
  private future: State[] = [];

  constructor(private now: State) {}

  get state(): State {
    return this.now;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  push(state: State): void {
    this.past.push(this.now);
    if (this.past.length > LONGEST) this.past.shift();
    this.future = [];
    this.now = state;
  }

  /** Put another state in the place of the one that stands: the next step of the same movement. */
  replace(state: State): void {
    this.now = state;
  }

  /** The state before; false where there is none. */
  undo(): boolean {
    const before = this.past.pop();
    if (before === undefined) return false;
    this.future.push(this.now);
    this.now = before;
    return true;
  }

  redo(): boolean {
    const after = this.future.pop();
    if (after === undefined) return false;
    this.past.push(this.now);
    this.now = after;
    return true;
  }
}
