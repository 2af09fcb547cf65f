CREATE TABLE `watch_queries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`text` text NOT NULL,
	`category_ids` text NOT NULL,
	`excluded_category_ids` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `watch_queries_once` ON `watch_queries` (`text`,`category_ids`,`excluded_category_ids`);--> statement-breakpoint
CREATE TABLE `watches` (
	`chat_id` integer NOT NULL,
	`topic_id` integer DEFAULT 0 NOT NULL,
	`query_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`chat_id`, `topic_id`, `query_id`),
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action,
	FOREIGN KEY (`query_id`) REFERENCES `watch_queries`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `watches_query` ON `watches` (`query_id`,`chat_id`,`topic_id`);