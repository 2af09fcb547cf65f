ALTER TABLE `sources` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `next_try_at` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `memory` text;