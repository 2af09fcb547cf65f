import type {
  AddedToGroup,
  InlineChoice,
  InlineOffer,
  InlineQuestion,
  NewPost,
  NewPostFile,
  NextSample,
  Press,
  PressAnswer,
  PublishCategory,
  Published,
  SpokenMessage,
} from '../../local-chat/page/protocol.js';

/** The calls of `bot/local-chat/page/protocol.ts`. Each throws when the server refuses or is not there. */
export const api = {
  send: (message: SpokenMessage) => post<void>('messages', message),
  async sendFile({ chatId, fromId, caption, file }: { chatId: number; fromId: number; caption: string; file: File }) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ chatId, fromId, caption })) form.set(name, String(value));
    form.set('file', file);
    await answerOf(await fetch('local/files', { method: 'POST', body: form }));
  },
  addToGroup: (added: AddedToGroup) => post<void>('group', added),
  press: (press: Press) => post<PressAnswer>('presses', press),
  askInline: (question: InlineQuestion) => post<InlineOffer>('inline', question),
  chooseInline: (choice: InlineChoice) => post<void>('inline/choice', choice),
  categories: async () => (await answerOf(await fetch('local/categories'))) as readonly PublishCategory[],
  publish: (newPost: NewPost | NewPostFile) => post<Published>('posts', newPost),
  publishNext: () => post<NextSample>('posts/next', {}),
  initData: async (userId: number) =>
    ((await answerOf(await fetch(`local/init-data?user=${userId}`))) as { initData: string }).initData,
  fileAddress: (chatId: number, messageId: number) => `local/files/${chatId}/${messageId}`,
};

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`local/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answerOf(response)) as T;
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}
