/** One thing that was looked at: what it is, and what to do when it is not as it should be. */
export interface Finding {
  /** Up to 14 characters: the column that it is printed in. */
  readonly subject: string;
  /** `bad`: the bot does not do its work like this. `note`: it does, but somebody may want to know. */
  readonly state: 'ok' | 'note' | 'bad';
  /** One line; with a remedy unless all is well. Never holds the token. */
  readonly text: string;
}

/** Findings of one subject. */
export function about(subject: string) {
  const say = (state: Finding['state']) => (text: string) => ({ subject, state, text }) satisfies Finding;
  return { ok: say('ok'), note: say('note'), bad: say('bad') };
}
