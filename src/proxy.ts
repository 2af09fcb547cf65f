import type { Agent } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';

export interface ProxyAgentOptions {
  readonly keepAlive?: boolean;
  readonly maxSockets?: number;
  readonly maxFreeSockets?: number;
  readonly timeout?: number;
}

/** Connects through a proxy, http(s) or socks5, which also looks names up: where one is needed, local answers can be false. */
export function createProxyAgent(proxyUrl: string, options: ProxyAgentOptions = {}): Agent {
  const url = new URL(proxyUrl);
  if (url.protocol === 'socks5:' || url.protocol === 'socks5h:')
    return new SocksProxyAgent(proxyUrl.replace(/^socks5h?:/iu, 'socks5h:'), options);
  return new HttpsProxyAgent(url, options);
}
