import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { LocalChat } from '../local-chat.js';
import type { InlineAnswer } from '../methods/inline.js';
import { describeMessage, describeState, type PageOptions } from './page-state.js';
import type {
  InlineOffer,
  NewPost,
  NewPostFile,
  NextSample,
  PageEvent,
  PressAnswer,
  PublishCategory,
  Published,
} from './protocol.js';

/** Where posts are published from the page. */
export interface PublishDesk {
  listCategories(): Promise<readonly PublishCategory[]>;
  publish(post: NewPost | NewPostFile): Promise<Published>;
  publishNext(): Promise<NextSample>;
}

export interface PageRoutesOptions extends PageOptions {
  readonly desk: PublishDesk;
  /** Calls back whenever a sample comes. Gives back what ends that. */
  readonly onSamples: (listener: () => void) => () => void;
  /** What Telegram would give to a Mini App that this user opens; undefined: there is no such user. */
  readonly initDataOf: (userId: number) => string | undefined;
}

/** How long the bot has for an answer to a button or an inline query. */
const answerTimeoutMs = 15_000;
const heartbeatMs = 20_000;
const maxFileBytes = 2_000_000;

const chatId = z.number().int();
const fromId = z.number().int();
const text = z.string().trim().min(1).max(4_096);
const spoken = z.object({ chatId, fromId, text, replyTo: z.number().int().optional() });
const pressed = z.object({ chatId, messageId: z.number().int(), fromId, data: z.string().min(1).max(64) });
const question = z.object({ fromId, query: z.string().max(256), offset: z.string().max(64) });
const choice = question.extend({ chatId, resultId: z.string().min(1).max(64) });
const addedToGroup = z.object({ payload: z.string().regex(/^[\w-]{0,64}$/u) });
const postFile = z.object({ fileName: z.string().max(200), content: z.string().max(2_100_000) });
const newPost = z.object({
  title: z.string().max(300),
  category: z.string().max(100),
  body: z.string().max(1_000_000),
});
const newPostOrFile = z.union([postFile, newPost]);

