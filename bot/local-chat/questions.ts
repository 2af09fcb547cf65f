import { badRequest } from './api-error.js';

interface OpenQuestion<Answer> {
  readonly askedAt: Date;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  answered: boolean;
}

/**
 * Questions that the bot must answer by id within a time: pressed buttons, inline queries. An id that was answered can
 * be answered again until it is too old; only the first answer reaches the asker.
 */
export class Questions<Answer> {
  private readonly open = new Map<string, OpenQuestion<Answer>>();
  private lastId: bigint;

  constructor(
    firstId: bigint,
    private readonly maxAgeMs: number,
    private readonly now: () => Date,
  ) {
    this.lastId = firstId;
  }

  ask(): { readonly id: string; readonly answer: Promise<Answer> } {
    this.lastId += 1n;
    const id = String(this.lastId);
    const answer = new Promise<Answer>((resolve, reject) => {
      this.open.set(id, { askedAt: this.now(), resolve, reject, answered: false });
    });
    // Whoever pressed a button may not care about the answer: a server that closes is no unhandled rejection then.
    answer.catch(() => undefined);
    return { id, answer };
  }

  /** Throws the ApiError of an id that is unknown or too old. */
  answer(id: string, answer: Answer): void {
    const question = this.open.get(id);
    if (!question || this.now().getTime() - question.askedAt.getTime() > this.maxAgeMs) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    question.answered = true;
    question.resolve(answer);
  }

  /** What nobody answered. */
  get unanswered(): readonly string[] {
    return [...this.open].filter(([, question]) => !question.answered).map(([id]) => id);
  }

  /** Fails what is still open; answers after that are too late. */
  close(reason: string): void {
    for (const question of this.open.values()) question.reject(new Error(reason));
    this.open.clear();
  }
}
