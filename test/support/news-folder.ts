import fs from 'node:fs';
import path from 'node:path';
import { aPost } from './posts.js';

/** A source of posts titled 示例1, 示例2 … in one category, written as a drill goes on. */
export class NewsFolder {
  static readonly category = '示例日报';
  private last = 0;

  /** Makes the folder with its first post: what a bot that starts on it takes for the archive. */
  constructor(readonly path: string) {
    fs.mkdirSync(path, { recursive: true });
    this.publish(1);
  }

  /** The number of the newest post. */
  get newest(): number {
    return this.last;
  }

  /** How many posts came after the first. */
  get newsCount(): number {
    return this.last - 1;
  }

  publish(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.last += 1;
      const content = aPost(`<p>第${this.last}天，菜园里的番茄熟了。</p>`, {
        title: `示例${this.last}`,
        link: `https://news.example/${this.last}`,
      });
      fs.writeFileSync(path.join(this.path, `2024-03-01-EX${this.last}.md`), content);
    }
  }
}
