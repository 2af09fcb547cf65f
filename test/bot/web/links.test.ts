import { expect, it } from 'vitest';
import { readLink } from '../../../bot/web/chat/links.js';

it.each([
  ['https://t.me/zhaibao_bot?start=art_12', { kind: 'start', payload: 'art_12' }],
  ['https://t.me/Zhaibao_Bot/?start=', { kind: 'start', payload: '' }],
  ['https://telegram.me/zhaibao_bot?startgroup=sub_3', { kind: 'start-group', payload: 'sub_3' }],
  ['https://t.me/zhaibao_bot', { kind: 'bot' }],
  ['https://t.me/another_bot?start=x', { kind: 'outside', url: 'https://t.me/another_bot?start=x' }],
  ['https://t.me.example/zhaibao_bot?start=x', { kind: 'outside', url: 'https://t.me.example/zhaibao_bot?start=x' }],
  ['https://example.com/news/1', { kind: 'outside', url: 'https://example.com/news/1' }],
  ['javascript:alert(1)', { kind: 'none' }],
  ['data:text/html,x', { kind: 'none' }],
  ['tg://resolve?domain=x', { kind: 'none' }],
  ['not a link', { kind: 'none' }],
])('reads %s', (url, target) => expect(readLink(url, 'zhaibao_bot')).toEqual(target));
