import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeEntities } from '../../../bot/local-chat/arrange-entities.js';
import { parseHtml } from '../../../bot/local-chat/parse-html.js';

const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const anyText = fc.string({ unit: 'grapheme' });

describe('parseHtml, whatever it is given', () => {
  it('gives escaped text back as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parseHtml(escapeHtml(text))).toEqual({ ok: true, text, entities: [] });
      }),
    );
  });

  it('answers, with entities inside the text', () => {
    const pieces = [
      '<b>',
      '</b>',
      '<i>',
      '</i>',
      '<a href="http://a.cn">',
      '</a>',
      '<',
      '>',
      '&',
      '&#',
      '"',
      '社',
      '👍',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => {
        const parsed = parseHtml(parts.join(''));
        if (!parsed.ok) return parsed.error.length > 0;
        return parsed.entities.every(({ offset, length }) => length > 0 && offset + length <= parsed.text.length);
      }),
    );
  });
});

describe('arrangeEntities, whatever it is given', () => {
  const types = ['bold', 'italic', 'spoiler', 'text_link', 'code', 'pre', 'blockquote', 'expandable_blockquote'];
  const entity = fc.record({
    type: fc.constantFrom(...types),
    offset: fc.nat({ max: 12 }),
    length: fc.integer({ min: 1, max: 8 }),
  });

  it('cuts or drops what crosses a link, code or a quote', () => {
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 8 }), (entities) => {
        const arranged = arrangeEntities(entities);
        const solid = arranged.filter(({ type }) => !['bold', 'italic', 'spoiler'].includes(type));
        const crossing = solid.flatMap((outer) =>
          arranged.filter(
            (inner) =>
              outer.offset < inner.offset &&
              inner.offset < outer.offset + outer.length &&
              outer.offset + outer.length < inner.offset + inner.length,
          ),
        );
        expect(crossing).toEqual([]);
      }),
    );
  });

  it('styles the same characters as before, except in code', () => {
    const styled = (entities: readonly { type: string; offset: number; length: number }[], type: string) =>
      new Set(
        entities
          .filter((each) => each.type === type)
          .flatMap(({ offset, length }) => Array.from({ length }, (_, n) => offset + n)),
      );
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 8 }), (entities) => {
        const arranged = arrangeEntities(entities);
        const opaque = new Set([...styled(arranged, 'code'), ...styled(arranged, 'pre')]);
        for (const type of ['bold', 'italic', 'spoiler']) {
          const before = [...styled(entities, type)].filter((position) => !opaque.has(position)).sort((a, b) => a - b);
          expect([...styled(arranged, type)].sort((a, b) => a - b)).toEqual(before);
        }
      }),
    );
  });
});
