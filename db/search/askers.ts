/** Readers' questions, of which each asker has one at a time. */
export interface Askers {
  /** What the asker began before is given up. `undefined`: somebody who never asks again. */
  begin(asker: string | undefined): Asked;
  /** The asker went on: what it has been waiting for longer than others take is given up. */
  cancel(asker: string): void;
}

export interface Asked {
  /** One Int32 for other threads as well: not 0 once nobody waits. */
  readonly flag: Int32Array<SharedArrayBuffer>;
  isGivenUp(): boolean;
  end(): void;
}

/** Until then a search is answered all the same: two commands sent in one go both have their answer. */
const heavyMs = 250;

export function createAskers(): Askers {
  const questions = new Map<string, Asked & { readonly since: number }>();
  const giveUp = (asker: string) => {
    const question = questions.get(asker);
    if (question) Atomics.store(question.flag, 0, 1);
    questions.delete(asker);
  };
  return {
    begin(asker) {
      const flag = new Int32Array(new SharedArrayBuffer(4));
      const asked = {
        flag,
        since: performance.now(),
        isGivenUp: () => Atomics.load(flag, 0) !== 0,
        end() {
          if (asker !== undefined && questions.get(asker)?.flag === flag) questions.delete(asker);
        },
      };
      if (asker === undefined) return asked;
      giveUp(asker);
      questions.set(asker, asked);
      return asked;
    },
    cancel(asker) {
      const since = questions.get(asker)?.since;
      if (since !== undefined && performance.now() - since > heavyMs) giveUp(asker);
    },
  };
}
