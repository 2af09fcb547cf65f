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
CREATE TABLE `digests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`chat_id` integer NOT NULL,
	`topic_id` integer DEFAULT 0 NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`message_id` integer,
	`is_part` integer DEFAULT false NOT NULL,
	`shown_page` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `edits` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`chat_id` integer NOT NULL,
	`delivery_id` integer,
	`digest_id` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action,
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`digest_id`) REFERENCES `digests`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `edits_delivery` ON `edits` (`delivery_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `edits_digest` ON `edits` (`digest_id`);--> statement-breakpoint
CREATE INDEX `edits_chat` ON `edits` (`chat_id`);--> statement-breakpoint
CREATE TABLE `filters` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`chat_id` integer NOT NULL,
	`topic_id` integer DEFAULT 0 NOT NULL,
	`category_id` integer DEFAULT 0 NOT NULL,
	`included` text NOT NULL,
	`excluded` text NOT NULL,
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `filters_once` ON `filters` (`chat_id`,`topic_id`,`category_id`);--> statement-breakpoint
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
CREATE TABLE `story_marks` (
	`mark` integer NOT NULL,
	`day` integer NOT NULL,
	`article_id` integer NOT NULL,
	PRIMARY KEY(`mark`, `day`, `article_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `targets` (
	`chat_id` integer NOT NULL,
	`topic_id` integer DEFAULT 0 NOT NULL,
	`digested_at` integer NOT NULL,
	PRIMARY KEY(`chat_id`, `topic_id`),
	FOREIGN KEY (`chat_id`) REFERENCES `chats`(`id`) ON UPDATE cascade ON DELETE no action
);
--> statement-breakpoint
DROP INDEX `chats_next`;--> statement-breakpoint
ALTER TABLE `chats` ADD `time_zone` text;--> statement-breakpoint
ALTER TABLE `chats` ADD `digest_times` text;--> statement-breakpoint
ALTER TABLE `chats` ADD `quiet_from` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `quiet_until` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `paused_at` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `resumed_at` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `pushed_at` text;--> statement-breakpoint
ALTER TABLE `chats` ADD `silent` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `chats` ADD `script` text;--> statement-breakpoint
ALTER TABLE `chats` ADD `detail` text DEFAULT 'both' NOT NULL;--> statement-breakpoint
ALTER TABLE `chats` ADD `hinted_at` integer;--> statement-breakpoint
ALTER TABLE `chats` ADD `rights_told_at` integer;--> statement-breakpoint
DROP INDEX `deliveries_once`;--> statement-breakpoint
DROP INDEX `deliveries_due`;--> statement-breakpoint
DROP INDEX `deliveries_next`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `story_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `digest_id` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `payload` text;--> statement-breakpoint
UPDATE `deliveries` SET `story_id` = `article_id`;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_story` ON `deliveries` (`chat_id`,`topic_id`,`story_id`) WHERE state IN ('pending', 'sent');--> statement-breakpoint
CREATE INDEX `deliveries_pending` ON `deliveries` (`chat_id`,`topic_id`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_article` ON `deliveries` (`article_id`,`chat_id`);--> statement-breakpoint
CREATE INDEX `deliveries_digest` ON `deliveries` (`digest_id`) WHERE digest_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE `articles` ADD `story_id` integer;--> statement-breakpoint
CREATE INDEX `articles_story` ON `articles` (`story_id`) WHERE story_id IS NOT NULL;