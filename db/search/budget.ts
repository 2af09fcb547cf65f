/** When a search has to end. */
export interface Budget {
  /** Costs next to nothing; throws Interrupted when the time is up or nobody waits any more. */
  check(): void;
}

/** Before something that takes a while. */
export interface StrictBudget extends Budget {
  checkNow(): void;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Looks at the clock only now and then: a check between two candidates must not cost more than they do. */
const checksPerLook = 16;

export function createBudget(budgetMs: number, isCancelled: () => boolean): StrictBudget {
  const end = performance.now() + budgetMs;
  let checks = 0;
  const checkNow = () => {
    if (isCancelled() || performance.now() > end) throw new Interrupted('the search was interrupted');
  };
  return {
    check() {
      checks += 1;
      if (checks % checksPerLook === 0) checkNow();
    },
    checkNow,
  };
}
