CREATE TABLE `counters` (
	`name` text NOT NULL,
	`label` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`name`, `label`)
);
--> statement-breakpoint
CREATE TABLE `received_updates` (
	`update_id` integer PRIMARY KEY NOT NULL,
	`payload` text,
	`received_at` integer NOT NULL,
	`starts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `received_updates_at` ON `received_updates` (`received_at`);--> statement-breakpoint
CREATE INDEX `received_updates_open` ON `received_updates` (`received_at`,`update_id`) WHERE payload IS NOT NULL;--> statement-breakpoint
INSERT INTO `counters` (`name`, `label`, `count`)
  SELECT 'deliveries', s.value, (SELECT count(*) FROM `deliveries` WHERE `state` = s.value)
  FROM json_each('["pending","sent","merged","failed","expired"]') s;
--> statement-breakpoint
INSERT INTO `counters` (`name`, `label`, `count`)
  SELECT 'pending', '', `count` FROM `counters` WHERE `name` = 'deliveries' AND `label` = 'pending';
--> statement-breakpoint
INSERT INTO `counters` (`name`, `label`, `count`) SELECT 'rejected', `reason`, count(*) FROM `rejected_posts` GROUP BY `reason`;
--> statement-breakpoint
CREATE TRIGGER `deliveries_counted` AFTER INSERT ON `deliveries` BEGIN
  UPDATE `counters` SET `count` = `count` + 1 WHERE `name` = 'deliveries' AND `label` = NEW.`state`;
  UPDATE `counters` SET `count` = `count` + 1 WHERE `name` = 'pending' AND `label` = '' AND NEW.`state` = 'pending';
END;
--> statement-breakpoint
CREATE TRIGGER `deliveries_recounted` AFTER UPDATE OF `state` ON `deliveries` WHEN OLD.`state` <> NEW.`state` BEGIN
  UPDATE `counters` SET `count` = `count` + 1 WHERE `name` = 'deliveries' AND `label` = NEW.`state`;
  UPDATE `counters` SET `count` = `count` + (NEW.`state` = 'pending') - (OLD.`state` = 'pending')
    WHERE `name` = 'pending' AND `label` = '';
END;
--> statement-breakpoint
CREATE TRIGGER `deliveries_uncounted` AFTER DELETE ON `deliveries` WHEN OLD.`state` = 'pending' BEGIN
  UPDATE `counters` SET `count` = `count` - 1 WHERE `name` = 'pending' AND `label` = '';
END;
--> statement-breakpoint
CREATE TRIGGER `rejected_posts_counted` AFTER INSERT ON `rejected_posts` BEGIN
  INSERT INTO `counters` (`name`, `label`, `count`) SELECT 'rejected', NEW.`reason`, 0
    WHERE NOT EXISTS (SELECT 1 FROM `counters` WHERE `name` = 'rejected' AND `label` = NEW.`reason`);
  UPDATE `counters` SET `count` = `count` + 1 WHERE `name` = 'rejected' AND `label` = NEW.`reason`;
END;
--> statement-breakpoint
CREATE TRIGGER `rejected_posts_recounted` AFTER UPDATE ON `rejected_posts` BEGIN
  INSERT INTO `counters` (`name`, `label`, `count`) SELECT 'rejected', NEW.`reason`, 0
    WHERE NOT EXISTS (SELECT 1 FROM `counters` WHERE `name` = 'rejected' AND `label` = NEW.`reason`);
  UPDATE `counters` SET `count` = `count` + 1 WHERE `name` = 'rejected' AND `label` = NEW.`reason`;
END;
