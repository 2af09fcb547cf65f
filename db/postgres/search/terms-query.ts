import { anyOf, asOne, term, type Wanted, type WantedTerms } from '../../search/wanted-terms.js';
import { characterOf, isAnyDay, type Stretch } from './stretches.js';

/** What to ask the index for in a stretch of time, as the text of a tsquery. */
export function toTermsQuery({ all, none }: WantedTerms, { halfYear, days }: Stretch): string {
  // Whatever has a term of the half year is in it.
  const time = isAnyDay(days) && all.length > 0 ? [] : [anyOf(days.map(term))];
  return render(asOne({ all: [...all, ...time], none }), characterOf(halfYear)).toWellFormed();
}

/** https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY */
function render(wanted: Wanted, character: string): string {
  switch (wanted.kind) {
    case 'term':
      return quote(character + wanted.term);
    case 'prefix':
      return `${quote(character + wanted.prefix)}:*`;
    case 'all':
      return `(${wanted.parts.map((part) => render(part, character)).join(' & ')})`;
    case 'any':
      return `(${wanted.parts.map((part) => render(part, character)).join(' | ')})`;
    case 'without':
      return `${render(wanted.wanted, character)} & !${render(wanted.unwanted, character)}`;
  }
}

/** A lexeme as a tsquery takes it, whatever it is made of. */
export const quote = (lexeme: string): string => `'${lexeme.replaceAll(/['\\]/gu, '$&$&')}'`;
