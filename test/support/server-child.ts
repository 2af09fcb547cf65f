import { setTimeout as delay } from 'node:timers/promises';
import type { User } from '../../bot/local-chat/bot-api.js';
import type { ApiCall } from '../../bot/local-chat/events.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { callApi } from './bot-api-client.js';
import type { Answers, Questions, ServerOptions, ServerReady, ServerRequest } from './server-process.js';

// The process behind ServerProcess.

const everyNthIsAGroup = 10;
const longestAnswerMs = 5_000;

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const api = await startLocalBotApi({ latencyMs: options.latencyMs, limits: options.limits });
const chats = Array.from({ length: options.chats }, (_, n) => addChat(n));
const askers = Array.from({ length: options.askers }, () => addReader());
const chatIds = new Set(chats.map(({ id }) => id));
const pushedAtMs: number[] = [];
api.on('message', ({ chatId, date }) => {
  if (chatIds.has(chatId)) pushedAtMs.push(date.getTime());
});

process.on('message', async (request: ServerRequest) => {
  const { refused, earlyCalls } = api.flood;
  if (request.kind === 'figures') process.send?.({ pushedAtMs, flood: { refused, earlyCalls } });
  else process.send?.(await ask(api, askers, request));
});
// The bot has long known that all these let it in: thousands of updates at its start would be another bench.
await callApi(api, 'deleteWebhook', { drop_pending_updates: true });
// Whoever started it has gone.
process.on('disconnect', () => process.exit());
const ready: ServerReady = { url: api.url, token: api.token, chats };
process.send?.(ready);

function addReader(): User {
  const user = api.addUser();
  api.unblockBot(user);
  return user;
}

function addChat(n: number): ServerReady['chats'][number] {
  if (n % everyNthIsAGroup !== 0) return { id: addReader().id, type: 'private' };
  return { id: api.addChat({ type: 'group' }).id, type: 'group' };
}

async function ask(server: LocalBotApi, users: readonly User[], questions: Questions): Promise<Answers> {
  const handedOutAt = new Map<number, number>();
  const latenciesMs: number[] = [];
  const stop = server.on('call', ({ method, params, response, receivedAt, at }) => {
    if (method === 'getUpdates') for (const chatId of chatsOf(response)) handedOutAt.set(chatId, at.getTime());
    if (method !== 'sendMessage') return;
    const since = handedOutAt.get(Number(params.chat_id));
    handedOutAt.delete(Number(params.chat_id));
    if (since !== undefined) latenciesMs.push(receivedAt.getTime() - since);
  });
  const asked = Math.round((questions.forMs / 1_000) * questions.perSecond);
  for (let n = 0; n < asked; n += 1) {
    const chat = users[n % users.length];
    const text = questions.texts[n % questions.texts.length];
    if (chat && text) server.sendText({ chat, text });
    await delay(1_000 / questions.perSecond);
  }
  for (const started = performance.now(); latenciesMs.length < asked; await delay(100)) {
    if (performance.now() - started > longestAnswerMs) break;
  }
  stop();
  return { asked, latenciesMs };
}

/** The chats in which the messages of a getUpdates answer stand. */
function chatsOf(response: ApiCall['response']): readonly number[] {
  if (!response.ok) return [];
  const updates = response.result as readonly { readonly message?: { readonly chat: { readonly id: number } } }[];
  return updates.flatMap(({ message }) => (message ? [message.chat.id] : []));
}
