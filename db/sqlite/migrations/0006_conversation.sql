CREATE TABLE `announcements` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`text` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `bot_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`chat_id` integer NOT NULL,
	`announcement_id` integer NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`message_id` integer,
	`finished_at` integer,
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action,
	FOREIGN KEY (`announcement_id`) REFERENCES `announcements`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notices_once` ON `notices` (`announcement_id`,`chat_id`);--> statement-breakpoint
CREATE INDEX `notices_pending` ON `notices` (`chat_id`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `saved` (
	`chat_id` integer NOT NULL,
	`article_id` integer NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`chat_id`, `article_id`),
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `saved_order` ON `saved` (`chat_id`,`saved_at`,`article_id`);--> statement-breakpoint
CREATE INDEX `saved_article` ON `saved` (`article_id`);--> statement-breakpoint
ALTER TABLE `chats` ADD `silent` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `chats` ADD `script` text;--> statement-breakpoint
ALTER TABLE `chats` ADD `detail` text DEFAULT 'both' NOT NULL;--> statement-breakpoint
ALTER TABLE `chats` ADD `hinted_at` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `rights_told_at` integer;