import { describe, expect, it } from 'vitest';
import { Switches } from '../../../bot/web/app/switches.js';

/** Calls that wait until the test answers them. */
function aServer() {
  const calls: { readonly isOn: boolean; readonly answer: (error?: Error) => void }[] = [];
  const shown: boolean[] = [];
  const failures: unknown[] = [];
  const switches = new Switches({
    show: (_id, isOn) => shown.push(isOn),
    send: (_id, isOn) =>
      new Promise((resolve, reject) => {
        calls.push({ isOn, answer: (error) => (error ? reject(error) : resolve(isOn)) });
      }),
    failed: (error) => failures.push(error),
  });
  return { calls, shown, failures, switches };
}

describe('a switch', () => {
  it('is shown before the server has answered', async () => {
    const { calls, shown, switches } = aServer();
    const turning = switches.turn(1, true);
    expect(shown).toEqual([true]);
    calls[0]?.answer();
    await turning;
    expect([shown, calls.length]).toEqual([[true], 1]);
  });

  it('goes back when it could not be turned', async () => {
    const { calls, shown, failures, switches } = aServer();
    const turning = switches.turn(1, true);
    calls[0]?.answer(new Error('no'));
    await turning;
    expect([shown, failures.length]).toEqual([[true, false], 1]);
  });

  it('sends the last wish when it is turned while a call is under way, and nothing when that is what holds', async () => {
    const { calls, switches } = aServer();
    const turning = switches.turn(1, true);
    await switches.turn(1, false);
    await switches.turn(1, true);
    await switches.turn(1, false);
    expect(calls.length).toBe(1);
    calls[0]?.answer();
    await expect.poll(() => calls.length).toBe(2);
    expect(calls[1]?.isOn).toBe(false);
    calls[1]?.answer();
    await turning;
    const again = switches.turn(1, true);
    await switches.turn(1, false);
    await switches.turn(1, true);
    calls[2]?.answer();
    await again;
    expect(calls.length).toBe(3);
  });
});
