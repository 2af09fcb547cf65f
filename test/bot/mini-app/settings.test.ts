import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsView } from '../../../bot/mini-app/protocol.js';
import { MiniAppClient } from '../../support/mini-app-client.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let bot: BotHarness;
let reader: MiniAppClient;
beforeEach(async () => {
  bot = await BotHarness.start(anArchive());
  reader = new MiniAppClient(bot.miniApp(), bot, bot.reader);
});
afterEach(() => bot.stop());

const untouched: SettingsView = {
  language: 'zh',
  timeZone: 'Asia/Shanghai',
  digest: 'off',
  quiet: null,
  isPaused: false,
  silent: false,
  script: 'printed',
  detail: 'both',
};

describe('settings', () => {
  it('are the defaults at first', async () => {
    expect(await reader.get('settings')).toEqual(untouched);
  });

  it.each<[Partial<SettingsView>, Partial<SettingsView>?]>([
    [{ language: 'en' }],
    [{ timeZone: 'Asia/Tokyo' }],
    [{ timeZone: '东京' }, { timeZone: 'Asia/Tokyo' }],
    [{ digest: 'hourly' }],
    [{ digest: ['08:00', '20:00'] }],
    [{ digest: ['20:00', '08:00', '20:00'] }, { digest: ['08:00', '20:00'] }],
    [{ quiet: { from: '23:00', until: '07:30' } }],
    [{ isPaused: true }],
    [{ silent: true }],
    [{ script: 'traditional' }],
    [{ detail: 'outline' }],
    [{ language: 'en', silent: true, detail: 'lead', quiet: { from: '00:00', until: '06:00' } }],
  ])('become %j', async (change, shown = change) => {
    expect(await reader.result('PATCH', 'settings', change)).toEqual({ ...untouched, ...shown });
    expect(await reader.get('settings')).toEqual({ ...untouched, ...shown });
    expect(bot.spoken).toContain(bot.reader.id);
  });

  it('go back to what they were', async () => {
    const changed = {
      digest: 'hourly',
      quiet: { from: '23:00', until: '07:00' },
      isPaused: true,
      script: 'simplified',
    };
    await reader.result('PATCH', 'settings', changed);
    const { digest, quiet, isPaused, script } = untouched;
    expect(await reader.result('PATCH', 'settings', { digest, quiet, isPaused, script })).toEqual(untouched);
  });

  it.each([
    [{ digest: ['8:00'] }, 'bad-time'],
    [{ digest: ['24:00'] }, 'bad-time'],
    [{ digest: ['hourly'] }, 'bad-time'],
    [{ digest: [] }, 'bad-time'],
    [{ digest: Array.from({ length: 25 }, (_, n) => `${String(n % 24).padStart(2, '0')}:0${n % 7}`) }, 'bad-time'],
    [{ quiet: { from: '07:00', until: '07:00' } }, 'bad-time'],
    [{ quiet: { from: 'off', until: '07:00' } }, 'bad-time'],
    [{ language: 'en', quiet: { from: '25:00', until: '07:00' } }, 'bad-time'],
    [{ language: 'en', timeZone: 'Nowhere/Land' }, 'bad-zone'],
    [{ timeZone: '' }, 'bad-zone'],
    [{ timeZone: '+08:00' }, 'bad-zone'],
    [{ timeZone: 'a'.repeat(61) }, 'bad-request'],
    [{ digest: ['x'.repeat(21)] }, 'bad-request'],
    [{ digest: 'sometimes' }, 'bad-request'],
    [{ quiet: {} }, 'bad-request'],
    [{ isPaused: 'yes' }, 'bad-request'],
    [{ language: 'fr' }, 'bad-request'],
    [{ chatId: 5 }, 'bad-request'],
    [{}, 'bad-request'],
    [[], 'bad-request'],
    ['null', 'bad-request'],
  ])('stay as they are at %j: %s', async (change, error) => {
    expect(await reader.failure('PATCH', 'settings', change)).toBe(`400 ${error}`);
    expect(await reader.get('settings')).toEqual(untouched);
  });
});
