/** Traditional characters as simplified ones. The table takes 17 KB, so it is loaded when somebody types such characters. */
export async function loadSimplifier(): Promise<(text: string) => string> {
  const { default: table } = await import('opencc-js/dict/TSCharacters');
  const simplified = new Map(table.split('|').map((pair) => pair.split(' ') as [string, string]));
  return (text) => Array.from(text, (character) => simplified.get(character) ?? character).join('');
}
