const hidden = '…';
/** What is shorter is no secret, and would be found in harmless text. */
const shortestSecret = 8;

/**
 * A text without `secrets`, without what looks like a bot token, and without names and passwords in addresses: errors can
 * quote all of them.
 */
export function hideSecrets(text: string, secrets: readonly string[] = []): string {
  const worthHiding = secrets.filter((secret) => secret.length >= shortestSecret);
  const shown = worthHiding.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return shown.replace(/\d{5,}(?::|%3A)[\w-]{20,}/giu, hidden).replace(/(?<=:\/\/)[^\s/"]+@/gu, '');
}
