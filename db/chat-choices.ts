/** What a chat may have chosen, or been told, of which nothing stands for not yet. */
const choices = [
  'language',
  'time_zone',
  'digest_times',
  'quiet_from',
  'quiet_until',
  'paused_at',
  'resumed_at',
  'script',
  'hinted_at',
];

/** Of two rows of `chats` that become one, what the first chose counts, else the second's: what an UPDATE sets. */
export function joinChoices(first: string, second: string): string[] {
  const joined = choices.map((name) => `${name} = coalesce(${first}.${name}, ${second}.${name})`);
  // This one is never empty: what is not as it begins was chosen.
  return [...joined, `detail = CASE ${first}.detail WHEN 'both' THEN ${second}.detail ELSE ${first}.detail END`];
}
