import type { ComponentChildren } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import type { SettingsView as Settings } from '../../../mini-app/protocol.js';
import { chosenTheme, type Theme } from '../../shared/theme.js';
import { useLoaded } from '../loaded.js';
import { chooseLook } from '../look.js';
import { icons } from '../parts/icons.js';
import { Segments } from '../parts/segments.js';
import { Failed, Waiting } from '../parts/states.js';
import { ViewTitle } from '../parts/view.js';
import { faultText, useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';

type Change = (field: keyof Settings | 'theme', change: Partial<Settings>) => void;
type Outcome = { readonly kind: 'saving' | 'saved' } | { readonly kind: 'failed'; readonly text: string };

/** One chat's choices; each is saved as it is made. */
export function SettingsView() {
  const session = useSession();
  const texts = useTexts();
  const loaded = useLoaded('settings', (signal) => session.api.settings(signal));
  const { articles } = useStore(session.me);
  return (
    <>
      <ViewTitle text={texts.views.settings} />
      {loaded.state === 'loading' && <Waiting />}
      {loaded.state === 'failed' && <Failed error={loaded.error} retry={loaded.retry} />}
      {loaded.state === 'ready' && <Choices settings={loaded.value} onSettings={loaded.put} />}
      <p class="hint">{texts.settings.archive(articles.toLocaleString('en'))}</p>
    </>
  );
}

function Choices({ settings, onSettings }: { settings: Settings; onSettings(settings: Settings): void }) {
  const session = useSession();
  const texts = useTexts();
  const [outcomes, setOutcomes] = useState<Partial<Record<string, Outcome>>>({});
  const [theme, setTheme] = useState<'auto' | Theme>(chosenTheme() ?? 'auto');
  const t = texts.settings;
  const change: Change = async (field, part) => {
    const note = (outcome: Outcome) => setOutcomes((before) => ({ ...before, [field]: outcome }));
    onSettings({ ...settings, ...part });
    note({ kind: 'saving' });
    try {
      const saved = await session.api.changeSettings(part);
      onSettings(saved);
      session.me.set({ ...session.me.get(), language: saved.language, timeZone: saved.timeZone });
      if (field === 'script') session.forgetTexts();
      note({ kind: 'saved' });
    } catch (error) {
      onSettings(settings);
      note({ kind: 'failed', text: faultText(error, texts) });
    }
  };
  const field = (name: keyof Settings | 'theme', content: ComponentChildren) => (
    <Setting outcome={outcomes[name]}>{content}</Setting>
  );
  return (
    <div class="settings">
      <section>
        <h2 class="section-title">{t.reading}</h2>
        {field(
          'language',
          <Segments
            label={t.language}
            hidesLabel={false}
            value={settings.language}
            choices={[
              { value: 'zh', text: '中文' },
              { value: 'en', text: 'English' },
            ]}
            onChoose={(language) => change('language', { language })}
          />,
        )}
        {field(
          'theme',
          <Segments
            label={t.theme}
            hidesLabel={false}
            value={theme}
            choices={choicesOf(t.themes)}
            onChoose={(chosen) => {
              setTheme(chosen);
              chooseLook(chosen === 'auto' ? undefined : chosen);
            }}
          />,
        )}
        {field(
          'script',
          <Segments
            label={t.script}
            hidesLabel={false}
            value={settings.script}
            choices={choicesOf(t.scripts)}
            onChoose={(script) => change('script', { script })}
          />,
        )}
        {field(
          'timeZone',
          <TimeZoneField value={settings.timeZone} onChoose={(timeZone) => change('timeZone', { timeZone })} />,
        )}
      </section>
      <section>
        <h2 class="section-title">{t.pushes}</h2>
        {field(
          'isPaused',
          <Tick
            label={t.paused}
            hint={t.pausedHint}
            isOn={settings.isPaused}
            onTurn={(isPaused) => change('isPaused', { isPaused })}
          />,
        )}
        {field('digest', <DigestField digest={settings.digest} onChoose={(digest) => change('digest', { digest })} />)}
        {field('quiet', <QuietField quiet={settings.quiet} onChoose={(quiet) => change('quiet', { quiet })} />)}
        {field(
          'silent',
          <Tick
            label={t.silent}
            hint={t.silentHint}
            isOn={settings.silent}
            onTurn={(silent) => change('silent', { silent })}
          />,
        )}
        {field(
          'detail',
          <Segments
            label={t.detail}
            hidesLabel={false}
            value={settings.detail}
            choices={choicesOf(t.details)}
            onChoose={(detail) => change('detail', { detail })}
          />,
        )}
      </section>
    </div>
  );
}

function choicesOf<T extends string>(names: Readonly<Record<T, string>>) {
  return (Object.entries(names) as [T, string][]).map(([value, text]) => ({ value, text }));
}

/** A setting, and what came of the last change to it. */
function Setting({ outcome, children }: { outcome: Outcome | undefined; children: ComponentChildren }) {
  const { settings } = useTexts();
  const text = outcome?.kind === 'failed' ? outcome.text : outcome?.kind === 'saved' ? settings.saved : '';
  return (
    <div class="setting">
      <div class="setting-content">{children}</div>
      <p class={outcome?.kind === 'failed' ? 'outcome fault' : 'outcome'} role="status">
        {text}
      </p>
    </div>
  );
}

interface TickProps {
  readonly label: string;
  readonly hint?: string;
  readonly isOn: boolean;
  onTurn(isOn: boolean): void;
}

function Tick({ label, hint, isOn, onTurn }: TickProps) {
  const id = useId();
  return (
    <div class="tick-setting">
      <label class="tick">
        <input
          type="checkbox"
          checked={isOn}
          aria-describedby={hint ? id : undefined}
          onChange={({ currentTarget }) => onTurn(currentTarget.checked)}
        />
        {label}
      </label>
      {hint && (
        <p class="hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  );
}

const usualTime = '08:00';

function DigestField({ digest, onChoose }: { digest: Settings['digest']; onChoose(digest: Settings['digest']): void }) {
  const { settings: t } = useTexts();
  const [time, setTime] = useState(usualTime);
  const kind = typeof digest === 'string' ? digest : 'times';
  const times = typeof digest === 'string' ? [] : digest;
  return (
    <>
      <Segments
        label={t.digest}
        hidesLabel={false}
        value={kind}
        choices={choicesOf(t.digests)}
        onChoose={(chosen) => onChoose(chosen === 'times' ? [usualTime] : chosen)}
      />
      {kind === 'times' && (
        <div class="times">
          {times.map((each) => (
            <span class="chip" key={each}>
              {each}
              {times.length > 1 && (
                <button
                  type="button"
                  aria-label={t.removeTime(each)}
                  onClick={() => onChoose(times.filter((other) => other !== each))}
                >
                  {icons.close}
                </button>
              )}
            </span>
          ))}
          <label>
            <span class="unseen">{t.newTime}</span>
            <input type="time" value={time} onInput={({ currentTarget }) => setTime(currentTarget.value)} />
          </label>
          <button
            type="button"
            class="button small"
            disabled={!time || times.includes(time)}
            onClick={() => onChoose([...times, time].sort())}
          >
            {t.addTime}
          </button>
        </div>
      )}
    </>
  );
}

const usualQuiet = { from: '23:00', until: '07:00' };

function QuietField({ quiet, onChoose }: { quiet: Settings['quiet']; onChoose(quiet: Settings['quiet']): void }) {
  const { settings: t } = useTexts();
  const [typed, setTyped] = useState(quiet ?? usualQuiet);
  const isSame = typed.from === typed.until;
  const change = (part: Partial<typeof typed>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    if (next.from && next.until && next.from !== next.until) onChoose(next);
  };
  return (
    <>
      <Tick label={t.quiet} hint={t.quietHint} isOn={quiet !== null} onTurn={(isOn) => onChoose(isOn ? typed : null)} />
      {quiet && (
        <div class="times">
          <label>
            <span>{t.quietFrom}</span>
            <input
              type="time"
              value={typed.from}
              onChange={({ currentTarget }) => change({ from: currentTarget.value })}
            />
          </label>
          <label>
            <span>{t.quietUntil}</span>
            <input
              type="time"
              value={typed.until}
              onChange={({ currentTarget }) => change({ until: currentTarget.value })}
            />
          </label>
          {isSame && (
            <p class="fault" role="alert">
              {t.quietSame}
            </p>
          )}
        </div>
      )}
    </>
  );
}

function TimeZoneField({ value, onChoose }: { value: string; onChoose(zone: string): void }) {
  const { settings: t } = useTexts();
  const id = useId();
  const [typed, setTyped] = useState(value);
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  const choose = () => {
    const zone = typed.trim();
    if (zone && zone !== value) onChoose(zone);
  };
  return (
    <div class="field">
      <label for={`${id}-zone`}>{t.timeZone}</label>
      <input
        id={`${id}-zone`}
        list={`${id}-zones`}
        value={typed}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          // Chosen from the list, not typed.
          if (zones.includes(currentTarget.value) && currentTarget.value !== value) onChoose(currentTarget.value);
        }}
        onBlur={choose}
        onKeyDown={({ key }) => key === 'Enter' && choose()}
      />
      <datalist id={`${id}-zones`}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <span class="hint" id={`${id}-hint`}>
        {t.timeZoneHint}
      </span>
    </div>
  );
}
