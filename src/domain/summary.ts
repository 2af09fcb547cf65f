import { hasOwnMark, type StoredArticle, type Summary } from './article.js';

/** What is shown of each part of a summary at most, in visible characters. */
export const summaryChars = { title: 200, byline: 120, lead: 300, heading: 120 } as const;

/** A lead shorter than this goes on with the next sentences, up to the second figure. */
const enoughLeadChars = 50;
const mostLeadChars = 140;

/** A short first sentence says little: whole sentences of its paragraph are added until it is worth reading. */
export function openingOf({ lead = '', text }: Pick<StoredArticle, 'lead' | 'text'>): string {
  const at = text.indexOf(lead);
  if (lead.length >= enoughLeadChars || at < 0) return lead;
  const rest = text.slice(at + lead.length).split('\n', 1)[0] ?? '';
  let opening = lead;
  for (const [sentence] of rest.matchAll(/[^。！？!?]+[。！？!?]+[”’」』）]*/gu)) {
    if (opening.length + sentence.length > mostLeadChars) break;
    opening += sentence;
    if (opening.length >= enoughLeadChars) break;
  }
  return opening;
}

/** Whether the headings are shown, else the key sentences. One heading is no outline: 主要内容 alone tells nobody anything. */
export function isOutlined({ outline, keySentences }: Pick<Summary, 'outline' | 'keySentences'>): boolean {
  return outline.length > 1 || keySentences.length === 0;
}

/** Whether a top heading says itself where it stands, so that none is to be numbered by us. */
export function isNumbered(outline: Summary['outline']): boolean {
  return outline.some(({ level, text }) => level === 1 && hasOwnMark(text));
}
