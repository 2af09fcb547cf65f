import { sign } from '@tma.js/init-data-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signInitData, verifyInitData } from '../../../bot/mini-app/init-data.js';

const token = '7000000001:aTokenOfOurOwn_aTokenOfOurOwn';
const now = new Date('2026-01-05T02:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const reader = { id: 5_000_000_001, firstName: '读者 & Co=1', languageCode: 'zh-hans' };
const initData = signInitData(reader, token, now);

/** With other fields in the place of some. Undefined: without. */
function changed(over: Readonly<Record<string, string | undefined>>): string {
  const fields = new URLSearchParams(initData);
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  return fields.toString();
}

/** Signed as it should be, whatever it says. */
const signed = (data: object) => sign(data as Parameters<typeof sign>[0], token, now);

describe('what Telegram says of the user', () => {
  it('is believed', () => {
    expect(verifyInitData(initData, token, now)).toEqual({ kind: 'user', user: reader });
  });

  it('may come with fields that we do not know', () => {
    const data = signed({ user: { id: 5, first_name: 'A' }, start_param: 'x', chat_type: 'private', news: '1' });
    expect(verifyInitData(data, token, now)).toMatchObject({ kind: 'user', user: { id: 5 } });
  });

  it.each([
    ['is not there', undefined, 'missing'],
    ['is empty', '', 'missing'],
    ['names no user', signed({ query_id: 'q' }), 'missing'],
    ['names another user', changed({ user: JSON.stringify({ id: 6, first_name: '读者' }) }), 'forged'],
    ['has another time', changed({ auth_date: '1900000000' }), 'forged'],
    ['has another signature for third parties', changed({ signature: 'x' }), 'forged'],
    ['has one field more', changed({ start_param: 'x' }), 'forged'],
    ['lacks its hash', changed({ hash: undefined }), 'forged'],
    ['has an empty hash', changed({ hash: '' }), 'forged'],
    ['has a hash in capitals', changed({ hash: new URLSearchParams(initData).get('hash')?.toUpperCase() }), 'forged'],
    ['lacks its user', changed({ user: undefined }), 'forged'],
    ['lacks its time', changed({ auth_date: undefined }), 'forged'],
    ['has its user twice', `${initData}&user=${encodeURIComponent('{"id":6,"first_name":"A"}')}`, 'forged'],
    ['has its hash twice', `${initData}&hash=${'0'.repeat(64)}`, 'forged'],
    ['has two fields in one', initData.replace('&auth_date=', '%0Aauth_date='), 'forged'],
    ['is signed by another bot', signInitData(reader, '7000000002:another', now), 'forged'],
    ['has no whole number as id', signed({ user: { id: 1.5, first_name: 'A' } }), 'forged'],
    ['has the id of a group', signed({ user: { id: -5, first_name: 'A' } }), 'forged'],
    ['has an id too large', signed({ user: { id: 2 ** 53, first_name: 'A' } }), 'forged'],
    ['has no user that can be read', signed({ user: { id: 'x' } }), 'forged'],
    [
      'is larger than anything that Telegram writes',
      signed({ user: { id: 5, first_name: 'A'.repeat(9_000) } }),
      'forged',
    ],
    ['is nonsense', '%%%', 'forged'],
  ])('is refused when it %s', (_title, data, kind) => {
    expect(verifyInitData(data, token, now)).toEqual({ kind });
  });

  it.each([
    ['for a day', 24 * 3600, 'user'],
    ['and no longer', 24 * 3600 + 1, 'expired'],
    ['from a clock that is a little ahead', -300, 'user'],
    ['but not from the future', -301, 'forged'],
  ])('holds %s', (_title, seconds, kind) => {
    expect(verifyInitData(initData, token, later(seconds)).kind).toBe(kind);
  });

  it('is refused with any byte changed', () => {
    const fields = (data: string) => JSON.stringify([...new URLSearchParams(data)]);
    const anyByte = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.nat(initData.length - 1), anyByte, (at, byte) => {
        const data = initData.slice(0, at) + byte + initData.slice(at + 1);
        // %7b is written for %7B as well.
        fc.pre(fields(data) !== fields(initData));
        expect(verifyInitData(data, token, now).kind).not.toBe('user');
      }),
      { numRuns: 2_000 },
    );
  });

  it('may be anything at all without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (data) => {
        expect(verifyInitData(data, token, now).kind).not.toBe('user');
      }),
    );
  });
});