/** The page's side of the local chat (protocol.ts), to be mounted at `/local`: people write and press, the page hears what happens. */
export function pageRoutes(options: PageRoutesOptions): Hono {
  const { api, desk } = options;
  return (
    new Hono()
      .onError((error, context) => {
        if (error instanceof HTTPException) return context.json({ error: error.message }, error.status);
        if (error instanceof z.ZodError) return context.json({ error: z.prettifyError(error) }, 400);
        // The local chat's own words: no such chat, no such button.
        if (error.message.startsWith('local chat: ')) return context.json({ error: error.message }, 409);
        throw error;
      })
      // Nobody listens to the answer of a HEAD.
      .get('/events', (context) =>
        context.req.method === 'HEAD' ? context.body(null, 200) : streamEvents(context, options),
      )
      .post('/messages', async (context) => {
        const { chatId: chat, text: words, replyTo, ...by } = spoken.parse(await readJson(context));
        const from = personOf(options, by.fromId, chat);
        api.sendText({ chat, from, text: words, ...(replyTo !== undefined && { replyTo }) });
        return context.body(null, 204);
      })
      .post('/files', async (context) => {
        const form = await readForm(context);
        const file = form.get('file');
        if (!(file instanceof File)) throw new HTTPException(400, { message: 'there is no file' });
        if (file.size > maxFileBytes) throw new HTTPException(413, { message: 'the file is too large' });
        const chat = chatId.parse(Number(form.get('chatId')));
        const from = personOf(options, Number(form.get('fromId')), chat);
        const content = Buffer.from(await file.arrayBuffer());
        api.sendDocument({
          chat,
          from,
          file: { name: file.name, content },
          caption: String(form.get('caption') ?? ''),
        });
        return context.body(null, 204);
      })
      .get('/files/:chatId/:messageId', (context) => {
        const { chatId: chat, messageId } = context.req.param();
        const document = api.findMessage(Number(chat), Number(messageId))?.document;
        const content = document && api.fileContent(document.file_id);
        if (!content) throw new HTTPException(404, { message: 'no such file' });
        // Shown by no browser, whatever it holds: it could be a page.
        const name = encodeURIComponent(document.file_name ?? 'file');
        return context.body(new Uint8Array(content), 200, {
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename*=UTF-8''${name}`,
        });
      })
      .post('/presses', async (context) => {
        const { chatId: chat, messageId, fromId: by, data } = pressed.parse(await readJson(context));
        const from = personOf(options, by, chat);
        const answer = await inTime(api.pressButton({ message: { chatId: chat, messageId }, data, from }));
        return context.json({ text: answer.text, showAlert: answer.showAlert, url: answer.url } satisfies PressAnswer);
      })
      .post('/inline', async (context) =>
        context.json(describeOffer(await ask(options, question.parse(await readJson(context))))),
      )
      .post('/inline/choice', async (context) => {
        const { chatId: chat, resultId, ...asked } = choice.parse(await readJson(context));
        const from = personOf(options, asked.fromId, chat);
        const result = (await ask(options, asked)).results.find(({ id }) => id === resultId);
        if (!result) throw new HTTPException(409, { message: 'there is no such result any more' });
        api.sendInlineResult({ chat, from }, result);
        return context.body(null, 204);
      })
      // As Telegram does: the bot is let in, and hears the payload of the link that led there.
      .post('/group', async (context) => {
        const { payload } = addedToGroup.parse(await readJson(context));
        const { you, group } = options.people;
        api.setBotStatus(group, 'left', you);
        api.setBotStatus(group, 'member', you);
        api.sendText({ chat: group, from: you, text: `/start@${api.bot.username} ${payload}`.trim() });
        return context.body(null, 204);
      })
      .get('/categories', async (context) => context.json(await desk.listCategories()))
      .post('/posts', async (context) => context.json(await desk.publish(newPostOrFile.parse(await readJson(context)))))
      .post('/posts/next', async (context) => {
        await readJson(context);
        return context.json(await desk.publishNext());
      })
      .get('/init-data', (context) => {
        const initData = options.initDataOf(Number(context.req.query('user') ?? options.people.you.id));
        if (initData === undefined) throw new HTTPException(404, { message: 'no such user' });
        return context.json({ initData }, 200, { 'cache-control': 'no-store' });
      })
  );
}

/** Everything as it is, then what changes. A page that lost its connection gets everything again. */
function streamEvents(context: Context, options: PageRoutesOptions): Response {
  const { api } = options;
  return streamSSE(context, async (stream) => {
    const send = (event: PageEvent) => void stream.writeSSE({ data: JSON.stringify(event) }).catch(() => {});
    const sendState = () => send({ kind: 'state', state: describeState(options) });
    const leaves = [listen(api, send, sendState), options.onSamples(sendState)];
    const leave = () => {
      for (const each of leaves) each();
    };
    stream.onAbort(leave);
    sendState();
    // A comment: a silent connection could be taken for a dead one. It keeps no process that is to end.
    const heartbeat = setInterval(() => void stream.write(': still here\n\n').catch(() => {}), heartbeatMs).unref();
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(heartbeat);
  });
}

/** Calls after which commands, menu button or description read otherwise. */
const profileCalls = /^(?:set|delete)(?:My|ChatMenuButton)/iu;

function listen(api: LocalChat, send: (event: PageEvent) => void, sendState: () => void): () => void {
  const leaves = [
    api.on('message', (message) => send({ kind: 'message', message: describeMessage(message, api) })),
    api.on('spoken', (message) => send({ kind: 'message', message: describeMessage(message, api) })),
    api.on('edit', (message) => send({ kind: 'edit', message: describeMessage(message, api) })),
    api.on('delete', ({ chatId: chat, messageId }) => send({ kind: 'delete', chatId: chat, id: messageId })),
    api.on('chatAction', ({ chatId: chat }) => send({ kind: 'typing', chatId: chat })),
    api.on('call', ({ method }) => {
      if (profileCalls.test(method)) sendState();
    }),
  ];
  return () => {
    for (const leave of leaves) leave();
  };
}

/** Whoever writes has to be one of the people, in a chat of theirs. */
function personOf({ people }: PageOptions, id: number, chat: number) {
  const person = [people.you, people.friend].find((each) => each.id === id);
  if (!person || (chat !== person.id && chat !== people.group.id))
    throw new HTTPException(400, { message: 'nobody of that id can write there' });
  return person;
}

async function ask({ api, people }: PageOptions, { fromId: by, query, offset }: z.infer<typeof question>) {
  const from = [people.you, people.friend].find(({ id }) => id === by);
  if (!from) throw new HTTPException(400, { message: 'nobody has that id' });
  return inTime(api.askInline({ from, query, offset }));
}

function describeOffer({ results, nextOffset, button }: InlineAnswer): InlineOffer {
  return {
    results: results.map(({ id, title, description }) => ({ id, title: title ?? '', description })),
    nextOffset,
    button: button && { text: button.text, payload: button.startParameter ?? '' },
  };
}

/** The answer, or 409 when the bot does not give one. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const waiting = AbortSignal.timeout(answerTimeoutMs);
  return Promise.race([
    answer,
    new Promise<never>((_resolve, reject) => {
      waiting.addEventListener('abort', () => reject(new HTTPException(409, { message: 'the bot did not answer' })));
    }),
  ]);
}

async function readForm(context: Context): Promise<FormData> {
  try {
    return await context.req.formData();
  } catch {
    throw new HTTPException(400, { message: 'the body is no form' });
  }
}

async function readJson(context: Context): Promise<unknown> {
  // What a form of another page could send is not taken.
  if (!/^application\/json\b/iu.test(context.req.header('content-type') ?? ''))
    throw new HTTPException(415, { message: 'a body has to be application/json' });
  try {
    return await context.req.json();
  } catch {
    throw new HTTPException(400, { message: 'the body is no JSON' });
  }
}
