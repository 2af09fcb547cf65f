import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../bot/parse-message.js';

const inPrivate = { username: 'zhaibao_bot', isPrivate: true };
const inGroup = { username: 'zhaibao_bot', isPrivate: false };
const command = (name: string, argument = '') => ({ kind: 'command', name, argument });

describe('parseMessage', () => {
  it.each([
    ['a command', '/subscribe 中国劳动保障报', command('subscribe', '中国劳动保障报')],
    ['a command in capitals', '/Latest', command('latest')],
    ['a command with our name', '/latest@Zhaibao_Bot 5', command('latest', '5')],
    ['another bot’s command', '/latest@other_bot', { kind: 'ignored' }],
    ['an ideographic space', '/subscribe　云溪日报 ', command('subscribe', '云溪日报')],
    ['an argument on the next line', '/subscribe\n甲报\n乙报', command('subscribe', '甲报\n乙报')],
    ['a Chinese command', '/订阅 云溪日报', command('subscribe', '云溪日报')],
    ['an unknown command', '/weather', command('weather')],
    ['plain Chinese', '订阅 中国劳动保障报', command('subscribe', '中国劳动保障报')],
    ['plain Chinese with a colon', '搜索：养老保险', command('search', '养老保险')],
    ['a plain word alone', '最新', command('latest')],
    ['plain Chinese without a space', '订阅中国劳动保障报', command('subscribe', '中国劳动保障报')],
    ['a search without a space', '搜索养老保险', command('search', '养老保险')],
    ['a word that only begins like a command', '搜索引擎', command('search', '搜索引擎')],
    ['a word that only begins like another', '订阅号', command('search', '订阅号')],
    ['a word that is a command alone', '暂停', command('pause')],
    ['another, with a mark', '恢复！', command('resume')],
    ['a question', '为什么？', command('why')],
    ['such a word with a slash', '/设置', command('settings')],
    ['such a word with more behind it', '暂停 上市', command('search', '暂停 上市')],
    ['a question with more behind it', '为什么 养老金', command('search', '为什么 养老金')],
    ['plain English', 'Latest 5', command('latest', '5')],
    ['a full-width slash', '／help', command('help')],
    [
      'a link with words around it',
      '看看这个 https://example.com/news/1，不错',
      { kind: 'link', url: 'https://example.com/news/1' },
    ],
    ['a question about the bot', '怎么用？', { kind: 'hint' }],
    ['other short text as a search', '养老保险 改革', command('search', '养老保险 改革')],
    ['a link', 'https://example.com/news/1', { kind: 'link', url: 'https://example.com/news/1' }],
    ['a greeting', '你好！', { kind: 'hint' }],
    ['a long text', '社'.repeat(41), { kind: 'hint' }],
    ['several lines', '社保\n养老', { kind: 'hint' }],
    ['marks only', '？？？', { kind: 'hint' }],
  ])('takes %s', (_name, text, expected) => expect(parseMessage(text, inPrivate)).toEqual(expected));

  it.each([
    ['a command', '/latest', command('latest')],
    ['plain text', '养老保险', { kind: 'ignored' }],
    ['plain Chinese', '订阅 云溪日报', { kind: 'ignored' }],
    ['somebody else’s command', '/weather', { kind: 'ignored' }],
    ['an unknown command with our name', '/weather@zhaibao_bot', command('weather')],
  ])('in a group takes %s', (_name, text, expected) => expect(parseMessage(text, inGroup)).toEqual(expected));
});
