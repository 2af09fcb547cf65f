import http from 'node:http';
import https from 'node:https';

export interface DownloadOptions {
  /** By which the bot's calls go. */
  readonly agent: http.Agent | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * What stands at an address; undefined: more than `maxBytes`, of which no more is read. Throws without the address, which
 * holds the bot's token. Follows no redirection.
 */
export async function downloadFile(
  url: URL,
  { agent, maxBytes, signal }: DownloadOptions,
): Promise<Buffer | undefined> {
  try {
    const response = await open(url, agent, signal);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`status ${response.statusCode}`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop hangs up.
      if (size > maxBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node names an address in its words only with a host, never with the path.
    throw new Error(`file could not be downloaded (${code ?? message})`, { cause: error });
  }
}

function open(url: URL, agent: http.Agent | undefined, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { get } = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    get(url, { ...(agent && { agent }), signal }, resolve).on('error', reject);
  });
}
