import type { WatchAnswer } from '../../../mini-app/protocol.js';
import { faultText, useSession, useTexts } from '../session.js';

/** Follows a query, or no longer, and says what came of it. */
export function useWatch() {
  const session = useSession();
  const texts = useTexts();
  const { me, notice, api } = session;
  const fail = (error: unknown) => notice.set({ text: faultText(error, texts), isFault: true });
  return {
    /** Gives the number of what is followed now, if it is. */
    async watch(query: string): Promise<number | undefined> {
      try {
        const answer = await api.watch(query);
        if (answer.kind !== 'watched') {
          notice.set({ text: refusal(answer, texts), isFault: true });
          return;
        }
        const others = me.get().watches.filter(({ id }) => id !== answer.id);
        me.set({ ...me.get(), watches: [...others, { id: answer.id, query: answer.query }] });
        notice.set({ text: answer.isNew ? texts.search.watched : texts.search.alreadyWatched });
        return answer.id;
      } catch (error) {
        fail(error);
        return;
      }
    },
    /** False when it is still followed. */
    async unwatch(id: number): Promise<boolean> {
      try {
        await api.unwatch(id);
        me.set({ ...me.get(), watches: me.get().watches.filter((each) => each.id !== id) });
        notice.set({ text: texts.search.unwatched });
        return true;
      } catch (error) {
        fail(error);
        return false;
      }
    },
  };
}

function refusal(answer: Exclude<WatchAnswer, { kind: 'watched' }>, { noAnswer }: ReturnType<typeof useTexts>): string {
  switch (answer.kind) {
    case 'no-words':
      return noAnswer.noWords;
    case 'dated':
      return noAnswer.dated;
    case 'too-many':
      return noAnswer.tooManyWatches;
    case 'empty':
      return noAnswer.empty;
    case 'superseded':
      return noAnswer.superseded;
    case 'bad-range':
      return noAnswer.badRange;
    case 'bad-or':
      return noAnswer.badOr;
    case 'too-long':
      return noAnswer.tooLong;
    case 'bad-date':
      return noAnswer.badDate(answer.text);
    case 'no-category':
      return noAnswer.noCategory(answer.text);
    case 'which-category':
      return noAnswer.whichCategory(answer.text);
  }
}
