import type { Script } from '../src/domain/display.js';
import { Html } from './html.js';
import type { Keyboard } from './keyboard.js';
import type { Rendered } from './render-article.js';

/** Shows Chinese in the characters that a chat chose. Texts are converted on their way out: nothing that is stored changes. */
export interface ScriptConverter {
  text(text: string): string;
  html(text: Html): Html;
  keyboard(keyboard: Keyboard | undefined): Keyboard;
  rendered(rendered: Rendered): Rendered;
}

/** Nothing is converted. */
const asPrinted: ScriptConverter = {
  text: (text) => text,
  html: (text) => text,
  keyboard: (keyboard) => keyboard ?? [],
  rendered: (rendered) => rendered,
};

const loaded = new Map<Script, Promise<ScriptConverter>>();

/** The dictionaries take some 30 ms and a few megabytes: they are loaded when the first chat wants them. */
export function scriptConverter(script: Script | undefined): ScriptConverter | Promise<ScriptConverter> {
  if (!script) return asPrinted;
  const known = loaded.get(script) ?? load(script);
  loaded.set(script, known);
  return known;
}

/** By OpenCC, with its phrases (头发 and 发展 differ), in the standard characters of Taiwan; no other words are put in their place. */
async function load(script: Script): Promise<ScriptConverter> {
  if (script === 'traditional') {
    const { Converter } = await import('opencc-js/cn2t');
    return converterOf(Converter({ from: 'cn', to: 'tw' }));
  }
  const { Converter } = await import('opencc-js/t2cn');
  return converterOf(Converter({ from: 'tw', to: 'cn' }));
}

/** Markup, and addresses that stand in a text, which lead nowhere when they are changed. */
const kept = /(<[^>]*>|https?:\/\/\S+)/u;

function converterOf(convert: (text: string) => string): ScriptConverter {
  const outsideOf = (text: string) =>
    text
      .split(kept)
      .map((part, index) => (index % 2 === 1 ? part : convert(part)))
      .join('');
  const html = (text: Html) => new Html(outsideOf(text.markup));
  const keyboard = (rows: Keyboard | undefined) =>
    (rows ?? []).map((row) => row.map((button) => ({ ...button, text: outsideOf(button.text) })));
  return {
    text: outsideOf,
    html,
    keyboard,
    rendered: (rendered) => ({ text: html(rendered.text), keyboard: keyboard(rendered.keyboard) }),
  };
}
