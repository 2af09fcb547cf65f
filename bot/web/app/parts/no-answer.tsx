import { useEffect, useState } from 'preact/hooks';
import type { NoAnswer } from '../../../mini-app/protocol.js';
import { foldSources, matchSources } from '../match-sources.js';
import { useSession, useTexts } from '../session.js';
import { Empty } from './states.js';

const mostNear = 5;

interface NoAnswerProps {
  readonly answer: NoAnswer;
  retry(): void;
  /** Asks again with this source in place of the one that was typed. */
  onSource(typed: string, name: string): void;
}

/** Why a query was not understood, and what to do. */
export function NoAnswerNote({ answer, retry, onSource }: NoAnswerProps) {
  const texts = useTexts();
  const near = useNearNames(answer.kind === 'no-category' ? answer.text : '');
  const { noAnswer } = texts;
  switch (answer.kind) {
    case 'empty':
      return <Empty text={noAnswer.empty} />;
    case 'bad-range':
      return <Empty text={noAnswer.badRange} />;
    case 'bad-or':
      return <Empty text={noAnswer.badOr} />;
    case 'too-long':
      return <Empty text={noAnswer.tooLong} />;
    case 'bad-date':
      return <Empty text={noAnswer.badDate(answer.text)} />;
    case 'superseded':
      return (
        <Empty text={noAnswer.superseded}>
          <button type="button" class="button" onClick={retry}>
            {texts.retry}
          </button>
        </Empty>
      );
    case 'no-category':
      return (
        <Empty text={noAnswer.noCategory(answer.text)}>
          {near.length > 0 && (
            <Names title={noAnswer.nearNames} names={near} onName={(name) => onSource(answer.text, name)} />
          )}
        </Empty>
      );
    case 'which-category':
      return (
        <Empty text={noAnswer.whichCategory(answer.text)}>
          <Names names={answer.names} onName={(name) => onSource(answer.text, name)} />
        </Empty>
      );
  }
}

function Names({ title, names, onName }: { title?: string; names: readonly string[]; onName(name: string): void }) {
  return (
    <>
      {title && <p class="hint">{title}</p>}
      <div class="chips">
        {names.map((name) => (
          <button type="button" class="chip-button" key={name} onClick={() => onName(name)}>
            {name}
          </button>
        ))}
      </div>
    </>
  );
}

/** Names of sources that what was typed begins or is a part of. */
function useNearNames(typed: string): readonly string[] {
  const session = useSession();
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!typed) return;
    const show = (found: readonly string[]) => setNames(found);
    // Without the catalogue there is no hint, and the explanation stands by itself.
    session.sources().then(
      (entries) => {
        const folded = foldSources(entries);
        const parts = [typed, typed.slice(0, -1), typed.slice(1), typed.slice(0, Math.ceil(typed.length / 2))];
        const found = parts.filter((part) => part.length > 1).flatMap((part) => matchSources(folded, part));
        show([...new Set(found.map(({ entry }) => entry.name))].slice(0, mostNear));
      },
      () => show([]),
    );
  }, [typed, session]);
  return names;
}
