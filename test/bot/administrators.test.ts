import { TelegramError } from 'telegraf';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Administrators, createAdministrators } from '../../bot/administrators.js';
import type { TelegramApi } from '../../bot/telegram-api.js';
import { TestClock } from '../support/builders.js';

let clock: TestClock;
let answers: (string | Error)[];
let asked: number;
let administrators: Administrators;
beforeEach(() => {
  clock = new TestClock();
  answers = [];
  asked = 0;
  const call = async () => {
    const answer = answers[asked] ?? answers.at(-1);
    asked += 1;
    if (answer instanceof Error) throw answer;
    return { status: answer };
  };
  administrators = createAdministrators({ call } as unknown as TelegramApi, clock.now);
});

const refusal = (description: string) => new TelegramError({ error_code: 400, description });
const includes = () => administrators.includes(-1, 7);

describe('what Telegram says of an administrator', () => {
  it('holds for a minute, and is asked once by two at the same time', async () => {
    answers = ['creator', 'member'];
    expect(await Promise.all([includes(), includes()])).toEqual([true, true]);
    clock.advance(59_999);
    expect(await includes()).toBe(true);
    expect(asked).toBe(1);
    clock.advance(1);
    expect(await includes()).toBe(false);
  });

  it('holds for ten seconds when it is no', async () => {
    answers = ['member', 'administrator'];
    expect(await includes()).toBe(false);
    clock.advance(9_999);
    expect(await includes()).toBe(false);
    clock.advance(1);
    expect(await includes()).toBe(true);
  });

  it('is forgotten by user and by chat, also while it is being asked', async () => {
    answers = ['administrator', 'administrator', 'member'];
    await includes();
    administrators.forget(-1, 8);
    administrators.forget(-2);
    await includes();
    expect(asked).toBe(1);
    administrators.forget(-1);
    const late = includes();
    administrators.forget(-1, 7);
    expect([await late, await includes()]).toEqual([true, false]);
  });

  it('is not kept when the question failed', async () => {
    answers = [new Error('timeout'), 'administrator'];
    await expect(includes()).rejects.toThrow('timeout');
    expect(await includes()).toBe(true);
  });

  it('is no for somebody who was never there, and no answer when members are hidden', async () => {
    answers = [refusal('Bad Request: PARTICIPANT_ID_INVALID'), refusal('Bad Request: CHAT_ADMIN_REQUIRED')];
    expect(await includes()).toBe(false);
    administrators.forget(-1);
    await expect(includes()).rejects.toThrow('CHAT_ADMIN_REQUIRED');
  });
});
