/**
 * Runs tasks one after the other per chat, chats side by side: answers come in the order of the questions, and nobody
 * waits for somebody else's slow one.
 */
export class ChatQueue {
  readonly #last = new Map<number, Promise<void>>();

  /** Starts the task when the chat's earlier ones are done; resolves when it is done. The task must not throw. */
  run(chatId: number, task: () => Promise<void>): Promise<void> {
    const before = this.#last.get(chatId);
    const mine = before ? before.then(task) : task();
    this.#last.set(chatId, mine);
    void mine.finally(() => {
      if (this.#last.get(chatId) === mine) this.#last.delete(chatId);
    });
    return mine;
  }

  /** Resolves when everything that was started is done. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }
}
