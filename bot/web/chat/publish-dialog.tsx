import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { PublishCategory, Published } from '../../local-chat/page/protocol.js';
import { examplePost } from '../../locale/chat-page-example.js';
import type { ChatPageLocale } from '../../locale/chat-page-shape.js';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { useTexts } from './texts.js';

/** A post is at most so large (DESIGN.md, "Bad input"). */
const maxPostBytes = 2_000_000;

/** Publishes a file as a post. Gives what is to be told of it. */
export async function publishFile(file: File, t: ChatPageLocale): Promise<string> {
  if (!/\.(?:md|markdown)$/iu.test(file.name)) return t.rejected['not-markdown'];
  if (file.size > maxPostBytes) return t.rejected['too-large'];
  const content = await readText(file);
  if (content === undefined) return t.rejected['not-utf8'];
  try {
    return describe(await api.publish({ fileName: file.name, content }), t);
  } catch {
    return t.failed;
  }
}

/** Undefined: it is not UTF-8. */
async function readText(file: File): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    return undefined;
  }
}

export function PublishDialog({ onClose, onDone }: { onClose: () => void; onDone: (line: string) => void }) {
  const t = useTexts();
  const [categories, setCategories] = useState<readonly PublishCategory[]>([]);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  useEffect(() => {
    api.categories().then(setCategories, () => setCategories([]));
  }, []);

  const finish = (answer: Published) => {
    if (answer.kind === 'rejected') setProblem(describe(answer, t));
    else {
      onDone(describe(answer, t));
      onClose();
    }
  };
  const publish = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(form.current ?? undefined);
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    if (!field('title') || !field('category')) return setProblem(t.needsTitle);
    setBusy(true);
    try {
      finish(await api.publish({ title: field('title'), category: field('category'), body: field('body') }));
    } catch {
      setProblem(t.failed);
    } finally {
      setBusy(false);
    }
  };
  const chooseFile = async (file: File) => {
    const line = await publishFile(file, t);
    onDone(line);
    onClose();
  };
  return (
    <Dialog title={t.publishTitle} onClose={onClose}>
      <form ref={form} class="publish" onSubmit={(event) => void publish(event)}>
        <p class="hint">{t.publishHint}</p>
        <label>
          {t.publishPostTitle}
          <input name="title" maxLength={300} defaultValue={examplePost.title} required />
        </label>
        <label>
          {t.publishCategory}
          <input name="category" maxLength={100} list={listId} defaultValue={examplePost.category} required />
        </label>
        <datalist id={listId}>
          {categories.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label>
          {t.publishBody}
          <textarea name="body" rows={9} defaultValue={examplePost.body} aria-describedby={`${listId}-hint`} />
        </label>
        <p class="hint" id={`${listId}-hint`}>
          {t.publishBodyHint}
        </p>
        <p class="problem" role="alert">
          {problem}
        </p>
        <div class="dialog-foot">
          <label class="file-choice">
            {t.publishFile}
            <input
              type="file"
              accept=".md,.markdown,text/markdown"
              class="unseen"
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? [];
                if (file) void chooseFile(file);
              }}
            />
          </label>
          <button type="submit" class="primary" disabled={isBusy}>
            {t.publishSend}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function describe(answer: Published, t: ChatPageLocale): string {
  switch (answer.kind) {
    case 'published':
      return answer.isUpdate ? t.corrected(answer.title) : t.published(answer.title, answer.pushes);
    case 'unchanged':
      return t.unchanged;
    case 'rejected':
      return (
        Object.entries(t.rejected).find(([reason]) => reason === answer.reason)?.[1] ?? t.rejectedOther(answer.detail)
      );
  }
}
