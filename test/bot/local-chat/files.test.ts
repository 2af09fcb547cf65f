import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../bot/local-chat/bot-api.js';
import { type LocalBotApi, startLocalBotApi } from '../../../bot/local-chat/server.js';
import { type ApiAnswer, callApi } from '../../support/bot-api-client.js';

let api: LocalBotApi;
let user: User;

beforeEach(async () => {
  api = await startLocalBotApi({ now: () => new Date('2026-06-08T02:00:00Z') });
  user = api.addUser({ id: 42, firstName: '李雷' });
  api.sendText({ chat: user, text: '/start' });
});
afterEach(async () => await api.close());

const upload = async (fields: Record<string, string | File>) => {
  const body = new FormData();
  for (const [name, value] of Object.entries({ chat_id: '42', ...fields })) body.set(name, value);
  const response = await fetch(`${api.url}/bot${api.token}/sendDocument`, { method: 'POST', body });
  return (await response.json()) as ApiAnswer;
};
const aFile = (content = '{"a":1}') => new File([content], '导出.json');
const download = (path: string, token = api.token) => fetch(`${api.url}/file/bot${token}/${path}`);

describe('sendDocument', () => {
  it('gives the message with its document, whose caption has markup', async () => {
    const { result } = await upload({
      document: aFile(),
      caption: '<b>示例</b>',
      parse_mode: 'HTML',
      reply_parameters: JSON.stringify({ message_id: 1 }),
    });
    expect(result).toMatchObject({
      message_id: 2,
      document: { file_name: '导出.json', mime_type: 'application/json', file_size: 7 },
      caption: '示例',
      caption_entities: [{ type: 'bold', offset: 0, length: 2 }],
      reply_to_message: { message_id: 1 },
    });
    expect(result).not.toHaveProperty('text');
    expect(api.fileContent(result.document.file_id)?.toString()).toBe('{"a":1}');
    expect(api.transcript).toMatchObject([{ text: '示例', document: { file_size: 7 } }]);
  });

  it('takes a file that was sent before, and one that is attached under another name', async () => {
    const first = await upload({ document: aFile() });
    const id = first.result.document.file_id;
    expect(await callApi(api, 'sendDocument', { chat_id: 42, document: id })).toMatchObject({
      result: { document: { file_id: id } },
    });
    const attached = await upload({ document: 'attach://it', it: aFile() });
    expect(attached).toMatchObject({ result: { document: { file_name: '导出.json' } } });
    expect(attached.result).not.toHaveProperty('caption');
  });

  it.each([
    ['no file', {}, 'there is no document in the request'],
    ['an empty file', { document: aFile('') }, 'file must be non-empty'],
    ['an unknown id', { document: 'BQAC' }, 'wrong remote file identifier specified: Wrong string length'],
    ['a long caption', { document: aFile(), caption: '社'.repeat(1025) }, 'message caption is too long'],
    ['a chat that is not there', { document: aFile(), chat_id: '43' }, 'chat not found'],
  ])('refuses %s', async (_name, fields: Record<string, string | File>, description) => {
    expect(await upload(fields)).toEqual({ ok: false, error_code: 400, description: `Bad Request: ${description}` });
  });

  it('has no text to edit, but a keyboard', async () => {
    const { result } = await upload({ document: aFile(), caption: '示例' });
    const message = { chat_id: 42, message_id: result.message_id };
    expect(await callApi(api, 'editMessageText', { ...message, text: '别的' })).toMatchObject({
      description: 'Bad Request: there is no text in the message to edit',
    });
    const reply_markup = { inline_keyboard: [[{ text: '好', callback_data: 'x' }]] };
    expect(await callApi(api, 'editMessageReplyMarkup', { ...message, reply_markup })).toMatchObject({ ok: true });
  });

  it('is what telegraf sends', async () => {
    const { telegram } = new Telegraf(api.token, { telegram: { apiRoot: api.url } });
    const source = Buffer.from('{"养老":1}');
    const { document } = await telegram.sendDocument(42, { source, filename: 'a.json' }, { caption: '示例' });
    expect(document).toMatchObject({ file_name: 'a.json', file_size: source.length });
    const link = await telegram.getFileLink(document.file_id);
    expect(await (await fetch(link)).text()).toBe('{"养老":1}');
  });
});

describe('a document of a person', () => {
  it('arrives with its caption, can be answered, and is downloaded', async () => {
    const sent = api.sendDocument({ chat: user, file: { name: 'a.json', content: '{}' }, caption: '/import 它' });
    api.sendText({ chat: user, text: '/import', replyTo: sent.message_id });
    const { result } = await callApi(api, 'getUpdates', { offset: -2 });
    expect(result).toMatchObject([
      {
        message: {
          document: { file_name: 'a.json', mime_type: 'application/json', file_size: 2 },
          caption: '/import 它',
          caption_entities: [{ type: 'bot_command', offset: 0, length: 7 }],
        },
      },
      { message: { text: '/import', reply_to_message: { document: { file_name: 'a.json' } } } },
    ]);
    const file = await callApi(api, 'getFile', { file_id: sent.document?.file_id });
    expect(file.result).toMatchObject({ file_size: 2, file_path: 'documents/file_0.json' });
    const response = await download(file.result.file_path);
    expect(await response.text()).toBe('{}');
  });

  it('is heard in a group when its caption is a command', async () => {
    const group = api.addChat({ type: 'group' });
    const file = { name: 'a.json', content: '{}' };
    api.sendDocument({ chat: group, from: user, file });
    api.sendDocument({ chat: group, from: user, file, caption: '/import' });
    const { result } = await callApi(api, 'getUpdates');
    expect(result).toMatchObject([{ message: { text: '/start' } }, { message: { caption: '/import' } }]);
  });
});

describe('getFile', () => {
  it.each([
    ['no id', '', 'file_id not specified'],
    ['an unknown id', 'BQAC', 'wrong file_id or the file is temporarily unavailable'],
  ])('refuses %s', async (_name, file_id, description) => {
    expect(await callApi(api, 'getFile', { file_id })).toMatchObject({ description: `Bad Request: ${description}` });
  });

  it('refuses more than 20 MB', async () => {
    const sent = api.sendDocument({ chat: user, file: { name: 'a', content: Buffer.alloc(20 * 1024 * 1024 + 1) } });
    expect(await callApi(api, 'getFile', { file_id: sent.document?.file_id })).toMatchObject({
      description: 'Bad Request: file is too big',
    });
  });

  it('leads nobody with a wrong token or path to a file', async () => {
    api.sendDocument({ chat: user, file: { name: 'a.json', content: '{}' } });
    expect((await download('documents/file_0.json', '7:wrong')).status).toBe(401);
    expect((await download('documents/file_9.json')).status).toBe(404);
    expect((await download('%2e%2e%2fdocuments/file_0.json')).status).toBe(404);
  });
});
