import type { Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { formatMinutes, type TimesFault } from '../times-of-day.js';

/** What is wrong with times that were typed, to stand before how to write them. */
export function tellFault({ t }: Conversation, fault: TimesFault): Html {
  switch (fault.kind) {
    case 'no-time':
      return t.timesFault.noTime(fault.text.slice(0, maxTypedChars));
    case 'too-many':
      return t.timesFault.tooMany(fault.most);
    case 'no-span':
      return t.timesFault.noSpan(formatMinutes(fault.minutes));
    case 'unclear':
      return html``;
  }
}

/** It begins with a digit and holds no white space. */
const maxTypedChars = 20;
