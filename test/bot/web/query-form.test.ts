import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuery, writeQuery } from '../../../bot/web/app/query-form.js';

const empty = { words: '', sources: [], from: '', to: '' };

describe('the search form', () => {
  it.each([
    ['养老 参保', { ...empty, words: '养老 参保' }],
    ['养老 in:"21世纪经济报道 21财经APP"', { ...empty, words: '养老', sources: ['21世纪经济报道 21财经APP'] }],
    ['in:云溪日报 in:云溪晚报 养老', { ...empty, words: '养老', sources: ['云溪日报', '云溪晚报'] }],
    ['养老 after:2025-12-01 before:2026-01-01', { ...empty, words: '养老', from: '2025-12-01', to: '2025-12-31' }],
    // What has no field of its own stays as it was written.
    ['养老 after:2022-06', { ...empty, words: '养老 after:2022-06' }],
    ['养老 -in:云溪日报', { ...empty, words: '养老 -in:云溪日报' }],
    ['"养老 in:云溪日报" OR 医疗', { ...empty, words: '"养老 in:云溪日报" OR 医疗' }],
    ['养老 after:2025-02-30', { ...empty, words: '养老 after:2025-02-30' }],
    ['养老 after:2025-01-01 after:2025-02-01', { ...empty, words: '养老 after:2025-02-01', from: '2025-01-01' }],
  ])('reads %s', (text, form) => expect(readQuery(text)).toEqual(form));

  it.each([
    [{ ...empty, words: ' 养老 ', to: '2025-12-31' }, '养老 before:2026-01-01'],
    [{ ...empty, sources: ['A "B" C'] }, 'in:"A  B  C"'],
    [{ ...empty, to: '2024-02-28' }, 'before:2024-02-29'],
  ])('writes %j', (form, text) => expect(writeQuery(form)).toBe(text));

  it('reads what it has written', () => {
    const words = fc.constantFrom('养老', '"养老 保险"', '-股票', 'OR', '-in:某报', 'after:2022');
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const form = fc.record({
      words: fc.array(words).map((each) => each.join(' ')),
      sources: fc.array(fc.constantFrom('云溪日报', '21世纪 财经APP', '《读书》')),
      from: fc.oneof(fc.constant(''), day),
      to: fc.oneof(fc.constant(''), day),
    });
    fc.assert(
      fc.property(form, (each) => {
        expect(readQuery(writeQuery(each))).toEqual(each);
      }),
    );
  });
});
