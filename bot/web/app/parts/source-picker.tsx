import { useEffect, useId, useState } from 'preact/hooks';
import type { CategoryEntry } from '../../../mini-app/protocol.js';
import { useSession, useTexts } from '../session.js';
import { icons } from './icons.js';
import { useSourceSearch } from './use-source-search.js';

const mostOffered = 8;

interface SourcePickerProps {
  readonly chosen: readonly string[];
  onChange(chosen: readonly string[]): void;
}

/** Names of sources, chosen by typing a part of one (a combobox with a list, as https://www.w3.org/WAI/ARIA/apg has it). */
export function SourcePicker({ chosen, onChange }: SourcePickerProps) {
  const session = useSession();
  const texts = useTexts();
  const id = useId();
  const [entries, setEntries] = useState<readonly CategoryEntry[]>([]);
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const search = useSourceSearch(entries);
  const offered = isOpen
    ? search(typed)
        .filter(({ entry }) => !chosen.includes(entry.name))
        .slice(0, mostOffered)
    : [];
  // Who goes to the field needs the names; without them what is typed can still be written as `in:`.
  const open = () => {
    session.sources().then(setEntries, () => {});
    setOpen(true);
  };
  useEffect(() => setActive(0), [typed]);
  const choose = (name: string | undefined) => {
    if (!name) return;
    onChange([...chosen, name]);
    setTyped('');
    setOpen(false);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (!isOpen) open();
      else if (offered.length > 0) setActive((active + step + offered.length) % offered.length);
    } else if (event.key === 'Enter' && isOpen && offered.length > 0) {
      event.preventDefault();
      choose(offered[active]?.entry.name);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Backspace' && !typed) {
      onChange(chosen.slice(0, -1));
    }
  };
  return (
    <div class="field picker">
      <label for={`${id}-input`}>{texts.search.source}</label>
      <div class="picker-box">
        {chosen.map((name) => (
          <span class="chip" key={name}>
            {name}
            <button
              type="button"
              aria-label={texts.search.removeSource(name)}
              onClick={() => onChange(chosen.filter((each) => each !== name))}
            >
              {icons.close}
            </button>
          </span>
        ))}
        <input
          id={`${id}-input`}
          role="combobox"
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={offered.length > 0 ? `${id}-${active}` : undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={chosen.length === 0 ? texts.search.sourceHint : ''}
          value={typed}
          onFocus={open}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setOpen(true);
          }}
          onKeyDown={press}
          onBlur={() => setOpen(false)}
        />
      </div>
      <div
        class="picker-list"
        id={`${id}-list`}
        role="listbox"
        aria-label={texts.search.source}
        hidden={offered.length === 0}
      >
        {offered.map(({ entry }, at) => (
          // Its keys are those of the field, which keeps the focus.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={entry.id}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(entry.name)}
          >
            <span>{entry.name}</span>
            <span class="hint">{texts.articles(entry.count)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
