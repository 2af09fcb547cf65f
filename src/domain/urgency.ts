/** What a message is for, most urgent first: a reader waits for a reply, some for a push, nobody for a correction. */
export type Urgency = 'reply' | 'push' | 'edit';
