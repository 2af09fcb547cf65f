CREATE TABLE `archive` (
	`id` integer PRIMARY KEY NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`search_generation` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE `articles` ADD `revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `articles_revision` ON `articles` (`revision`,`id`);--> statement-breakpoint
UPDATE `articles` SET `revision` = `id`;--> statement-breakpoint
INSERT INTO `archive` (`id`, `revision`) SELECT 1, coalesce(max(`id`), 0) FROM `articles`;
