PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE annotations (
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions, PRIMARY KEY (frame, id)) WITHOUT ROWID;
INSERT INTO "annotations" VALUES(1,'first',0,0,1,'person',NULL,NULL,0,'',1);
INSERT INTO "annotations" VALUES(1,'mask',2,0,1,'person',NULL,NULL,0,'',3);
INSERT INTO "annotations" VALUES(1,'outline',1,0,2,'person',NULL,7,3,'[["occluded", "yes"]]',2);
INSERT INTO "annotations" VALUES(2,'proposed',0,1,3,'unet',0.5,NULL,0,'',4);
INSERT INTO "annotations" VALUES(3,'proposed',0,0,3,'unet',0.5,NULL,0,'',5);
INSERT INTO "annotations" VALUES(6,'filled',0,0,1,'interpolated',NULL,1,0,'',7);
INSERT INTO "annotations" VALUES(7,'filled',0,0,1,'interpolated',NULL,1,0,'',8);
CREATE TABLE changes (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, is_after INTEGER NOT NULL,
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions,
    PRIMARY KEY (step, is_after, frame, id)) WITHOUT ROWID;
INSERT INTO "changes" VALUES(1,1,1,'first',0,0,1,'person',NULL,NULL,0,'',1);
INSERT INTO "changes" VALUES(2,1,1,'mask',2,0,1,'person',NULL,NULL,0,'',3);
INSERT INTO "changes" VALUES(2,1,1,'outline',1,0,2,'person',NULL,7,3,'[["occluded", "yes"]]',2);
INSERT INTO "changes" VALUES(4,1,2,'proposed',0,1,3,'unet',0.5,NULL,0,'',4);
INSERT INTO "changes" VALUES(4,1,3,'proposed',0,1,3,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(5,0,3,'proposed',0,1,3,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(5,1,3,'proposed',0,0,3,'unet',0.5,NULL,0,'',5);
INSERT INTO "changes" VALUES(7,1,5,'in video',0,0,1,'person',NULL,NULL,0,'',6);
INSERT INTO "changes" VALUES(8,0,1,'mask',2,0,1,'person',NULL,NULL,0,'',3);
INSERT INTO "changes" VALUES(9,1,6,'filled',0,0,1,'interpolated',NULL,1,0,'',7);
INSERT INTO "changes" VALUES(9,1,7,'filled',0,0,1,'interpolated',NULL,1,0,'',8);
CREATE TABLE contents (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE frames (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, number INTEGER NOT NULL, rank INTEGER NOT NULL,
    height INTEGER NOT NULL DEFAULT 0, width INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new', touched INTEGER NOT NULL DEFAULT 0, attributes TEXT NOT NULL DEFAULT '', objects INTEGER NOT NULL DEFAULT 0, UNIQUE (path, number));
INSERT INTO "frames" VALUES(1,'a.jpg',0,1,0,0,'corrected',1,'',3);
INSERT INTO "frames" VALUES(2,'b.jpg',0,2,0,0,'predicted',1,'[["empty", "yes"]]',0);
INSERT INTO "frames" VALUES(3,'sub/c.jpg',0,3,0,0,'corrected',1,'',1);
INSERT INTO "frames" VALUES(4,'d.jpg',0,4,0,0,'new',0,'',0);
INSERT INTO "frames" VALUES(5,'v.mp4',40,5,0,0,'new',0,'',0);
INSERT INTO "frames" VALUES(6,'v.mp4',45,5,0,0,'predicted',1,'',1);
INSERT INTO "frames" VALUES(7,'v.mp4',46,5,0,0,'corrected',1,'',1);
CREATE TABLE given_labels (
    id INTEGER PRIMARY KEY, position INTEGER, name TEXT, color TEXT, attributes TEXT NOT NULL DEFAULT '');
INSERT INTO "given_labels" VALUES(0,0,'background','000000','');
INSERT INTO "given_labels" VALUES(1,1,'cell','ff0000','');
INSERT INTO "given_labels" VALUES(2,2,'kernel','00ff00','');
INSERT INTO "given_labels" VALUES(3,3,'debris','0000ff','');
CREATE TABLE labels (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,
    color TEXT NOT NULL, attributes TEXT NOT NULL DEFAULT '');
INSERT INTO "labels" VALUES(0,0,'background','000000','');
INSERT INTO "labels" VALUES(1,1,'cell','ff0000','');
INSERT INTO "labels" VALUES(2,2,'kernel','00ff00','');
INSERT INTO "labels" VALUES(3,3,'debris','0000ff','');
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "notes" VALUES('edits','13');
INSERT INTO "notes" VALUES('identity','22222222222222222222222222222222');
CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, data BLOB NOT NULL);
INSERT INTO "regions" VALUES(1,'box',X'000000000000F03F000000000000F03F00000000000018400000000000002240');
INSERT INTO "regions" VALUES(2,'polygon',X'0200000003000000030000000000000000000000000010410000003F0000104100001041000000400000004000004040000000400000404000004040');
INSERT INTO "regions" VALUES(3,'mask',X'FFFFFFFF04000000050000000D00000078016B6062E0605060686000000649012B');
INSERT INTO "regions" VALUES(4,'box',X'0000000000000000000000000000000000000000000008400000000000000840');
INSERT INTO "regions" VALUES(5,'box',X'0000000000000000000000000000000000000000000008400000000000000840');
INSERT INTO "regions" VALUES(6,'box',X'000000000000F03F000000000000F03F00000000000000400000000000000040');
INSERT INTO "regions" VALUES(7,'box',X'000000000000F03F000000000000F03F00000000000000400000000000000040');
INSERT INTO "regions" VALUES(8,'box',X'000000000000F03F000000000000F03F00000000000000400000000000000040');
CREATE TABLE sources (
    path TEXT PRIMARY KEY, rank INTEGER NOT NULL, count INTEGER NOT NULL);
INSERT INTO "sources" VALUES('v.mp4',5,250);
CREATE TABLE step_frames (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, frame INTEGER NOT NULL
    REFERENCES frames ON DELETE CASCADE, is_after INTEGER NOT NULL, height INTEGER NOT NULL,
    width INTEGER NOT NULL, state TEXT NOT NULL, attributes TEXT NOT NULL DEFAULT '', touched INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (step, frame, is_after)) WITHOUT ROWID;
INSERT INTO "step_frames" VALUES(1,1,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(1,1,1,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(2,1,0,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(2,1,1,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(3,2,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(3,2,1,0,0,'new','[["empty", "yes"]]',1);
INSERT INTO "step_frames" VALUES(4,2,0,0,0,'new','[["empty", "yes"]]',1);
INSERT INTO "step_frames" VALUES(4,2,1,0,0,'predicted','[["empty", "yes"]]',1);
INSERT INTO "step_frames" VALUES(4,3,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(4,3,1,0,0,'predicted','',1);
INSERT INTO "step_frames" VALUES(5,3,0,0,0,'predicted','',1);
INSERT INTO "step_frames" VALUES(5,3,1,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(7,5,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(7,5,1,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(8,1,0,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(8,1,1,0,0,'corrected','',1);
INSERT INTO "step_frames" VALUES(9,6,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(9,6,1,0,0,'predicted','',1);
INSERT INTO "step_frames" VALUES(9,7,0,0,0,'new','',0);
INSERT INTO "step_frames" VALUES(9,7,1,0,0,'predicted','',1);
INSERT INTO "step_frames" VALUES(10,7,0,0,0,'predicted','',1);
INSERT INTO "step_frames" VALUES(10,7,1,0,0,'corrected','',1);
CREATE TABLE step_labels (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, label INTEGER NOT NULL,
    old_position INTEGER, old_name TEXT, old_color TEXT,
    new_position INTEGER, new_name TEXT, new_color TEXT, old_attributes TEXT NOT NULL DEFAULT '', new_attributes TEXT NOT NULL DEFAULT '', PRIMARY KEY (step, label)) WITHOUT ROWID;
INSERT INTO "step_labels" VALUES(5,3,NULL,NULL,NULL,3,'debris','0000ff','','');
INSERT INTO "step_labels" VALUES(6,2,2,'nucleus','00ff00',2,'kernel','00ff00','','');
CREATE TABLE steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, is_undone INTEGER NOT NULL DEFAULT 0, made_at INTEGER NOT NULL DEFAULT 0, session TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT 'edit', frames INTEGER NOT NULL DEFAULT 0, first_frame INTEGER);
INSERT INTO "steps" VALUES(1,'Draw box',0,1700000000,'session','edit',1,1);
INSERT INTO "steps" VALUES(2,'Draw more',0,1700000000,'session','edit',1,1);
INSERT INTO "steps" VALUES(3,'Mark as empty',0,1700000000,'session','edit',1,2);
INSERT INTO "steps" VALUES(4,'Run unet',0,1700000000,'session','edit',2,2);
INSERT INTO "steps" VALUES(5,'Accept',0,1700000000,'session','edit',1,3);
INSERT INTO "steps" VALUES(6,'Rename label nucleus to kernel',0,1700000000,'session','labels',0,NULL);
INSERT INTO "steps" VALUES(7,'Draw in video',1,1700000000,'session','edit',1,5);
INSERT INTO "steps" VALUES(8,'Delete',1,1700000000,'session','edit',1,1);
INSERT INTO "steps" VALUES(9,'Fill',0,1700000000,'session','edit',2,6);
INSERT INTO "steps" VALUES(10,'Accept the track',0,1700000000,'session','edit',1,7);
CREATE INDEX frames_in_order ON frames (rank, number, state);
CREATE INDEX frames_by_state ON frames (state);
CREATE INDEX annotations_by_label ON annotations (is_proposal, label);
CREATE INDEX annotations_by_region ON annotations (region);
CREATE INDEX steps_undone ON steps (is_undone);
CREATE INDEX changes_by_region ON changes (region);
CREATE INDEX steps_of_frames ON step_frames (frame, step) WHERE is_after = 1;
CREATE INDEX annotations_with_attributes ON annotations (attributes) WHERE attributes != '';
CREATE INDEX annotations_with_score ON annotations (score) WHERE score IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('regions',8);
INSERT INTO "sqlite_sequence" VALUES('steps',10);
COMMIT;
