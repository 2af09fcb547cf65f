export interface SwitchActions {
  show(id: number, isOn: boolean): void;
  /** Tells the server; gives what holds now. */
  send(id: number, isOn: boolean): Promise<boolean>;
  /** After what is shown was put back. */
  failed(error: unknown): void;
}

/**
 * Things that are on or off, shown at once and sent behind it: one call at a time for each, the last wish wins, and what could
 * not be sent is shown as it was.
 */
export class Switches {
  private readonly wishes = new Map<number, boolean>();

  constructor(private readonly actions: SwitchActions) {}

  async turn(id: number, isOn: boolean): Promise<void> {
    this.actions.show(id, isOn);
    const isSending = this.wishes.has(id);
    this.wishes.set(id, isOn);
    if (isSending) return;
    let holds = !isOn;
    try {
      for (let wish = isOn; wish !== holds; wish = this.wishes.get(id) ?? holds) {
        await this.actions.send(id, wish);
        holds = wish;
      }
    } catch (error) {
      this.actions.show(id, holds);
      this.actions.failed(error);
    } finally {
      this.wishes.delete(id);
    }
  }
}
